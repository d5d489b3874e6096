"""Jobs."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from iterscope_backend.schemas.common import Problem, example


class Job(BaseModel):
    """A queued, running or finished probe, or the last step of an import."""

    model_config = example(
        id="j5d9r3vbn", state="running", probe="drop", progress=0.41, created_at="2026-11-24T10:02:00.000Z", error=None
    )

    id: str
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    probe: str | None = Field(description="Name of the probe; null for an import.")
    progress: float = Field(ge=0, le=1)
    created_at: str
    error: Problem | None
    partial: dict[str, Any] | None = Field(
        default=None,
        description="While it runs: the response for the images that are done so far, `samples` of them. What takes longer may still be "
        "empty.",
    )
    result: dict[str, Any] | None = Field(
        default=None, description="When done: the response that the request would have had without a job."
    )

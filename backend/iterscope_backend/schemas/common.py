"""Pieces that many answers share."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Number = float | Literal["Infinity", "-Infinity"] | None
"""A measured number: null is NaN (not defined), and the infinities are texts."""


def example(**fields: Any) -> ConfigDict:
    """A model's configuration with an example for the documentation."""
    return ConfigDict(json_schema_extra={"example": fields})


class FieldError(BaseModel):
    """One field that is to blame."""

    field: str = Field(description="Where it is, such as `body.limit` or `query.since`.")
    message: str


class Problem(BaseModel):
    """An error, as RFC 9457 has it."""

    model_config = example(
        type="about:blank",
        title="Not found",
        status=404,
        detail="checkpoint c2345abcd does not exist: GET /checkpoints lists them",
    )

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[FieldError] | None = None
    problems: list[str] | None = Field(
        default=None, description="Why a file was refused, down to the missing or misshapen tensor."
    )


class Block(BaseModel):
    """One residual block."""

    index: int
    stage: int
    is_projection: bool
    shared_with: int | None = Field(
        default=None, description="The block whose convolutions it applies again; null where they are its own."
    )

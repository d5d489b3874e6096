"""Parts shared by many responses."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Number = float | Literal["Infinity", "-Infinity"] | None
"""A measured number: null is NaN (undefined); infinities are strings."""


def example(**fields: Any) -> ConfigDict:
    """A model's configuration with an example for the documentation."""
    return ConfigDict(json_schema_extra={"example": fields})


class FieldError(BaseModel):
    """A field that is wrong."""

    field: str = Field(description="Path of the field, such as `body.limit` or `query.since`.")
    message: str


class Problem(BaseModel):
    """An error in the form of RFC 9457."""

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
        default=None,
        description="Reasons why a file was refused, down to the missing tensor or the one with the wrong shape.",
    )


class Block(BaseModel):
    """One residual block."""

    index: int
    stage: int
    is_projection: bool
    shared_with: int | None = Field(
        default=None, description="The block whose convolutions this block reuses; null if it has its own."
    )

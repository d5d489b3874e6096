"""Parts shared by many responses."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


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

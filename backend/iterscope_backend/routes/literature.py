"""/literature: what later works found, on one network of the store. Nothing is computed here; POST /probe/… runs probes."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from iterscope_backend.answers import json_answer
from iterscope_backend.dependencies import ServicesDep
from iterscope_backend.problems import documented
from iterscope_backend.schemas.literature import Literature

router = APIRouter(tags=["paper"])

Run = Annotated[
    str | None,
    Query(
        min_length=1,
        max_length=64,
        description="The run whose network is shown; default: the one with the most stored answers, else the newest.",
    ),
]


@router.get("/literature", response_model=Literature, responses=documented(404, 422))
def literature(services: ServicesDep, run: Run = None) -> Response:
    """Every work: its measurements, whether they are stored for the run and its other seeds, and its claims with their verdicts."""
    return json_answer(services.literature.overview(run))

"""/paper: the paper's figures, table and claims from the completed runs. Nothing is computed here; POST /probe/… runs probes."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from iterscope.errors import ConfigurationError
from iterscope.paper.figures import figure_definition
from iterscope_backend.answers import json_answer
from iterscope_backend.dependencies import ServicesDep
from iterscope_backend.problems import ApiProblem, documented
from iterscope_backend.schemas.paper import Figure, Paper

router = APIRouter(prefix="/paper", tags=["paper"])

First = Annotated[
    str | None,
    Query(
        min_length=1, max_length=1000, description="Data set in place of CIFAR-10; default: the one with the most runs."
    ),
]
Second = Annotated[
    str | None,
    Query(
        min_length=1,
        max_length=1000,
        description="Data set in place of CIFAR-100; default: the one paired with the first.",
    ),
]


@router.get("", response_model=Paper, responses=documented(422))
def paper(services: ServicesDep, dataset: First = None, second: Second = None) -> Response:
    """State of every figure, and every claim with its verdict and measured value."""
    return json_answer(services.paper.overview(dataset, second))


@router.get("/figures/{id}", response_model=Figure, responses=documented(404, 422))
def figure(services: ServicesDep, id: str, dataset: First = None, second: Second = None) -> Response:
    """One figure or table: the lines of its panels, and the probes that still have to be run for it."""
    try:
        figure_definition(id)
    except ConfigurationError as error:
        raise ApiProblem(404, str(error)) from error
    return json_answer(services.paper.figure(id, dataset, second))

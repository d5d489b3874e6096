"""GET /health, /architectures, /datasets, /datasets/image, /recipes."""

from __future__ import annotations

from dataclasses import asdict
from functools import cache
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Query, Response

import iterscope as it
from iterscope.datasets import dataset_descriptions
from iterscope.measurements.registry import FAILED, MEASUREMENTS, SOURCES
from iterscope.recipes import RECIPES
from iterscope.viewing import png
from iterscope_backend.answers import json_answer
from iterscope_backend.dependencies import ServicesDep, turn_to_read
from iterscope_backend.problems import documented
from iterscope_backend.schemas.catalogue import Architectures, Datasets, Health, Measurements, Recipes

router = APIRouter(tags=["catalogue"])


@router.get("/health", response_model=Health)
def health(services: ServicesDep) -> Response:
    """State of the service: version, devices, workers and the length of the probe queue."""
    workers = services.jobs.workers
    return json_answer(
        {
            "status": "ok",
            "version": it.__version__,
            "device": ",".join(worker.options.device for worker in workers),
            "torch_threads": max((worker.threads for worker in workers), default=0),
            "queue_length": services.jobs.queue_length,
            "workers": [{"device": worker.options.device, "state": worker.state} for worker in workers],
            "database": services.store.name,
            "home": str(services.settings.home),
        }
    )


@router.get("/architectures", response_model=Architectures)
def architectures() -> Response:
    """Network architectures that can be built and trained."""
    return json_answer({"architectures": [asdict(entry) for entry in it.architectures()]})


@router.get("/measurements", response_model=Measurements)
def measurements() -> Response:
    """All measurements: what each of them is, and what its request and its answer hold."""
    return json_answer({"measurements": _definitions(), "failed": FAILED})


@cache
def _definitions() -> list[dict[str, Any]]:
    """They stay the same while the service runs, and making their schemas takes a tenth of a second."""
    return [{**one.describe(), "source": SOURCES.get(name)} for name, one in MEASUREMENTS.items()]


@router.get("/recipes", response_model=Recipes)
def recipes() -> Response:
    """Training configurations by name. POST /runs takes a recipe and overrides."""
    return json_answer({"recipes": {name: recipe.to_dict() for name, recipe in RECIPES.items()}})


@router.get("/datasets", response_model=Datasets)
def datasets(services: ServicesDep) -> Response:
    """Data sets by name, including image folders that have been read before."""
    unknown = {"class_names": None}
    return json_answer({"datasets": [unknown | entry for entry in dataset_descriptions(services.settings.home)]})


@router.get(
    "/datasets/image",
    response_class=Response,
    dependencies=[Depends(turn_to_read)],
    responses={
        200: {"content": {"image/png": {"schema": {"type": "string", "format": "binary"}}}},
        304: {"description": "Not modified"},
        **documented(404, 422),
    },
)
def image(
    services: ServicesDep,
    split: Literal["train", "validation"],
    index: Annotated[int, Query(ge=0, le=100_000_000)],
    dataset: Annotated[
        str | None, Query(min_length=1, max_length=1000, description="Data set; default: the checkpoint's own.")
    ] = None,
    checkpoint: Annotated[
        str | None,
        Query(max_length=64, description="Checkpoint whose preprocessing (size and crop) is applied to the image."),
    ] = None,
    image_size: Annotated[
        int, Query(ge=8, le=1024, description="Height and width in pixels, if no checkpoint is given.")
    ] = 32,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """One image as PNG, preprocessed as for the network but not normalised."""
    picture, tag = png(services.images(checkpoint, dataset, image_size), split, index)
    headers = {"ETag": tag, "Cache-Control": "private, max-age=3600"}
    if if_none_match == tag:
        return Response(status_code=304, headers=headers)
    return Response(picture, media_type="image/png", headers=headers)

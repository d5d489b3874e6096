"""/runs: training runs and their curves."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Response

from backend.answers import json_answer
from backend.dependencies import ServicesDep, require_json
from backend.problems import documented
from backend.schemas.runs import Metrics, NewRun, Run, RunChange, Runs
from backend.training import plan_run
from db import CheckpointRecord, RunRecord

router = APIRouter(prefix="/runs", tags=["runs"])

_INTERNAL = ("worker",)
"""Fields of the store's record that are nobody else's business."""


def run_value(record: RunRecord) -> dict[str, Any]:
    """A run as it is answered."""
    return {name: value for name, value in record.to_dict().items() if name not in _INTERNAL}


@router.get("", response_model=Runs)
def list_runs(services: ServicesDep) -> Response:
    """All runs, newest first."""
    return json_answer({"runs": [run_value(record) for record in services.store.runs.list()]})


@router.post(
    "",
    response_model=Run,
    status_code=201,
    dependencies=[Depends(require_json)],
    responses=documented(400, 413, 415, 422),
)
def create_run(services: ServicesDep, body: NewRun) -> Response:
    """Queues a training run; the trainer service (`python -m trainer watch`) takes it up."""
    planned = plan_run(body.recipe, body.overrides, services.settings.home)
    record = services.store.runs.create(**planned, name=body.name or body.recipe, recipe=body.recipe, origin="api")
    return json_answer(run_value(record), 201, {"Location": f"/runs/{record.id}"})


@router.get("/{id}", response_model=Run, responses=documented(404))
def get_run(services: ServicesDep, id: str) -> Response:
    """One run."""
    return json_answer(run_value(services.store.runs.get(id)))


@router.patch(
    "/{id}", response_model=Run, dependencies=[Depends(require_json)], responses=documented(400, 404, 413, 415, 422)
)
def change_run(services: ServicesDep, id: str, body: RunChange) -> Response:
    """Changes name, notes or tags."""
    return json_answer(run_value(services.store.runs.update(id, name=body.name, notes=body.notes, tags=body.tags)))


@router.delete("/{id}", status_code=204, response_class=Response, responses=documented(404, 409))
def delete_run(services: ServicesDep, id: str) -> Response:
    """Deletes a run with its curves, checkpoints and their files; 409 while it is running."""
    removed = services.store.runs.delete(id)
    _remove_files(services.settings.home, removed)
    shutil.rmtree(services.settings.home / "checkpoints" / id, ignore_errors=True)  # the training state, too
    return Response(status_code=204)


def _remove_files(home: Path, checkpoints: tuple[CheckpointRecord, ...]) -> None:
    """Only what lies among our own checkpoints; a folder goes when it is empty."""
    ours = (home / "checkpoints").resolve()
    for checkpoint in checkpoints:
        path = (home / checkpoint.path).resolve()
        if path.is_relative_to(ours):
            path.unlink(missing_ok=True)
            if path.parent != ours:
                with contextlib.suppress(OSError):
                    path.parent.rmdir()


@router.post("/{id}/stop", response_model=Run, responses=documented(404, 409))
def stop_run(services: ServicesDep, id: str) -> Response:
    """Asks the trainer to stop the run after its present epoch; a queued one is cancelled."""
    return json_answer(run_value(services.store.runs.request_stop(id)))


@router.get("/{id}/metrics", response_model=Metrics, responses=documented(404, 422))
def metrics(
    services: ServicesDep,
    id: str,
    metric: Annotated[list[str], Query(max_length=100, description="Default: all, without their _std and _qNN.")] = [],  # noqa: B006 (FastAPI copies it)
    split: Annotated[list[Literal["train", "validation"]], Query(max_length=2)] = [],  # noqa: B006 (FastAPI copies it)
    since: Annotated[int, Query(ge=0, lt=2**31, description="The cursor of an earlier answer.")] = 0,
) -> Response:
    """The curves per epoch and block, or only what was logged since a cursor."""
    record = services.store.runs.get(id)
    page = services.store.metrics.read(id, metric or None, split or None, since, variants=False)
    return json_answer(
        {
            "run": id,
            "status": record.status,
            "cursor": page.cursor,
            "series": [
                {"metric": series.metric, "split": series.split, "epochs": series.epochs, "values": series.values}
                for series in page.series
            ],
            "scalars": [
                {"name": scalar.name, "split": scalar.split, "epochs": scalar.epochs, "values": scalar.values}
                for scalar in page.scalars
            ],
        }
    )

"""/runs: training runs and their curves."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Response

from iterscope.viewing import Scalar, Series, curves_file
from iterscope_backend.answers import json_answer
from iterscope_backend.dependencies import ServicesDep, require_json
from iterscope_backend.files import remove_files
from iterscope_backend.merging import merged_metrics, metrics_value
from iterscope_backend.paper.selection import sibling_ids
from iterscope_backend.problems import ApiProblem, documented
from iterscope_backend.schemas.runs import Metrics, NewRun, Run, RunChange, Runs
from iterscope_backend.services import Services
from iterscope_backend.training import plan_run
from iterscope_db import RunRecord

router = APIRouter(prefix="/runs", tags=["runs"])

SAFETENSORS = "application/vnd.safetensors"

_INTERNAL = ("worker",)
"""Internal fields of the store's record."""


def run_value(record: RunRecord, siblings: Sequence[str]) -> dict[str, Any]:
    """A run as REST returns it."""
    value = {name: value for name, value in record.to_dict().items() if name not in _INTERNAL}
    return {**value, "siblings": list(siblings)}


def _answer(
    services: Services, record: RunRecord, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    siblings = sibling_ids(services.store.runs.list())
    return json_answer(run_value(record, siblings.get(record.id, [])), status, headers)


@router.get("", response_model=Runs, responses=documented(422))
def list_runs(
    services: ServicesDep,
    curve: Annotated[
        Literal["train_loss", "train_accuracy", "validation_loss", "validation_accuracy"] | None,
        Query(description="Adds the curve of this field of `latest` to every run that logged it."),
    ] = None,
) -> Response:
    """All runs, newest first."""
    records = services.store.runs.list()
    siblings = sibling_ids(records)
    runs = [run_value(record, siblings[record.id]) for record in records]
    if curve is not None:
        curves = services.store.runs.curves(curve)
        for run in runs:
            found = curves.get(run["id"])
            run["curve"] = None if found is None else {"epochs": found.epochs, "values": found.values}
    return json_answer({"runs": runs})


@router.post(
    "",
    response_model=Run,
    status_code=201,
    dependencies=[Depends(require_json)],
    responses=documented(400, 413, 415, 422),
)
def create_run(services: ServicesDep, body: NewRun) -> Response:
    """Queue a training run for the trainer service (`python -m iterscope_trainer watch`)."""
    planned = plan_run(body.recipe, body.overrides, services.settings.home)
    record = services.store.runs.create(**planned, name=body.name or body.recipe, recipe=body.recipe, origin="api")
    return _answer(services, record, 201, {"Location": f"/runs/{record.id}"})


@router.get("/{id}", response_model=Run, responses=documented(404))
def get_run(services: ServicesDep, id: str) -> Response:
    """One run."""
    return _answer(services, services.store.runs.get(id))


@router.patch(
    "/{id}", response_model=Run, dependencies=[Depends(require_json)], responses=documented(400, 404, 413, 415, 422)
)
def change_run(services: ServicesDep, id: str, body: RunChange) -> Response:
    """Change name, notes or tags."""
    return _answer(services, services.store.runs.update(id, name=body.name, notes=body.notes, tags=body.tags))


@router.delete("/{id}", status_code=204, response_class=Response, responses=documented(404, 409))
def delete_run(services: ServicesDep, id: str) -> Response:
    """Delete a run with its curves, checkpoints and checkpoint files; 409 while it is running."""
    removed = services.store.runs.delete(id)
    remove_files(services.settings.home, removed)
    shutil.rmtree(services.settings.home / "checkpoints" / id, ignore_errors=True)  # also removes the training state
    return Response(status_code=204)


@router.post("/{id}/stop", response_model=Run, responses=documented(404, 409))
def stop_run(services: ServicesDep, id: str) -> Response:
    """Ask the trainer to save and stop the run; a queued run is cancelled at once."""
    return _answer(services, services.store.runs.request_stop(id))


def _read(
    services: ServicesDep,
    id: str,
    metric: Annotated[
        list[str], Query(max_length=100, description="Default: all metrics without their _std and _qNN companions.")
    ] = [],  # noqa: B006 (FastAPI copies it)
    split: Annotated[list[Literal["train", "validation"]], Query(max_length=2)] = [],  # noqa: B006 (FastAPI copies it)
    since: Annotated[
        int, Query(ge=0, lt=2**31, description="The `cursor` of an earlier response; can't be combined with merge.")
    ] = 0,
    merge: Annotated[
        Literal["seeds"] | None,
        Query(description="`seeds`: mean over the completed and running runs that differ only in their seed."),
    ] = None,
) -> tuple[RunRecord, dict[str, Any]]:
    """A run and its curves: all of them, only what was logged since a cursor, or means over repeated seeds."""
    record = services.store.runs.get(id)
    if merge is None:
        page = services.store.metrics.read(id, metric or None, split or None, since, variants=False)
        return record, metrics_value(record, page)
    if since > 0:
        raise ApiProblem(
            422,
            f"since is {since} with merge={merge}: a mean can change at every epoch, so leave out since",
            errors=[("query.since", "can't be combined with merge")],
        )
    return record, merged_metrics(services.store, record, metric or None, split or None)


CurvesRead = Annotated[tuple[RunRecord, dict[str, Any]], Depends(_read)]


@router.get("/{id}/metrics", response_model=Metrics, responses=documented(404, 422))
def metrics(read: CurvesRead) -> Response:
    """Curves per epoch and block: all of them, only what was logged since a cursor, or means over repeated seeds."""
    return json_answer(read[1])


@router.get(
    "/{id}/curves",
    response_class=Response,
    responses={
        200: {"content": {SAFETENSORS: {"schema": {"type": "string", "format": "binary"}}}},
        **documented(404, 422),
    },
)
def curves(read: CurvesRead) -> Response:
    """The same curves as arrays of float32 in one safetensors file, as the views read them.

    Its metadata `curves` is JSON: blocks, epochs, how each metric is drawn, axis ranges over all epochs, and the claim on every epoch.
    """
    return Response(curves_content(*read), media_type=SAFETENSORS)


def curves_content(record: RunRecord, value: dict[str, Any]) -> bytes:
    """A run's curves, as `metrics_value` or `merged_metrics` returns them, as one file."""
    return curves_file(
        record.id,
        record.status,
        record.blocks,
        [Series(**each) for each in value["series"]],
        [Scalar(**each) for each in value["scalars"]],
        cursor=value["cursor"],
        merged=value.get("merged"),
    )

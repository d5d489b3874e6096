"""/checkpoints: stored networks, and the import of checkpoint files that Iterscope wrote."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Query, Response, UploadFile

from iterscope_backend.answers import json_answer
from iterscope_backend.dependencies import UPLOAD_LIMITS, ServicesDep, require_form, turn_to_open
from iterscope_backend.files import remove_files
from iterscope_backend.imports.storing import Taken
from iterscope_backend.problems import ApiProblem, documented
from iterscope_backend.schemas.checkpoints import Checkpoint, Checkpoints
from iterscope_backend.schemas.runs import Name
from iterscope_backend.uploads import import_checkpoint

router = APIRouter(prefix="/checkpoints", tags=["checkpoints"])


@router.get("", response_model=Checkpoints, responses=documented(404))
def list_checkpoints(
    services: ServicesDep,
    run: Annotated[str | None, Query(max_length=64, description="Only checkpoints of this run.")] = None,
) -> Response:
    """All checkpoints, or those of one run, newest first."""
    if run is not None:
        services.store.runs.get(run)
    return json_answer({"checkpoints": [record.to_dict() for record in services.store.checkpoints.list(run)]})


@router.get("/{id}", response_model=Checkpoint, responses=documented(404))
def get_checkpoint(services: ServicesDep, id: str) -> Response:
    """One checkpoint; `latest` is the newest checkpoint of the newest run that has one."""
    return json_answer(services.checkpoint(id).to_dict())


@router.delete("/{id}", status_code=204, response_class=Response, responses=documented(404, 409))
def delete_checkpoint(services: ServicesDep, id: str) -> Response:
    """Delete a checkpoint with its file and the results of its probes; 409 while its run is running. The run and its curves stay."""
    record = services.store.checkpoints.get(id)
    if record.run is not None and services.store.runs.get(record.run).status == "running":
        raise ApiProblem(409, f"checkpoint {id} belongs to run {record.run}, which is running: stop the run first")
    remove_files(services.settings.home, (services.store.checkpoints.delete(id),))
    return Response(status_code=204)


@router.post(
    "",
    response_model=Checkpoint,
    status_code=201,
    form_limits=UPLOAD_LIMITS,
    dependencies=[Depends(require_form), Depends(turn_to_open)],
    responses={
        200: {"description": "The same weights are already stored", "model": Checkpoint},
        **documented(400, 413, 415, 422, 507),
    },
)
def upload_checkpoint(
    services: ServicesDep,
    file: Annotated[UploadFile, File(description="A checkpoint file (safetensors) written by Iterscope.")],
    name: Annotated[Name | None, Form()] = None,
) -> Response:
    """Import a checkpoint that Iterscope wrote, as a run with the status `imported` if it records its data set.

    The same weights are not stored twice; if their stored file is missing or damaged, it is restored. For other weight files, use
    POST /imports.
    """
    return taken_answer(import_checkpoint(services, file.file, name or file.filename or "imported"))


def taken_answer(taken: Taken) -> Response:
    """201 for a new checkpoint, 200 for one that is stored already."""
    record = taken.checkpoint
    status = 201 if taken.outcome == "new" else 200
    return json_answer(record.to_dict(), status, {"Location": f"/checkpoints/{record.id}"})

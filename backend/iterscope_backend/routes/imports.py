"""/imports: import a network in two steps. Upload a weight file to have its network recognised; then answer the open points."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, Response, UploadFile
from fastapi.concurrency import run_in_threadpool

from iterscope.chunks import Progress
from iterscope.preprocessing import PRESETS
from iterscope_backend.answers import json_answer, raw_answer
from iterscope_backend.dependencies import UPLOAD_LIMITS, ServicesDep, require_form, require_json, turn_to_open
from iterscope_backend.encoding import decode
from iterscope_backend.imports.shelf import PendingImport
from iterscope_backend.imports.storing import Taken
from iterscope_backend.problems import documented
from iterscope_backend.routes.checkpoints import taken_answer
from iterscope_backend.routes.jobs import when_done
from iterscope_backend.schemas.checkpoints import Checkpoint
from iterscope_backend.schemas.imports import Import, ImportAnswers, ImportedCheckpoint
from iterscope_backend.schemas.jobs import Job
from iterscope_guard.text import one_line

router = APIRouter(prefix="/imports", tags=["imports"])

_SHOWN = ("recognised", "nesting", "evidence", "open_points", "problems")


def import_value(pending: PendingImport) -> dict[str, Any]:
    """An import as REST returns it."""
    return {
        "id": pending.id,
        "file_name": pending.file_name,
        "size_bytes": pending.size_bytes,
        **{name: pending.opened[name] for name in _SHOWN},
        "presets": {name: preset.to_dict() for name, preset in PRESETS.items()},
    }


@router.post(
    "",
    response_model=Import | Checkpoint,
    status_code=201,
    form_limits=UPLOAD_LIMITS,
    dependencies=[Depends(require_form), Depends(turn_to_open)],
    responses={
        200: {"description": "A checkpoint of Iterscope that is already stored", "model": Checkpoint},
        **documented(400, 413, 415, 422, 507),
    },
)
def send_file(
    services: ServicesDep,
    file: Annotated[
        UploadFile, File(description="A state_dict, bare or nested (.safetensors, .pth, .pt, .th or .ckpt).")
    ],
    table: Annotated[
        str | None,
        Form(max_length=1000, description="Which table of tensors, if the file has several, such as state_dict_ema."),
    ] = None,
) -> Response:
    """Parse a weight file in a separate process and recognise its network. 422 says why a file is refused.

    A checkpoint that Iterscope wrote leaves nothing open: it is stored at once, as by POST /checkpoints, and the answer is that checkpoint.
    """
    pending = services.imports.add(file.file, one_line(file.filename or "unnamed")[:200], table)
    if isinstance(pending, Taken):
        return taken_answer(pending)
    return json_answer(import_value(pending), 201, {"Location": f"/imports/{pending.id}"})


@router.get("/{id}", response_model=Import, responses=documented(404))
def get_import(services: ServicesDep, id: str) -> Response:
    """The recognised network of an unfinished import. Unfinished imports are deleted after an hour."""
    return json_answer(import_value(services.imports.get(id)))


@router.delete("/{id}", status_code=204, response_class=Response, responses=documented(404))
def forget_import(services: ServicesDep, id: str) -> Response:
    """Delete an unfinished import and its file."""
    services.imports.remove(id)
    return Response(status_code=204)


@router.post(
    "/{id}/checkpoint",
    response_model=ImportedCheckpoint,
    status_code=201,
    dependencies=[Depends(require_json)],
    responses={
        202: {"description": "Not done yet; poll the job", "model": Job},
        **documented(400, 404, 409, 413, 415, 422),
    },
)
async def finish_import(services: ServicesDep, id: str, body: ImportAnswers) -> Response:
    """Run the network on the data set, check its accuracy, and store it as a run with the status `imported` and one checkpoint.

    Returns 201 with the checkpoint if this is done within `wait` seconds, otherwise 202 with a job that reports progress and can be
    cancelled. It takes seconds for small images that were read before, and minutes for a large folder. After a cancellation, send the
    request again to finish the import.
    """
    services.imports.get(id)
    answers = body.model_dump(exclude={"dataset", "name", "wait"})

    def work(progress: Progress) -> dict[str, Any]:
        checkpoint, made = services.imports.finish(
            id, dataset=body.dataset, answers=answers, name=body.name, progress=progress
        )
        return {**checkpoint.to_dict(), "check": made["check"], "preset": made["preset"], "tried": made["tried"]}

    job = await run_in_threadpool(services.jobs.start_aside, "import", f"import {id}", body.model_dump(), work)
    answer = await when_done(services, job, services.settings.default_wait if body.wait is None else body.wait)
    if answer.status_code == 200 and (made := job.result()) is not None:
        return raw_answer(made, 201, {"Location": f"/checkpoints/{decode(made)['id']}"})
    return answer

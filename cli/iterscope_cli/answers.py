"""The answers of `iterscope probe`: computed as the service's worker does, stored where the service finds them, and printed as tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

import iterscope as it
from iterscope.checkpoint_images import CheckpointImages
from iterscope.measurements import Measurement, MeasurementRequest
from iterscope.measurements.request import CHOSEN_EPOCHS, opened_options
from iterscope.measurements.tables import tables
from iterscope.tables import ALONE, Column, Table, csv_text
from iterscope_backend.answers import probe_answer
from iterscope_backend.encoding import decode, encode
from iterscope_backend.jobs.question import Question, images_of, own_data, resolved
from iterscope_backend.jobs.several import over_epochs_value
from iterscope_backend.workers.cache import WorkerCache
from iterscope_backend.workers.messages import DatasetChoice, Done, Failed, StoredFile, Task, WorkerOptions
from iterscope_backend.workers.process import run_task
from iterscope_cli.errors import CommandError
from iterscope_cli.output import print_table, progress_bar, say
from iterscope_cli.store import checkpoint_named, existing_database, home_folder, stored_file
from iterscope_db import CheckpointRecord, open_store

Json = dict[str, Any]
NOT_SHOWN = ("low", "high", "quantile", "count", "matrix", "detail")
"""Kinds of columns that a table in a terminal leaves out; `--json` and `--csv` have them."""
LONGEST_TEXT = 60
"""Characters; a longer text doesn't fit into a cell."""


@dataclass(frozen=True)
class Answer:
    """An answer, as JSON."""

    content: bytes
    architecture: str


def ask(measurement: Measurement, checkpoint: str, options: Json, home: Path | None) -> Answer:
    """The stored answer, or a new one, which is stored if its checkpoint is. Raises CommandError, and errors of the library."""
    try:
        request = measurement.request.model_validate({"checkpoint": "latest", **options})
    except ValidationError as error:
        first = error.errors()[0]
        raise CommandError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    it.keep_freed_memory()
    folder = home_folder(home)
    if checkpoint.startswith("run:"):
        return _over_epochs(measurement, checkpoint, request, folder)
    path, record = checkpoint_named(folder, checkpoint)
    return _answer(measurement, request, folder, path, record)


def _over_epochs(measurement: Measurement, checkpoints: str, request: MeasurementRequest, home: Path) -> Answer:
    """The answers for several checkpoints of a run."""
    if not re.fullmatch(CHOSEN_EPOCHS, checkpoints):
        raise CommandError(f"checkpoint is {checkpoints!r}: several of a run are run:ID/every, or run:ID/0,10,20")
    with open_store(existing_database(home)) as store:
        records = store.checkpoints.chosen(checkpoints)
    answers = [_answer(measurement, request, home, stored_file(home, one.path), one) for one in records]
    value = over_epochs_value(measurement.name, records, [answer.content for answer in answers])
    return Answer(encode(value), answers[0].architecture)


def _answer(
    measurement: Measurement, request: MeasurementRequest, folder: Path, path: Path, record: CheckpointRecord | None
) -> Answer:
    described = it.describe_checkpoint(path)
    images = described.images if record is None else images_of(record)
    if request.dataset is None and images.reference is None:
        raise CommandError(f"checkpoint {path} doesn't record its data set: name one with --dataset")
    choice = _dataset(images, request.dataset, folder)
    name = str(described.architecture["name"])
    values = request.canonical()
    opened: tuple[StoredFile, ...] = ()
    if any(values[name] for name in opened_options(measurement.request)):
        with open_store(existing_database(folder)) as store:
            values, opened = resolved(request, store, folder)
    if record is None:
        task = Task(str(path), measurement.name, path, described.sha256, choice, values, opened=opened)
        return Answer(probe_answer(_run(task, folder).result_json, checkpoint=str(path), cached=False), name)
    question = Question(measurement.name, record, choice, values, path, opened)
    content, cached = _stored_or_measured(question, record, folder)
    return Answer(probe_answer(content, checkpoint=record.id, cached=cached), name)


def _dataset(images: CheckpointImages, named: str | None, home: Path) -> DatasetChoice:
    if named is None and (own := own_data(images)) is not None:
        return own
    with progress_bar("reading images") as progress:
        data = images.load(named, home=home, progress=progress)
    return DatasetChoice(images, named, data.fingerprint, *images.normalisation(data))


def _stored_or_measured(question: Question, record: CheckpointRecord, home: Path) -> tuple[bytes, bool]:
    with open_store(existing_database(home)) as store:
        if (found := store.probe_results.get(question.key)) is not None:
            return found.result_json, True
        task = question.task(question.key)
        done = _run(task, home)
        store.probe_results.put(
            question.key, question.probe, record.id, question.request, done.result_json, done.seconds
        )
        return done.result_json, False


def _run(task: Task, home: Path) -> Done:
    with progress_bar(task.probe) as progress:
        outcome = run_task(WorkerCache(WorkerOptions("cpu", home.absolute())), task, _Listener(progress))
    if isinstance(outcome, Done):
        return outcome
    raise CommandError(outcome.detail if isinstance(outcome, Failed) else "cancelled")


@dataclass
class _Listener:
    """Shows the progress of one task."""

    progress: Any

    def start(self, task: str) -> None:
        """Nothing is shown yet."""

    def __call__(self, fraction: float) -> None:
        self.progress(fraction)


def print_answer(measurement: Measurement, answer: Answer) -> None:
    """Print an answer as tables."""
    value: Json = decode(answer.content)
    first = value["answers"][0] if "answers" in value else value
    told = first["provenance"]
    what = f"{first['samples']} {first['split']} images of {told['dataset']}"
    title = f"{measurement.title}: {answer.architecture} ({told['convention']}), {what}"
    found = tables(measurement.result, value)
    for table in [table for table in found if table.axis == ALONE] + [table for table in found if table.axis != ALONE]:
        columns = [column for column in table.whole if column.kind not in NOT_SHOWN and _fits(column)]
        if columns:
            rows = list(zip(*(map(_cell, column.values) for column in columns), strict=True))
            print_table(title, [_heading(table, column) for column in columns], rows)
            title = ""
    if counts := [text for table in found for text in infinite_values(table)]:
        say(f"Infinite values, which make a mean infinite: {', '.join(counts)}")


def csv_answer(measurement: Measurement, answer: Answer) -> str:
    """The answer's largest table as CSV."""
    return csv_text(tables(measurement.result, decode(answer.content))[0])


def infinite_values(table: Table) -> Iterator[str]:
    """How many images have infinite values, and where."""
    for column in table.columns:
        if column.kind == "count" and column.name.endswith("infinite"):
            for position, count in enumerate(column.values):
                if count:
                    place = table.coordinates[0]
                    yield f"{column.name.removesuffix(' infinite')} of {place.name} {place.values[position]} ({count} images)"


def _heading(table: Table, column: Column) -> str:
    return f"{table.part}: {column.name}" if table.part else column.name


def _fits(column: Column) -> bool:
    return all(len(text) <= LONGEST_TEXT for text in column.values if isinstance(text, str))


def _cell(value: Any) -> Any:
    return {True: "yes", False: ""}[value] if isinstance(value, bool) else value

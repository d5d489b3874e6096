"""Training one run from the command line, for `python -m iterscope_trainer` and `iterscope train`."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import torch

from iterscope.errors import ConfigurationError
from iterscope.recipes import training_configuration
from iterscope_db import RunRecord, Store, open_store, process_name
from iterscope_guard.text import one_line, visible
from iterscope_trainer.console import ConsoleLogger, progress_display
from iterscope_trainer.devices import choose_device
from iterscope_trainer.errors import TrainingError
from iterscope_trainer.runs import Outcome, create_run, take_up, train_run
from iterscope_trainer.stopping import StopSignal

EXIT_CODES = {"completed": 0, "interrupted": 130, "cancelled": 130}


def train_now(
    home: Path,
    *,
    recipe: str,
    overrides: dict[str, Any],
    name: str | None = None,
    resume: str | None = None,
    device: str = "auto",
    download: bool = False,
    as_json: bool = False,
) -> int:
    """Train one run with a progress bar. Returns 0 if it completed, 130 if it was stopped, and 1 if it failed."""
    worker = process_name("train")
    if resume is not None and overrides:
        raise TrainingError(f"a resumed run keeps its configuration (run {resume}): leave out {', '.join(overrides)}")
    chosen = choose_device(device)
    configuration = training_configuration(recipe, **overrides)
    with open_store(os.environ.get("ITERSCOPE_DATABASE_URL") or home) as store, StopSignal() as stop:
        if resume is None:
            record = create_run(store, configuration, recipe=recipe, name=name, worker=worker)
        else:
            record = take_up(store, resume, worker)
        print(f"run {record.id}: {one_line(record.name)}", file=sys.stderr)
        outcome = train_with_bar(store, record, worker, home, device=chosen, stop=stop, download=download)
        run, result = outcome.run, outcome.result
        checkpoint = None if result is None or result.checkpoint is None else str(result.checkpoint)
        if as_json:
            print(json.dumps({"run": run.to_dict(), "checkpoint": checkpoint}))
        if run.status == "failed":
            print(f"error: run {run.id}: {visible(str(run.error))}", file=sys.stderr)
        elif run.status == "completed":
            print(f"run {run.id} is completed" + (f": {checkpoint}" if checkpoint else ""), file=sys.stderr)
        else:
            print(
                f"run {run.id} is {run.status} in epoch {(result.epoch if result else 0) + 1}: "
                f"continue it with --resume {run.id}",
                file=sys.stderr,
            )
        return EXIT_CODES.get(run.status, 1)


def train_with_bar(
    store: Store, record: RunRecord, worker: str, home: Path, *, device: torch.device, stop: StopSignal, download: bool
) -> Outcome:
    """`train_run` with a progress bar on standard error."""
    with progress_display() as bar:
        console = ConsoleLogger(bar)
        return train_run(
            store,
            record,
            worker,
            home,
            device=device,
            stop=stop,
            loggers=(console,),
            download=download,
            on_decoding=console.decoding,
        )


def overrides_from(given: Mapping[str, Any], assignments: Iterable[str]) -> dict[str, Any]:
    """Overrides from the given options (None: not given) and from FIELD=VALUE texts, whose values are parsed as JSON if possible."""
    chosen = {name: value for name, value in given.items() if value is not None}
    for text in assignments:
        field, separator, value = text.partition("=")
        if not separator:
            raise ConfigurationError(f"--set {text!r}: give FIELD=VALUE, such as weight_decay=0.0005")
        chosen[field] = parse_value(value)
    return chosen


def parse_value(text: str) -> Any:
    """Parse a value as JSON (0.1, true, null, [1, 2], {"kind": …}); if it is not JSON, return the text."""
    try:
        return json.loads(text)
    except ValueError:
        return text

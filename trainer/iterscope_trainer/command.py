"""Training one run from the command line, for `python -m iterscope_trainer` and `iterscope train`."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from iterscope.errors import ConfigurationError
from iterscope.recipes import training_configuration
from iterscope.tables import plain
from iterscope_db import RunRecord, Store, open_store, process_name
from iterscope_guard.text import one_line, visible
from iterscope_trainer.console import ConsoleLogger, progress_display
from iterscope_trainer.devices import choose_device
from iterscope_trainer.errors import TrainingError
from iterscope_trainer.runs import Outcome, create_run, run_steps, take_up
from iterscope_trainer.stopping import StopSignal
from iterscope_trainer.turns import Steps, in_turns

MOST_SEEDS = 16
"""Runs that are trained at once in one process."""
EXIT_CODES = {"completed": 0, "interrupted": 130, "cancelled": 130}


def train_now(
    home: Path,
    *,
    recipe: str | None,
    overrides: dict[str, Any],
    name: str | None = None,
    resume: str | None = None,
    seeds: int = 1,
    device: str = "auto",
    download: bool = False,
    as_json: bool = False,
) -> int:
    """Train one run with a progress bar, or one for each of several seeds, which take turns step by step.

    recipe: None for the demo. resume: the id of a run to continue, which keeps its recipe, name and configuration.
    Returns 0 if all completed, 130 if one was stopped, and 1 if one failed.
    """
    worker = process_name("train")
    if not 1 <= seeds <= MOST_SEEDS:
        raise TrainingError(f"seeds is {seeds}: give a number of runs from 1 to {MOST_SEEDS}")
    fixed = {"recipe": recipe, "name": name, "seeds": seeds if seeds > 1 else None} | overrides
    if resume is not None and (given := [field for field, value in fixed.items() if value is not None]):
        raise TrainingError(
            f"a resumed run keeps its name and configuration (run {resume}): leave out {', '.join(given)}"
        )
    chosen = choose_device(device)
    recipe = recipe or "demo"
    configuration = training_configuration(recipe, **overrides)
    each = [replace(configuration, seed=configuration.seed + more).validate() for more in range(seeds)]
    with open_store(os.environ.get("ITERSCOPE_DATABASE_URL") or home) as store, StopSignal() as stop:
        if resume is None:
            records = [create_run(store, one, recipe=recipe, name=name, worker=worker) for one in each]
        else:
            records = [take_up(store, resume, worker)]
        for record in records:
            print(f"run {record.id}: {one_line(record.name)}{_seed_of(record, records)}", file=sys.stderr)
        outcomes = train_with_bars(store, records, worker, home, device=chosen, stop=stop, download=download)
        codes = [_told(outcome, as_json=as_json) for outcome in outcomes]
        return max(codes, key=(0, 130, 1).index)


def _seed_of(record: RunRecord, records: Sequence[RunRecord]) -> str:
    return f", seed {record.seed}" if len(records) > 1 else ""


def _told(outcome: Outcome, *, as_json: bool) -> int:
    """Print how a run ended. Returns the exit status."""
    run, result = outcome.run, outcome.result
    checkpoint = None if result is None or result.checkpoint is None else str(result.checkpoint)
    if as_json:
        print(json.dumps(plain({"run": run.to_dict(), "checkpoint": checkpoint}), allow_nan=False))
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


def train_with_bars(
    store: Store,
    records: Sequence[RunRecord],
    worker: str,
    home: Path,
    *,
    device: torch.device,
    stop: StopSignal,
    download: bool,
) -> list[Outcome]:
    """Train runs that are marked running, step by step in turns, with a progress bar each on standard error."""
    with progress_display() as bar:

        def steps(record: RunRecord) -> Steps[Outcome]:
            console = ConsoleLogger(bar, f"seed {record.seed}" if len(records) > 1 else "")
            return run_steps(
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

        return in_turns([steps(record) for record in records], device)


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

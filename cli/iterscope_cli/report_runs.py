"""The parts of a report that describe its runs: a table, their configurations, and provenance."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from iterscope.checkpoints import describe_checkpoint
from iterscope.errors import CheckpointError
from iterscope.paper.roles import run_kind, seed_key
from iterscope_cli import report_template as html
from iterscope_cli.errors import CommandError
from iterscope_cli.machine import describe_machine
from iterscope_cli.paper_plan import short_dataset
from iterscope_db import CheckpointRecord, NotFoundError, RunRecord, Store
from iterscope_trainer.console import format_seconds

NAMED_NETWORKS = 3
"""Maximum number of networks named in a title."""


@dataclass(frozen=True)
class DescribedRuns:
    """Parts of the page, as HTML; `title` is text."""

    title: str
    table: str
    configurations: list[str]
    provenance: list[str]


def named_runs(store: Store, names: Sequence[str]) -> list[RunRecord]:
    """Runs by id, by name if it is unique, or "latest"; without duplicates, in the given order."""
    records = store.runs.list()
    found: dict[str, RunRecord] = {}
    for name in names:
        run = _named(store, records, name)
        found.setdefault(run.id, run)
    return list(found.values())


def _named(store: Store, records: Sequence[RunRecord], name: str) -> RunRecord:
    if name == "latest":
        if not records:
            raise CommandError(
                f"there are no runs yet in {store.name}: train one with `iterscope train`, or those of the paper with `iterscope paper`"
            )
        latest = store.checkpoints.latest()
        return next((record for record in records if latest is not None and record.id == latest.run), records[0])
    by_name = [record for record in records if record.name == name]
    if len(by_name) > 1:
        ids = ", ".join(record.id for record in by_name)
        raise CommandError(f"{len(by_name)} runs are called {name!r}: use one of their ids, {ids}")
    if by_name:
        return by_name[0]
    try:
        return store.runs.get(name)
    except NotFoundError as error:
        raise CommandError(f"run {name!r} is unknown in {store.name}: `iterscope runs list` shows the runs") from error


def describe_runs(store: Store, home: Path, runs: Sequence[RunRecord]) -> DescribedRuns:
    """Everything about the runs except figures and claims."""
    labels = [run_label(run) for run in runs]
    checkpoints = [next(iter(store.checkpoints.list(run=run.id)), None) for run in runs]
    rows = [
        (
            run.id,
            run.name,
            label,
            short_dataset(run.dataset),
            "–" if run.seed is None else str(run.seed),
            f"{run.epoch if run.epoch is not None else 0} of {run.epochs}",
            _percent(run.latest.get("validation_accuracy")),
            "–" if checkpoint is None else f"{checkpoint.num_parameters:,}",
        )
        for run, label, checkpoint in zip(runs, labels, checkpoints, strict=True)
    ]
    columns = ("run", "name", "network", "data set", "seed", "epochs", "validation accuracy", "parameters")
    machine = html.definitions(describe_machine().items())
    return DescribedRuns(
        name_networks([(label, short_dataset(run.dataset)) for run, label in zip(runs, labels, strict=True)]),
        html.table(columns, rows),
        _configurations(runs),
        [
            *(_provenance(store, home, run, checkpoint) for run, checkpoint in zip(runs, checkpoints, strict=True)),
            html.paragraph("This report was written, and missing probes were run, on:"),
            machine,
        ],
    )


def name_networks(trained: Sequence[tuple[str, str]]) -> str:
    """The names of networks and their data sets; for many networks, only their number and the data sets."""
    names = list(dict.fromkeys(f"{network} on {dataset}" for network, dataset in trained))
    if len(names) <= NAMED_NETWORKS:
        return ", ".join(names)
    datasets = dict.fromkeys(dataset for _, dataset in trained)
    return f"{len(dict.fromkeys(network for network, _ in trained))} networks on {', '.join(datasets)}"


def run_label(run: RunRecord) -> str:
    """The paper's name of the network, or the name of the architecture."""
    kind = run_kind(run.configuration)
    return run.architecture if kind is None else kind.label


def training_seconds(store: Store, run: str) -> float:
    """Seconds of all logged epochs and logs; work lost by an interruption is not included."""
    page = store.metrics.read(run)
    return float(sum(one.values.sum() for one in page.scalars if one.name in ("epoch_seconds", "log_seconds")))


def _configurations(runs: Sequence[RunRecord]) -> list[str]:
    """One list of fields for all runs that differ only in their seed."""
    groups: dict[str, list[RunRecord]] = {}
    for run in runs:
        groups.setdefault(seed_key(run.configuration), []).append(run)
    parts = []
    for group in groups.values():
        seeds = ", ".join(f"{run.id} (seed {run.seed})" for run in group)
        fields = [(name, _text(value)) for name, value in group[0].configuration.items() if name != "seed"]
        parts += [html.paragraph(f"{run_label(group[0])}: {seeds}"), html.definitions(fields)]
    return parts


def _provenance(store: Store, home: Path, run: RunRecord, checkpoint: CheckpointRecord | None) -> str:
    entries: list[tuple[str, str]] = [
        ("run", f"{run.id}, {run.status}"),
        ("trained in", format_seconds(training_seconds(store, run.id))),
        ("started", str(run.to_dict()["started_at"] or "–")),
    ]
    if checkpoint is not None:
        data: dict[str, Any] = checkpoint.dataset or {}
        entries += [
            ("checkpoint", f"epoch {checkpoint.epoch}, SHA-256 {checkpoint.sha256}"),
            ("data set", f"{data.get('name', '–')}, SHA-256 {data.get('fingerprint', '–')}"),
            ("written by", _library_version(home / checkpoint.path)),
        ]
    return html.definitions(entries)


def _library_version(file: Path) -> str:
    try:
        return f"iterscope {describe_checkpoint(file).library_version}"
    except CheckpointError as error:
        return str(error)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.2f} %"

"""Which runs represent which of the paper's networks: completed runs, with repeated seeds combined."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from iterscope.datasets.registry import check_dataset_name
from iterscope.errors import DatasetError
from iterscope.paper.evidence import Slot
from iterscope.paper.figures import SHARED
from iterscope.paper.roles import Role, RunKind, run_kind, seed_key
from iterscope_db import RunRecord

SECONDS = {"cifar10": "cifar100", "digits": "digit-pairs"}
"""The second data set for each first one: the same kind of images, ten times the classes."""
OFFLINE_FIRST = "digits"
"""The first data set if the store is empty."""


@dataclass(frozen=True)
class Repetitions:
    """Completed runs of one network on one data set that differ only in their seed."""

    kind: RunKind
    dataset: str
    runs: tuple[RunRecord, ...]
    """One run per seed, the newest of each, ordered by seed."""

    @property
    def label(self) -> str:
        """Display name, such as "ResNet-56 on digits"."""
        return f"{self.kind.label} on {self.dataset}"


def identity(record: RunRecord) -> tuple[RunKind | None, str]:
    """A run's kind in the paper, and a key shared by runs that differ only in their seed. Computed once per configuration."""
    return _identity(json.dumps(record.configuration, sort_keys=True))


@lru_cache(maxsize=4096)
def _identity(configuration: str) -> tuple[RunKind | None, str]:
    values = json.loads(configuration)
    return run_kind(values), seed_key(values)


def repetitions(records: Iterable[RunRecord]) -> list[Repetitions]:
    """All of the paper's networks among these runs, which must be sorted newest first; runs of other networks are left out."""
    grouped: dict[tuple[str, str], dict[int | None, RunRecord]] = {}
    kinds: dict[tuple[str, str], RunKind] = {}
    for record in records:
        if record.status != "completed" or not record.blocks:
            continue
        kind, configuration = identity(record)
        if kind is None:
            continue
        key = (record.dataset, configuration)
        kinds.setdefault(key, kind)
        grouped.setdefault(key, {}).setdefault(record.seed, record)
    return [
        Repetitions(kinds[key], key[0], tuple(sorted(seeds.values(), key=lambda record: (record.seed or 0, record.id))))
        for key, seeds in grouped.items()
    ]


def seeds_of(run: RunRecord, records: Iterable[RunRecord]) -> list[RunRecord]:
    """The run, and of each other seed the newest completed run that differs from it only in the seed; ordered by seed.

    Args:
        records: all runs, sorted newest first.
    """
    found: dict[int | None, RunRecord] = {run.seed: run}
    key = _seed_group(run)
    for record in records:
        if record.status == "completed" and _seed_group(record) == key:
            found.setdefault(record.seed, record)
    return sorted(found.values(), key=lambda record: (record.seed or 0, record.id))


def choose(found: Collection[Repetitions], role: Role, dataset: str) -> Repetitions | None:
    """The network that represents a role: the deepest, then the one with the most seeds, then the newest.

    Sharing strategies are compared with each other, so for them the depth at which most of them were trained comes first.
    """
    candidates = [each for each in found if each.kind.role == role and each.dataset == dataset]
    together: dict[int, set[Role]] = {}
    if role in SHARED:
        for each in found:
            if each.kind.role in SHARED and each.dataset == dataset:
                together.setdefault(each.kind.depth, set()).add(each.kind.role)

    def rank(each: Repetitions) -> tuple[int, int, int, str]:
        newest = max(record.created_at for record in each.runs)
        return len(together.get(each.kind.depth, ())), each.kind.depth, len(each.runs), newest.isoformat()

    return max(candidates, key=rank, default=None)


def dataset_choices(found: Collection[Repetitions]) -> list[str]:
    """Data sets of completed runs; the one with the most of the paper's networks comes first."""
    roles: dict[str, set[Role]] = {}
    for each in found:
        roles.setdefault(each.dataset, set()).add(each.kind.role)
    return sorted(roles, key=lambda name: (-len(roles[name]), name))


def choose_datasets(choices: list[str], first: str | None, second: str | None) -> dict[Slot, str | None]:
    """The data sets in place of the paper's two: as named, otherwise the ones with the most runs. Raises DatasetError for unknown names."""
    for field, name in (("dataset", first), ("second", second)):
        if name is not None and name not in choices:
            _check(field, name)
    if first is None:
        candidates = [name for name in choices if name not in SECONDS.values() and name != second]
        first = next(iter(candidates or [name for name in choices if name != second]), OFFLINE_FIRST)
    if second is None:
        others = [name for name in choices if name != first]
        second = SECONDS.get(first) or next(iter(others), None)
    return {"first": first, "second": second}


def _check(field: str, name: str) -> None:
    try:
        check_dataset_name(name)
    except DatasetError as error:
        raise DatasetError(f"{field}: {error}; GET /paper lists the data sets of completed runs") from error


def sibling_ids(records: Collection[RunRecord]) -> Mapping[str, list[str]]:
    """For each run, the runs with the same configuration and data set but another seed."""
    grouped: dict[tuple[str, str], list[str]] = {}
    keys = {record.id: _seed_group(record) for record in records}
    for id, key in keys.items():
        grouped.setdefault(key, []).append(id)
    return {id: [other for other in grouped[key] if other != id] for id, key in keys.items()}


def _seed_group(record: RunRecord) -> tuple[str, str]:
    """Equal for runs that differ only in the seed. The settings of a run without a seed, such as a recorded one, need not say all."""
    known = record.configuration and record.seed is not None
    return record.dataset, identity(record)[1] if known else record.id

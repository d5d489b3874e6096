"""Everything behind one response: the chosen networks, their curves, and the stored probe results."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from iterscope.datasets import dataset_descriptions
from iterscope.paper.evidence import SLOTS, SPLITS, NetName, Slot, Split
from iterscope.paper.figures import FigureDefinition
from iterscope.paper.roles import ROLES
from iterscope_backend.encoding import decode
from iterscope_backend.paper.loading import Loader, RunData
from iterscope_backend.paper.needs import Need, Wanted, checkpoints_of, figure_needs, want
from iterscope_backend.paper.selection import Repetitions, choose, choose_datasets, dataset_choices, repetitions
from iterscope_db import RunRecord, Store

SAME_SIZE = 1.25
"""Largest ratio of two parameter counts that are "about the same"; ResNet-32 and ResNet-38 differ by 1.2, ResNet-38 and 56 by 1.5."""
BASELINE_DEPTH = 38


class Gathered:
    """A snapshot of the store. The R runs of a network differ only in their seed."""

    def __init__(
        self,
        store: Store,
        home: Path,
        loader: Loader,
        dataset: str | None = None,
        second: str | None = None,
        runs: Collection[str] | None = None,
    ) -> None:
        """Raises DatasetError for unknown data sets and iterscope_db.NotFoundError for unknown run ids."""
        records = store.runs.list() if runs is None else [store.runs.get(id) for id in runs]
        self._store, self._home, self._loader = store, home, loader
        self.found = repetitions(_newest_first(records))
        self.choices = dataset_choices(self.found)
        self.datasets = choose_datasets(self.choices, dataset, second)
        self.nets: dict[tuple[NetName, Slot], Repetitions] = {}
        for slot in SLOTS:
            if (name := self.datasets[slot]) is None:
                continue
            for role in ROLES:
                if (chosen := choose(self.found, role, name)) is not None:
                    self.nets[role, slot] = chosen
            if (baseline := self._baseline(slot, name)) is not None:
                self.nets["baseline", slot] = baseline
        self._sizes: dict[str, Mapping[str, object]] | None = None
        self._results: dict[str, Any] = {}
        self._asked: dict[str, Wanted] = {}
        self._known: dict[tuple[str, Need, Split], Wanted | None] = {}
        self.present: frozenset[str] = frozenset()
        """Keys of the stored results that `prefetch` found."""

    def data(self, net: Repetitions) -> list[RunData]:
        """(R,) The network's runs, ordered by seed."""
        return [self._loader.get(record) for record in net.runs]

    def parameters(self, net: Repetitions) -> int | None:
        """The network's number of parameters; None if no checkpoint records it."""
        counts = [run.checkpoint.num_parameters for run in self.data(net) if run.checkpoint is not None]
        return counts[0] if counts else None

    def split_sizes(self, dataset: str) -> dict[Split, int]:
        """Number of images of each split from the data set's description; empty if there is none."""
        if self._sizes is None:
            self._sizes = {str(entry["name"]): entry for entry in dataset_descriptions(self._home)}
        return described_sizes(self._sizes.get(dataset, {}))

    def prefetch(self, figures: Iterable[FigureDefinition]) -> None:
        """Find out in one query which results that these figures need are stored; `results` and `wanted` cover only these."""
        needs: dict[tuple[NetName, Slot], dict[tuple[Need, Split], None]] = {}
        for figure in figures:
            for name, slot, need, split in figure_needs(figure):
                needs.setdefault((name, slot), {})[need, split] = None
        for key, wanted in needs.items():
            for run in self.data(self.nets[key]) if key in self.nets else ():
                for need, split in wanted:
                    for asked in self._questions(run, need, split):
                        self._asked.setdefault(asked.question.key, asked)
        self.present = frozenset(self._store.probe_results.stored(list(self._asked)))

    def read_all(self) -> None:
        """Read all stored results in one query; otherwise each is read when it is first used."""
        self._read(list(self.present))

    def _read(self, keys: Sequence[str]) -> None:
        missing = [key for key in keys if key not in self._results]
        self._results |= {key: decode(result) for key, result in self._store.probe_results.get_many(missing).items()}

    def results(self, net: Repetitions, needs: Sequence[tuple[Need, Split]]) -> list[list[Mapping[str, Any]]]:
        """For each run that has stored results for all of these needs: the results, in the order of the needs."""
        complete = []
        for run in self.data(net):
            keys = [asked.question.key for need, split in needs for asked in self._questions(run, need, split)]
            if len(keys) == len(needs) and self.present.issuperset(keys):
                self._read(keys)
                complete.append([self._results[key] for key in keys])
        return complete

    def by_epoch(self, net: Repetitions, split: Split) -> dict[int, list[Mapping[str, Any]]]:
        """Epoch → the results of every run, for the epochs after 0 that all runs have kept and measured."""
        runs = []
        for run in self.data(net):
            asked = [one.question for one in self._questions(run, "epochs", split)]
            runs.append({one.checkpoint.epoch or 0: one.key for one in asked if one.key in self.present})
        common = sorted(set.intersection(*(set(run) for run in runs))) if runs else []
        self._read([run[epoch] for epoch in common for run in runs])
        return {epoch: [self._results[run[epoch]] for run in runs] for epoch in common}

    def kept_epochs(self, net: Repetitions) -> tuple[int, ...]:
        """The epochs after 0 of which every run has kept a checkpoint."""
        runs = [{one.epoch or 0 for one in checkpoints_of("epochs", run.checkpoints)} for run in self.data(net)]
        return tuple(sorted(set.intersection(*runs))) if runs else ()

    def wanted(self) -> list[Wanted]:
        """The probes whose results `prefetch` didn't find."""
        return [asked for key, asked in self._asked.items() if key not in self.present]

    def _questions(self, run: RunData, need: Need, split: Split) -> list[Wanted]:
        found = []
        for checkpoint in checkpoints_of(need, run.checkpoints):
            key = checkpoint.id, need, split
            if key not in self._known:
                self._known[key] = want(need, split, checkpoint, self._home)
            if (asked := self._known[key]) is not None:
                found.append(asked)
        return found

    def _baseline(self, slot: Slot, dataset: str) -> Repetitions | None:
        """The unshared ResNet with about as many parameters as the shared ones; ResNet-38 if there is no shared one."""
        unshared = [each for each in self.found if each.kind.role == "original" and each.dataset == dataset]
        shared = next(
            (self.nets[role, slot] for role in ROLES if role.startswith("shared") and (role, slot) in self.nets), None
        )
        size = None if shared is None else self.parameters(shared)
        if size is None:
            return choose([each for each in unshared if each.kind.depth == BASELINE_DEPTH], "original", dataset)
        near: dict[int, list[Repetitions]] = {}
        for each in unshared:
            count = self.parameters(each)
            if count and 1 / SAME_SIZE < count / size < SAME_SIZE:
                near.setdefault(abs(count - size), []).append(each)
        return choose(near[min(near)], "original", dataset) if near else None


def described_sizes(described: Mapping[str, object]) -> dict[Split, int]:
    """Number of images of each split that a data set's description names."""
    found: dict[Split, object] = {split: described.get(f"{split}_size") for split in SPLITS}
    return {split: size for split, size in found.items() if isinstance(size, int)}


def _newest_first(records: Iterable[RunRecord]) -> list[RunRecord]:
    return sorted(records, key=lambda record: record.created_at, reverse=True)

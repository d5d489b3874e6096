"""The works after the paper, on one network of the store: what GET /literature returns, without a server. Nothing is computed here."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from iterscope.datasets import dataset_descriptions
from iterscope.literature.studied import Answer, Studied
from iterscope.literature.works import CLAIMS, WORKS, Asked, Work
from iterscope.measurements import measurement_named
from iterscope.paper.evidence import SPLITS, Net
from iterscope.paper.judging import VERDICTS, Finding, findings
from iterscope_backend.encoding import decode
from iterscope_backend.jobs.question import Question, resolved, trained_on
from iterscope_backend.paper.gathering import described_sizes
from iterscope_backend.paper.loading import Loader, RunData
from iterscope_backend.paper.needs import Wanted
from iterscope_backend.paper.networks import class_count
from iterscope_backend.paper.selection import identity, seeds_of
from iterscope_backend.paper.table import final_accuracy
from iterscope_backend.workers.cache import LeastRecentlyUsed
from iterscope_db import RunRecord, Store

Json = dict[str, Any]
KEPT_RUNS = 256
MEASURABLE = ("completed", "imported")
"""Statuses of runs whose last checkpoint no longer changes."""


@dataclass(frozen=True)
class _Network:
    """One network with its seeds, and which answers are stored."""

    run: RunRecord
    seeds: list[RunRecord]
    asked: dict[str, dict[str, Wanted]]
    """For each run's id, what is asked of it by the measurement's key."""
    present: frozenset[str]

    def stored(self, run: str, key: str) -> bool:
        """Whether the answer is there."""
        return key in self.asked[run] and self.asked[run][key].question.key in self.present


class LiteratureEvidence:
    """The later works' measurements and claims on one network. Thread-safe. It runs no network, and remembers the verdicts."""

    def __init__(self, store: Store, home: Path) -> None:
        self._store, self._home = store, home
        self._loader = Loader(store)
        self._asked: LeastRecentlyUsed[tuple[str, datetime | None, int], dict[str, Wanted]] = LeastRecentlyUsed(
            KEPT_RUNS
        )
        self._judged: LeastRecentlyUsed[Hashable, tuple[Finding, ...]] = LeastRecentlyUsed(8)
        self._lock, self._judging = threading.Lock(), threading.Lock()

    def overview(self, run: str | None = None) -> Json:
        """What GET /literature returns. Without `run`, it is the run with the most stored answers, else the newest.

        Raises iterscope_db.NotFoundError for an unknown run.
        """
        network = self._network(run)
        judged = self._findings(network)
        verdicts = Counter(finding.verdict for finding in judged)
        wanted = [] if network is None else self._wanted(network)
        return {
            "run": None
            if network is None
            else {"id": network.run.id, "name": network.run.name, "network": _label(network.run)},
            "seeds": []
            if network is None
            else [{"run": each.id, "name": each.name, "seed": each.seed} for each in network.seeds],
            "works": [_work(work, network) for work in WORKS],
            "claims": [finding.to_dict() for finding in judged],
            "counts": {verdict: verdicts[verdict] for verdict in VERDICTS},
            "wanted": len(wanted),
        }

    def wanted(self, runs: Collection[str] | None = None) -> list[Wanted]:
        """What isn't stored yet of these runs, or of all that have completed."""
        records = [
            record
            for record in self._store.runs.list(MEASURABLE if runs is None else None)
            if runs is None or record.id in runs
        ]
        asked = {one.question.key: one for record in records for one in self._questions(record).values()}
        present = self._store.probe_results.stored(list(asked))
        return [one for key, one in asked.items() if key not in present]

    def answers(self, run: str) -> dict[str, Answer]:
        """A run's stored answers by the measurements' keys. Raises iterscope_db.NotFoundError for an unknown run."""
        keys = {one.question.key: key for key, one in self._questions(self._store.runs.get(run)).items()}
        found = self._store.probe_results.get_many(list(keys))
        return {keys[stored]: decode(answer) for stored, answer in found.items()}

    def _network(self, run: str | None) -> _Network | None:
        records = sorted(self._store.runs.list(), key=lambda record: record.created_at, reverse=True)
        if run is not None:
            chosen = self._store.runs.get(run)
        elif (found := self._most_measured(records)) is not None:
            chosen = found
        else:
            return None
        seeds = seeds_of(chosen, records)
        asked = {each.id: self._questions(each) for each in seeds}
        keys = [one.question.key for each in asked.values() for one in each.values()]
        return _Network(chosen, seeds, asked, frozenset(self._store.probe_results.stored(keys)))

    def _most_measured(self, records: Sequence[RunRecord]) -> RunRecord | None:
        """Of runs with as many answers, the newest."""
        candidates = [record for record in records if record.status in MEASURABLE and record.checkpoints]
        keys = {
            record.id: {one.question.key for one in self._questions(record).values()}
            for record in candidates[:KEPT_RUNS]
        }
        present = self._store.probe_results.stored(list(set[str]().union(*keys.values())))
        return max(
            candidates[:KEPT_RUNS],
            key=lambda record: (len(keys[record.id] & present), record.created_at),
            default=None,
        )

    def _questions(self, run: RunRecord) -> dict[str, Wanted]:
        """What is asked of a run; without a checkpoint, or if its data set isn't recorded, nothing."""
        with self._lock:
            return self._asked.get((run.id, run.finished_at, run.checkpoints), lambda: self._ask(run))

    def _ask(self, run: RunRecord) -> dict[str, Wanted]:
        kept = self._store.checkpoints.list(run.id)  # newest first
        if not kept or (data := trained_on(kept[0])) is None:
            return {}
        last, found = kept[0], {}
        for asked in (asked for work in WORKS for asked in work.asked):
            options = dict(asked.options)
            if asked.from_start and any(each.epoch == 0 for each in kept[1:]):
                options["earlier"] = f"run:{run.id}/0"
            body = {"checkpoint": last.id, **options}
            request = measurement_named(asked.probe).request.model_validate(body)
            values, opened = resolved(request, self._store, self._home)
            question = Question(asked.probe, last, data, values, self._home / last.path, opened)
            found[asked.key] = Wanted(asked.probe, body, question)
        return found

    @staticmethod
    def _wanted(network: _Network) -> list[Wanted]:
        return [
            one for each in network.asked.values() for one in each.values() if one.question.key not in network.present
        ]

    def _findings(self, network: _Network | None) -> tuple[Finding, ...]:
        if network is None:
            nothing = "no completed run"
            return tuple(
                Finding(
                    claim.id,
                    claim.figures,
                    claim.section,
                    claim.sentence,
                    "not yet run",
                    nothing,
                    note=claim.remark,
                )
                for claim in CLAIMS
            )
        key = (_label(network.run), tuple((each.id, each.finished_at) for each in network.seeds), network.present)
        with self._judging:
            return self._judged.get(key, lambda: self._judge(network))

    def _judge(self, network: _Network) -> tuple[Finding, ...]:
        read = {
            key: decode(stored) for key, stored in self._store.probe_results.get_many(list(network.present)).items()
        }
        answers: dict[str, list[Answer]] = {}
        for each in network.asked.values():
            for key, one in each.items():
                if one.question.key in read:
                    answers.setdefault(key, []).append(read[one.question.key])
        return findings(CLAIMS, Studied(self._net(network, answers), answers))

    def _net(self, network: _Network, answers: Mapping[str, Sequence[Answer]]) -> Net:
        run, kind = network.run, identity(network.run)[0]
        runs = [self._loader.get(each) for each in network.seeds]
        sizes = next((one for one in dataset_descriptions(self._home) if one["name"] == run.dataset), {})
        accuracy = {split: values for split in SPLITS if (values := tuple(final_accuracy(runs, split)))}
        images = described_sizes(sizes)
        if "validation" not in accuracy and (measured := _measured_accuracy(answers)):
            accuracy["validation"], images["validation"] = measured
        return Net(
            name="other" if kind is None else kind.role,
            label=_label(run),
            runs=len(runs),
            stages=tuple(int(block["stage"]) for block in run.blocks),
            projections=tuple(bool(block["is_projection"]) for block in run.blocks),
            classes=class_count(_checkpoint(runs)),
            accuracy=accuracy,
            split_images=images,
        )


def _checkpoint(runs: Sequence[RunData]) -> Any:
    return next((run.checkpoint for run in runs if run.checkpoint is not None), None)


def _measured_accuracy(answers: Mapping[str, Sequence[Answer]]) -> tuple[tuple[float, ...], int] | None:
    """The network's own accuracy on validation images, for a network that wasn't trained here, and the number of images."""
    for found in answers.values():
        for answer in found:
            own = answer.get("output") or answer.get("baseline")
            if own and answer["split"] == "validation" and own.get("accuracy") is not None:
                return (float(own["accuracy"]),), int(answer["samples"])
    return None


def _label(run: RunRecord) -> str:
    """Such as "ResNet-56 on digits"."""
    kind = identity(run)[0] if run.configuration else None
    return f"{run.architecture if kind is None else kind.label} on {run.dataset}"


def _work(work: Work, network: _Network | None) -> Json:
    return {
        "id": work.id,
        "authors": work.authors,
        "source": work.source,
        "title": work.title,
        "question": work.question,
        "finding": work.finding,
        "measurements": [_measurement(asked, network) for asked in work.asked],
        "claims": [claim.id for claim in work.claims],
    }


def _measurement(asked: Asked, network: _Network | None) -> Json:
    definition = measurement_named(asked.probe)
    own = None if network is None else network.asked[network.run.id].get(asked.key)
    return {
        "key": asked.key,
        "probe": asked.probe,
        "title": definition.title,
        "summary": definition.summary,
        "formula": definition.formula,
        "citation": definition.citation,
        "panels": [{"name": drawn.panel, "title": drawn.title, "sentence": drawn.sentence} for drawn in asked.drawn],
        "request": None if own is None else own.request,
        "stored": network is not None and network.stored(network.run.id, asked.key),
        "seeds": []
        if network is None
        else [
            {
                "run": run,
                "stored": network.stored(run, asked.key),
                "request": network.asked[run][asked.key].request,
            }
            for run in network.asked
            if asked.key in network.asked[run]
        ],
    }

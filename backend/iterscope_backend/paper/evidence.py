"""The paper's figures, table and claims from the completed runs in a store: what GET /paper returns, without a server."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Collection, Hashable, Iterable
from pathlib import Path
from typing import Any

from iterscope.paper.claims import CLAIMS
from iterscope.paper.figures import DEFINITIONS, FigureDefinition, figure_definition
from iterscope.paper.judging import VERDICTS, Finding, findings
from iterscope_backend.paper import panels
from iterscope_backend.paper.gathering import Gathered
from iterscope_backend.paper.loading import Loader
from iterscope_backend.paper.looks import read_looks
from iterscope_backend.paper.needs import Wanted
from iterscope_backend.paper.networks import evidence
from iterscope_backend.paper.table import table, table_nets, table_state
from iterscope_backend.workers.cache import LeastRecentlyUsed
from iterscope_backend.workers.measurements import library_versions
from iterscope_db import Store

Json = dict[str, Any]


class PaperEvidence:
    """The paper from the completed runs in a store. Thread-safe. It runs no network; it computes means over seeds and the claims'
    intervals, and remembers the verdicts until a run, a result or a look is added.

    In every method, `dataset` and `second` name the two data sets (None: chosen from the completed runs), and `runs` selects run ids
    (None: all). Numbers may be NaN or infinite: `iterscope_backend.encoding.encode` writes them as REST does.

    Every method raises DatasetError for an unknown data set, iterscope_db.NotFoundError for an unknown run, and ConfigurationError for
    an unknown figure.
    """

    def __init__(self, store: Store, home: Path) -> None:
        self._store, self._home = store, home
        self._loader = Loader(store)
        self._judged: LeastRecentlyUsed[Hashable, tuple[Finding, ...]] = LeastRecentlyUsed(8)
        self._judging = threading.Lock()

    def overview(
        self, dataset: str | None = None, second: str | None = None, runs: Collection[str] | None = None
    ) -> Json:
        """What GET /paper returns: the data sets, the state of each figure, all findings, and the number of findings per verdict."""
        gathered = self._gather(DEFINITIONS.values(), dataset, second, runs)
        judged = self._findings(gathered)
        verdicts = Counter(finding.verdict for finding in judged)
        return {
            "datasets": {**gathered.datasets, "choices": gathered.choices},
            "figures": [self._summary(gathered, figure) for figure in DEFINITIONS.values()],
            "claims": [finding.to_dict() for finding in judged],
            "counts": {verdict: verdicts[verdict] for verdict in VERDICTS},
            "wanted": len(gathered.wanted()),
        }

    def figure(
        self, id: str, dataset: str | None = None, second: str | None = None, runs: Collection[str] | None = None
    ) -> Json:
        """What GET /paper/figures/{id} returns: all panels with their lines, or the table."""
        definition = figure_definition(id)
        gathered = self._gather([definition], dataset, second, runs)
        drawn = [panels.payload(gathered, definition, panel) for panel in definition.panels]
        return {
            **self._summary(gathered, definition),
            "panels": drawn,
            "table": None if definition.panels else table(gathered),
            "wanted": [each.to_dict() for each in gathered.wanted()],
            "provenance": {"runs": _provenance(gathered, definition), "library_versions": library_versions()},
        }

    def wanted(
        self,
        figures: Collection[str] | None = None,
        dataset: str | None = None,
        second: str | None = None,
        runs: Collection[str] | None = None,
    ) -> list[Wanted]:
        """The probes that these figures (None: all) need and whose results are not stored yet, without duplicates."""
        definitions = [figure_definition(id) for id in (DEFINITIONS if figures is None else figures)]
        return self._gather(definitions, dataset, second, runs).wanted()

    def _findings(self, gathered: Gathered) -> tuple[Finding, ...]:
        looks = read_looks(self._home, gathered.datasets)
        runs = [
            (name, slot, run.id, run.finished_at) for (name, slot), net in gathered.nets.items() for run in net.runs
        ]
        key = (tuple(gathered.datasets.items()), tuple(runs), gathered.present, tuple(sorted(looks.items())))
        with self._judging:
            return self._judged.get(key, lambda: findings(CLAIMS, evidence(gathered, looks)))

    def _gather(
        self,
        figures: Iterable[FigureDefinition],
        dataset: str | None,
        second: str | None,
        runs: Collection[str] | None,
    ) -> Gathered:
        gathered = Gathered(self._store, self._home, self._loader, dataset, second, runs)
        gathered.prefetch(figures)
        return gathered

    @staticmethod
    def _summary(gathered: Gathered, figure: FigureDefinition) -> Json:
        states = [panels.state(gathered, figure.id, panel) for panel in figure.panels]
        state, missing = (panels.figure_state(states), None) if states else table_state(gathered)
        remedies = list(dict.fromkeys(remedy for _, remedy in states if remedy is not None))
        return {
            "id": figure.id,
            "title": figure.title,
            "section": figure.section,
            "shows": figure.shows,
            "state": state,
            "panel_count": len(figure.panels),
            "missing": remedies or ([missing] if missing else []),
            "claims": [claim.id for claim in CLAIMS if figure.id in claim.figures],
        }


def _provenance(gathered: Gathered, figure: FigureDefinition) -> list[Json]:
    """The runs behind a figure, without duplicates."""
    if figure.panels:
        keys = dict.fromkeys((name, panel.slot) for panel in figure.panels for name in panel.nets)
        nets = [gathered.nets[key] for key in keys if key in gathered.nets]
    else:
        nets = [net for row in table_nets(gathered).values() for net in row.values()]
    runs = {run.record.id: run for net in nets for run in gathered.data(net)}
    return [
        {
            "id": run.record.id,
            "name": run.record.name,
            "seed": run.record.seed,
            "epochs": run.record.epochs,
            "configuration": run.record.configuration,
            "checkpoint_sha256": None if run.checkpoint is None else run.checkpoint.sha256,
        }
        for run in runs.values()
    ]

"""`iterscope paper`: trains and measures everything that the paper's figures need, reusing existing runs and results."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import typer

from iterscope.paper.resampling import LOOKS
from iterscope.paper.suite import FIGURES, PlannedRun
from iterscope_backend.paper import Wanted
from iterscope_backend.paper.looks import record_looks
from iterscope_cli.errors import CommandError
from iterscope_cli.output import print_json, print_table, progress_bar
from iterscope_cli.paper_plan import PlanEntry, elapsed, estimate, make_plan, plan_sentence, print_plan
from iterscope_cli.paper_processes import runs_at_once
from iterscope_cli.paper_seeds import to_look_at, with_seeds
from iterscope_cli.paper_training import Trained, train_missing
from iterscope_cli.paper_view import LITERATURE, PaperView
from iterscope_cli.store import database
from iterscope_cli.wanted_probes import Measured, measure
from iterscope_db import Store, open_store
from iterscope_trainer.console import format_seconds
from iterscope_trainer.devices import using_threads
from iterscope_trainer.stopping import StopSignal

INTERRUPTED = 130
"""Exit code after Ctrl-C, as in shells."""


@dataclass(frozen=True)
class PaperOptions:
    """Options of `iterscope paper`."""

    figures: tuple[str, ...] = FIGURES
    """The figures whose probes are run and whose claims are judged; `LITERATURE` for those of later works."""
    dataset: str | None = None
    """Data set in place of CIFAR-10; None: the one with the most runs."""
    second: str | None = None
    """Data set in place of CIFAR-100."""
    download: bool = False
    yes: bool = False
    """Don't ask for confirmation, even on a terminal."""
    at_once: int | None = None
    """Number of runs that train at the same time; None: depends on the device."""
    more_seeds: bool = False
    """Add seeds where a verdict is inconclusive."""
    plan_only: bool = False
    as_json: bool = False


def choose_figures(only: Iterable[str]) -> tuple[str, ...]:
    """The named figures, in the paper's order, and then the later works if they are named. Entries may hold several names, separated by
    commas; without entries, all figures.
    """
    names = [name.strip().lower() for text in only for name in text.split(",") if name.strip()]
    every = (*FIGURES, LITERATURE)
    if unknown := [name for name in names if name not in every]:
        raise CommandError(f"figure {unknown[0]!r} is unknown: choose from {', '.join(every)}")
    return tuple(figure for figure in every if figure in names) if names else FIGURES


@dataclass(frozen=True)
class _Passed:
    """One pass: the runs that were planned, and what was trained and measured."""

    planned: Sequence[PlannedRun]
    trained: Trained
    measured: Measured
    where: str
    idle: bool = False
    """Whether there was nothing to do."""

    @property
    def stopped(self) -> bool:
        return bool(self.trained.interrupted) or self.measured.stopped

    @property
    def failures(self) -> tuple[str, ...]:
        return (*self.trained.failures, *self.measured.failures)


def run_paper(home: Path, planned: Sequence[PlannedRun], options: PaperOptions, device: torch.device) -> int:
    """Print the plan, train the missing runs, run the missing probes, and judge the claims; with `more_seeds`, again with more seeds.

    Returns:
        0 if everything is complete, 130 after Ctrl-C, 1 if a run or a probe failed.
    """
    with open_store(database(home)) as store:
        view = PaperView(store, home, options.figures, options.dataset, options.second)
        passed = _pass(store, home, planned, view, options, device)
        if passed is None:
            return 0
        if options.more_seeds:
            passed = _look_again(store, home, planned, view, options, device, passed)
        return _finish(store, passed, view, options)


def _pass(
    store: Store,
    home: Path,
    planned: Sequence[PlannedRun],
    view: PaperView,
    options: PaperOptions,
    device: torch.device,
) -> _Passed | None:
    """Train the missing runs and run the missing probes. None if only the plan was asked for."""
    entries = make_plan(planned, store.runs.list())
    wanted = view.wanted()
    where = f"{device}, {_count(torch.get_num_threads(), 'thread')}" if device.type == "cpu" else str(device)
    elsewhere = any(entry.state == "training elsewhere" for entry in entries)
    if not (options.plan_only or wanted or elsewhere or any(entry.missing for entry in entries)):
        return _Passed(planned, Trained(), Measured(), where, idle=True)
    at_once, threads = runs_at_once(device, options.at_once, sum(entry.missing for entry in entries))
    with progress_bar("timing a few training steps") as progress, using_threads(threads):
        entries = estimate(entries, home, device, download=options.download, progress=progress)
    if not options.as_json:
        if entries:
            print_plan(entries, where, at_once)
        _print_wanted(wanted)
    if options.plan_only:
        if options.as_json:
            print_json({**_plan(entries, at_once), "probes": len(wanted)})
        return None
    if not options.yes and sys.stdin.isatty() and sys.stdout.isatty():
        typer.confirm("Continue?", default=True, abort=True)
    with StopSignal() as stop:
        trained = train_missing(
            store, home, entries, device, stop, download=options.download, at_once=at_once, threads=threads
        )
        measured = Measured(stopped=True) if stop.is_set else _measure(store, home, view, device, stop)
    return _Passed(planned, trained, measured, where)


def _look_again(
    store: Store,
    home: Path,
    planned: Sequence[PlannedRun],
    view: PaperView,
    options: PaperOptions,
    device: torch.device,
    passed: _Passed,
) -> _Passed:
    """Add seeds where verdicts are inconclusive and judge again, at most at 2, 4 and 8 seeds. Each look is counted after its runs and
    probes are complete, and judged at a stricter level (`iterscope.paper.resampling.LOOK_LEVEL`)."""
    for seeds in LOOKS:
        if passed.stopped or passed.failures:
            break
        undecided = to_look_at(view.findings(), seeds)
        further = with_seeds(planned, undecided, seeds)
        if not further:
            continue
        if not options.as_json:
            print(f"{_count(len(undecided), 'claim')} inconclusive: looking again with {seeds} seeds")
        everything = [*passed.planned, *(one for one in further if one not in passed.planned)]
        found = _pass(store, home, everything, view, options, device)
        assert found is not None  # this isn't only a plan
        passed = found
        if not (passed.stopped or passed.failures):
            record_looks(home, view.datasets(), [finding["id"] for finding in undecided])
    return passed


def _measure(store: Store, home: Path, view: PaperView, device: torch.device, stop: StopSignal) -> Measured:
    wanted = view.wanted()
    with progress_bar(f"measuring ({_count(len(wanted), 'probe')})") as progress:
        return measure(store, home, wanted, device, progress=progress, should_stop=lambda: stop.is_set)


def _finish(store: Store, passed: _Passed, view: PaperView, options: PaperOptions) -> int:
    """Print the results and the next steps."""
    entries = make_plan(passed.planned, store.runs.list())
    pages = " and ".join(page for page, shown in (("/paper", view.papers), ("/literature", view.literature)) if shown)
    if options.as_json:
        print_json(_report(entries, passed.trained, passed.measured, view))
    elif passed.idle and not options.more_seeds:
        trained = f"{_count(len(entries), 'run')} trained, " if view.papers else ""
        print(f"Nothing to do: {trained}all probes measured. See the page {pages} of `iterscope up`.")
    else:
        planned = f"{plan_sentence(entries, passed.where)}; " if entries else ""
        print(
            f"{planned}{_count(passed.measured.computed, 'probe')} measured in {format_seconds(passed.measured.seconds)}"
        )
        if not passed.stopped:
            _print_claims("The paper's claims", "figures", view.findings())
            _print_claims("Claims of later works", "work", view.later_findings())
            print(
                f"The figures are on the page {pages} of `iterscope up`; `iterscope report RUN…` writes them to a file."
            )
    for failure in passed.failures:
        print(f"error: {failure}", file=sys.stderr)
    if passed.stopped:
        saved = "".join(f"; run {run.id} is saved" for run in passed.trained.interrupted)
        print(f"Stopped{saved}. Run the same command again to continue.", file=sys.stderr)
        return INTERRUPTED
    return 1 if passed.failures else 0


def _report(entries: Sequence[PlanEntry], trained: Trained, measured: Measured, view: PaperView) -> dict[str, Any]:
    return {
        **_plan(entries),
        "trained": [run.id for run in trained.completed],
        "interrupted": [run.id for run in trained.interrupted],
        "probes": measured.computed,
        "failures": [*trained.failures, *measured.failures],
        "claims": [*view.findings(), *view.later_findings()],
    }


def _plan(entries: Sequence[PlanEntry], at_once: int = 1) -> dict[str, Any]:
    minutes = elapsed(entries, at_once) / 60
    return {"runs": [entry.to_dict() for entry in entries], "at_once": at_once, "minutes": round(minutes, 4)}


def _print_wanted(wanted: Sequence[Wanted]) -> None:
    if wanted:
        print(f"{_count(len(wanted), 'probe')} to measure on existing runs")


def _print_claims(title: str, about: str, findings: Sequence[dict[str, Any]]) -> None:
    rows = [
        (finding["sentence"], ", ".join(finding["figures"]), finding["verdict"], _measured(finding))
        for finding in findings
    ]
    if rows:
        print_table(title, ("claim", about, "verdict", "measured"), rows)
        verdicts = Counter(finding["verdict"] for finding in findings)
        print("; ".join(f"{verdict}: {count}" for verdict, count in sorted(verdicts.items(), reverse=True)))


def _measured(finding: dict[str, Any]) -> str:
    """The number, and where the verdict is from."""
    return f"{finding['measured']} ({finding['scope']})" if finding["scope"] else str(finding["measured"])


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"

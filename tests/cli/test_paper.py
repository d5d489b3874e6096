"""`iterscope paper` with a tiny suite: from an empty store to figures and claims, and that it never repeats itself."""

from __future__ import annotations

import io
import json
import signal
import threading
import time
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import torch

from docs.reproduction import reproduction
from iterscope.datasets.registry import absolute_name
from iterscope.literature.works import WORKS
from iterscope.paper.suite import FIGURES
from iterscope_cli.errors import CommandError
from iterscope_cli.paper import PaperOptions, choose_figures, run_paper
from iterscope_cli.paper_seeds import to_look_at, with_seeds
from iterscope_cli.paper_view import PaperView
from iterscope_db import open_store
from tests.cli.conftest import invoke, planned

pytestmark = pytest.mark.training

CPU = torch.device("cpu")
CHOSEN = ("fig2", "fig3", "fig7")


@pytest.fixture(scope="module")
def options(few_digits: str) -> PaperOptions:
    return PaperOptions(CHOSEN, dataset=absolute_name(few_digits), at_once=1)


@dataclass(frozen=True)
class Printed:
    home: Path
    out: str
    err: str


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory, few_digits: str, options: PaperOptions) -> Printed:
    """Two seeds trained and measured by the command itself, and what it printed."""
    home = tmp_path_factory.mktemp("paper")
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        assert run_paper(home, [planned(few_digits), planned(few_digits, seed=1)], options, CPU) == 0
    return Printed(home, out.getvalue(), err.getvalue())


@pytest.fixture
def paper_home(printed: Printed) -> Path:
    return printed.home


def test_from_an_empty_store_to_figures_and_claims(printed: Printed, options: PaperOptions) -> None:
    plan, rest = printed.out.split("2 runs: 2 to train; about ")
    assert "fig2, fig7" in plan
    assert "of training on cpu" in rest
    assert "2 runs: 2 trained; 12 probes measured" in rest  # blocks, drop and unroll of two networks, on two splits
    assert "verdict" in rest
    assert "/paper" in rest
    assert "2 of 2" in printed.err
    with open_store(printed.home) as store:
        view = PaperView(store, printed.home, CHOSEN, dataset=options.dataset)
        assert view.wanted() == []
        panels = [panel for figure in view.payloads() for panel in figure["panels"] if panel["role"] == "original"]
        assert {(panel["state"], panel["n"]) for panel in panels} == {("ready", 2)}


def test_a_second_call_does_nothing_and_says_so(
    paper_home: Path, few_digits: str, options: PaperOptions, capsys: pytest.CaptureFixture[str]
) -> None:
    def everything() -> list[object]:
        with open_store(paper_home) as store:
            return [run.to_dict() for run in store.runs.list()]

    before = everything()
    capsys.readouterr()
    assert run_paper(paper_home, [planned(few_digits), planned(few_digits, seed=1)], options, CPU) == 0
    out, err = capsys.readouterr()
    assert out == "Nothing to do: 2 runs trained, all probes measured. See the page /paper of `iterscope up`.\n"
    assert err == ""
    assert everything() == before


def test_what_is_there_can_be_read_by_a_program(
    paper_home: Path, few_digits: str, options: PaperOptions, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = [planned(few_digits), planned(few_digits, seed=2)]
    assert run_paper(paper_home, wanted, replace(options, plan_only=True, as_json=True), CPU) == 0
    plan = json.loads(capsys.readouterr().out)
    assert [run["state"] for run in plan["runs"]] == ["there", "to train"]
    assert plan["minutes"] == plan["runs"][1]["minutes"] > 0
    wanted.append(planned(few_digits, seed=3))
    assert run_paper(paper_home, wanted, replace(options, plan_only=True, as_json=True, at_once=2), CPU) == 0
    plan = json.loads(capsys.readouterr().out)
    assert plan["at_once"] == 2
    assert plan["minutes"] == max(run["minutes"] for run in plan["runs"][1:])
    assert run_paper(paper_home, wanted[:1], replace(options, as_json=True), CPU) == 0
    claims = json.loads(capsys.readouterr().out)["claims"]
    assert claims
    assert all(set(claim["figures"]) & set(CHOSEN) for claim in claims)


def test_later_works_are_measured_on_every_run(paper_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kinds = sum(len(work.asked) for work in WORKS)
    assert run_paper(paper_home, [], PaperOptions(("literature",), plan_only=True), CPU) == 0
    assert capsys.readouterr().out == f"{2 * kinds} probes to measure on existing runs\n"
    with open_store(paper_home) as store:
        view = PaperView(store, paper_home, ("literature",))
        assert not view.findings()
        assert {finding["verdict"] for finding in view.later_findings()} == {"not yet run"}
        assert {one.request["earlier"] for one in view.wanted() if one.probe == "criticality"} == {
            f"run:{run.id}/0" for run in store.runs.list()
        }


def test_the_reproduction_page_has_the_stores_numbers(paper_home: Path, options: PaperOptions) -> None:
    with open_store(paper_home) as store:
        view = PaperView(store, paper_home, CHOSEN, dataset=options.dataset)
        text = reproduction(store, view, ["iterscope paper --only fig2"])
        runs, findings = store.runs.list(), view.findings()
    accuracies = ", ".join(f"{100 * run.latest['validation_accuracy']:.2f} %" for run in reversed(runs))
    assert f"| 0, 1 | 1 | {runs[0].configuration['precision']} | {accuracies} |" in text
    assert "```console\niterscope paper --only fig2\n" in text
    assert [f"## {name}: " in text for name in ("Figure 2", "Figure 3", "Figure 7", "Figure 4")] == [True] * 3 + [False]
    for finding in findings:
        assert finding["sentence"] in text
        assert finding["measured"] in text
    differing = sum(finding["verdict"] == "does not hold" for finding in findings)
    assert text.split("## Where our runs differ")[1].count(" Measured: ") == differing


def test_ctrl_c_saves_and_the_same_command_goes_on(
    tmp_path: Path, few_digits: str, options: PaperOptions, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = [planned(few_digits, epochs=15)]

    def press() -> None:
        deadline = time.monotonic() + 60
        with open_store(tmp_path) as store:
            while time.monotonic() < deadline and not any((run.epoch or 0) >= 1 for run in store.runs.list()):
                time.sleep(0.1)
        signal.raise_signal(signal.SIGINT)

    thread = threading.Thread(target=press)
    thread.start()
    assert run_paper(tmp_path, wanted, options, CPU) == 130
    thread.join()
    out, err = capsys.readouterr()
    assert "1 run: 1 to resume; 0 probes measured" in out
    assert "Run the same command again to continue" in err
    assert "verdict" not in out  # of claims nothing is said before the end
    assert run_paper(tmp_path, wanted, options, CPU) == 0
    assert "1 of 1" in capsys.readouterr().err
    with open_store(tmp_path) as store:
        assert [(run.status, run.epoch) for run in store.runs.list()] == [("completed", 15)]


def test_figures_are_chosen_by_name() -> None:
    assert choose_figures(["fig7, table1", "FIG2"]) == ("fig2", "fig7", "table1")
    assert choose_figures(["literature,fig7"]) == ("fig7", "literature")
    assert choose_figures([]) == FIGURES
    with pytest.raises(CommandError, match=r"figure 'fig21' is unknown: choose from fig2, .*fig20, table1"):
        choose_figures(["fig2,fig21"])


def test_the_command_refuses_what_it_can_not_plan(tmp_path: Path) -> None:
    for arguments, message in (
        (["--only=fig1"], "figure 'fig1' is unknown"),
        (["--dataset=photos"], "data set 'photos' is unknown"),
        (["--dataset=digits", "--second-dataset=digits"], "both data sets are 'digits'"),
    ):
        found = invoke("paper", *arguments, f"--home={tmp_path}")
        assert message in str(found.exception), arguments
    assert not list(tmp_path.iterdir())


def test_more_seeds_where_a_verdict_is_inconclusive(
    tmp_path: Path, few_digits: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A network that learned nothing stays inconclusive: it is looked at with 2, 4 and 8 seeds, and then no more."""
    options = PaperOptions(("fig2",), dataset=absolute_name(few_digits), at_once=1, more_seeds=True)
    wanted = [planned(few_digits, figures=("fig2",))]
    assert run_paper(tmp_path, wanted, options, CPU) == 0
    out, _ = capsys.readouterr()
    assert [f"looking again with {seeds} seeds" in out for seeds in (2, 4, 8)] == [True] * 3
    with open_store(tmp_path) as store:
        assert sorted(run.seed or 0 for run in store.runs.list()) == list(range(8))
        view = PaperView(store, tmp_path, ("fig2",), dataset=options.dataset)
        found = next(finding for finding in view.findings() if finding["id"] == "fig2-small")
    assert found["verdict"] == "inconclusive"
    assert found["looks"] == 3
    assert "look 3 of at most 3 (2, 4 and 8 seeds), each at 98.3 %" in found["note"]
    assert found["scope"].endswith("8 seeds: undecided")
    assert run_paper(tmp_path, wanted, options, CPU) == 0
    assert "looking again" not in capsys.readouterr().out


def test_only_undecided_networks_get_more_seeds() -> None:
    def finding(verdict: str, n_runs: int, *nets: str, statistic: float | None = 0.1) -> dict[str, object]:
        return {"verdict": verdict, "n_runs": n_runs, "nets": nets, "statistic": statistic}

    small, other = planned("digits"), planned("digit-pairs")
    name = f"{small.kind.label} on digits"
    every = [
        finding("inconclusive", 1, name),
        finding("holds", 1, f"{other.kind.label} on digit-pairs"),
        finding("inconclusive", 4, name),
        finding("inconclusive", 1, name, statistic=None),
    ]
    assert to_look_at(every, 2) == every[:1]
    assert to_look_at(every, 8) == [every[0], every[2]]
    further = with_seeds([small, other], every[:1], 4)
    assert [(run.kind.label, run.configuration.seed) for run in further] == [
        (small.kind.label, seed) for seed in range(4)
    ]

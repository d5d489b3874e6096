"""A benchmark that misses a budget exits with 1 and names it."""

from __future__ import annotations

import math
import subprocess
import sys

import pytest

from benchmarks.budgets import Budgets


def test_budgets_that_hold_let_the_command_end_well() -> None:
    budgets = Budgets()
    assert budgets.at_most("time", 50.0, 50.0, " ms") == "holds"
    assert budgets.at_least("speed", 1.2, 1.2) == "holds"
    budgets.finish()


@pytest.mark.parametrize("found", [50.1, math.nan])
def test_a_budget_that_is_missed_is_named(found: float, capsys: pytest.CaptureFixture[str]) -> None:
    budgets = Budgets()
    assert budgets.at_most("time", found, 50.0, " ms") == "MISSED"
    with pytest.raises(SystemExit) as exit_:
        budgets.finish()
    assert exit_.value.code == 1
    assert f"budget missed: time: {found:.4g} ms, at most 50 ms" in capsys.readouterr().err


def test_make_bench_names_the_benchmark_that_failed() -> None:
    program = "import benchmarks.__main__ as bench; bench.BENCHMARKS = ('budgets', 'nothing'); import sys; sys.argv = ['x']; bench.main()"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert ran.stderr.rstrip().endswith("in: nothing")

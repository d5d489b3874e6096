"""`make chaos`: ten minutes of faults at random. Prints a table; the exit code is 1 if a promise did not hold."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from tests.chaos.faults import FAULTS
from tests.chaos.trials import Tally, run_trials

DOCUMENT = Path(__file__).parents[2] / "docs" / "RELIABILITY.md"
BEGIN, END = "<!-- last run -->", "<!-- end -->"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600, help="time of all trials (default: %(default)g)")
    parser.add_argument("--seed", default="0", help="the same seed makes the same faults (default: %(default)s)")
    parser.add_argument("--write", action="store_true", help="write the table into docs/RELIABILITY.md")
    parser.add_argument("--trials", type=int, help="trials of each fault, instead of a time")
    names = [fault.name.replace(" ", "-") for fault in FAULTS]
    parser.add_argument("faults", nargs="*", metavar="FAULT", choices=[*names, []], help=f"some of: {', '.join(names)}")
    chosen = parser.parse_args(arguments)
    faults = [fault for fault, name in zip(FAULTS, names, strict=True) if name in (chosen.faults or names)]
    whole = sum(fault.share for fault in faults)
    print(f"seed {chosen.seed}, Python {platform.python_version()}, {platform.system()}\n")
    print(f"{'fault':<20}{'trials':>8}{'broken':>8}{'seconds':>9}   how they ended")
    tallies = []
    with tempfile.TemporaryDirectory(prefix="iterscope-chaos-") as folder:
        for number, fault in enumerate(faults):
            seconds = float("inf") if chosen.trials else chosen.seconds * fault.share / whole
            tally = run_trials(
                fault, Path(folder) / str(number), seed=chosen.seed, seconds=seconds, count=chosen.trials
            )
            print(row(tally), flush=True)
            tallies.append(tally)
    if chosen.write:
        write(chosen.seconds, chosen.seed, tallies)
    broken = [tally for tally in tallies if tally.broken]
    for tally in broken:
        print(f"\n{tally.fault.name}: {tally.fault.promise}")
        for what in tally.broken:
            print(f"  {what}")
    print(f"\n{'Promises were broken.' if broken else 'Every promise that could be tried held.'}")
    return bool(broken)


def row(tally: Tally) -> str:
    """A line of the table."""
    return f"{tally.fault.name:<20}{tally.trials:>8}{len(tally.broken):>8}{tally.seconds:>9.1f}   {ends(tally)}"


def ends(tally: Tally) -> str:
    """How the trials ended, and how often each way."""
    ended = "; ".join(f"{count} × {how}" for how, count in tally.ended.most_common())
    return f"not tried: {tally.not_possible}" if tally.not_possible else ended


def write(seconds: float, seed: str, tallies: Sequence[Tally]) -> None:
    """Replace the table of the last run in docs/RELIABILITY.md."""
    before, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    lines = [
        f"| {tally.fault.name} | {tally.trials} | {len(tally.broken)} | {tally.seconds:.0f} | {ends(tally)} |"
        for tally in tallies
    ]
    system = f"Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} cores"
    table = ["| Fault | Trials | Broken | Seconds | How they ended |", "|---|---|---|---|---|", *lines]
    said = f'`make chaos ARGUMENTS="--seconds {seconds:g} --seed {seed} --write"` on {datetime.now(UTC):%Y-%m-%d}, {system}:'
    DOCUMENT.write_text("\n".join([f"{before}{BEGIN}", "", said, "", *table, "", f"{END}{after}"]), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())

"""Reads and checks the address of the Blocks page: an invalid value never breaks the page and gives a notice."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from iterscope_dashboard.client import BackendClient
from iterscope_dashboard.curves import RunCurves
from iterscope_dashboard.figures.overlay import MOST_RUNS
from iterscope_dashboard.model import Json, Run, seed_group
from iterscope_dashboard.pages.base import choose_run
from iterscope_dashboard.state import Query

METRICS = ("cosine_loss", "l2_ratio", "early_exit_accuracy", "activation_norm", "cosine_loss_plugged", "drop_damage")
PIN = re.compile(r"([A-Za-z0-9_-]+)@(\d{1,9})")


@dataclass(frozen=True)
class RunChoice:
    """The runs that are shown."""

    run: Run
    group: list[Run]  # it and its seeds, itself first
    merged: bool  # show means over seeds for runs with several seeds
    others: list[Run]  # drawn over it
    siblings: dict[str, list[Run]]  # the seeds of each of those

    @property
    def groups(self) -> list[list[Run]]:
        """One entry per curve: the runs that it averages."""
        return [self.group if self.merged else [self.run], *(self.group_of(other) for other in self.others)]

    def group_of(self, other: Run) -> list[Run]:
        """An overlaid run, with its seeds if they are merged."""
        return [other, *self.siblings[other.id]] if self.merged else [other]


def choose_runs(runs: Sequence[Run], query: Query) -> RunChoice:
    """`run`, `with` and `seeds`."""
    run = choose_run(runs, query)
    group = seed_group(run, runs)
    known = {other.id: other for other in runs}
    merged = query.choice("seeds", ("merged", "this"), "merged") == "merged"
    covered = {member.id for member in (group if merged else [run])}
    others: list[Run] = []
    siblings: dict[str, list[Run]] = {}
    for name in filter(None, (query.text("with") or "").split(",")):
        if name not in known:
            query.notices.append(f"run “{name}” is not in this store: it is left out of the comparison.")
        elif name not in covered and len(others) + 1 < MOST_RUNS:
            siblings[name] = seed_group(known[name], runs)[1:]
            covered |= {name, *(member.id for member in siblings[name] if merged)}
            others.append(known[name])
        elif name not in covered:
            query.notices.append(
                f"with “{query.text('with')}” lists more than {MOST_RUNS - 1} runs: showing the first {MOST_RUNS - 1}."
            )
            break
    return RunChoice(run, group, merged and (len(group) > 1 or any(siblings.values())), others, siblings)


async def load_curves(client: BackendClient, choice: RunChoice, metrics: Sequence[str]) -> RunCurves:
    """The selected run's curves, or the means over its seeds."""
    run = choice.run
    payload = await client.metrics(run.id, metrics, merge=choice.merged and len(choice.group) > 1)
    return RunCurves.from_json(
        payload, [{"index": b.index, "stage": b.stage, "is_projection": b.is_projection} for b in run.blocks]
    )


def read_epoch(query: Query, curves: RunCurves) -> int:
    """`epoch`; the last one without."""
    first, last = curves.epochs[0], curves.epochs[-1]
    epoch = query.whole("epoch", first, last, last, f"showing epoch {last}")
    assert epoch is not None
    return epoch


def read_blocks(query: Query, length: int) -> list[int]:
    """`blocks=0,4-7`."""
    text = query.text("blocks")
    if not text:
        return []
    found: set[int] = set()
    for part in text.split(","):
        edges = part.split("-")
        if not all(edge.isdecimal() and len(edge) < 6 for edge in edges) or len(edges) > 2 or int(edges[-1]) >= length:
            query.notices.append(
                f"blocks “{text}” is not a list of blocks from 0 to {length - 1} like 0,4-7: no block is selected."
            )
            return []
        found.update(range(int(edges[0]), int(edges[-1]) + 1))
    return sorted(found)


def read_pin(query: Query, runs: Sequence[Run]) -> Json | None:
    """`pin=RUN@EPOCH`."""
    text = query.text("pin")
    if not text:
        return None
    match = PIN.fullmatch(text)
    run = next((run for run in runs if match and run.id == match[1]), None)
    if match is None or run is None:
        query.notices.append(f"pin “{text}” is not RUN@EPOCH of a run in this store: nothing is pinned.")
        return None
    return {"run": run.id, "epoch": int(match[2]), "label": pin_label(run, int(match[2]))}


def pin_label(run: Run, epoch: int) -> str:
    """Label of a pin; an imported network has no epoch."""
    return run.name if run.imported else f"epoch {epoch} of {run.name}"


def read_update(query: Query, convention: str | None) -> str:
    """`update`: the update that is measured. If nothing follows the addition, both are the same."""
    update = query.choice("update", ("branch", "effective"), "branch")
    if update == "effective" and convention not in (None, "post-activation"):
        query.notices.append(f"update “effective” equals the branch in a {convention} network: showing branch.")
        return "branch"
    return update


def read_view(query: Query, choice: RunChoice, runs: Sequence[Run], convention: str | None) -> Json:
    """The initial state of 2_blocks_wiring.js: everything that the browser changes without the server.

    `convention` is None if it is not known yet.
    """
    last = max(0, len(choice.run.blocks) - 1)
    splits = ("both", "train", "validation")
    return {
        "run": choice.run.id,
        "others": [other.id for other in choice.others],
        "merged": choice.merged,
        "metric": query.choice("metric", METRICS, "cosine_loss"),
        "by": query.choice("by", METRICS, "early_exit_accuracy"),
        "split": query.choice("split", splits, "validation" if choice.others else "both"),
        "block": query.whole("block", 0, last, None, "no block is marked"),
        "blocks": read_blocks(query, last + 1),
        "pin": read_pin(query, runs),
        "difference": query.choice("difference", ("0", "1"), "0") == "1",
        "stages": query.choice("lines", ("all", "stages"), "all") == "stages",
        "update": read_update(query, convention),
        "convention": convention,
    }

"""A panel's payload: its state, its lines, and what to do if something is missing."""

from __future__ import annotations

from typing import Any, Literal

from iterscope.paper.evidence import NET_NAMES, SPLITS, NetName, Split
from iterscope.paper.figures import FigureDefinition, PanelDefinition
from iterscope_backend.paper import series
from iterscope_backend.paper.gathering import Gathered
from iterscope_backend.paper.needs import Need, panel_needs
from iterscope_backend.paper.selection import Repetitions

Json = dict[str, Any]
PanelState = Literal["ready", "not yet run", "not yet measured"]
FigureState = Literal["complete", "partial", "not yet run"]


def state(gathered: Gathered, figure: str, panel: PanelDefinition) -> tuple[PanelState, str | None]:
    """Whether there is something to draw; and what is missing, with the remedy, or None if nothing is."""
    command = f"`iterscope paper --only {figure}`"
    where = gathered.datasets[panel.slot] or f"a {panel.slot} data set"
    present = [name for name in panel.nets if (name, panel.slot) in gathered.nets]
    absent = [NET_NAMES[name] for name in panel.nets if name not in present]
    untrained = f"no completed run of the {', the '.join(absent)} on {where}: {command} trains what is missing"
    if not present:
        return "not yet run", untrained
    unmeasured, runs = 0, 0
    for name in present:
        net = gathered.nets[name, panel.slot]
        runs += len(net.runs)
        unmeasured += len(net.runs) - measured_runs(gathered, panel, net)
    if unmeasured == runs:
        probes = " and ".join(dict.fromkeys(need_name(need) for need, _ in panel_needs(panel)))
        return (
            "not yet measured",
            f"the probe {probes} has not been run on this network yet: measure it, or run {command}",
        )
    if absent:
        return "ready", untrained
    if unmeasured:
        return "ready", f"measured for {runs - unmeasured} of {runs} seeds: measure the others, or run {command}"
    return "ready", None


def need_name(need: Need) -> str:
    """The probe's display name."""
    names: dict[Need, str] = {
        "unroll-scaled": "unroll (scaled)",
        "blocks": "block-metrics",
        "initial": "batch-statistics",
    }
    return names.get(need, need)


def measured_runs(gathered: Gathered, panel: PanelDefinition, net: Repetitions) -> int:
    """For how many of a network's runs everything that the panel needs is stored."""
    needs = list(panel_needs(panel))
    return len(gathered.results(net, needs)) if needs else len(net.runs)


def figure_state(states: list[tuple[PanelState, str | None]]) -> FigureState:
    """Complete if nothing is missing in any panel."""
    if all(each == "not yet run" for each, _ in states):
        return "not yet run"
    return "complete" if all(missing is None for _, missing in states) else "partial"


def payload(gathered: Gathered, figure: FigureDefinition, panel: PanelDefinition) -> Json:
    """A panel as it appears in the payload."""
    here, missing = state(gathered, figure.id, panel)
    nets: dict[NetName, Repetitions] = {
        name: gathered.nets[name, panel.slot] for name in panel.nets if (name, panel.slot) in gathered.nets
    }
    lines = [each for net in nets.values() for each in _lines(gathered, panel, net)] if here == "ready" else []
    longest = max(nets.values(), key=lambda net: len(net.runs[0].blocks), default=None)
    blocks = () if longest is None else longest.runs[0].blocks
    single = nets.get(panel.nets[0]) if len(panel.nets) == 1 else None
    return {
        "title": _title(gathered, panel, single),
        "role": None if len(panel.nets) > 1 else panel.nets[0],
        "dataset": gathered.datasets[panel.slot],
        "state": here,
        "missing": missing,
        "runs": [record.id for net in nets.values() for record in net.runs],
        "n": min((each["n"] for each in lines), default=0),
        "blocks": [{"shared_with": None, **block} for block in blocks],
        "x": {"kind": _x_kind(panel), "label": panel.x.label},
        "y": {"label": panel.y.label, "unit": panel.y.unit, "log": panel.y.log},
        "mark_x": len(blocks) - 1 if panel.kind == "steps" and blocks else None,
        "series": lines,
    }


def _x_kind(panel: PanelDefinition) -> str:
    kinds = {"by-epoch": "epoch", "scalar-by-epoch": "epoch", "groups-by-step": "step", "steps": "step"}
    return kinds.get(panel.kind, "block")


def _title(gathered: Gathered, panel: PanelDefinition, net: Repetitions | None) -> str:
    dataset = gathered.datasets[panel.slot] or f"the {panel.slot} data set"
    if len(panel.nets) > 1:
        return f"{panel.title} on {dataset}"
    whole = f"{_capital(NET_NAMES[panel.nets[0]])} on {dataset}" if net is None else net.label
    factor = ""
    if net is not None and panel.kind in ("steps", "groups-by-step") and panel.scaling == "auto":
        found = gathered.results(net, [("unroll-scaled", panel.splits[0])])
        if scales := sorted({float(result["scale"]) for (result,) in found}):
            factor = f" (α = {', '.join(f'{scale:g}' for scale in scales)})"
    return f"{whole}: {panel.title}{factor}" if panel.title else whole


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lines(gathered: Gathered, panel: PanelDefinition, net: Repetitions) -> list[Json]:
    runs = gathered.data(net)
    last_stage = last_stage_of(net)
    if panel.kind == "by-block":
        measured = {split: [one for (one,) in gathered.results(net, [("last", split)])] for split in panel.splits}
        return series.by_block(panel, runs, logged_images(gathered, net), measured)
    if panel.kind == "before-training":
        initial = [one for (one,) in gathered.results(net, [("initial", panel.splits[0])])]
        return [series.before_training(panel, net.kind.label, net.kind.role, initial)] if initial else []
    if panel.kind == "by-epoch":
        return series.by_epoch(panel, runs, last_stage, gathered.by_epoch(net, panel.splits[0]))
    if panel.kind == "scalar-by-epoch":
        return series.scalar_by_epoch(panel, runs, net.kind.label, net.kind.role, gathered.by_epoch(net, "validation"))
    lines = []
    for split in panel.splits:
        found = gathered.results(net, [(need, of) for need, of in panel_needs(panel) if of == split])
        if not found:
            continue
        first = [answers[0] for answers in found]
        if panel.kind == "drop":
            lines += series.drop(panel, split, first)
        elif panel.kind == "groups-by-block":
            lines += series.groups(panel, first[0]["exit_blocks"], first)
        elif panel.kind == "groups-by-step":
            lines += series.groups(panel, first[0]["step"], first)
        else:
            lines += series.along_steps(panel, split, first, [answers[1] for answers in found], last_stage)
    return lines


def last_stage_of(net: Repetitions) -> list[int]:
    """The blocks whose hidden states the head can be applied to."""
    blocks = net.runs[0].blocks
    return [int(block["index"]) for block in blocks if block["stage"] == blocks[-1]["stage"]]


def logged_images(gathered: Gathered, net: Repetitions) -> dict[Split, int]:
    """Number of images of each split in the per-block metrics that one run logged."""
    asked = int(net.runs[0].configuration.get("log_samples") or 0)
    sizes = gathered.split_sizes(net.dataset)
    return {split: min(asked, sizes.get(split, asked)) for split in SPLITS} if asked else {}

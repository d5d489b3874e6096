"""A trained network block by block: the results of five probes on its last checkpoint, as figures and tables of a report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from iterscope.measurements.block_metrics import BlockMetricsRequest
from iterscope.measurements.borderline import BorderlineRequest
from iterscope.measurements.drop import DropRequest
from iterscope.measurements.request import MeasurementRequest
from iterscope.measurements.unroll import UnrollRequest
from iterscope_backend.answers import probe_answer
from iterscope_backend.encoding import decode
from iterscope_backend.jobs.question import Question, trained_on
from iterscope_backend.paper import Wanted
from iterscope_dashboard import theme
from iterscope_dashboard.figures.common import METRIC_AXES, block_axis, finite, symbols
from iterscope_dashboard.figures.drop import drop_figure, drop_info
from iterscope_dashboard.figures.figure import Figure
from iterscope_dashboard.figures.plans import unroll_groups_figure, unroll_info
from iterscope_dashboard.model import Json, blocks_of, number
from iterscope_db import CheckpointRecord, RunRecord, Store

STEPS = 20
"""Number of additional applications of the last block."""
Table = tuple[list[str], list[tuple[str, ...]]]
"""Column titles, and rows of texts."""


def wanted_of(checkpoint: CheckpointRecord, home: Path) -> dict[str, Wanted]:
    """The probes for a network's section, by name; empty if the checkpoint doesn't record its data set."""
    if (data := trained_on(checkpoint)) is None:
        return {}
    asked: dict[str, tuple[str, MeasurementRequest]] = {
        "metrics": ("block-metrics", BlockMetricsRequest(checkpoint=checkpoint.id)),
        "drop": ("drop", DropRequest(checkpoint=checkpoint.id)),
        "groups": ("borderline", BorderlineRequest(checkpoint=checkpoint.id)),
        "unscaled": ("unroll", UnrollRequest(checkpoint=checkpoint.id, steps=STEPS, scale=1.0)),
        "scaled": ("unroll", UnrollRequest(checkpoint=checkpoint.id, steps=STEPS, scale="auto")),
    }
    found = {}
    for name, (probe, request) in asked.items():
        question = Question(probe, checkpoint, data, request.canonical(), home / checkpoint.path)
        found[name] = Wanted(probe, {"checkpoint": checkpoint.id, **request.canonical()}, question)
    return found


def last_checkpoint(store: Store, run: RunRecord) -> CheckpointRecord | None:
    """The checkpoint of the last epoch, or None."""
    kept = store.checkpoints.list(run.id)
    return max(kept, key=lambda each: each.epoch if each.epoch is not None else -1, default=None)


def stored_answers(store: Store, wanted: Mapping[str, Wanted]) -> dict[str, Json]:
    """The stored results of these probes, by name."""
    found = ((name, store.probe_results.get(one.question.key)) for name, one in wanted.items())
    return {
        name: decode(probe_answer(result.result_json, checkpoint=result.checkpoint_id, cached=True))
        for name, result in found
        if result is not None
    }


@dataclass(frozen=True)
class Part:
    """One figure or table of a network's section."""

    title: str
    caption: str
    figure: Figure | None = None
    size: tuple[int, int] = (900, 310)
    """Pixels."""
    table: Table | None = None


def parts(answers: Mapping[str, Json]) -> Iterator[Part]:
    """The figures and tables for which there are results."""
    if "metrics" in answers:
        metrics = answers["metrics"]
        caption = f"Mean over {metrics['samples']:,} validation images; the band is one standard deviation. {convention(metrics)}"
        yield Part("Cosine loss and ℓ2 ratio of every block", caption, blocks_figure(metrics))
    if "drop" in answers:
        drop = answers["drop"]
        figure = drop_figure(drop_info(drop))
        yield Part("Accuracy without one block", drop_sentence(drop), figure)
    if "groups" in answers:
        groups = answers["groups"]
        caption = f"Borderline: probability margin below {groups['threshold']:g} after block {groups['reference']}."
        yield Part("Accuracy of the head after earlier blocks", caption, table=group_rows(groups))
    if "scaled" in answers:
        scaled, unscaled = answers["scaled"], answers.get("unscaled")
        figure = unroll_groups_figure(unroll_info(scaled), unroll_info(unscaled) if unscaled else None)
        yield Part("The last block applied repeatedly", unroll_sentence(scaled, unscaled), figure, (1100, 330))


def convention(metrics: Json) -> str:
    """The convention for F and the addition, if the result records it."""
    found = (metrics.get("provenance") or {}).get("convention")
    return f"Convention: {found}." if found else ""


def drop_sentence(drops: Json) -> str:
    """The accuracy of the whole network, and without its most and least important blocks."""
    best, worst = extremes(drops)
    return (
        f"Untouched network: {percent(drops['baseline']['accuracy'])}. Dropping block {worst[0]} costs most (accuracy "
        f"{percent(worst[1])}); dropping block {best[0]} costs least ({percent(best[1])})."
    )


def unroll_sentence(scaled: Json, unscaled: Json | None) -> str:
    """The accuracy after the additional steps."""
    plain = f"{percent(last_accuracy(unscaled))} unscaled, " if unscaled else ""
    return (
        f"Accuracy on all images after {scaled['steps']} more steps: {plain}{percent(last_accuracy(scaled))} with "
        f"α = {scaled['scale']:g} (chosen by training loss)."
    )


def extremes(drops: Json) -> tuple[tuple[int, float], tuple[int, float]]:
    """The blocks whose removal costs least and most, each with the remaining accuracy."""
    each = [(plan["blocks"][0], float(plan["accuracy"])) for plan in drops["plans"]]
    return max(each, key=lambda one: one[1]), min(each, key=lambda one: one[1])


def group_rows(groups: Json) -> Table:
    """Accuracy of each group, one row per exit."""
    shown = ("borderline", "correct", "all")
    columns = ["after block", *(f"{name} (n = {groups['groups'][name]['n']:,})" for name in shown)]
    accuracies = [groups["groups"][name]["accuracy"] for name in shown]
    rows: list[tuple[str, ...]] = [
        (str(block), *(percent(each[place]) for each in accuracies))
        for place, block in enumerate(groups["exit_blocks"])
    ]
    return columns, rows


def last_accuracy(unrolled: Json) -> float:
    """Accuracy on all images after the last step."""
    return float(unrolled["groups"]["all"]["accuracy"][-1])


def percent(value: Any, digits: int = 1) -> str:
    """0.954 → "95.4 %"; a dash if undefined."""
    share = number(value)
    return "–" if share != share else f"{100 * share:.{digits}f} %"


def blocks_figure(metrics: Json) -> Figure:
    """Cosine loss and ℓ2 ratio side by side, with a band of one standard deviation over the images."""
    blocks = blocks_of(metrics["blocks"])
    figure = Figure(showlegend=False)
    for place, metric in enumerate(("cosine_loss", "l2_ratio"), start=1):
        suffix, left = "" if place == 1 else "2", 0.0 if place == 1 else 0.56
        mean, std = ([number(value) for value in metrics[metric][field]] for field in ("mean", "std"))
        x = list(range(len(mean)))
        axes = {"xaxis": f"x{suffix}", "yaxis": f"y{suffix}"}
        low, high = ([m + sign * s for m, s in zip(mean, std, strict=True)] for sign in (-1, 1))
        figure.add_scatter(x=x, y=finite(low), mode="lines", line={"width": 0}, hoverinfo="skip", **axes)
        figure.add_scatter(
            x=x, y=finite(high), mode="lines", line={"width": 0}, fill="tonexty", hoverinfo="skip",
            fillcolor=theme.translucent(theme.VALIDATION, 0.18), **axes,
        )  # fmt: skip
        figure.add_scatter(
            x=x, y=finite(mean), mode="lines+markers", line={"color": theme.VALIDATION, "width": 2},
            marker={"size": 6, "symbol": symbols(blocks)}, **axes,
        )  # fmt: skip
        figure.update_layout(**{
            f"xaxis{suffix}": {"domain": [left, left + 0.44], "anchor": f"y{suffix}"},
            f"yaxis{suffix}": {"anchor": f"x{suffix}", "title": {"text": METRIC_AXES[metric]}},
        })  # fmt: skip
    block_axis(figure, blocks)
    figure.add_hline(y=0, line={"color": theme.UNTOUCHED, "width": 1}, layer="below")
    return figure

"""Results of a plan, compared with the untouched network or another plan."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from iterscope_dashboard import theme
from iterscope_dashboard.figures.common import METRIC_AXES, block_axis, finite
from iterscope_dashboard.figures.figure import Figure
from iterscope_dashboard.model import Block, Group, Json, Summary, blocks_of, groups_of
from iterscope_dashboard.snippets import (
    PLAN_GROUPS,
    UNROLL_GROUPS,
    UNROLL_METRICS,
    plan_steps,
    probe_snippet,
    with_snippet,
)


@dataclass(frozen=True)
class Half:
    """The results of one network: the reference or the plan."""

    groups: dict[str, Group]  # one-entry lists
    steps: list[int]  # block of each step of its plan
    metrics: dict[str, Summary]  # cosine_loss, l2_ratio: lists over steps


@dataclass(frozen=True)
class PlanInfo:
    """The result of /probe/plan."""

    blocks: tuple[Block, ...]
    samples: int
    text: str
    baseline: Half
    result: Half
    changed: list[Json]
    changed_count: int
    cached: bool
    source: Json  # the whole answer


def plan_info(result: Json) -> PlanInfo:
    """Read /probe/plan."""

    def half(payload: Json) -> Half:
        return Half(
            groups_of(payload["groups"]),
            [int(step["block"]) for step in payload["steps"]],
            {name: Summary.from_json(payload[name]) for name in ("cosine_loss", "l2_ratio")},
        )

    changed = list(result.get("changed") or ())
    return PlanInfo(
        blocks=blocks_of(result["blocks"]),
        samples=int(result["samples"]),
        text=str(result.get("text") or ""),
        baseline=half(result["baseline"]),
        result=half(result["result"]),
        changed=changed,
        changed_count=int(result.get("changed_count", len(changed))),
        cached=bool((result.get("provenance") or {}).get("cached")),
        source=result,
    )


def plan_positions(steps: Sequence[int], length: int) -> list[float]:
    """Position of each step of a plan on the block axis.

    A block is at its index. Repeats of the last block continue to the right; repeats of an earlier block share the space
    before the next block.
    """
    positions: list[float] = []
    start = 0
    while start < len(steps):
        stop = start
        while stop < len(steps) and steps[stop] == steps[start]:
            stop += 1
        count, block = stop - start, steps[start]
        room = float(count) if block == length - 1 and stop == len(steps) else 1.0
        positions += [block + room * i / count for i in range(count)]
        start = stop
    return positions


def steps_figure(info: PlanInfo, metric: str) -> Figure:
    """Cosine loss or ℓ2 ratio per block of both networks, with quartiles for the plan."""
    length = len(info.blocks)
    figure = Figure(meta={"kind": "plan", "metric": metric}, showlegend=False)
    before, after = info.baseline.metrics[metric], info.result.metrics[metric]
    x_before = plan_positions(info.baseline.steps, length)
    x_after = plan_positions(info.result.steps, length)
    if after.low and after.high:
        kept = [i for i in range(len(x_after)) if math.isfinite(after.low[i]) and math.isfinite(after.high[i])]
        figure.add_scatter(
            x=[x_after[i] for i in kept + kept[::-1]],
            y=[after.high[i] for i in kept] + [after.low[i] for i in reversed(kept)],
            mode="lines", line={"width": 0}, fill="toself", fillcolor=theme.translucent(theme.CHANGED, 0.14),
            hoverinfo="skip", showlegend=False, name="25 % to 75 % quantiles over images",
        )  # fmt: skip
    figure.add_scatter(
        x=x_before, y=finite(before.mean), name="reference", mode="lines+markers", text=[str(b) for b in info.baseline.steps],
        meta={"role": "reference"},
        line={"color": theme.UNTOUCHED, "width": 1.8, "dash": "dot"}, marker={"size": 5, "symbol": "circle-open"},
        hovertemplate="%{y:.3f}",
    )  # fmt: skip
    figure.add_scatter(
        x=x_after, y=finite(after.mean), name="with the plan", mode="lines+markers", text=[str(b) for b in info.result.steps],
        meta={"role": "plan"}, line={"color": theme.CHANGED, "width": 2}, marker={"size": 5}, hovertemplate="%{y:.3f} (block %{text})",
    )  # fmt: skip
    block_axis(figure, info.blocks)
    figure.update_xaxes(range=[-0.6, max([length - 1.0, *x_before, *x_after]) + 0.6])
    last = max(x_after)
    if last > length - 0.5:
        step = 3 if length <= 30 else 6
        figure.update_xaxes(tickmode="array", tickvals=list(range(0, length, step)))
        figure.add_annotation(
            text=f"block {info.result.steps[-1]} repeated ×{round(last) - length + 1}", x=(last + length) / 2, y=1, yref="paper",
            yanchor="bottom", showarrow=False, font={"size": 10.5, "color": theme.CHANGED},
        )  # fmt: skip
        figure.add_vline(x=length - 0.5, line={"color": theme.CHANGED, "width": 1, "dash": "dot"}, layer="below")
    figure.update_yaxes(title_text=METRIC_AXES[metric])
    if metric == "cosine_loss":
        figure.add_hline(y=0, line={"color": theme.UNTOUCHED, "width": 1}, layer="below")
    return with_snippet(figure, probe_snippet(info.source, plan_steps(metric)))


def groups_figure(info: PlanInfo) -> Figure:
    """Accuracy of all, correct and borderline images with 95 % intervals, for reference and plan."""
    figure = Figure(hovermode="closest", showlegend=False)
    names = list(info.baseline.groups)[::-1]
    for half, title, colour, symbol, shift in (
        (info.baseline, "reference", theme.UNTOUCHED, "circle-open", 0.13),
        (info.result, "with the plan", theme.CHANGED, "circle", -0.13),
    ):
        accuracy = [half.groups[name].accuracy[0] for name in names]
        pairs = list(zip(accuracy, (half.groups[name].interval[0] for name in names), strict=True))
        figure.add_scatter(
            x=finite(accuracy, 100), y=[position + shift for position in range(len(names))], name=title, mode="markers",
            marker={"size": 11, "color": colour, "symbol": symbol, "line": {"width": 2, "color": colour}},
            error_x={
                "type": "data", "symmetric": False, "width": 4, "thickness": 1.5, "color": colour,
                "array": [max(0.0, 100 * (high - a)) if math.isfinite(high) else 0 for a, (_, high) in pairs],
                "arrayminus": [max(0.0, 100 * (a - low)) if math.isfinite(low) else 0 for a, (low, _) in pairs],
            },
            hovertemplate="%{x:.1f} %<extra>" + title + "</extra>",
        )  # fmt: skip
    labels = [f"{name}<br>n = {info.baseline.groups[name].n}" for name in names]
    figure.update_yaxes(
        tickmode="array", tickvals=list(range(len(names))), ticktext=labels, range=[-0.6, len(names) - 0.4]
    )
    figure.update_xaxes(title_text="accuracy (%) with 95 % interval", range=[-3, 103])
    return with_snippet(figure, probe_snippet(info.source, PLAN_GROUPS))


@dataclass(frozen=True)
class UnrollInfo:
    """The result of /probe/unroll."""

    block: int
    scale: float
    step: list[int]  # 0 … steps
    groups: dict[str, Group]
    metrics: dict[str, Summary]  # per step; entry 0 is the block's own application if the backend returns it
    source: Json  # the whole answer


def unroll_info(result: Json) -> UnrollInfo:
    """Read /probe/unroll."""
    return UnrollInfo(
        block=int(result["block"]),
        scale=float(result["scale"]),
        step=[int(step) for step in result["step"]],
        groups=groups_of(result["groups"]),
        metrics={name: Summary.from_json(result[name]) for name in ("cosine_loss", "l2_ratio")},
        source=result,
    )


def unroll_groups_figure(info: UnrollInfo, unscaled: UnrollInfo | None) -> Figure:
    """Accuracy, loss and entropy per extra step for the three groups (figure 7); thin lines: the same with α = 1."""
    figure = Figure(hovermode="x unified", meta={"kind": "unroll"})
    panels = (("accuracy", "accuracy (%)", 100.0), ("loss", "loss (nats)", 1.0), ("entropy", "entropy (nats)", 1.0))
    gap, width = 0.085, (1 - 2 * 0.085) / 3
    for number, (field, title, factor) in enumerate(panels, start=1):
        suffix = "" if number == 1 else str(number)
        for name, group in info.groups.items():
            colour = theme.GROUP_COLOURS[name]
            figure.add_scatter(
                x=info.step, y=finite(getattr(group, field), factor), name=f"{name} (n = {group.n})", mode="lines+markers",
                legendgroup=name, showlegend=number == 1, xaxis=f"x{suffix}", yaxis=f"y{suffix}",
                line={"color": colour, "width": 2, "dash": theme.GROUP_DASHES[name]},
                marker={"size": 5, "symbol": theme.GROUP_MARKERS[name]}, hovertemplate="%{y:.3~f}",
            )  # fmt: skip
        if unscaled is not None and "all" in unscaled.groups:
            figure.add_scatter(
                x=unscaled.step, y=finite(getattr(unscaled.groups["all"], field), factor), name="all, unscaled (α = 1)",
                mode="lines", legendgroup="unscaled", showlegend=number == 1, xaxis=f"x{suffix}", yaxis=f"y{suffix}",
                line={"color": theme.UNTOUCHED, "width": 2, "dash": "dash"}, hovertemplate="%{y:.3~f}",
            )  # fmt: skip
        left = (number - 1) * (width + gap)
        figure.update_layout(**{
            f"xaxis{suffix}": {"domain": [left, left + width], "anchor": f"y{suffix}", "showgrid": False,
                               "title": {"text": "extra step"},
                               "unifiedhovertitle": {"text": "step %{x}"}},
            f"yaxis{suffix}": {"anchor": f"x{suffix}", "title": {"text": title},
                               **({"range": [-3, 103]} if field == "accuracy" else {"rangemode": "tozero"})},
        })  # fmt: skip
        if field != "accuracy":
            limit = _limit([value for group in info.groups.values() for value in getattr(group, field)])
            if limit is not None:
                figure.update_layout(**{f"yaxis{suffix}": {"range": [0, limit]}})
    return with_snippet(figure, probe_snippet(info.source, UNROLL_GROUPS))


def _limit(values: list[float]) -> float | None:
    """Upper limit of an axis, independent of the unscaled curve."""
    finite_values = [value for value in values if math.isfinite(value)]
    return 1.25 * max(finite_values) + 1e-3 if finite_values else None


def unroll_metrics_figure(info: UnrollInfo, unscaled: UnrollInfo | None) -> Figure:
    """Cosine loss and ℓ2 ratio of the repeated block per step (appendix E)."""
    figure = Figure(hovermode="x unified", meta={"kind": "unroll-metrics"})
    for number, metric in enumerate(("cosine_loss", "l2_ratio"), start=1):
        suffix = "" if number == 1 else str(number)
        for source, name, colour, dash in (
            (info, f"α = {info.scale:g}", theme.CHANGED, "solid"),
            (unscaled, "unscaled (α = 1)", theme.UNTOUCHED, "dash"),
        ):
            if source is None:
                continue
            values = source.metrics[metric].mean
            figure.add_scatter(
                x=source.step[-len(values) :], y=finite(values), name=name, mode="lines+markers", marker={"size": 5},
                legendgroup=name, showlegend=number == 1, xaxis=f"x{suffix}", yaxis=f"y{suffix}",
                line={"color": colour, "width": 2, "dash": dash}, hovertemplate="%{y:.3f}",
            )  # fmt: skip
        left = 0.0 if number == 1 else 0.56
        figure.update_layout(**{
            f"xaxis{suffix}": {"domain": [left, left + 0.44], "anchor": f"y{suffix}", "showgrid": False,
                               "title": {"text": "extra step"},
                               "unifiedhovertitle": {"text": "step %{x}"}},
            f"yaxis{suffix}": {"anchor": f"x{suffix}", "title": {"text": METRIC_AXES[metric]}},
        })  # fmt: skip
    figure.add_hline(y=0, line={"color": theme.UNTOUCHED, "width": 1}, layer="below")
    return with_snippet(figure, probe_snippet(info.source, UNROLL_METRICS))

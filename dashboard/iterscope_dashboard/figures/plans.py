"""A block repeated step by step (figure 7)."""

import math
from dataclasses import dataclass

from iterscope_dashboard import theme
from iterscope_dashboard.figures.common import finite
from iterscope_dashboard.figures.figure import Figure
from iterscope_dashboard.model import Group, Json, groups_of
from iterscope_dashboard.snippets import UNROLL_GROUPS, probe_snippet, with_snippet


@dataclass(frozen=True)
class UnrollInfo:
    """The result of /probe/unroll."""

    block: int
    scale: float
    step: list[int]  # 0 … steps
    groups: dict[str, Group]
    source: Json  # the whole answer


def unroll_info(result: Json) -> UnrollInfo:
    """Read /probe/unroll."""
    return UnrollInfo(
        block=int(result["block"]),
        scale=float(result["scale"]),
        step=[int(step) for step in result["step"]],
        groups=groups_of(result["groups"]),
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

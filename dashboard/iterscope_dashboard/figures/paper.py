"""The paper's panels, drawn from `GET /paper/figures/{id}`: without a title on the page, with a title in reports.

All panels use the same style: per-block lines are coloured by depth, compared networks and groups of images use the category
colours, and all other lines have the colour of their split. Train is always dotted and validation always solid.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from iterscope_dashboard import theme
from iterscope_dashboard.figures.common import add_stages, empty_figure, finite
from iterscope_dashboard.figures.figure import Figure
from iterscope_dashboard.figures.paper_info import PanelInfo, PaperSeries, panel_info
from iterscope_dashboard.model import Json

LEVEL_DASH = "dash"  # of the reference that a curve is compared with
FEW = 40  # points up to which a line has markers
BAND = 0.16  # opacity of a spread
AXIS_WORDS = {"block": "block", "epoch": "epoch", "step": "step"}


@dataclass(frozen=True)
class Stroke:
    """Style of a curve, and its name in a legend."""

    name: str
    colour: str
    dash: str
    symbol: str = "circle"


def panel_figure(panel: Json) -> Figure:
    """A panel for a report: with title, axes and legend."""
    info = panel_info(panel)
    figure = draw_panel(info)
    legend = len(strokes(info, palette_of([info]))) > 1
    figure.update_layout(
        title={"text": info.title, "x": 0.02, "y": 0.97, "yanchor": "top", "font": {"size": 14}},
        showlegend=legend,
        legend={"yref": "container", "y": 0.89, "yanchor": "top"},  # between the title and the stages' names
        margin={"l": 20, "r": 20, "t": 82 if legend else 56, "b": 20},
    )
    return figure


def palette_of(infos: Iterable[PanelInfo]) -> dict[str, int]:
    """Name of each compared network → index of its category colour, the same in all panels of a figure."""
    names = dict.fromkeys(series.network for info in infos for series in info.series if series.network)
    return {name: place for place, name in enumerate(names)}


def draw_panel(info: PanelInfo, palette: dict[str, int] | None = None) -> Figure:
    """A panel for the page, where the title is in the panel's head and the legend above all panels."""
    palette = palette_of([info]) if palette is None else palette
    if info.state != "ready" or not any(math.isfinite(value) for series in info.series for value in series.mean):
        return empty_figure(info.missing.replace("`", "") or "None of the values is finite.")
    per_block = any(series.block is not None for series in info.series)
    figure = Figure(
        meta={"kind": "paper"},
        showlegend=False,
        hovermode="closest" if per_block or len(info.series) > 6 else "x unified",
    )
    styles = _styles(info, palette)
    for series, style in zip(info.series, styles, strict=True):
        if series.std and series.block is None and not series.is_level:
            _add_band(figure, series, style)
    for series, style in zip(info.series, styles, strict=True):
        _add_line(figure, info, series, style)
    if per_block:
        _add_depth_scale(figure, _depths(info))
    else:
        _add_legend(figure, strokes(info, palette))
    _set_axes(figure, info)
    return figure


def strokes(info: PanelInfo, palette: dict[str, int]) -> tuple[Stroke, ...]:
    """The legend: one entry per network or group, and one per split if both are drawn; blocks have a colour bar instead."""
    splits = [split for split in ("train", "validation") if any(series.split == split for series in info.series)]
    plain = not any(series.network or series.group or series.block is not None for series in info.series)
    entries: dict[str, Stroke] = {}
    for series, style in zip(info.series, _styles(info, palette), strict=True):
        if series.network or series.group:  # with both splits the dash stands for the split alone
            dash = "solid" if len(splits) > 1 else style.dash
            entries.setdefault(style.name, Stroke(style.name, style.colour, dash, style.symbol))
    for split in splits if plain or len(splits) > 1 else ():
        entries[split] = Stroke(
            split, theme.SPLIT_COLOURS[split] if plain else theme.UNTOUCHED, theme.SPLIT_DASHES[split]
        )
    for series in info.series:
        if series.is_level:
            name = series.name.removeprefix(f"{series.split}, ")
            entries[name] = Stroke(name, theme.UNTOUCHED, LEVEL_DASH)
    return tuple(entries.values())


def _styles(info: PanelInfo, palette: dict[str, int]) -> list[Stroke]:
    """Colour, dash and marker of every series."""
    both = len({series.split for series in info.series if series.split}) > 1
    depths = _depths(info)
    span = max(1, depths[-1] - depths[0]) if depths else 1
    found = []
    for series in info.series:
        split = series.split or "validation"
        dash = theme.SPLIT_DASHES[split]
        if series.block is not None:
            found.append(Stroke(f"block {series.block}", theme.depth_colour((series.block - depths[0]) / span), dash))
        elif series.group is not None:
            dash = dash if both else theme.GROUP_DASHES.get(series.group, "solid")
            colour = theme.GROUP_COLOURS.get(series.group, theme.UNTOUCHED)
            found.append(Stroke(series.group, colour, dash, theme.GROUP_MARKERS.get(series.group, "circle")))
        elif series.network:
            colour = theme.CATEGORIES[palette[series.network] % len(theme.CATEGORIES)]
            found.append(Stroke(series.network, colour, dash))
        else:
            found.append(Stroke(series.name, theme.SPLIT_COLOURS[split], LEVEL_DASH if series.is_level else dash))
    return found


def _depths(info: PanelInfo) -> list[int]:
    """The blocks that have a line, in order."""
    return sorted({series.block for series in info.series if series.block is not None})


def _add_band(figure: Figure, series: PaperSeries, style: Stroke) -> None:
    """Mean ± one standard deviation over seeds."""
    kept = [i for i, (m, s) in enumerate(zip(series.mean, series.std, strict=False)) if math.isfinite(m + s)]
    figure.add_scatter(
        x=[series.x[i] for i in (*kept, *reversed(kept))],
        y=[series.mean[i] + series.std[i] for i in kept] + [series.mean[i] - series.std[i] for i in reversed(kept)],
        mode="lines", line={"width": 0}, fill="toself", fillcolor=theme.translucent(style.colour, BAND), hoverinfo="skip",
        showlegend=False, name=f"{series.name}, ±1 sd over {series.n} seeds",
    )  # fmt: skip


def _add_line(figure: Figure, info: PanelInfo, series: PaperSeries, style: Stroke) -> None:
    """The mean, with markers if there are few points, and 95 % bars where given."""
    few = len(series.x) <= FEW and series.block is None and not series.is_level
    against_blocks = info.x_kind == "block" and series.block is None
    projections = {block.index for block in info.blocks if block.is_projection} if against_blocks else set()
    symbols = ["diamond-open" if x in projections else style.symbol for x in series.x]
    sizes = [8 if x in projections else 5 for x in series.x]
    spread = " ± %{customdata:.3~g}" if series.std else ""
    bars = {}
    if series.low and series.high and (series.group or not series.std):
        triples = list(zip(series.mean, series.low, series.high, strict=True))
        bars["error_y"] = {
            "type": "data", "symmetric": False, "thickness": 1, "width": 0, "color": theme.translucent(style.colour, 0.5),
            "array": [max(0.0, high - m) if math.isfinite(high - m) else 0 for m, _, high in triples],
            "arrayminus": [max(0.0, m - low) if math.isfinite(m - low) else 0 for m, low, _ in triples],
        }  # fmt: skip
    named = series.split is None or style.name.startswith(series.split)
    name = style.name if named else f"{style.name}, {series.split}"
    lead = f"{AXIS_WORDS.get(info.x_kind, 'x')} %{{x}}: " if figure.layout.get("hovermode") == "closest" else ""
    figure.add_scatter(
        x=finite(series.x), y=finite(series.mean), customdata=finite(series.std) if series.std else None, name=name,
        mode="lines+markers" if few else "lines", showlegend=False,
        line={"color": style.colour, "width": 1.3 if series.block is not None or series.is_level else 2, "dash": style.dash},
        marker={"size": sizes, "symbol": symbols, "line": {"width": 0}} if few else None,
        meta={"block": series.block} if series.block is not None else {"split": series.split},
        hovertemplate=f"{lead}%{{y:.4~g}}{spread}<extra>{name}</extra>", **bars,
    )  # fmt: skip


def _add_legend(figure: Figure, entries: Iterable[Stroke]) -> None:
    """Separate legend entries, so that a network drawn on both splits is listed once (1_export.js omits them from the CSV)."""
    for entry in entries:
        figure.add_scatter(
            x=[None], y=[None], mode="lines", name=entry.name, showlegend=True, hoverinfo="skip", meta={"role": "scale"},
            line={"color": entry.colour, "width": 2, "dash": entry.dash},
        )  # fmt: skip


def _add_depth_scale(figure: Figure, depths: Sequence[int]) -> None:
    """The colour bar of the ramp, from the first drawn block to the last."""
    low, high = depths[0], max(depths[-1], depths[0] + 1)
    figure.add_scatter(
        x=[None], y=[None], mode="markers", hoverinfo="skip", meta={"role": "scale"}, showlegend=False,
        marker={
            "color": [low], "cmin": low, "cmax": high, "showscale": True,
            "colorscale": [[i / (len(theme.DEPTH_RAMP) - 1), c] for i, c in enumerate(theme.DEPTH_RAMP)],
            "colorbar": {"title": {"text": "block", "font": {"size": 11}}, "thickness": 8, "outlinewidth": 0, "len": 1.0,
                         "tickfont": {"size": 10.5}, "x": 1.01, "xpad": 4, "tickmode": "linear", "tick0": low,
                         "dtick": math.ceil((high - low) / 5)},
        },
    )  # fmt: skip


def _set_axes(figure: Figure, info: PanelInfo) -> None:
    """Axes with units; stages over blocks, a line at 0 if there are negative values, and a line at the last trained step."""
    figure.update_xaxes(
        title_text=info.x_label or AXIS_WORDS.get(info.x_kind, ""), showgrid=False, nticks=9,
        unifiedhovertitle_text=f"{AXIS_WORDS.get(info.x_kind, '')} %{{x}}",
    )  # fmt: skip
    figure.update_yaxes(title_text=info.y_label)
    shown = [x for series in info.series for x in series.x if math.isfinite(x)]
    if info.x_kind == "block":
        figure.update_xaxes(range=[min(shown) - 0.6, max(shown) + 0.6], tickformat="d")
        if max(shown) - min(shown) < 12:
            figure.update_xaxes(tickmode="linear", tick0=0, dtick=1)
        if min(shown) == 0 and max(shown) == len(info.blocks) - 1:
            add_stages(figure, info.blocks)
    elif info.x_kind == "epoch":
        figure.update_xaxes(rangemode="tozero", dtick=1 if max(shown) < 9 else None)
    if info.logarithmic:
        decades = _decades(info)
        figure.update_yaxes(
            type="log", exponentformat="power", dtick=max(1, round(decades / 6)) if decades > 1.5 else None
        )
    elif any(value < 0 for series in info.series for value in series.mean):
        figure.add_hline(y=0, line={"color": theme.UNTOUCHED, "width": 1}, layer="below")
    if math.isfinite(info.mark_x):
        figure.add_vline(x=info.mark_x, line={"color": theme.UNTOUCHED, "width": 1.5, "dash": "dash"}, layer="below")
        figure.add_annotation(
            text="last trained step", x=info.mark_x, y=1, yref="paper", xanchor="left", yanchor="bottom", xshift=-4,
            showarrow=False, font={"size": 10.5, "color": theme.MUTED},
        )  # fmt: skip


def _decades(info: PanelInfo) -> float:
    """How many powers of ten the values span."""
    values = [value for series in info.series for value in series.mean if math.isfinite(value) and value > 0]
    return math.log10(max(values) / min(values)) if values else 0.0

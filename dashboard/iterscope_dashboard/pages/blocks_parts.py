"""Parts of the Blocks page: claim, epoch slider, seeds switch, and the view of a single epoch."""

from collections.abc import Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from iterscope_dashboard.claims import Claim
from iterscope_dashboard.components import (
    SPLIT_LEGEND,
    attributes,
    duration,
    empty_state,
    fold,
    icon,
    panel,
    status_badge,
)
from iterscope_dashboard.curves import RunCurves
from iterscope_dashboard.figures.epochs import epochs_info, heat_figure, lines_figure
from iterscope_dashboard.figures.overlay import MOST_RUNS, Overlay, run_label
from iterscope_dashboard.figures.training import accuracy_info, gradient_ratio_info, scalars_figure
from iterscope_dashboard.ids import Blocks as Ids
from iterscope_dashboard.model import Json, Run, seed_group
from iterscope_dashboard.outcome import number_text, percent_text
from iterscope_dashboard.pages.blocks_state import RunChoice
from iterscope_dashboard.pages.blocks_text import CONVENTIONS, GRADIENT, HEAT, LINES, TRAINING, VERDICTS
from iterscope_dashboard.state import link


def claim_box(claim: Claim | None, drop_sentence: str) -> html.Div:
    """The sentence that summarises the run."""
    verdict = claim.verdict if claim else "no"
    return html.Div(
        [
            html.Span(VERDICTS[verdict], className=f"verdict verdict-{verdict}", id=f"{Ids.CLAIM}-verdict"),
            html.P(
                [
                    html.Span(claim.sentence if claim else "", id=f"{Ids.CLAIM}-sentence"),
                    " ",
                    html.Span(drop_sentence, id=f"{Ids.CLAIM}-drop"),
                ],
            ),
        ],
        className="claim",
        id=Ids.CLAIM,
    )


def status_line(run: Run) -> list[Any]:
    """Status, and progress during training."""
    parts: list[Any] = [status_badge(run.status)]
    if run.active and run.fraction is not None:
        left = f", {duration(run.seconds_left)} left" if run.seconds_left is not None else ""
        parts.append(html.Span(f"{100 * run.fraction:.0f} %{left}", className="live-progress"))
    return parts


def scrubber(curves: RunCurves, epoch: int, view: Json) -> html.Div:
    """Epoch slider with play; arrow keys move it from anywhere on the page. With a single epoch it is hidden."""
    first, last = curves.epochs[0], curves.epochs[-1]
    where: list[Any] = [html.Span("epoch", className="control-label"), html.Strong(str(epoch), id=Ids.EPOCH_LABEL)]
    if curves.imported:
        where = [html.Span("as imported", className="control-label")]
    return html.Div(
        [
            dmc.ActionIcon(icon("play"), id=Ids.PLAY, size="lg", radius="xl", variant="filled",
                           **attributes({"aria-label": "Play through the epochs"})),
            dmc.Slider(id=Ids.SCRUBBER, min=first, max=max(last, first + 1), step=1, value=epoch, updatemode="drag",
                       label=None, thumbLabel="Epoch", className="scrubber-slider", size="md", thumbSize=18),
            html.Output(where, className="epoch-label"),
            *pin_controls(view),
            dmc.SegmentedControl(id=Ids.SPLIT, value=view["split"], size="xs", **attributes({"aria-label": "Split"}), data=[
                {"value": "both", "label": "Both"}, {"value": "train", "label": "Train"},
                {"value": "validation", "label": "Validation"}]),
        ],
        className="scrub-row single" if curves.single else "scrub-row",
    )  # fmt: skip


def pin_controls(view: Json) -> list[Any]:
    """Pin the current view as a reference, and show differences from it."""
    pinned = view["pin"] is not None
    return [
        html.Button(f"Pinned: {view['pin']['label']}" if pinned else "Pin", id=Ids.PIN, type="button", className="chip pin",
                    title="Keep this run and epoch as a grey reference curve",
                    **attributes({"aria-pressed": "true" if pinned else "false", "aria-label": "Pin as reference"})),
        dmc.Switch(id=Ids.DIFFERENCE, label="difference", size="xs", checked=view["difference"], disabled=not pinned),
    ]  # fmt: skip


def compare_picker(runs: list[Run], choice: RunChoice) -> Any:
    """Up to three runs drawn over the selected one; with merged seeds, one entry per group."""
    covered = {member.id for member in choice.groups[0]}
    groups: list[list[Run]] = []
    for run in runs:
        if run.id not in covered:
            group = seed_group(run, runs) if choice.merged else [run]
            covered.update(member.id for member in group)
            picked = next((other for other in choice.others if other in group), run)
            groups.append([picked, *(member for member in group if member is not picked)])
    return dmc.MultiSelect(
        id=Ids.WITH, value=[other.id for other in choice.others], maxValues=MOST_RUNS - 1, size="sm", searchable=True, clearable=True,
        placeholder="" if choice.others else "other runs", className="compare-select", hidePickedOptions=True, disabled=not groups,
        data=[{"value": group[0].id, "label": run_label(group)} for group in groups], **attributes({"aria-label": "Compare with"}),
    )  # fmt: skip


def run_legend(overlays: Sequence[Overlay]) -> html.Div:
    """The colour and line style of each run, and the styles of the splits; empty for a single run."""
    if not overlays:
        return html.Div(hidden=True)
    entries = [
        html.Span([html.Span(className=f"stroke {one.dash}", style={"borderTopColor": one.colour}), one.name], className="legend-entry")
        for one in overlays
    ]  # fmt: skip
    return html.Div(
        [*entries, html.Span("Markers: validation; thin lines: train", className="control-label")],
        className="run-legend",
    )


def convention_badge(convention: str | None, update: str) -> html.Div:
    """The block convention with its formula, unknown until something was measured, and the choice of the update."""
    texts = [
        html.Div([html.P(sentence), html.Code(formula, className="formula")], **attributes({"data-for": name}))
        for name, (sentence, formula) in CONVENTIONS.items()
    ]
    return html.Div(
        [
            fold(html.Span(convention or "…", id=f"{Ids.CONVENTION}-name"), "Block convention of this network", texts, "help"),
            dmc.SegmentedControl(id=Ids.UPDATE, value=update, size="xs", **attributes({"aria-label": "Update that is measured"}),
                                 data=[{"value": "branch", "label": "branch F"}, {"value": "effective", "label": "effective update"}]),
        ],
        className="convention", id=Ids.CONVENTION, **attributes({"data-convention": convention or ""}),
    )  # fmt: skip


def seeds_switch(group: list[Run], merged: bool) -> html.Div:
    """Switch between the mean over seeds and this run; hidden for a single run."""
    seeds = ", ".join(str(run.seed) for run in sorted(group, key=lambda run: run.seed or 0))
    return html.Div(
        dmc.SegmentedControl(
            id=Ids.SEEDS, value="merged" if merged else "this", size="xs",
            data=[{"value": "merged", "label": f"Mean of {len(group)} seeds"}, {"value": "this", "label": "This run only"}],
            **attributes({"aria-label": "Seeds"}),
        ),
        title=f"Runs that differ only in the seed: seeds {seeds}", hidden=len(group) < 2,
    )  # fmt: skip


def no_epochs(run: Run, runs: list[Run]) -> Component:
    """The page for a run without curves, with the reason."""
    sentences = {
        "queued": "It is waiting for a trainer. If nothing happens, start one: python -m iterscope_trainer watch",
        "running": "The first curves appear in a few seconds, once the untrained network has been measured.",
        "failed": f"It failed before its first epoch: {run.error or 'no reason was recorded'}.",
    }
    others = [dcc.Link(other.name, href=link("/blocks", run=other.id), className="button-link light")
              for other in runs if other.id != run.id][:5]  # fmt: skip
    if run.imported:
        return empty_state(
            f"“{run.name}” has no curves",
            "It was imported as a checkpoint, which holds the network but not the curves of its training. The network can be measured.",
            dmc.Group(
                [dcc.Link("Open in Interventions", href=link("/interventions", run=run.id), className="button-link"),
                 dcc.Link("Open in Examples", href=link("/examples", run=run.id), className="button-link light")],
                justify="center",
            ),
            retry_ms=None,
        )  # fmt: skip
    return empty_state(
        f"“{run.name}” has no epochs yet",
        sentences.get(run.status, f"Its status is “{run.status}”, and it logged no epochs. Choose another run."),
        dmc.Group([html.Span("Other runs:"), *others], justify="center") if others else None,
    )


def over_epochs(
    curves: RunCurves, by: dmc.Paper, view: Json, overlays: Sequence[Overlay], badge: str | None
) -> tuple[Any, ...]:
    """The metric over epochs as lines and heat map, a selectable metric by block, and the whole network's curves."""
    epochs = epochs_info(curves, view["metric"], "validation")
    one_stage = len({block.stage for block in curves.blocks}) < 2
    layout = dmc.SegmentedControl(
        id=Ids.STAGES, value="stages" if view["stages"] else "all", size="xs", disabled=one_stage,
        **attributes({"aria-label": "All blocks in one plot, or one plot per stage"}),
        data=[{"value": "all", "label": "All blocks"}, {"value": "stages", "label": "Per stage"}],
    )  # fmt: skip
    legend = () if overlays else SPLIT_LEGEND
    return (
        html.Div(
            [
                panel(Ids.LINES, LINES, lines_figure(epochs, with_values=False), controls=layout, later=True),
                panel(Ids.HEAT, HEAT, heat_figure(epochs, with_values=False), later=True),
            ],
            className="grid two",
        ),
        html.Div(
            [
                by,
                panel(Ids.GRADIENT, GRADIENT, scalars_figure(gradient_ratio_info(curves), "gradient", overlays), height="short",
                      legend=legend, badge=badge, later=True),
                panel(Ids.TRAINING, TRAINING, scalars_figure(accuracy_info(curves), "accuracy", overlays), height="short",
                      legend=legend, badge=badge, later=True),
            ],
            className="grid three",
        ),
        html.P("Keys: ← → change the epoch, ↑ ↓ select a block, Space plays, Esc clears the selection. Shift-click selects several blocks.",
               className="key-hint"),
    )  # fmt: skip


def under_one_epoch(curves: RunCurves, by: dmc.Paper) -> tuple[Any, ...]:
    """The view of a single epoch: a selectable metric by block, and the metrics of the whole network."""
    return (
        html.Div([by, one_epoch(curves)], className="grid two"),
        html.P(
            "Keys: ↑ ↓ select a block, Esc clears the selection. Shift-click selects several blocks.",
            className="key-hint",
        ),
        html.Div(dmc.SegmentedControl(id=Ids.STAGES, value="all", data=["all"]), hidden=True),
    )


def one_epoch(curves: RunCurves) -> dmc.Paper:
    """The metrics of the whole network, and the reason for the missing curves over epochs."""
    accuracies = [
        (f"{split} accuracy", percent_text(curve.values[-1]))
        for split, (_, curve) in accuracy_info(curves).curves.items()
    ]
    ratios = [
        (f"gradient norm ratio, {split}", number_text(curve.values[-1]))
        for split, (_, curve) in gradient_ratio_info(curves).curves.items()
    ]
    reason = (
        "This network was imported already trained, so it has no curves over epochs. All values are measured on the imported weights."
        if curves.imported
        else f"Only epoch {curves.epochs[0]} is logged: curves over epochs and the block × epoch map appear with the second epoch."
    )
    facts = [html.Div([html.Dt(name), html.Dd(value)]) for name, value in (*accuracies, *ratios)]
    return dmc.Paper(
        [
            html.H2("The whole network", className="panel-title"),
            html.Dl(facts, className="facts"),
            html.P(reason, className="single-epoch"),
        ],
        withBorder=True, className="panel",
    )  # fmt: skip

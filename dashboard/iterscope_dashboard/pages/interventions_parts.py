"""The result panels and the status line of the Interventions page."""

from typing import Any

import dash_mantine_components as dmc
from dash import html, no_update
from dash.development.base_component import Component

from iterscope_dashboard import theme
from iterscope_dashboard.components import LegendEntry, PanelText, attributes, panel, problem
from iterscope_dashboard.figures.common import empty_figure
from iterscope_dashboard.ids import Interventions as Ids
from iterscope_dashboard.model import Json

QUIET = ("unscaled", "scale", "blocks")  # a failure only leaves out their curves
PLAN_LEGEND = (LegendEntry("reference", theme.UNTOUCHED, "dot"), LegendEntry("with the plan", theme.CHANGED))

GROUPS = PanelText(
    "Accuracy by group",
    "All images; images that the untouched network classifies correctly (“correct”); and images close to the decision boundary "
    "(“borderline”). Bars: 95 % intervals, which are wide for small groups.",
    "borderline: |p_label − max p_other| < 0.1",
    section="4.3",
    figures=(6,),
)
COSINE = PanelText(
    "Cosine loss along the plan",
    "Negative: the step points along −∂L/∂h. Repeats of the last block continue to the right of it. Band: 25 % to 75 % quantiles "
    "over images.",
    "cos(Fᵢ(hᵢ), ∂L/∂hᵢ)",
    section="4.1",
    figures=(4, 10),
)
RATIO = PanelText(
    "ℓ2 ratio along the plan",
    "How much each step changes the hidden state. Band: 25 % to 75 % quantiles over images.",
    "‖Fᵢ(hᵢ)‖ / ‖hᵢ‖",
    section="4.2",
    figures=(2, 11),
)
UNROLL = PanelText(
    "Step by step",
    "The selected block is applied repeatedly to the untouched network’s hidden state, its output scaled by α; the head is applied "
    "after every step. Grey: the same without scaling, which explodes in the paper.",
    "h ← h + α · F(h)",
    section="4.4",
    figures=(7,),
)
UNROLL_METRICS = PanelText(
    "Cosine loss and ℓ2 ratio, step by step",
    "Steps that refine keep a negative cosine loss, and their ℓ2 ratio decreases.",
    "cos(F(h), ∂L/∂h)  and  ‖F(h)‖ / ‖h‖ at every extra step",
    section="4.4",
    figures=(20,),
)


def result_panels(unrolled: bool) -> list[Component]:
    """Outcome table, curves, step-by-step panels and changed images; grey shapes until the first results (strip.css)."""
    return [
        html.Div(
            [
                html.Div(
                    [
                        dmc.Paper(html.Div(dmc.Skeleton(height=280), id=Ids.OUTCOME), withBorder=True, className="panel outcome",
                                  **attributes({"aria-live": "polite"})),
                        panel(Ids.GROUPS, GROUPS, empty_figure(""), height="short", legend=PLAN_LEGEND),
                    ],
                    className="grid two outcome-grid",
                ),
                html.Div(
                    [panel(Ids.COSINE, COSINE, empty_figure(""), height="short", legend=PLAN_LEGEND),
                     panel(Ids.RATIO, RATIO, empty_figure(""), height="short", legend=PLAN_LEGEND)],
                    className="grid two",
                ),
                dmc.Paper(html.Div(dmc.Skeleton(height=90), id=Ids.CHANGED), withBorder=True, className="panel changed-panel"),
            ],
            id=Ids.RESULTS, className="results",
        ),
        html.Div(
            [panel(Ids.UNROLL_GROUPS, UNROLL, empty_figure(""), wide=True),
             panel(Ids.UNROLL_METRICS, UNROLL_METRICS, empty_figure(""), wide=True, height="short")],
            className="results grid two", id=Ids.UNROLL_PANEL, hidden=not unrolled,
        ),
    ]  # fmt: skip


def draw_status(jobs: Json) -> tuple[Any, ...]:
    """Status, progress, state and label of the button, errors, and whether the unroll panel is hidden."""
    entries = jobs["entries"]
    failed = [entry for name, entry in entries.items() if "error" in entry and name not in QUIET]
    errors = [problem(title, detail) for title, detail in {(entry["title"], entry["error"]): None for entry in failed}]
    hidden = no_update if jobs["wish"]["cancelled"] else "unroll" not in entries or "error" in entries["unroll"]
    if jobs["wish"]["cancelled"]:
        return "Cancelled.", 0, False, "Run", errors, hidden
    running = [entry["progress"] for entry in entries.values() if "job" in entry]
    if running:
        share = (len(entries) - len(running) + sum(running)) / len(entries)
        return "Running …", 100 * share, False, "Cancel", errors, hidden
    if failed:
        return "Failed.", 0, True, "Cancel", errors, hidden
    plan = entries.get("plan") or {}
    done: Any = html.Span("cached", className="badge-cached", title="Measured earlier; read from the database")
    if not plan.get("cached"):
        done = f"Measured in {float(plan.get('seconds') or 0.0):.1f} s."
    return [done], 0, True, "Cancel", errors, hidden

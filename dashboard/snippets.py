"""Each figure as a request to the REST interface and a few lines of Python that draw it again from the answer.

A figure carries its snippet in `layout.meta`; assets/1_copy.js fills in what the reader has moved since ({epoch}, {metric}, {split}), and
puts cURL or Python on the clipboard.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import plotly.graph_objects as go

from dashboard.curves import unit
from dashboard.model import Json


@dataclass(frozen=True)
class Snippet:
    """Where a figure comes from."""

    path: str  # of the REST interface, with its query
    python: str  # adds the curves to `figure` from `answer`
    body: Json | None = None  # of a POST; None: a GET


def with_snippet(figure: go.Figure, snippet: Snippet | None) -> go.Figure:
    """The figure, which now can be copied as Python and cURL; without a snippet as it was."""
    if snippet is None:
        return figure
    meta = figure.layout.meta or {}
    value = {"path": snippet.path, "body": snippet.body, "python": snippet.python.strip("\n")}
    figure.update_layout(meta={**meta, "snippet": value})
    return figure


def probe_snippet(result: Json, python: str) -> Snippet:
    """Of a probe's result: its provenance holds the request."""
    request: Mapping[str, object] = (result.get("provenance") or {}).get("request") or {}
    body = {"checkpoint": result["checkpoint"], **request, "wait": 60}
    return Snippet(f"/probe/{result['probe']}", python, body)


def metrics_path(run: str, merged: bool, *metrics: str) -> str:
    """GET of a run's curves."""
    query = [("metric", metric) for metric in metrics] + ([("merge", "seeds")] if merged else [])
    # {metric} stays as it is: the browser fills it in
    return f"/runs/{run}/metrics" + (f"?{urlencode(query, safe='{}')}" if query else "")


def by_block_snippet(run: str, merged: bool, metric: str) -> Snippet:
    """A metric against the blocks at {epoch}."""
    factor = f"{unit(metric):g} * " if unit(metric) != 1 else ""
    return Snippet(
        metrics_path(run, merged, metric),
        f"""
for series in answer["series"]:
    if series["metric"] == "{metric}":
        row = max(i for i, epoch in enumerate(series["epochs"]) if epoch <= {{epoch}})
        values = [None if value is None else {factor}value for value in series["values"][row]]
        figure.add_scatter(x=list(range(len(values))), y=values, name=series["split"])
figure.update_layout(xaxis_title="block", yaxis_title="{metric}", title="epoch {{epoch}}")
""",
    )


def epochs_snippet(run: str, merged: bool, *, heat: bool) -> Snippet:
    """{metric} of the {split} images against epochs: a line a block, or a map."""
    drawing = (
        """
figure.add_heatmap(x=series["epochs"], y=list(range(len(columns))), z=columns)
figure.update_layout(xaxis_title="epoch", yaxis_title="block", title="{metric}")
"""
        if heat
        else """
for block, values in enumerate(columns):
    figure.add_scatter(x=series["epochs"], y=values, name=f"block {block}")
figure.update_layout(xaxis_title="epoch", yaxis_title="{metric}")
"""
    )
    return Snippet(
        metrics_path(run, merged, "{metric}"),
        """
(series,) = (s for s in answer["series"] if (s["metric"], s["split"]) == ("{metric}", "{split}"))
columns = [[None if value is None else {unit} * value for value in column] for column in zip(*series["values"])]
"""
        + drawing.lstrip("\n"),
    )


def scalars_snippet(run: str, merged: bool, names: Mapping[str, str], factor: float, axis: str) -> Snippet:
    """Whole-network numbers against epochs; `names` is split → "name/split" as stored."""
    wanted = [tuple(name.split("/", 1)) for name in names.values()]
    times = f"{factor:g} * " if factor != 1 else ""
    return Snippet(
        metrics_path(run, merged),
        f"""
for scalar in answer["scalars"]:
    if (scalar["name"], scalar["split"]) in {wanted!r}:
        values = [None if value is None else {times}value for value in scalar["values"]]
        figure.add_scatter(x=scalar["epochs"], y=values, name=scalar["split"])
figure.update_layout(xaxis_title="epoch", yaxis_title="{axis}")
""",
    )


def runs_snippet(members: Mapping[str, Sequence[str]]) -> Snippet:
    """Validation accuracy of several runs: name → the runs whose mean the line is."""
    lines = {name: list(runs) for name, runs in members.items()}
    return Snippet(
        "/runs?curve=validation_accuracy",
        f"""
curves = {{run["id"]: dict(zip(run["curve"]["epochs"], run["curve"]["values"])) for run in answer["runs"] if run["curve"]}}
for name, runs in {lines!r}.items():
    epochs = sorted(set().union(*(curves[run] for run in runs)))
    found = [[curves[run][epoch] for run in runs if curves[run].get(epoch) is not None] for epoch in epochs]
    values = [100 * sum(each) / len(each) if each else None for each in found]
    figure.add_scatter(x=epochs, y=values, name=name)
figure.update_layout(xaxis_title="epoch", yaxis_title="validation accuracy (%)")
""",
    )


DROP = """
accuracy = {plan["blocks"][0]: 100 * plan["accuracy"] for plan in answer["plans"]}
figure.add_scatter(x=list(accuracy), y=list(accuracy.values()), name="block dropped")
figure.add_hline(y=100 * answer["baseline"]["accuracy"])
figure.update_layout(xaxis_title="block", yaxis_title="accuracy without block (%)")
"""

PLAN_GROUPS = """
names = ["borderline", "correct", "all"]
for side in ("baseline", "result"):
    accuracy = [answer[side]["groups"][name]["accuracy"][0] for name in names]
    values = [None if value is None else 100 * value for value in accuracy]
    figure.add_scatter(x=values, y=names, name=side, mode="markers")
figure.update_layout(xaxis_title="accuracy (%)")
"""

UNROLL_GROUPS = """
for name, group in answer["groups"].items():
    values = [None if value is None else 100 * value for value in group["accuracy"]]
    figure.add_scatter(x=answer["step"], y=values, name=name)
figure.update_layout(xaxis_title="extra step", yaxis_title="accuracy (%)")
"""

UNROLL_METRICS = """
for metric in ("cosine_loss", "l2_ratio"):
    values = answer[metric]["mean"]
    figure.add_scatter(x=answer["step"][-len(values):], y=values, name=metric)
figure.update_layout(xaxis_title="extra step")
"""

SAMPLE_PROBABILITIES = """
rows, label = answer["exits"]["probabilities"], answer["label"]
peaks = [max(row[k] or 0 for row in rows) for k in range(len(answer["class_names"]))]
others = sorted((k for k in range(len(peaks)) if k != label), key=lambda k: -peaks[k])
for k in [label, *others[:4]]:
    values = [None if row[k] is None else 100 * row[k] for row in rows]
    figure.add_scatter(x=answer["exits"]["blocks"], y=values, name=answer["class_names"][k])
figure.update_layout(xaxis_title="head after block", yaxis_title="probability (%)")
"""

SAMPLE_MARGIN = """
figure.add_scatter(x=answer["exits"]["blocks"], y=answer["exits"]["margin"], name="margin")
figure.update_layout(xaxis_title="head after block", yaxis_title="margin")
"""

SAMPLE_BLOCKS = """
for metric in ("cosine_loss", "l2_ratio"):
    figure.add_scatter(x=list(range(len(answer[metric]))), y=answer[metric], name=metric)
figure.update_layout(xaxis_title="block")
"""


def plan_steps(metric: str) -> str:
    """A metric along the steps of both networks."""
    return f"""
for side in ("baseline", "result"):
    values = answer[side]["{metric}"]["mean"]
    figure.add_scatter(x=[step["block"] for step in answer[side]["steps"]], y=values, name=side)
figure.update_layout(xaxis_title="block", yaxis_title="{metric}")
"""


def paper_snippet(figure: str, number: int, dataset: str | None, second: str | None) -> Snippet:
    """One panel of a figure of the paper."""
    query = urlencode({name: value for name, value in (("dataset", dataset), ("second", second)) if value})
    return Snippet(
        f"/paper/figures/{figure}" + (f"?{query}" if query else ""),
        f"""
panel = answer["panels"][{number}]
for series in panel["series"]:
    figure.add_scatter(x=series["x"], y=series["mean"], name=series["name"])
figure.update_layout(title=panel["title"], xaxis_title=panel["x"]["label"], yaxis_title=panel["y"]["label"])
""",
    )

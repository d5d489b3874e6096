"""Each figure as a request to the REST API and a few lines of Python that redraw it from the response.

A figure carries its snippet in `layout.meta`. assets/1_copy.js fills in the current choices ({epoch}, {metric}, {split}) and puts cURL or
Python on the clipboard. A path with {run} is requested for every run shown; the code then finds a list `answers` of
(run, epoch, answer) in place of `answer`. With several bodies, `answers` has one entry per body.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from iterscope_dashboard.curves import unit
from iterscope_dashboard.figures.figure import Figure
from iterscope_dashboard.model import Json


@dataclass(frozen=True)
class Snippet:
    """The request behind a figure, and the code that draws it."""

    path: str  # of the REST interface, with its query
    python: str  # adds the curves to `figure` from `answer`
    body: Json | None = None  # of a POST; None: a GET
    bodies: tuple[Json, ...] = ()  # of several POSTs

    def to_json(self) -> Json:
        """For the browser."""
        bodies = list(self.bodies) or None
        return {"path": self.path, "body": self.body, "bodies": bodies, "python": self.python.strip("\n")}


def with_snippet(figure: Figure, snippet: Snippet | None) -> Figure:
    """Add a snippet to a figure, so that it can be copied as Python and cURL; None changes nothing."""
    if snippet is None:
        return figure
    figure.update_layout(meta={**figure.layout.get("meta", {}), "snippet": snippet.to_json()})
    return figure


def probe_snippet(result: Json, python: str) -> Snippet:
    """The snippet of a probe's result, whose provenance contains the request."""
    request: Mapping[str, object] = (result.get("provenance") or {}).get("request") or {}
    body = {"checkpoint": result["checkpoint"], **request, "wait": 60}
    return Snippet(f"/probe/{result['probe']}", python, body)


def drop_snippet(result: Json, python: str) -> Snippet:
    """The snippet of one checkpoint's /probe/drop; the browser adds the bodies of the other checkpoints shown."""
    single = probe_snippet(result, python)
    return Snippet(single.path, python, bodies=(single.body or {},))


def metrics_path(run: str, merged: bool, *metrics: str) -> str:
    """The path of a run's curves."""
    query = [("metric", metric) for metric in metrics] + ([("merge", "seeds")] if merged else [])
    # {metric} stays as it is: the browser fills it in
    return f"/runs/{run}/metrics" + (f"?{urlencode(query, safe='{}')}" if query else "")


BY_BLOCK = """
curves = {}
for run, epoch, answer in answers:
    for series in answer["series"]:
        if series["metric"] == "METRIC":
            row = max(i for i, logged in enumerate(series["epochs"]) if logged <= epoch)
            values = [None if value is None else UNIT * value for value in series["values"][row]]
            curves[run, epoch, series["split"]] = values
pinned, difference = {pin}, {difference}
for (run, epoch, split), values in curves.items():
    if difference and (run, epoch) == pinned:
        continue
    if difference:
        pairs = zip(values, curves[(*pinned, split)])
        values = [None if a is None or b is None else a - b for a, b in pairs]
    figure.add_scatter(x=list(range(len(values))), y=values, name="%s, epoch %s, %s" % (run, epoch, split))
figure.update_layout(xaxis_title="block", yaxis_title="METRIC")
"""

SCALARS = """
for run, epoch, answer in answers:
    for scalar in answer["scalars"]:
        if (scalar["name"], scalar["split"]) in WANTED:
            values = [None if value is None else UNIT * value for value in scalar["values"]]
            figure.add_scatter(x=scalar["epochs"], y=values, name="%s, %s" % (run, scalar["split"]))
figure.update_layout(xaxis_title="epoch", yaxis_title="AXIS")
"""


def by_block_snippet(merged: bool, metric: str, free: bool = False) -> Snippet:
    """A metric over the blocks of every run shown, with the pinned run or as differences from it; `free`: the user selects the metric."""
    name, factor = ("{by}", "{by_unit}") if free else (metric, f"{unit(metric):g}")
    return Snippet(metrics_path("{run}", merged, name), BY_BLOCK.replace("METRIC", name).replace("UNIT", factor))


def epochs_snippet(run: str, merged: bool, *, heat: bool) -> Snippet:
    """{metric} of the {split} images over epochs: one line per block, or a heat map."""
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


def scalars_snippet(merged: bool, names: Mapping[str, str], factor: float, axis: str) -> Snippet:
    """Whole-network metrics over epochs, of every run shown; `names` is split → "name/split" as stored."""
    wanted = [tuple(name.split("/", 1)) for name in names.values()]
    python = SCALARS.replace("WANTED", repr(wanted)).replace("UNIT", f"{factor:g}").replace("AXIS", axis)
    return Snippet(metrics_path("{run}", merged), python)


def runs_snippet(members: Mapping[str, Sequence[str]]) -> Snippet:
    """Validation accuracy of several runs; `members` maps each line to the runs that it averages."""
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
for answer in answers:
    accuracy = {plan["blocks"][0]: 100 * plan["accuracy"] for plan in answer["plans"]}
    figure.add_scatter(x=list(accuracy), y=list(accuracy.values()), name=answer["checkpoint"])
    figure.add_hline(y=100 * answer["baseline"]["accuracy"])
figure.update_layout(xaxis_title="block", yaxis_title="accuracy without block (%)")
"""

DAMAGE = """
for answer in answers:
    whole = answer["baseline"]["accuracy"]
    damage = {plan["blocks"][0]: 100 * (whole - plan["accuracy"]) for plan in answer["plans"]}
    figure.add_scatter(x=list(damage), y=list(damage.values()), name=answer["checkpoint"])
figure.update_layout(xaxis_title="block", yaxis_title="accuracy lost (points)")
"""

DAMAGE_OVER_EPOCHS = """
rows = []
for answer in answers:
    whole = answer["baseline"]["accuracy"]
    damage = {plan["blocks"][0]: 100 * (whole - plan["accuracy"]) for plan in answer["plans"]}
    rows.append([damage.get(block) for block in range(len(answer["blocks"]))])
columns = list(zip(*rows))
"""

DAMAGE_LINES = (
    DAMAGE_OVER_EPOCHS
    + """
for block, values in enumerate(columns):
    figure.add_scatter(x=epochs, y=values, name=f"block {block}")
figure.update_layout(xaxis_title="epoch", yaxis_title="accuracy lost (points)")
""".lstrip("\n")
)

DAMAGE_HEAT = (
    DAMAGE_OVER_EPOCHS
    + """
figure.add_heatmap(x=epochs, y=list(range(len(columns))), z=columns)
figure.update_layout(xaxis_title="epoch", yaxis_title="block")
""".lstrip("\n")
)

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


def block_metrics_snippet(result: Json, metric: str) -> Snippet:
    """One metric of a result of block-metrics over the blocks."""
    return probe_snippet(
        result,
        f"""
values = answer["{metric}"]["mean"]
figure.add_scatter(x=list(range(len(values))), y=values, name=answer["split"])
figure.update_layout(xaxis_title="block", yaxis_title="{metric}")
""",
    )


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

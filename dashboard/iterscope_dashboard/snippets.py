"""Each figure as a request to the REST API and a few lines of Python that redraw it from the response.

A figure carries its snippet in `layout.meta`. assets/1_copy.js puts cURL or Python on the clipboard. With several bodies, the code
finds a list `answers` in place of `answer`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

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

UNROLL_GROUPS = """
for name, group in answer["groups"].items():
    values = [None if value is None else 100 * value for value in group["accuracy"]]
    figure.add_scatter(x=answer["step"], y=values, name=name)
figure.update_layout(xaxis_title="extra step", yaxis_title="accuracy (%)")
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


WATERFALL = """
names = {names!r}
steps = [value for value in answer[{changes!r}]["mean"] if value is not None] + {rest}
end = answer[{level!r}]["mean"][-1]
levels = [end - sum(steps[at:]) for at in range(len(steps) + 1)]
measure = ["absolute", *["relative"] * len(steps), "total"]
figure.add_waterfall(x=names, y=[levels[0], *steps, end], measure=measure, name="change")
figure.add_scatter(x=names, y=[*levels, end], name={level!r})
"""

PREDICTED = """
predicted = [level + value for level, value in zip(levels, answer[{predicted!r}]["mean"])]
figure.add_scatter(x=names[1:-1], y=predicted, mode="markers", name="predicted")
"""

SCATTER = """
x = [{sign} * value for value in answer[{x!r}]["mean"]]
figure.add_scatter(x=[min(x), max(x)], y=[min(x), max(x)], mode="lines", name="equal")
figure.add_scatter(x=x, y=answer[{y!r}]["mean"], mode="markers", name="block")
"""


def answer_snippet(probe: str, request: Json, panel: str, about: Json) -> Snippet:
    """One panel of a drawn answer: a field of it, or of the entries of a list in it; or several fields, which the panel says itself."""
    body = {**request, "wait": 60}
    if about.get("kind") == "waterfall":
        rest = f'[answer[{about["rest"]!r}]["mean"]]' if about["rest"] else "[]"
        drawing = WATERFALL + PREDICTED * bool(about["predicted"])
        return Snippet(f"/probe/{probe}", drawing.format(**{**about, "rest": rest}), body)
    if about.get("kind") == "scatter":
        return Snippet(f"/probe/{probe}", SCATTER.format(**about), body)
    name = panel.partition(",")[0].replace(" ", "_")
    return Snippet(
        f"/probe/{probe}",
        f"""
name = "{name}"
lists = [value for value in answer.values() if isinstance(value, list) and value and isinstance(value[0], dict)]
found = answer.get(name) or next([entry[name] for entry in entries] for entries in lists if name in entries[0])
values = found["mean"] if isinstance(found, dict) else found
if isinstance(values[0], list):
    figure.add_heatmap(z=values)
else:
    figure.add_scatter(y=values)
figure.update_layout(title=name.replace("_", " "))
""",
        body,
    )

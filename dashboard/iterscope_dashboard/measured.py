"""An answer of any measurement, as the Measure page shows it: figures, a table, single values, and the code that asks for it again."""

import asyncio
import csv
import io
import json
import keyword
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Self

from iterscope_dashboard import theme
from iterscope_dashboard.client import BackendClient, Json, loaded
from iterscope_dashboard.components import in_home
from iterscope_dashboard.figures.figure import Figure
from iterscope_dashboard.request_form import Field, fields_of
from iterscope_guard.text import visible

CSV = "text/csv"
PLOTLY = "application/vnd.plotly.v1+json"
MOST_ROWS = 200
FEW = 12
ABOUT = ("checkpoint", "probe", "split", "samples", "provenance")
"""Fields of an answer that say what was asked, and how it was found."""


@dataclass(frozen=True)
class Definition:
    """A measurement, as `GET /measurements` defines it."""

    name: str
    title: str
    summary: str
    formula: str
    citation: str
    source: str | None  # the package that a plug-in is from
    fields: tuple[Field, ...]
    meanings: Mapping[str, str]  # of the answer's fields

    @classmethod
    def from_json(cls, value: Json) -> Self:
        """Read one definition."""
        texts = {name: str(value[name]) for name in ("name", "title", "summary", "formula", "citation")}
        answer = value["result"]["properties"].items()
        meanings = {name: str(schema.get("description", "")) for name, schema in answer}
        return cls(**texts, source=value.get("source"), fields=tuple(fields_of(value["request"])), meanings=meanings)


@dataclass(frozen=True)
class Panel:
    """One figure of an answer."""

    title: str
    figure: Figure
    about: Json | None = None  # what a panel of several quantities says of itself: sentence, formula, and what draws it


@dataclass(frozen=True)
class Measured:
    """An answer, ready to be shown."""

    panels: list[Panel]
    rows: list[list[str]]  # of its largest table, its names first


async def read_answer(client: BackendClient, name: str, request: Json) -> Measured:
    """The answer's figures and table, which the backend makes from what it has stored. Raises ProblemError and BackendUnavailable."""
    panels, text = await asyncio.gather(read_panels(client, name, request), client.measured_as(name, request, CSV))
    rows = [[visible(cell) for cell in row] for row in csv.reader(io.StringIO(text.decode()))]
    return Measured(panels, rows)


async def read_panels(client: BackendClient, name: str, request: Json) -> list[Panel]:
    """The answer's figures. Raises the same."""
    return panels_of(loaded(await client.measured_as(name, request, PLOTLY)))


def panels_of(drawn: Json) -> list[Panel]:
    """One figure for each pair of axes of a Plotly figure, in the pages' template. Tables are left out."""
    layout = drawn["layout"]
    told = layout["meta"]["panels"]
    found = []
    for axis in sorted((name for name in layout if name.startswith("xaxis")), key=lambda name: (len(name), name)):
        number = axis.removeprefix("xaxis")
        traces = [one for one in drawn["data"] if one["type"] != "table" and one.get("xaxis", "x") == f"x{number}"]
        if not traces:
            continue
        figure = Figure()
        seen: set[str] = set()
        figure.data = [_own(trace, seen) for trace in traces]
        for kind in ("shapes", "annotations"):
            here = [one for one in layout.get(kind, ()) if str(one.get("yref", "")) == f"y{number}"]
            figure.layout[kind] = [{**one, "xref": "x domain", "yref": "y"} for one in here]
        for shape in figure.layout["shapes"]:
            shape["line"] = {**shape.get("line", {}), "color": theme.UNTOUCHED}
        x, y, about = layout[axis], layout[f"yaxis{number}"], told.get(axis)
        titles = [spelled(str((side.get("title") or {}).get("text") or "")) for side in (x, y)]
        ticks = {name: x.get(name) for name in ("type", "tickmode", "tickvals", "ticktext", "tickangle")}
        figure.update_xaxes(title_text=titles[0], dtick=_whole_steps(traces), **ticks)
        figure.update_yaxes(title_text=titles[1])
        if about is not None and about["kind"] == "scatter":
            figure.update_layout(hovermode="closest")
        found.append(Panel(titles[1] if about is None else about["title"], figure, about))
    return found


def _whole_steps(traces: Sequence[Json]) -> int | None:
    """1 for a few whole numbers, between which Plotly would put ticks."""
    places = [place for trace in traces for place in trace.get("x", ())]
    whole = bool(places) and all(isinstance(place, int) for place in places)
    return 1 if whole and max(places) - min(places) <= FEW else None


def _own(trace: Json, seen: set[str]) -> Json:
    """A trace on the axes of its own figure, whose legend names each group once. Black, which is not seen on a dark page, becomes grey."""
    group = str(trace.get("legendgroup") or "") if trace.get("name") else ""
    changed: Json = {**trace, "xaxis": "x", "yaxis": "y", "showlegend": bool(group) and group not in seen}
    seen.add(group)
    changed.pop("colorbar", None)  # its place was among other panels
    if "colorbar" in (marker := trace.get("marker") or {}):
        changed["marker"] = {**marker, "colorbar": {**marker["colorbar"], "y": 0.5, "len": 1}}
    if (trace.get("line") or {}).get("color") == "#000000":
        changed["line"] = {**trace["line"], "color": theme.UNTOUCHED}
    return changed


@dataclass(frozen=True)
class Fact:
    """A single value of an answer."""

    name: str
    value: str
    meaning: str


def spelled(name: str) -> str:
    """A field's name as the pages write it."""
    return re.sub(r"\b[lL]2(?=[ _]ratio)", "ℓ2", name)


def values_of(result: Mapping[str, Any], definition: Definition, request: Json) -> list[Fact]:
    """The single values of an answer, and those of its small tables, without those that only repeat the request."""
    defaults = {field.name: field.schema.get("default") for field in definition.fields}
    found = []
    for name, value in result.items():
        if name in ABOUT or (name in defaults and value == request.get(name, defaults[name])):
            continue
        inside = {f"{name} {key}": each for key, each in value.items()} if isinstance(value, dict) else {name: value}
        found += [
            Fact(spelled(shown.replace("_", " ")), value_text(each), definition.meanings.get(name, ""))
            for shown, each in inside.items()
            if isinstance(each, bool | int | float | str)
        ]
    return found


def value_text(value: bool | int | float | str) -> str:
    """Numbers with four digits."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return (f"{value:.4g}" if isinstance(value, float) else str(value)).replace(
        "-", "−" if not isinstance(value, str) else "-"
    )


def cell_text(text: str) -> str:
    """A cell of the table: numbers with four digits."""
    try:
        return value_text(float(text)) if "." in text or "e" in text else text
    except ValueError:
        return text


@dataclass(frozen=True)
class Asked:
    """What was asked of which network: enough to ask again."""

    name: str
    request: Json
    path: str  # of the checkpoint's file
    home: str  # the service's folder

    @property
    def options(self) -> Json:
        """What was given besides the network."""
        return {name: value for name, value in self.request.items() if name not in ("checkpoint", "checkpoints")}

    def snippet(self, fields: Sequence[Field]) -> Json:
        """For 1_copy.js: the request, from which it makes the cURL command, and texts that are complete."""
        return {
            "path": f"/probe/{self.name}",
            "body": {**self.request, "wait": 60},
            "texts": {"python": self.python, "command": self.command(fields)},
        }

    @property
    def python(self) -> str:
        """The measurement in a notebook."""
        options = dict(self.options)
        data = f", {options.pop('dataset')!r}" if options.get("dataset") else ""
        named = {name: value for name, value in options.items() if name.isidentifier() and not keyword.iskeyword(name)}
        others = {name: value for name, value in options.items() if name not in named}
        given = [f"{name}={value!r}" for name, value in named.items()] + ([f"**{others!r}"] if others else [])
        asked = f"it.measure({', '.join([repr(self.name), 'it.load_checkpoint(path)', 'data', *given])})"
        if "checkpoints" in self.request:
            return (
                f"from pathlib import Path\n\nimport iterscope as it\n\nfolder = Path({str(PurePath(self.path).parent)!r})\n"
                f"data = it.checkpoint_data({self.path!r}{data})\n"
                f'answers = {{path.stem: {asked} for path in sorted(folder.glob("*.safetensors"))}}\nprint(answers)\n'
            )
        return (
            f"import iterscope as it\n\npath = {self.path!r}\ndata = it.checkpoint_data(path{data})\n"
            f"answer = {asked}\nprint(answer)\nanswer.plot().show()\n"
        )

    def command(self, fields: Sequence[Field]) -> str:
        """The measurement in a terminal."""
        places, options = [], []
        for field, value in self._values(fields):
            flag = f"--{field.place[-1].replace('_', '-')}"
            if field.required:
                places.append(_word(value))
            elif isinstance(value, bool):
                options.append(flag if value else f"--no{flag[1:]}")
            else:
                options += [flag, "0" if value is None else _word(value)]
        network = str(self.request.get("checkpoint") or self.request["checkpoints"])
        return in_home(" ".join(["iterscope probe", self.name, *places, network, *options]), self.home) + "\n"

    def _values(self, fields: Sequence[Field]) -> Iterator[tuple[Field, Any]]:
        """The fields that were given, with their values."""
        for field in fields:
            value: Any = self.request
            for part in field.place:
                value = value.get(part, field) if isinstance(value, dict) else field
            if value is not field:
                yield field, value


def _word(value: Any) -> str:
    """A value as one word of a command."""
    return shlex.quote(value if isinstance(value, str) else json.dumps(value))

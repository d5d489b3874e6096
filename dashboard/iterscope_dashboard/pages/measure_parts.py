"""The form and the answer of the Measure page."""

import json
from collections.abc import Collection, Mapping, Sequence
from itertools import groupby
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from iterscope_dashboard.client import Json
from iterscope_dashboard.components import PanelText, attributes, icon, panel
from iterscope_dashboard.ids import Measure as Ids
from iterscope_dashboard.measured import MOST_ROWS, Asked, Definition, Fact, Measured, cell_text, spelled, values_of
from iterscope_dashboard.pages.import_form import BELOW
from iterscope_dashboard.request_form import Field
from iterscope_guard.text import visible

SAVED = {"json": ("JSON", "application/json"), "csv": ("CSV", "text/csv")}
COPIED = {"python": "Copy as Python", "curl": "Copy as cURL", "command": "Copy the command"}


def measurement_choices(definitions: Sequence[Definition]) -> list[Json]:
    """Every measurement; plug-ins with their package."""
    return [
        {"value": one.name, "label": visible(one.title + (f" ({one.source})" if one.source else ""))}
        for one in definitions
    ]


def about(definition: Definition) -> html.Div:
    """What the measurement is."""
    source = (
        [html.Span(f"from the package {visible(definition.source)}", className="control-label")]
        if definition.source
        else []
    )
    return html.Div(
        [
            html.Span(visible(definition.summary)),
            html.Code(visible(definition.formula), className="formula"),
            html.Span(visible(definition.citation), className="control-label"),
            *source,
        ],
        className="about",
    )


def form(
    definition: Definition,
    shared: Collection[str],
    texts: Mapping[str, str],
    wrong: Mapping[str, str],
    status: str,
    refused: Any,
) -> list[Component]:
    """The fields of the measurement, then those that every measurement has, with what is `wrong`; the button and the problem."""
    own = sorted((field for field in definition.fields if field.name not in shared), key=lambda field: field.place[:-1])
    groups = [
        (place[-1] if place else "options", list(some))
        for place, some in groupby(own, key=lambda field: field.place[:-1])
    ]
    groups.append(("images", [field for field in definition.fields if field.name in shared]))
    return [
        *(fieldset(title, fields, texts, wrong) for title, fields in groups),
        html.Div(refused, id=Ids.ERROR, **attributes({"aria-live": "assertive"})),
        html.Div(
            [
                dmc.Button("Measure", id=Ids.SUBMIT, size="sm"),
                html.Span(status, id=Ids.STATUS, className="job-status", role="status"),
                dmc.Progress(value=0, size="sm", className="upload-progress", id=Ids.PROGRESS,
                             **attributes({"aria-label": "Measuring"})),
                html.Button("Cancel", id=Ids.CANCEL, className="chip", type="button", disabled=True),
            ],
            className="form-actions steady",
        ),
    ]  # fmt: skip


def fieldset(title: str, fields: Sequence[Field], texts: Mapping[str, str], wrong: Mapping[str, str]) -> html.Fieldset:
    """Some fields under a title, with the help of their table."""
    controls = [control(field, texts.get(field.name, ""), wrong.get(field.name)) for field in fields]
    said = fields[0].table_help if fields else ""
    return html.Fieldset(
        [
            html.Legend(visible(title.replace("_", " ").capitalize())),
            *([html.P(prose(said), className="key-hint")] if said else []),
            html.Div(controls, className="form-grid"),
        ]
    )


def control(field: Field, text: str, wrong: str | None) -> Any:
    """The control of a field; an untouched one shows the default."""
    shared: Json = {
        "id": {"type": str(Ids.FIELD), "name": field.name},
        "label": visible(field.label),
        "description": prose(field.help),
        "inputWrapperOrder": BELOW,
        "placeholder": visible(field.placeholder),
        "withAsterisk": field.required,
        "error": wrong,
    }
    number = field.number
    if field.closed:
        return dmc.Select(**shared, value=text or None, data=list(field.choices), clearable=True)
    if number is not None:
        return dmc.NumberInput(**shared, value=text, allowDecimal="number" in field.kinds, min=number.get("minimum"),
                               max=number.get("maximum"), clampBehavior="none")  # fmt: skip
    if field.choices:
        return dmc.Autocomplete(**shared, value=text, data=list(field.choices))
    if field.structured:
        return dmc.Textarea(**shared, value=text, autosize=True, minRows=1, maxRows=8)
    return dmc.TextInput(**shared, value=text)


def prose(text: str) -> list[Any]:
    """A description; what it quotes is set as code."""
    parts = visible(text).split("`")
    return [html.Code(part) if at % 2 else part for at, part in enumerate(parts)]


def answer(definition: Definition, asked: Asked, result: Json, found: Measured) -> list[Component]:
    """Single values, figures and table of an answer, with what can be taken from it."""
    snippet = asked.snippet(definition.fields)
    single = "answers" not in result
    values = values_of(result, definition, asked.request) if single else []
    first = result if single else result["answers"][0]
    badge = f"n = {first['samples']}, {first['split']}"
    panels = []
    for number, one in enumerate(found.panels):
        title = one.title[:1].upper() + one.title[1:] or definition.title
        about = one.about or {"sentence": f"{definition.summary}.", "formula": definition.formula}
        one.figure.update_layout(meta={"snippet": snippet})
        drawn = panel(
            f"{Ids.FIGURE}-{number}",
            PanelText(title, about["sentence"], about["formula"]),
            one.figure,
            badge=badge,
            wide=len(found.panels) == 1,
            saved_as=f"{definition.title}, {title}",
        )
        said = [html.P(about["sentence"], className="key-hint")] if one.about else []
        panels.append(html.Div([drawn, *said], className="captioned") if said else drawn)
    return [
        tools(snippet, badge),
        *([facts(values)] if values else []),
        html.Div(panels, className="grid two"),
        *([table(found.rows, definition.title, open=not panels)] if len(found.rows) > 2 or not values else []),
        dcc.Store(id=Ids.ANSWERED, data={"name": asked.name, "request": asked.request}),
        dcc.Download(id=Ids.SAVED),
    ]


def tools(snippet: Json, badge: str) -> html.Div:
    """Copies and files of the whole answer."""
    copied = attributes({"data-snippet": json.dumps(snippet)})
    return html.Div(
        [
            html.Span(badge, className="control-label samples"),
            *(html.Button(label, type="button", className="chip", **{**copied, "data-copy": language})
              for language, label in COPIED.items()),
            *(html.Button([icon("download", 13), label], id={"type": str(Ids.SAVE), "kind": kind}, type="button",
                          className="chip with-icon", title=f"Save the answer as {label}")
              for kind, (label, _) in SAVED.items()),
        ],
        className="form-actions answer-tools",
    )  # fmt: skip


def facts(values: Sequence[Fact]) -> dmc.Paper:
    """Single values, and below them what they mean."""
    pairs = [html.Div([html.Dt(visible(one.name)), html.Dd(visible(one.value))]) for one in values]
    said = [html.Li([html.Strong(visible(one.name)), ": ", *prose(one.meaning)]) for one in values if one.meaning]
    meanings = (
        [html.Details([html.Summary("What these values mean"), html.Ul(said)], className="meanings")] if said else []
    )
    return dmc.Paper([html.Dl(pairs, className="facts"), *meanings], withBorder=True, className="panel answer-facts")


def table(rows: Sequence[Sequence[str]], title: str, *, open: bool) -> html.Details:
    """The answer's largest table."""
    names, *entries = rows
    more = f", the first {MOST_ROWS} of them shown" if len(entries) > MOST_ROWS else ""
    head = html.Tr([html.Th(spelled(name), scope="col") for name in names])
    body = [html.Tr([html.Td(cell_text(cell)) for cell in entry]) for entry in entries[:MOST_ROWS]]
    return html.Details(
        [
            html.Summary(f"Table of {len(entries)} {'row' if len(entries) == 1 else 'rows'}{more}"),
            html.Div(html.Table([html.Thead(head), html.Tbody(body)], className="outcome-table"), className="scroll-x",
                     tabIndex=0, role="region", **attributes({"aria-label": f"{title} as a table"})),
        ],
        className="answer-table", open=open,
    )  # fmt: skip

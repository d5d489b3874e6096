"""Parts of the Import page: drop zone, recognised network, refusal and result."""

import re
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from iterscope_dashboard.client import Json
from iterscope_dashboard.components import attributes, command, icon, in_home, percent_text
from iterscope_dashboard.ids import Import as Ids
from iterscope_dashboard.model import Checkpoint
from iterscope_dashboard.pages.import_form import PRESET_NAMES
from iterscope_dashboard.recognition import Check, Incoming, Network, sentence, size_text
from iterscope_dashboard.state import link
from iterscope_dashboard.still_strip import still_strip

ENDINGS = (".safetensors", ".pth", ".pt", ".th", ".ckpt", ".bin")
CONVENTIONS = {
    "pre-activation": "pre-activation: hᵢ₊₁ = shortcut(hᵢ) + Fᵢ(hᵢ)",
    "post-activation": "post-activation: hᵢ₊₁ = ReLU(shortcut(hᵢ) + Fᵢ(hᵢ)); F is the branch output before the addition",
    "identity merge": "identity merge: hᵢ₊₁ = hᵢ + Fᵢ(hᵢ)",
}
COMMAND = re.compile(r"(iterscope import(?: (?:--[a-z-]+|[A-Z]+|[a-z.]+:[a-z]+))+)")
WAY_OUT = (
    "A weights file must contain the state_dict of a network that Iterscope recognises: torchvision or timm ResNets, CIFAR ResNets, "
    "or a network trained by Iterscope. Save it with torch.save(model.state_dict(), …) or as safetensors, and upload it again.",
    "For any other network, use Python: Iterscope traces the residual additions of your module and verifies them by running it.",
)  # fmt: skip


def drop_zone(again: bool) -> html.Div:
    """Drop zone with a file picker; assets/2_import.js uploads the file. Smaller once a file was uploaded."""
    return html.Div(
        [
            html.Div(
                [
                    html.P("Import another file" if again else "Drop a file of trained weights here", className="drop-title"),
                    html.Button([icon("upload", 16), "Choose a file"], id=Ids.CHOOSE, type="button", className="button-link",
                                **attributes({"data-accept": ",".join(ENDINGS), "aria-describedby": f"{Ids.DROP}-hint"})),
                    html.P([", ".join(ENDINGS[:-1]), f" or {ENDINGS[-1]}. The file is parsed as data: no code in it is executed. It "
                            "stays on the machine that runs Iterscope."],
                           id=f"{Ids.DROP}-hint", className="key-hint"),
                ],
                className="drop-invitation",
            ),
            html.Details(
                [html.Summary("The file has several tables of tensors"),
                 dmc.TextInput(id=Ids.TABLE, label="Table (--table)", placeholder="state_dict_ema", size="xs",
                               description="keys joined by dots; the error message of a file names its tables")],
                className="drop-options",
            ),
            html.Div(
                [
                    html.Span("", id=Ids.STATUS, className="job-status", role="status"),
                    dmc.Progress(id=Ids.PROGRESS, value=0, size="md", className="upload-progress",
                                 **attributes({"aria-label": "Upload progress"})),
                    html.Button("Cancel", id=Ids.ABORT, className="chip", type="button"),
                ],
                className="upload-line", id=Ids.UPLOAD,
            ),
        ],
        className="drop-zone again" if again else "drop-zone", id=Ids.DROP,
    )  # fmt: skip


def what_happens(home: str) -> list[Component]:
    """The steps of an import, and the command for a terminal."""
    steps = (
        (
            "Recognised",
            "Depth, widths, number of classes and input size are inferred from the names and shapes of its tensors.",
        ),
        (
            "Completed",
            "You provide what weights do not record: the images, their normalisation and the class names.",
        ),
        (
            "Checked",
            "The network is run on some of the images to detect a wrong choice; then every block is measured.",
        ),
    )
    return [
        html.Ol([html.Li([html.Strong(name), html.Span(text)]) for name, text in steps], className="steps"),
        html.P(
            ["In a terminal: ", command(in_home("iterscope import resnet20.th --data cifar10", home))],
            className="terminal-line",
        ),
    ]


def refusal(file_name: str, detail: str, problems: tuple[str, ...], home: str) -> dmc.Paper:
    """Why a file was refused, with the tensors concerned, and the remedies."""
    reasons = problems or (detail,)
    contents = [
        html.H2(f"“{file_name}” was not imported", className="section-title refused"),
        html.Ul([html.Li(with_commands(reason, home)) for reason in reasons], className="sentences bad"),
        html.H3("What you can do", className="panel-title"),
        html.Ul(
            [html.Li(WAY_OUT[0]), html.Li([html.Div(WAY_OUT[1]), command("chain = it.residual_chain(model)")])],
            className="sentences",
        ),
    ]
    return dmc.Paper(html.Div(contents, role="alert"), withBorder=True, className="panel form-panel")


def with_commands(reason: str, home: str) -> list[Any]:
    """A reason as a sentence, with its commands set as code."""
    return [
        command(in_home(part, home)) if part.startswith("iterscope import ") else part
        for part in COMMAND.split(sentence(reason))
    ]


def facts(network: Network, incoming: Incoming) -> html.Dl:
    """Key facts about the network."""
    pairs = (
        ("network", network.name),
        ("classes", str(network.num_classes)),
        ("input", f"{network.input_size} × {network.input_size} pixels"),
        ("parameters", f"{network.num_parameters:,}"),
        ("blocks", str(len(network.blocks))),
        ("file", f"{incoming.file_name}, {size_text(incoming.size_bytes)}"),
    )
    return html.Dl([html.Div([html.Dt(name), html.Dd(value)]) for name, value in pairs], className="facts")


def recognised(incoming: Incoming, network: Network) -> dmc.Paper:
    """The recognised network, and the evidence for it."""
    convention = CONVENTIONS.get(network.convention, network.convention)
    evidence = [*incoming.evidence, *([f"The tensors are stored under {incoming.nesting}"] if incoming.nesting else [])]
    return dmc.Paper(
        [
            html.H2("Recognised network", className="section-title"),
            facts(network, incoming),
            still_strip(network.blocks),
            html.P(["Convention: ", convention], className="convention") if convention else None,
            html.Details(
                [html.Summary("Evidence"),
                 html.Ul([html.Li(sentence(text)) for text in evidence], className="sentences")],
                className="evidence", open=True,
            ),
        ],
        withBorder=True, className="panel form-panel",
    )  # fmt: skip


def check_view(check: Check | None) -> list[Component]:
    """The accuracy on the images; near chance, a warning with buttons for presets with higher accuracy."""
    if check is None:
        return []
    accuracy = html.P(
        [html.Strong(percent_text(check.accuracy)), f" of {check.samples} images correct; chance level is ",
         percent_text(check.chance), "."],
        className="check-line",
    )  # fmt: skip
    if not check.warning:
        return [accuracy]
    buttons = [
        dmc.Button(
            f"Use “{PRESET_NAMES.get(name, name)}”: {percent_text(value)}",
            id={"type": str(Ids.TRY), "preset": name},
            size="xs",
        )
        for name, value in check.better
    ]
    title = "Accuracy close to chance" if check.guesses else "Another normalisation gives a higher accuracy"
    ways = html.Div(buttons, className="form-actions") if buttons else None
    contents = [html.P(sentence(check.warning), className="warning-text"), ways]
    return [accuracy, dmc.Alert(contents, title=title, color="yellow", variant="light", className="notice")]


def outcome(checkpoint: Checkpoint, check: Check | None, home: str, *, known: bool = False) -> dmc.Paper:
    """The result of an import: its accuracy, and links to the other pages; `known`: it was stored before."""
    said = "is already stored: open it" if known else "was imported"
    return dmc.Paper(
        [
            html.H2(f"“{checkpoint.name}” {said}", className="section-title", tabIndex=-1, id=f"{Ids.OUTCOME}-title"),
            *check_view(check),
            next_steps(checkpoint, home),
        ],
        withBorder=True, className="panel form-panel",
    )  # fmt: skip


def next_steps(checkpoint: Checkpoint, home: str) -> Component:
    """Links to the other pages, which show runs."""
    if checkpoint.run is None:
        return html.P(
            ["The checkpoint doesn’t record its data set, so the pages can’t show it. Name a data set on the command line: ",
             html.Code(in_home(f"iterscope probe block-metrics {checkpoint.id} --dataset NAME", home))],
        )  # fmt: skip
    address = {"run": checkpoint.run, "checkpoint": checkpoint.id}
    return html.Nav(
        [
            dcc.Link("Open in Blocks", href=link("/blocks", run=checkpoint.run), className="button-link"),
            dcc.Link("Open in Interventions", href=link("/interventions", **address), className="button-link light"),
            dcc.Link("Open in Examples", href=link("/examples", **address), className="button-link light"),
        ],
        className="form-actions", **attributes({"aria-label": "Next steps"}),
    )  # fmt: skip


def done(checkpoint: Checkpoint, file_held: bool) -> Json:
    """The data for the first probe and the address; `held` tells whether the file is kept for another try."""
    return {"checkpoint": checkpoint.id, "run": checkpoint.run, "held": file_held}

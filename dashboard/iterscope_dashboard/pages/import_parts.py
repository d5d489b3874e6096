"""Parts of the Import page: where a file is dropped, what was recognised, why one is refused, what came of it."""

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from iterscope_dashboard.client import Json
from iterscope_dashboard.components import attributes, command, icon
from iterscope_dashboard.ids import Import as Ids
from iterscope_dashboard.model import Checkpoint
from iterscope_dashboard.outcome import percent_text
from iterscope_dashboard.pages.import_form import PRESET_NAMES
from iterscope_dashboard.recognition import Check, Incoming, Network, sentence, size_text
from iterscope_dashboard.state import link
from iterscope_dashboard.strip import still_strip

ENDINGS = (".safetensors", ".pth", ".pt", ".th", ".ckpt", ".bin")
CONVENTIONS = {
    "pre-activation": "pre-activation: hᵢ₊₁ = shortcut(hᵢ) + Fᵢ(hᵢ)",
    "post-activation": "post-activation: hᵢ₊₁ = ReLU(shortcut(hᵢ) + Fᵢ(hᵢ)); F is the branch before the addition",
    "identity merge": "identity merge: hᵢ₊₁ = hᵢ + Fᵢ(hᵢ)",
}
WAY_OUT = (
    "A file of weights alone must hold a state_dict of a network that Iterscope knows: torchvision’s and timm’s ResNets, the "
    "CIFAR ResNets, or one that Iterscope trained. Save it with torch.save(model.state_dict(), …) or as safetensors, and send it again.",
    "For a network of your own, open it in Python: the residual additions of any module are traced and verified by running it.",
)  # fmt: skip


def drop_zone(again: bool) -> html.Div:
    """Drop a file, or pick one; assets/2_import.js sends it. Smaller once a file is there."""
    return html.Div(
        [
            html.Div(
                [
                    html.P("Another file" if again else "Drop a file of trained weights here", className="drop-title"),
                    html.Button([icon("upload", 16), "Choose a file"], id=Ids.CHOOSE, type="button", className="button-link",
                                **attributes({"data-accept": ",".join(ENDINGS), "aria-describedby": f"{Ids.DROP}-hint"})),
                    html.P([", ".join(ENDINGS[:-1]), f" or {ENDINGS[-1]}. It is read as data: nothing in it is ever run, and it "
                            "stays on the machine that Iterscope runs on."],
                           id=f"{Ids.DROP}-hint", className="key-hint"),
                ],
                className="drop-invitation",
            ),
            html.Div(
                [
                    html.Span("", id=Ids.STATUS, className="job-status", role="status"),
                    dmc.Progress(id=Ids.PROGRESS, value=0, size="md", className="upload-progress",
                                 **attributes({"aria-label": "Sent"})),
                    html.Button("Cancel", id=Ids.ABORT, className="chip", type="button"),
                ],
                className="upload-line", id=Ids.UPLOAD,
            ),
        ],
        className="drop-zone again" if again else "drop-zone", id=Ids.DROP,
    )  # fmt: skip


def what_happens() -> list[Component]:
    """What a file goes through, before there is one; and the same in a terminal."""
    steps = (
        ("Recognised", "Depth, widths, classes and input size are read off the names and shapes of its tensors."),
        (
            "Completed",
            "You say what a file of weights cannot: the images, their normalisation, the names of the classes.",
        ),
        (
            "Looked at",
            "It is run on some of the images, so that a wrong choice is noticed; then every block is measured.",
        ),
    )
    return [
        html.Ol([html.Li([html.Strong(name), html.Span(text)]) for name, text in steps], className="steps"),
        html.P(["In a terminal: ", command("iterscope import resnet20.th --data cifar10")], className="terminal-line"),
    ]


def refusal(file_name: str, detail: str, problems: tuple[str, ...]) -> dmc.Paper:
    """Why a file was refused, down to the key, and what to do."""
    reasons = problems or (detail,)
    contents = [
        html.H2(f"“{file_name}” is not imported", className="section-title refused"),
        html.Ul([html.Li(sentence(reason)) for reason in reasons], className="sentences bad"),
        html.H3("The way out", className="panel-title"),
        html.Ul(
            [html.Li(WAY_OUT[0]), html.Li([html.Div(WAY_OUT[1]), command("chain = it.residual_chain(model)")])],
            className="sentences",
        ),
    ]
    return dmc.Paper(html.Div(contents, role="alert"), withBorder=True, className="panel form-panel")


def facts(network: Network, incoming: Incoming) -> html.Dl:
    """The network in figures."""
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
    """What the file's keys and shapes determine, and how that is known."""
    convention = CONVENTIONS.get(network.convention, network.convention)
    evidence = [*incoming.evidence, *([f"The tensors lay in {incoming.nesting}"] if incoming.nesting else [])]
    return dmc.Paper(
        [
            html.H2("What was recognised", className="section-title"),
            facts(network, incoming),
            still_strip(network.blocks),
            html.P(["Convention: ", convention], className="convention") if convention else None,
            html.Details(
                [html.Summary("How that is known"),
                 html.Ul([html.Li(sentence(text)) for text in evidence], className="sentences")],
                className="evidence", open=True,
            ),
        ],
        withBorder=True, className="panel form-panel",
    )  # fmt: skip


def check_view(check: Check | None) -> list[Component]:
    """How it does on the images; at chance, a warning with the presets that do better as buttons."""
    if check is None:
        return []
    accuracy = html.P(
        [html.Strong(percent_text(check.accuracy)), f" of {check.samples} images right; guessing gives ",
         percent_text(check.chance), "."],
        className="check-line",
    )  # fmt: skip
    if not check.warning:
        return [accuracy]
    buttons = [
        dmc.Button(
            f"Use {PRESET_NAMES.get(name, name)} instead: {percent_text(value)}",
            id={"type": str(Ids.TRY), "preset": name},
            size="xs",
        )
        for name, value in check.better
    ]
    title = "Little better than guessing" if check.guesses else "Another normalisation does better"
    ways = html.Div(buttons, className="form-actions") if buttons else None
    contents = [html.P(sentence(check.warning), className="warning-text"), ways]
    return [accuracy, dmc.Alert(contents, title=title, color="yellow", variant="light", className="notice")]


def outcome(checkpoint: Checkpoint, check: Check | None) -> dmc.Paper:
    """It is imported: how it does, and where to go on."""
    address = {"run": checkpoint.run, "checkpoint": checkpoint.id}
    return dmc.Paper(
        [
            html.H2(f"“{checkpoint.name}” is imported", className="section-title", tabIndex=-1, id=f"{Ids.OUTCOME}-title"),
            *check_view(check),
            html.Nav(
                [
                    dcc.Link("Every block", href=link("/blocks", run=checkpoint.run), className="button-link"),
                    dcc.Link("Drop and repeat blocks", href=link("/interventions", **address), className="button-link light"),
                    dcc.Link("Its examples", href=link("/examples", **address), className="button-link light"),
                ],
                className="form-actions", **attributes({"aria-label": "Where to go on"}),
            ),
        ],
        withBorder=True, className="panel form-panel",
    )  # fmt: skip


def done(checkpoint: Checkpoint, file_held: bool) -> Json:
    """What the first probe and the address need to know; the file is held where another try may be wanted."""
    return {"checkpoint": checkpoint.id, "run": checkpoint.run, "held": file_held}

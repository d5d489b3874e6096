"""The form of the Import page: what the file does not record."""

import json
from collections.abc import Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from iterscope_dashboard.client import Json
from iterscope_dashboard.components import attributes
from iterscope_dashboard.ids import Import as Ids
from iterscope_dashboard.recognition import (
    BEST,
    FOLDER,
    OWN,
    Incoming,
    Network,
    OpenPoint,
    Preset,
    first_dataset,
    first_name,
    first_preset,
)
from iterscope_guard.text import one_line

BELOW = ["label", "input", "description", "error"]  # aligns the inputs of a row
POLL_MS = 400
PRESET_NAMES = {"cifar10": "CIFAR-10", "cifar100": "CIFAR-100", "imagenet": "ImageNet",
                "half": "range −1 to 1", "unit": "range 0 to 1, not normalised",
                "pixels": "range 0 to 255, not normalised", "file": "from the file", "dataset": "from the data set"}  # fmt: skip


def dataset_choices(datasets: Sequence[Json]) -> list[Json]:
    """Every known data set with its number of classes, and the choice of a folder."""
    choices = []
    for entry in datasets:
        notes = [f"{entry['num_classes']} classes"] if entry.get("num_classes") else []
        notes += [] if entry.get("available") else ["not downloaded"]
        label = one_line(str(entry["name"])) + (f" ({', '.join(notes)})" if notes else "")
        choices.append({"value": str(entry["name"]), "label": label})
    return [*choices, {"value": FOLDER, "label": "a folder of images …"}]


def preset_note(preset: Preset | None) -> str:
    """A normalisation with its values."""
    if preset is None:
        return ""
    mean, std = (", ".join(f"{value:g}" for value in values) for values in (preset.mean, preset.std))
    return f"(x − mean) / std with mean {mean} and std {std}"


def form(incoming: Incoming, network: Network, datasets: Sequence[Json]) -> dmc.Paper:
    """The form: one field per open question, each with the most likely value preselected."""
    dataset = first_dataset(incoming, datasets)
    return dmc.Paper(
        [
            html.H2("What the file does not record", className="section-title"),
            html.Div(
                [
                    images_field(incoming, dataset, datasets),
                    normalisation_field(incoming, first_preset(incoming)),
                    dmc.NumberInput(id=Ids.SIZE, label="Input size", suffix=" pixels", min=8, max=1024, allowDecimal=False,
                                    value=incoming.default("input_size") or network.input_size, inputWrapperOrder=BELOW,
                                    description=incoming.question("input_size") or "height and width of the network’s input"),
                    dmc.Textarea(id=Ids.CLASS_NAMES, label="Class names", autosize=True, minRows=1, maxRows=6,
                                 placeholder="from the data set", value=names_text(incoming.default("class_names")),
                                 description=incoming.question("class_names")
                                 or f"{network.num_classes} names in the order of the outputs, one per line",
                                 inputWrapperOrder=BELOW),
                    *(further_field(point) for point in incoming.further_points),
                    dmc.TextInput(id=Ids.NAME, label="Name", value=first_name(incoming), inputWrapperOrder=BELOW,
                                  description="shown on every page"),
                ],
                className="form-grid import-form",
            ),
            html.Div(id=Ids.ERROR, **attributes({"aria-live": "assertive"})),
            html.Div(
                [
                    dmc.Button("Import", id=Ids.SUBMIT, size="sm"),
                    html.Div(
                        [html.Span("Running the network on some images …", className="job-status", role="status"),
                         dmc.Progress(value=0, size="sm", className="upload-progress", id=Ids.WORKING_PROGRESS,
                                      **attributes({"aria-label": "Importing"})),
                         html.Button("Cancel", id=Ids.CANCEL, className="chip", type="button")],
                        className="working", id=Ids.WORKING, hidden=True,
                    ),
                ],
                className="form-actions steady",
            ),
            dcc.Store(id=Ids.ENTRY),
            dcc.Interval(id=Ids.ENTRY_TIMER, interval=POLL_MS, max_intervals=0),
        ],
        withBorder=True, className="panel form-panel", id=Ids.FORM,
    )  # fmt: skip


def images_field(incoming: Incoming, dataset: str | None, datasets: Sequence[Json]) -> html.Div:
    """The data set, and a field for the path of a folder."""
    return html.Div(
        [
            dmc.Select(id=Ids.DATASET, label="Images", value=dataset, data=dataset_choices(datasets), allowDeselect=False,
                       placeholder="choose", description=incoming.question("dataset") or "images to run the network on",
                       inputWrapperOrder=BELOW),
            html.Div(dmc.TextInput(id=Ids.FOLDER, label="Folder", mt="xs", placeholder="photos", inputWrapperOrder=BELOW,
                                   description="with train/ and test/ (or val/), one folder per class"),
                     id=f"{Ids.FOLDER}-box", hidden=True),
        ]
    )  # fmt: skip


def normalisation_field(incoming: Incoming, preset: str) -> html.Div:
    """A preset with its values, or custom values."""
    notes = {name: preset_note(known) for name, known in incoming.presets.items()}
    choices = [{"value": name, "label": PRESET_NAMES.get(name, name)} for name in (*incoming.presets, "dataset")]
    return html.Div(
        [
            dmc.Select(id=Ids.PRESET, label="Normalisation", value=preset, allowDeselect=False, inputWrapperOrder=BELOW,
                       data=[{"value": BEST, "label": "best accuracy on the images"}, *choices,
                             {"value": OWN, "label": "custom mean and standard deviation …"}],
                       description=incoming.question("normalisation") or "the normalisation used in training"),
            html.P(notes.get(preset, ""), id=f"{Ids.PRESET}-note", className="key-hint",
                   **attributes({"data-notes": json.dumps(notes)})),
            html.Div([dmc.TextInput(id=Ids.MEAN, label="Mean", placeholder="0.49, 0.48, 0.45", mt="xs"),
                      dmc.TextInput(id=Ids.STD, label="Standard deviation", placeholder="0.25, 0.24, 0.26", mt="xs"),
                      dmc.Select(id=Ids.MAX_VALUE, label="Pixel values", value="1", mt="xs", allowDeselect=False,
                                 data=[{"value": "1", "label": "0 to 1"}, {"value": "255", "label": "0 to 255"}])],
                     id=Ids.OWN_VALUES, hidden=preset != OWN),
        ]
    )  # fmt: skip


def names_text(value: Any) -> str:
    """Class names, one per line."""
    return "\n".join(map(str, value)) if isinstance(value, list | tuple) else ""


def further_field(point: OpenPoint) -> Any:
    """A field for an open question that only some networks have."""
    id = {"type": str(Ids.FURTHER), "field": point.field}
    label = point.field.replace("_", " ").capitalize()
    value = None if point.default is None else str(point.default)
    shared: Json = {"id": id, "label": label, "description": point.question, "inputWrapperOrder": BELOW}
    if point.choices:
        choices = list(point.choices)
        return dmc.Select(**shared, value=value, data=choices, placeholder="best accuracy on the images")
    return dmc.TextInput(**shared, value=value or "")

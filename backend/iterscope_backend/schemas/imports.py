"""Imported networks."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from iterscope.measurements.records import Block, Number
from iterscope_backend.schemas.checkpoints import Checkpoint
from iterscope_backend.schemas.common import example
from iterscope_backend.schemas.runs import Name, Text

_ARCHITECTURE = {
    "family": "cifar",
    "name": "resnet20",
    "num_classes": 10,
    "input_size": 32,
    "input_channels": 3,
    "options": {"shortcut": "A", "padding": "both", "block": "basic", "widths": [16, 32, 64]},
}
_EXAMPLE: dict[str, Any] = {
    "id": "i3f9a01c2d4",
    "file_name": "resnet20.th",
    "size_bytes": 1099231,
    "recognised": {
        "architecture": _ARCHITECTURE,
        "name": "ResNet-20 (CIFAR, option A)",
        "num_classes": 10,
        "input_size": 32,
        "num_parameters": 269722,
        "convention": "post-activation",
        "blocks": [{"index": 0, "stage": 0, "is_projection": False, "shared_with": None}],
    },
    "nesting": "state_dict → module.",
    "evidence": ["9 basic blocks in stages of 3, 3, 3 with 16, 32, 64 filters: depth 20"],
    "open_points": [
        {
            "field": "normalisation",
            "question": "With which mean and standard deviation were the images normalised in training?",
            "choices": None,
            "default": None,
        }
    ],
    "problems": [],
    "presets": {
        "imagenet": {
            "mean": [0.485, 0.456, 0.406],
            "std": [0.229, 0.224, 0.225],
            "image_size": 224,
            "resize": 256,
        }
    },
}


class RecognisedNetwork(BaseModel):
    """The network recognised from the file's tensors."""

    architecture: dict[str, Any]
    name: str = Field(description="Display name.")
    num_classes: int
    input_size: int = Field(description="Height and width in pixels; the most likely size if it is an open point.")
    num_parameters: int
    convention: str = Field(description="pre-activation, post-activation or identity merge.")
    blocks: list[Block]


class OpenPoint(BaseModel):
    """Something that can't be determined from the weights."""

    field: str = Field(description="normalisation, input_size, class_names or architecture.")
    question: str
    choices: list[str] | None = Field(description="Allowed answers; null: any value of the right type.")
    default: Any = Field(
        description="Answer if none is given; null: whatever does best on the data set, or the data set's own."
    )


class Preset(BaseModel):
    """The normalisation of a well-known data set."""

    mean: list[float]
    std: list[float]
    image_size: int
    resize: int | None


class Import(BaseModel):
    """An uploaded file whose network was recognised. `POST /imports/{id}/checkpoint` finishes the import."""

    model_config = example(**_EXAMPLE)

    id: str
    file_name: str
    size_bytes: int
    recognised: RecognisedNetwork
    nesting: str = Field(
        description="Where the tensors are nested in the file and which prefixes were removed; empty if neither."
    )
    evidence: list[str] = Field(description="What the tensor names and shapes show, as sentences.")
    open_points: list[OpenPoint]
    problems: list[str]
    presets: dict[str, Preset]


Three = Annotated[
    list[Annotated[float, Field(ge=-1e6, le=1e6)]],
    Field(min_length=3, max_length=3, description="One number per channel."),
]


class ImportAnswers(BaseModel):
    """The data set and answers to the open points. Points left out are decided by the network's accuracy and loss on the data."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        allow_inf_nan=False,
        json_schema_extra={"example": {"dataset": "cifar10", "preset": "imagenet", "name": "my ResNet-20"}},
    )

    dataset: str = Field(min_length=1, max_length=1000, description="A name from `GET /datasets`, or `folder:PATH`.")
    preset: str | None = Field(
        default=None,
        max_length=64,
        description="Normalisation: one of the import's presets, or `dataset` for the data set's own.",
    )
    mean: Three | None = Field(
        default=None,
        description="Mean per channel, instead of a preset and together with std; for pixel values from 0 to max_value.",
    )
    std: Three | None = None
    max_value: float | None = Field(
        default=None,
        gt=0,
        lt=1e6,
        description="Largest pixel value to which mean and std belong: 1 (default) or 255. Without them: pixel values from 0 to this.",
    )
    image_size: int | None = Field(
        default=None, ge=8, le=1024, description="Height and width in pixels, if it is an open point."
    )
    class_names: (
        Annotated[list[Annotated[Text, Field(min_length=1, max_length=200)]], Field(max_length=100_000)] | None
    ) = Field(default=None, description="Class names in the order of the network's outputs.")
    architecture: str | None = Field(
        default=None,
        max_length=200,
        description="One of the open point's choices, if several networks have the same tensor names and shapes.",
    )
    name: Name | None = None
    check: bool = Field(default=True, description="Check the accuracy on up to 500 validation images.")
    wait: float | None = Field(
        default=None, ge=0, le=60, description="Seconds to wait for the checkpoint before returning 202; default 2."
    )


class TriedNormalisation(BaseModel):
    """Accuracy and loss of the network with one normalisation."""

    label: str = Field(description="The network, if several fit the file.")
    preset: str
    accuracy: float
    loss: Number
    samples: int


class ImportCheck(BaseModel):
    """Accuracy of the network on the data set."""

    accuracy: float
    chance: float
    samples: int
    warning: str | None = Field(
        description="A warning if accuracy is at chance level or another normalisation is clearly better; otherwise null."
    )
    better: list[str] = Field(
        description="Presets that are clearly better, the best first; `tried` has their accuracy."
    )


class ImportedCheckpoint(Checkpoint):
    """A checkpoint as in `GET /checkpoints/{id}`, with the results of its import."""

    check: ImportCheck | None
    preset: str = Field(
        description="The normalisation used; `given` if mean and std were given, `file` for a normaliser in the file."
    )
    tried: list[TriedNormalisation] = Field(
        description="Normalisations and networks that were tried, the best first; empty if there was nothing to try."
    )

"""Imports: networks of elsewhere."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from iterscope_backend.schemas.checkpoints import Checkpoint
from iterscope_backend.schemas.common import Block, Number, example
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
            "question": "By which mean and standard deviation were the images normalised in training?",
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
    """The network that the file's tensors belong to."""

    architecture: dict[str, Any]
    name: str = Field(description="For people.")
    num_classes: int
    input_size: int = Field(description="Pixels; where it is an open point, the most likely.")
    num_parameters: int
    convention: str = Field(description="pre-activation, post-activation or identity merge.")
    blocks: list[Block]


class OpenPoint(BaseModel):
    """Something that weights can't tell."""

    field: str = Field(description="normalisation, input_size, class_names or architecture.")
    question: str
    choices: list[str] | None = Field(description="null: anything of its kind.")
    default: Any = Field(description="null: what does best on the data set, or the data set's own.")


class Preset(BaseModel):
    """The normalisation of a well-known data set."""

    mean: list[float]
    std: list[float]
    image_size: int
    resize: int | None


class Import(BaseModel):
    """A file that was sent and recognised; `POST /imports/{id}/checkpoint` finishes it."""

    model_config = example(**_EXAMPLE)

    id: str
    file_name: str
    size_bytes: int
    recognised: RecognisedNetwork
    nesting: str = Field(
        description="Where the tensors lay and which prefixes were taken off; empty where they lay bare."
    )
    evidence: list[str] = Field(description="What keys and shapes determine, as sentences.")
    open_points: list[OpenPoint]
    problems: list[str]
    presets: dict[str, Preset]


Three = Annotated[
    list[Annotated[float, Field(ge=-1e6, le=1e6)]], Field(min_length=3, max_length=3, description="One a channel.")
]


class ImportAnswers(BaseModel):
    """The data set, and what people say about the open points; what is left out is decided by how the network does on the data."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        allow_inf_nan=False,
        json_schema_extra={"example": {"dataset": "cifar10", "preset": "imagenet", "name": "ResNet-20 of elsewhere"}},
    )

    dataset: str = Field(min_length=1, max_length=1000, description="As `GET /datasets` names it, or `folder:PATH`.")
    preset: str | None = Field(
        default=None, max_length=64, description="One of the import's presets, or `dataset`: the data set's own."
    )
    mean: Three | None = Field(default=None, description="Instead of a preset, with std; in units of [0, 1].")
    std: Three | None = None
    image_size: int | None = Field(default=None, ge=8, le=1024, description="Pixels, where it is an open point.")
    class_names: (
        Annotated[list[Annotated[Text, Field(min_length=1, max_length=200)]], Field(max_length=100_000)] | None
    ) = Field(default=None, description="In the order of the network's outputs.")
    architecture: str | None = Field(
        default=None, max_length=200, description="One of the open point's choices, where shapes can't tell them apart."
    )
    name: Name | None = None
    check: bool = Field(default=True, description="Run the network on up to 500 images of the validation split.")
    wait: float | None = Field(
        default=None, ge=0, le=60, description="Seconds to wait for the checkpoint before the answer is 202; default 2."
    )


class TriedNormalisation(BaseModel):
    """How the network did with one normalisation."""

    label: str = Field(description="The network, where several fit the file.")
    preset: str
    accuracy: float
    loss: Number
    samples: int


class ImportCheck(BaseModel):
    """How the network does on the data set."""

    accuracy: float
    chance: float
    samples: int
    warning: str | None = Field(
        description="A sentence where accuracy is at chance, or another normalisation does clearly better."
    )
    better: list[str] = Field(description="Presets that do clearly better, the best first; `tried` tells how they do.")


class ImportedCheckpoint(Checkpoint):
    """A checkpoint as `GET /checkpoints/{id}` gives it, and how its import went."""

    check: ImportCheck | None
    preset: str = Field(description="The normalisation that was taken; `given` where mean and std were.")
    tried: list[TriedNormalisation] = Field(description="The best first; empty where nothing was left to try.")

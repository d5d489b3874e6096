"""An uploaded file as the backend recognised it, and the form for what the file does not record."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Self

from iterscope_dashboard.model import Block, Json, blocks_of

FOLDER = "folder"  # in the choice of data sets: a folder, given in its own field
BEST = "best"  # in the choice of presets: the backend tries all of them on the images
OWN = "own"  # in the choice of presets: mean and standard deviation from the form
LITTLE_BETTER = 3  # times chance
KNOWN_FIELDS = ("dataset", "normalisation", "input_size", "class_names")  # the form always has a field for these


@dataclass(frozen=True)
class Network:
    """The properties of a network that the keys and shapes of its file determine."""

    name: str
    num_classes: int
    input_size: int  # pixels
    num_parameters: int
    convention: str  # "pre-activation" | "post-activation" | "identity merge"
    blocks: tuple[Block, ...]

    @classmethod
    def from_json(cls, value: Json) -> Self:
        """Read `recognised` of an import."""
        return cls(
            name=str(value["name"]),
            num_classes=int(value["num_classes"]),
            input_size=int(value["input_size"]),
            num_parameters=int(value["num_parameters"]),
            convention=str(value.get("convention") or ""),
            blocks=blocks_of(value.get("blocks") or ()),
        )


@dataclass(frozen=True)
class OpenPoint:
    """A property that the file does not record."""

    field: str
    question: str
    choices: tuple[str, ...]  # empty: anything may be typed
    default: Any


@dataclass(frozen=True)
class Preset:
    """How images are preprocessed."""

    mean: tuple[float, ...]  # one per channel
    std: tuple[float, ...]
    image_size: int  # pixels


@dataclass(frozen=True)
class Incoming:
    """An uploaded file that is not imported yet."""

    id: str
    file_name: str
    size_bytes: int
    network: Network | None  # None: not recognised
    nesting: str
    evidence: tuple[str, ...]
    open_points: tuple[OpenPoint, ...]
    problems: tuple[str, ...]
    presets: dict[str, Preset]

    @classmethod
    def from_json(cls, value: Json) -> Self:
        """Read an import of the REST interface."""
        found = value.get("recognised")
        return cls(
            id=str(value["id"]),
            file_name=str(value.get("file_name") or ""),
            size_bytes=int(value.get("size_bytes") or 0),
            network=Network.from_json(found) if found else None,
            nesting=str(value.get("nesting") or ""),
            evidence=tuple(str(sentence) for sentence in value.get("evidence") or ()),
            open_points=tuple(
                OpenPoint(
                    str(p["field"]), str(p["question"]), tuple(map(str, p.get("choices") or ())), p.get("default")
                )
                for p in value.get("open_points") or ()
            ),
            problems=tuple(str(sentence) for sentence in value.get("problems") or ()),
            presets={
                name: Preset(tuple(p["mean"]), tuple(p["std"]), int(p["image_size"]))
                for name, p in (value.get("presets") or {}).items()
            },
        )

    def question(self, field: str) -> str:
        """The open point's question, or ""."""
        return next((point.question for point in self.open_points if point.field == field), "")

    def default(self, field: str) -> Any:
        """The open point's default, or None."""
        return next((point.default for point in self.open_points if point.field == field), None)

    @property
    def further_points(self) -> tuple[OpenPoint, ...]:
        """Open points that need a field of their own."""
        return tuple(point for point in self.open_points if point.field not in KNOWN_FIELDS)


def size_text(size: int) -> str:
    """1099231 → "1.1 MB"."""
    for unit, factor in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size >= factor:
            return f"{size / factor:.1f}\u00a0{unit}"
    return f"{size} bytes"


def first_dataset(incoming: Incoming, datasets: Sequence[Json]) -> str | None:
    """The preselected data set: the recognised one, else an available one with as many classes."""
    names = [str(d["name"]) for d in datasets]
    if incoming.default("dataset") in names:
        return str(incoming.default("dataset"))
    classes = incoming.network.num_classes if incoming.network else None
    fitting = [str(d["name"]) for d in datasets if d.get("num_classes") == classes]
    at_hand = [str(d["name"]) for d in datasets if d.get("available") and d["name"] in fitting]
    return next(iter([name for name in at_hand if name.startswith("cifar")] + at_hand + fitting), None)


def first_preset(incoming: Incoming) -> str:
    """The preselected preset: the recognised one, else the one with the best accuracy on the images."""
    recognised = incoming.default("normalisation")
    return str(recognised) if recognised in incoming.presets else BEST


def sentence(text: str) -> str:
    """ "the first convolution is 3×3" → a sentence; a leading tensor name keeps its spelling."""
    first = text.split(" ", 1)[0]
    shown = text[:1].upper() + text[1:] if first.isalpha() else text
    return shown if shown.endswith((".", "!", "?")) else f"{shown}."


def first_name(incoming: Incoming) -> str:
    """The file's name without its ending."""
    return PurePath(incoming.file_name).stem


class FormError(ValueError):
    """The form is not valid; `problems` maps each field to a sentence."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__("; ".join(problems.values()))
        self.problems = problems


def channel_numbers(text: str | None) -> list[float]:
    """ "0.49, 0.48, 0.45" → numbers, one per channel; ValueError for anything else."""
    parts = [part for part in (text or "").replace(",", " ").replace(";", " ").split() if part]
    values = [float(part) for part in parts]
    if not values or not all(abs(value) < 1e6 for value in values):
        raise ValueError(text)
    return values


def listed_names(text: str | None) -> list[str]:
    """Class names: one per line, or separated by commas on a single line."""
    lines = (text or "").strip().splitlines()
    parts = lines if len(lines) > 1 else (text or "").split(",")
    return [part.strip() for part in parts if part.strip()]


@dataclass(frozen=True)
class Answers:
    """The form as it was filled in."""

    dataset: str | None
    folder: str | None
    preset: str | None
    mean: str | None
    std: str | None
    max_value: str | None  # of the pixels to which mean and std belong: "1" or "255"
    image_size: Any  # a whole number, or what was typed instead
    class_names: str | None
    name: str | None


def import_request(answers: Answers, num_classes: int, further: Json | None = None) -> Json:
    """The body of `POST /imports/{id}/checkpoint`; FormError names every field that is not valid."""
    problems: dict[str, str] = {}
    body: Json = {"check": True, **(further or {})}
    if answers.dataset == FOLDER:
        folder = (answers.folder or "").strip().removeprefix("folder:")
        body["dataset"] = f"folder:{folder}"
        if not folder:
            problems["folder"] = "Enter a folder that contains train/ and test/ (or val/)."
    elif answers.dataset:
        body["dataset"] = answers.dataset
    else:
        problems["dataset"] = "Choose the images to run this network on."
    if answers.preset == OWN:
        for field, text in (("mean", answers.mean), ("std", answers.std)):
            try:
                body[field] = channel_numbers(text)
            except ValueError:
                problems[field] = f"“{text or ''}” is not a list of numbers, one per channel: write 0.49, 0.48, 0.45."
        if answers.max_value not in (None, "1"):
            body["max_value"] = float(answers.max_value)
        if "std" in body and min(body["std"]) <= 0:
            problems["std"] = "Every standard deviation must be above 0."
        if {"mean", "std"} <= body.keys() and len(body["mean"]) != len(body["std"]):
            problems["std"] = (
                f"{len(body['std'])} standard deviations for {len(body['mean'])} means: give one of each per channel."
            )
    elif answers.preset and answers.preset != BEST:
        body["preset"] = answers.preset
    if isinstance(answers.image_size, int) and answers.image_size >= 1:
        body["image_size"] = answers.image_size
    elif answers.image_size not in (None, ""):
        problems["image_size"] = f"“{answers.image_size}” is not a number of pixels: write a whole number like 32."
    names = listed_names(answers.class_names)
    if names and len(names) != num_classes:
        problems["class_names"] = f"{len(names)} names for {num_classes} classes: give one name per class."
    if names:
        body["class_names"] = names
    if name := (answers.name or "").strip():
        body["name"] = name
    if problems:
        raise FormError(problems)
    return body


@dataclass(frozen=True)
class Check:
    """The accuracy of the network on images of the data set."""

    accuracy: float  # 0 to 1
    chance: float
    samples: int
    warning: str | None  # for accuracy near chance, or clearly below another normalisation
    better: tuple[tuple[str, float], ...]  # presets with higher accuracy

    @property
    def guesses(self) -> bool:
        """Whether the accuracy is close to chance."""
        return self.accuracy < LITTLE_BETTER * self.chance

    @classmethod
    def from_json(cls, value: Json | None, tried: Sequence[Json] = ()) -> Self | None:
        """Read `check` of an imported checkpoint, with the presets that were `tried`; without them no other preset can be offered."""
        if not value:
            return None
        accuracies = {str(trial["preset"]): float(trial["accuracy"]) for trial in reversed(tried)}
        better = tuple((name, accuracies[name]) for name in value.get("better") or () if name in accuracies)
        return cls(
            float(value["accuracy"]), float(value["chance"]), int(value["samples"]), value.get("warning"), better
        )

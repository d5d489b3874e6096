"""Networks side by side: which images each gets right, and how far along the networks their answers agree."""

import sys
from array import array
from base64 import b64decode
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from iterscope_dashboard.model import Checkpoint, Json

LETTERS = "ABCDEF"
"""The networks' names; there are at most so many."""

Answers = list[list[int]]
"""(positions, images): the class that is read at each position of a network."""


class ComparisonError(ValueError):
    """Some answers are not about the same images."""


@dataclass(frozen=True)
class Answered:
    """One image, and what each network says."""

    index: int  # in the split
    label: int
    said: tuple[int, ...]

    @property
    def right(self) -> tuple[bool, ...]:
        """Which networks are right."""
        return tuple(one == self.label for one in self.said)

    @property
    def agreed(self) -> bool:
        """Whether all say the same."""
        return len(set(self.said)) == 1


def check_same_images(results: Sequence[Json]) -> None:
    """Raise ComparisonError unless answers are of images of the same data set, whatever its name."""
    _check_same([(one.get("provenance") or {}).get("dataset_fingerprint") for one in results])


def answered(results: Sequence[Json]) -> list[Answered]:
    """The images of answers of `samples` that list all images by index. Raises ComparisonError if their images differ."""
    check_same_images(results)
    items = [sorted(one["items"], key=lambda item: int(item["index"])) for one in results]
    _check_same([[(int(item["index"]), int(item["label"])) for item in some] for some in items])
    return [
        Answered(int(image[0]["index"]), int(image[0]["label"]), tuple(int(item["prediction"]) for item in image))
        for image in zip(*items, strict=True)
    ]


def _check_same(values: Sequence[object]) -> None:
    for letter, value in zip(LETTERS, values, strict=False):
        if value != values[0]:
            raise ComparisonError(
                f"The images of A and {letter} differ, though their data sets have the same name: "
                "measure both again, or compare networks of one data set."
            )


def outcome(right: Sequence[bool]) -> str:
    """Which networks are right, in words."""
    wrong = [letter for letter, one in zip(LETTERS, right, strict=False) if not one]
    if not wrong:
        return "all are right"
    if len(wrong) == len(right):
        return "all are wrong"
    if len(wrong) == 1:
        return f"only {wrong[0]} is wrong"
    if len(wrong) == len(right) - 1:
        return f"only {LETTERS[list(right).index(True)]} is right"
    return f"{', '.join(wrong[:-1])} and {wrong[-1]} are wrong"


def obstacle(networks: Sequence[Checkpoint]) -> str | None:
    """Why images and answers of some networks can't be compared."""
    first = networks[0]
    for letter, other in zip(LETTERS, networks, strict=False):
        if other.dataset != first.dataset:
            names = [one.dataset or "an unknown data set" for one in (first, other)]
            return (
                f"A was trained on {names[0]} and {letter} on {names[1]}: they share no images, so only curves over the relative depth "
                "are compared. Choose networks of one data set to compare their states and answers, too."
            )
        if other.class_names != first.class_names:
            return (
                f"A and {letter} name the classes of {first.dataset} differently, so their answers can't be compared: "
                "choose networks with the same classes."
            )
    return None


def per_image(result: Json, name: str) -> Answers:
    """The values of each image of an answer, as whole numbers."""
    packed = result["per_image"][name]
    if packed["dtype"] != "float32":
        raise ValueError(f"{name} is of the type {packed['dtype']}: only float32 is read as whole numbers")
    values = array("f")
    values.frombytes(b64decode(packed["data"]))
    if sys.byteorder == "big":
        values.byteswap()
    count = int(packed["shape"][-1])
    return [[int(value) for value in values[start : start + count]] for start in range(0, len(values), max(1, count))]


def matched(counts: Sequence[int]) -> list[tuple[int, ...]]:
    """Positions of networks at the same relative depth: each of the longest one with the nearest of the others.

    Args:
        counts: Number of positions of each network, at least 2: its states, that of the stem included.
    """
    last = max(counts) - 1
    return [tuple((2 * at * (count - 1) + last) // (2 * last) for count in counts) for at in range(last + 1)]


@dataclass(frozen=True)
class Parting:
    """How far the answers of networks go together."""

    places: list[tuple[int, ...]]  # the positions that are compared, one of each network
    depth: list[float]  # of the places, 0 to 1
    agreement: list[float]  # share of images to which all give the same answer
    by_chance: list[float]  # the same if the answers were independent, with the same number of answers of each class
    output_agreement: float
    first: list[int | None]
    """For each image the place from which on the answers are not all the same, len(places) if only the outputs differ; None if these
    agree."""


def parting(answers: Sequence[Answers], outputs: Sequence[Sequence[int]]) -> Parting:
    """Compare the answers at the same relative depth; the networks' own answers come last. Raises ComparisonError."""
    for letter, one in zip(LETTERS, outputs, strict=False):
        if len(one) != len(outputs[0]) or not one:
            raise ComparisonError(
                f"A was measured on {len(outputs[0])} images and {letter} on {len(one)}: measure all on the same."
            )
    places = matched([len(one) for one in answers])
    rows = [[one[at] for one, at in zip(answers, place, strict=True)] for place in places]
    same = [_agreed(row) for row in [*rows, outputs]]
    return Parting(
        places,
        [at / (len(places) - 1) for at in range(len(places))],
        [sum(row) / len(row) for row in same[:-1]],
        [_chance(row) for row in rows],
        sum(same[-1]) / len(same[-1]),
        [_parted(image) for image in zip(*same, strict=True)],
    )


def _agreed(row: Sequence[Sequence[int]]) -> list[bool]:
    """For each image whether all networks say the same."""
    return [len(set(said)) == 1 for said in zip(*row, strict=True)]


def _chance(row: Sequence[Sequence[int]]) -> float:
    counts = [Counter(one) for one in row]
    return sum(prod(one[answer] for one in counts) for answer in counts[0]) / prod(len(one) for one in row)


def _parted(same: Sequence[bool]) -> int | None:
    """The place from which on the answers to an image differ to the end."""
    start = max((at + 1 for at, agreed in enumerate(same) if agreed), default=0)
    return start if start < len(same) else None


def state_depth(position: int, blocks: int) -> float:
    """Where a state lies: the stem's output at 0, the last block's at 1."""
    return position / max(1, blocks)


def block_depth(block: int, blocks: int) -> float:
    """Where a block lies: in the middle between the states before and after it."""
    return (block + 0.5) / max(1, blocks)


def place(position: int) -> str:
    """A state in words."""
    return "the stem" if position == 0 else f"block {position - 1}"

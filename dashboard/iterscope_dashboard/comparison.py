"""Two networks side by side: which images each gets right, and how far along the networks their answers agree."""

import sys
from array import array
from base64 import b64decode
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from iterscope_dashboard.model import Checkpoint, Json

Answers = list[list[int]]
"""(positions, images): the class that is read at each position of a network."""

DIFFERENT = (
    "The images of A and B differ, though their data sets have the same name: "
    "measure both again, or compare networks of one data set."
)


class ComparisonError(ValueError):
    """Two answers are not about the same images."""


@dataclass(frozen=True)
class Answered:
    """One image, and what both networks say."""

    index: int  # in the split
    label: int
    a: int
    b: int

    @property
    def outcome(self) -> str:
        """A cell of the table, for those that are wrong with the question whether they say the same."""
        right = (self.a == self.label, self.b == self.label)
        if right == (False, False):
            return "same wrong" if self.a == self.b else "other wrong"
        return {(True, True): "both", (True, False): "only a", (False, True): "only b"}[right]


def check_same_images(first: Json, second: Json) -> None:
    """Raise ComparisonError unless two answers are of images of the same data set, whatever its name."""
    prints = [(one.get("provenance") or {}).get("dataset_fingerprint") for one in (first, second)]
    if prints[0] != prints[1]:
        raise ComparisonError(DIFFERENT)


def answered(first: Json, second: Json) -> list[Answered]:
    """The images of two answers of `samples` that list all images by index. Raises ComparisonError if their images differ."""
    check_same_images(first, second)
    items = [sorted(one["items"], key=lambda item: int(item["index"])) for one in (first, second)]
    named = [[(int(item["index"]), int(item["label"])) for item in some] for some in items]
    if named[0] != named[1]:
        raise ComparisonError(DIFFERENT)
    return [
        Answered(int(a["index"]), int(a["label"]), int(a["prediction"]), int(b["prediction"]))
        for a, b in zip(*items, strict=True)
    ]


def outcomes(images: Sequence[Answered]) -> Counter[str]:
    """The number of images of each outcome."""
    return Counter(image.outcome for image in images)


def obstacle(a: Checkpoint, b: Checkpoint) -> str | None:
    """Why images and answers of two networks can't be compared."""
    if a.dataset != b.dataset:
        names = [one.dataset or "an unknown data set" for one in (a, b)]
        return (
            f"A was trained on {names[0]} and B on {names[1]}: they share no images, so only curves over the relative depth are "
            "compared. Choose two networks of one data set to compare their states and answers, too."
        )
    if a.class_names != b.class_names:
        return (
            f"A and B name the classes of {a.dataset} differently, so their answers can't be compared: "
            "choose two networks with the same classes."
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


def matched(first: int, second: int) -> list[tuple[int, int]]:
    """Positions of two networks at the same relative depth: each of the longer one with the nearest of the other, as (first, second).

    Args:
        first: Number of positions of the first network, at least 2: its states, that of the stem included.
    """
    longer, shorter = max(first, second), min(first, second)
    nearest = [(at * (shorter - 1) * 2 + longer - 1) // (2 * (longer - 1)) for at in range(longer)]
    pairs = list(enumerate(nearest))
    return pairs if first >= second else [(other, own) for own, other in pairs]


@dataclass(frozen=True)
class Parting:
    """How far the answers of two networks go together."""

    pairs: list[tuple[int, int]]  # the positions that are compared
    depth: list[float]  # of the pairs, 0 to 1
    agreement: list[float]  # share of images with the same answer
    by_chance: list[float]  # the same if the answers were independent, with the same number of answers of each class
    output_agreement: float
    first: list[int | None]
    """For each image the pair from which on the answers differ for good, len(pairs) if only the outputs do; None if these agree."""


def parting(a: Answers, b: Answers, output_a: Sequence[int], output_b: Sequence[int]) -> Parting:
    """Compare the answers at the same relative depth; the networks' own answers come last. Raises ComparisonError."""
    if len(output_a) != len(output_b) or not output_a:
        raise ComparisonError(
            f"A was measured on {len(output_a)} images and B on {len(output_b)}: measure both on the same."
        )
    pairs = matched(len(a), len(b))
    rows = [([*a[i]], [*b[j]]) for i, j in pairs]
    return Parting(
        pairs,
        [at / (len(pairs) - 1) for at in range(len(pairs))],
        [_share(*row) for row in rows],
        [_chance(*row) for row in rows],
        _share(output_a, output_b),
        [
            _parted([(one[image], other[image]) for one, other in [*rows, (output_a, output_b)]])
            for image in range(len(output_a))
        ],
    )


def _parted(said: Sequence[tuple[int, int]]) -> int | None:
    """The place from which on two answers differ to the end."""
    together = [at for at, (one, other) in enumerate(said) if one == other]
    start = together[-1] + 1 if together else 0
    return start if start < len(said) else None


def _share(one: Sequence[int], other: Sequence[int]) -> float:
    return sum(a == b for a, b in zip(one, other, strict=True)) / len(one)


def _chance(one: Sequence[int], other: Sequence[int]) -> float:
    counts, others = Counter(one), Counter(other)
    return sum(count * others[answer] for answer, count in counts.items()) / (len(one) * len(other))


def state_depth(position: int, blocks: int) -> float:
    """Where a state lies: the stem's output at 0, the last block's at 1."""
    return position / max(1, blocks)


def block_depth(block: int, blocks: int) -> float:
    """Where a block lies: in the middle between the states before and after it."""
    return (block + 0.5) / max(1, blocks)


def place(position: int) -> str:
    """A state in words."""
    return "the stem" if position == 0 else f"block {position - 1}"

"""The options of imported models' networks: their allowed values, their defaults, and the lengths of stages."""

from __future__ import annotations

import re
from typing import Any

from iterscope.errors import ArchitectureError

MAX_DEPTH = 2000
"""The maximum depth in the name of a CIFAR network, and of blocks in any; the deepest that was published has 1202 layers."""
MAX_STAGES = 8
MAX_COUNT = 1 << 20
"""The maximum number of classes, pixels or filters: an untrusted file could claim a billion."""
STAGES = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}
"""Blocks in each stage, by depth, where there are four stages (He et al. 2015, table 1)."""
BOTTLENECK_FROM = 50
THREE, FOUR = [16, 32, 64], [64, 128, 256, 512]

CHOICES: dict[str, dict[str, tuple[Any, ...]]] = {
    "cifar": {"shortcut": ("A", "B"), "padding": ("both", "end"), "block": ("basic", "bottleneck")},
    "preactivation-cifar": {
        "block": ("basic", "bottleneck"),
        "shortcut_reads": ("activated", "input", "input with branch"),
        "bias": (False, True),
        "final_norm": (True, False),
    },
    "wide-cifar": {"shortcut_reads": ("activated", "input", "input with branch"), "bias": (False, True)},
    "torchvision": {},
    "timm": {},
}
"""The values of each option except `widths`; the first is what most repositories use."""
ACTIVATIONS = ("relu", "leaky_relu_0.1", "leaky_relu_0.01")
VARIANTS: dict[str, dict[str, tuple[Any, ...]]] = {
    "cifar": {"activation": ACTIVATIONS, "stem_pooling": (False, True), "stride_in": ("3x3", "1x1")},
    "preactivation-cifar": {"activation": ACTIVATIONS, "stem_pooling": (False, True)},
    "wide-cifar": {"activation": ACTIVATIONS, "stem_pooling": (False, True)},
    "torchvision": {"block": ("basic", "bottleneck"), "stride_in": ("3x3", "1x1")},
    "timm": {},
}
"""Options that leave no trace in the weights, or that few networks need. They are stated only where they differ from the first value."""


def checked(family: str, name: str, options: dict[str, Any], defaults: dict[str, Any]) -> dict[str, Any]:
    """The complete options; `defaults` are those of this network."""
    choices, variants = CHOICES[family], VARIANTS[family]
    lengths = ["blocks"] if family != "timm" else []
    known = [*choices, *(["widths"] if "widths" in defaults else []), *lengths, *variants]
    if unknown := sorted(str(key) for key in set(options) - set(known)):
        raise ArchitectureError(
            f"unknown option {unknown[0][:100]!r} of {name} ({family}): known options are {', '.join(known) or 'none'}"
        )
    values = {**{key: allowed[0] for key, allowed in choices.items()}, **defaults, **options}
    for key, allowed in {**choices, **variants}.items():
        if key in values and not any(
            values[key] is each or (isinstance(each, str) and values[key] == each) for each in allowed
        ):
            raise ArchitectureError(
                f"option {key} is {str(values[key])[:100]!r}: it must be one of {', '.join(map(str, allowed))}"
            )
    for key, allowed in variants.items():
        if key in values and values[key] == allowed[0]:
            del values[key]
    if "widths" in values:
        widths = values["widths"]
        stages = range(1, MAX_STAGES + 1) if family == "cifar" and values.get("blocks") is not None else (3, 4)
        if not isinstance(widths, list | tuple) or len(widths) not in stages or not all(map(is_count, widths)):
            raise ArchitectureError(
                f"option widths is {str(widths)[:100]!r}: give three or four whole numbers, such as [16, 32, 64]"
            )
        values["widths"] = list(widths)
    if values.get("blocks") is None:
        values.pop("blocks", None)
    else:
        values["blocks"] = _checked_blocks(values["blocks"], values.get("widths", FOUR))
    return values


def _checked_blocks(blocks: Any, widths: list[int]) -> list[int]:
    if (
        not isinstance(blocks, list | tuple)
        or len(blocks) != len(widths)
        or not all(map(is_count, blocks))
        or sum(blocks) > MAX_DEPTH // 2
    ):
        raise ArchitectureError(
            f"option blocks is {str(blocks)[:100]!r}: give the number of blocks in each of the {len(widths)} stages, at most "
            f"{MAX_DEPTH // 2} in all"
        )
    return list(blocks)


def named_depth(name: str, prefix: str) -> int:
    """The depth in a network's name. Raises ArchitectureError."""
    match = re.fullmatch(rf"{prefix}(\d{{1,5}})", name)
    if match is None or int(match[1]) > MAX_DEPTH:
        raise ArchitectureError(
            f"unknown network {name!r}: names in this family are {prefix}{{depth}}, with a depth of at most {MAX_DEPTH}"
        )
    return int(match[1])


def stage_lengths(name: str, depth: int, options: dict[str, Any]) -> tuple[int, ...]:
    """Blocks in each stage. Raises ArchitectureError for a depth that no whole number of blocks makes."""
    if "blocks" in options:
        return tuple(options["blocks"])
    if len(options["widths"]) == 4:
        if depth not in STAGES:
            raise ArchitectureError(
                f"{name}: with four stages the depth must be one of {', '.join(map(str, STAGES))}, or give the option blocks"
            )
        return STAGES[depth]
    layers = 9 if options["block"] == "bottleneck" else 6
    count, rest = divmod(depth - 2, layers)
    if rest or count < 1:
        raise ArchitectureError(
            f"{name}: with three stages of {options['block']} blocks the depth must be {layers}n + 2, such as {layers + 2}"
        )
    return (count,) * 3


def is_count(value: object) -> bool:
    """Whether this is a whole number from 1 to MAX_COUNT."""
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MAX_COUNT

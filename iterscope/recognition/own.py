"""Recognise Iterscope's own networks from weights without a description."""

from __future__ import annotations

import re
from dataclasses import replace

from iterscope.architectures import ArchitectureConfiguration
from iterscope.architectures.blocks import POOLING_WINDOW
from iterscope.architectures.configuration import Transition
from iterscope.recognition.records import Candidate, Shapes

_BLOCK = re.compile(r"blocks\.(\d+)\.")
POOLED: tuple[tuple[str, Transition, str], ...] = (
    ("avg-pooling", "average_pooling", "average pooling between stages"),
    ("max-pooling", "max_pooling", "max pooling between stages"),
)
STAGES = 3
"""The number of stages in the paper's networks with pooling between stages."""


def candidates(shapes: Shapes) -> list[Candidate]:
    """Iterscope's networks that these tensors might belong to; none unless there are a stem, a chain of blocks and a head."""
    stem, head = shapes.get("stem.weight", ()), shapes.get("head.linear.weight", ())
    indices = {int(match[1]) for name in shapes if (match := _BLOCK.match(name))}
    if len(stem) != 4 or len(head) != 2 or not indices:
        return []
    count = max(indices) + 1
    if count > len(shapes):  # an untrusted file may contain any block number
        return []
    convolutions = [shapes.get(f"blocks.{index}.conv1.weight", ()) for index in range(count)]
    owned = [shape[0] for shape in convolutions if len(shape) == 4]
    if not owned:
        return []
    widths = [shape[0] if len(shape) == 4 else 0 for shape in convolutions]
    # A block that is missing from the file gets its neighbour's width; the file is then refused, naming the missing tensors.
    for index, width in enumerate(widths):
        widths[index] = width or (widths[index - 1] if index else owned[0])
    entering = [0] + [
        at for at in range(1, count) if f"blocks.{at}.projection.weight" in shapes or widths[at] != widths[at - 1]
    ]
    lengths = [stop - start for start, stop in zip(entering, [*entering[1:], count], strict=True)]
    stages = [widths[start] for start in entering]
    configuration = ArchitectureConfiguration(
        _name(stem[0], tuple(stages), tuple(lengths)),
        stem[0],
        tuple(stages),
        tuple(lengths),
        num_classes=max(2, head[0]),
        in_channels=stem[1],
    )
    evidence = (
        "stem, blocks and head have Iterscope's names",
        f"{count} pre-activation blocks in stages of {', '.join(map(str, lengths))} with {', '.join(map(str, stages))} filters",
        f"the last layer has {head[0]} outputs (classes)",
    )
    names = {name: name for name in shapes}
    pooled = head[1] // widths[-1]
    found = Candidate(configuration, names, evidence, size_is_open=False)
    if shared := _shared(found, entering, shapes):
        return [found, shared]
    if len(stages) > 1 or pooled * widths[-1] != head[1]:
        return [found]
    window = configuration.input_size // POOLING_WINDOW
    if pooled == window**2 or count % STAGES:
        return [found]
    return [
        replace(
            found,
            configuration=replace(
                configuration,
                name=name,
                widths=(stages[0],) * STAGES,
                blocks=(count // STAGES,) * STAGES,
                transition=transition,
            ),
            label=label,
        )
        for name, transition, label in POOLED
    ]


def _shared(found: Candidate, entering: list[int], shapes: Shapes) -> Candidate | None:
    """The same with shared blocks, if exactly the later blocks of each stage lack convolutions; else None."""
    configuration = found.configuration
    assert isinstance(configuration, ArchitectureConfiguration)
    lengths = list(configuration.blocks)
    lacking = [index for index in range(sum(lengths)) if f"blocks.{index}.conv1.weight" not in shapes]
    if not lacking:
        return None
    owners = lacking[0] - max(start for start in entering if start <= lacking[0])  # blocks of a stage with convolutions
    expected = [start + at for start, length in zip(entering, lengths, strict=True) for at in range(owners, length)]
    if not owners or lacking != expected:
        return None
    evidence = [
        f"in each stage, the blocks after the first {owners} have no convolutions: they reuse those of the last block that has them"
    ]
    statistics, affine = (
        any(name.startswith(f"blocks.{lacking[0]}.bn") and name.endswith(half) for name in shapes)
        for half in (".running_mean", ".weight")
    )
    if not statistics and not affine and lengths[0] > lengths[-1]:
        lengths[-1] = lengths[0]  # such blocks leave no trace in the file after the last block with convolutions
        evidence.append(f"the last stage is assumed to be as long as the first, {lengths[0]} blocks")
    unshared = statistics and affine
    shared = replace(
        configuration,
        name=_name(configuration.stem_width, configuration.widths, tuple(lengths)) + "-shared" + "-ubn" * unshared,
        blocks=tuple(lengths),
        share_from=owners - 1,
        initial_gamma=0.1 if unshared else 1.0,
        unshare_statistics=statistics,
        unshare_affine=affine,
    )
    return replace(found, configuration=shared, evidence=(*found.evidence, *evidence))


def _name(stem: int, widths: tuple[int, ...], lengths: tuple[int, ...]) -> str:
    if len(widths) == 1:
        return "single-representation"
    if (stem, widths, lengths) == (16, (160, 320, 640), (4, 5, 5)):
        return "wide"
    return f"resnet{2 * sum(lengths) + 2}"

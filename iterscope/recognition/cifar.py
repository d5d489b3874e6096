"""Recognise ResNets for small images by the tensor names of popular repositories.

Names are first converted to one convention (`names.spelled`); depth, widths and options follow from the shapes. What leaves no trace in the
weights gives several candidates, the most usual one first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from typing import Any

from iterscope.architectures import ForeignConfiguration
from iterscope.architectures.foreign import Family
from iterscope.architectures.foreign_options import MAX_STAGES, STAGES
from iterscope.recognition.names import spelled
from iterscope.recognition.records import Candidate, Shapes

_FINAL_NORMS = ("bn.", "bn1.", "bn_last.", "bn_final.", "bn2.", "norm.", "lastnorm.")
_BLOCK = re.compile(r"layer(\d)\.(\d+)\.")
TOLD_ACTIVATIONS = ("relu", "leaky_relu_0.1")
"""Activations that answers tell apart. A slope of 0.01 changes them by less than their error."""
VARIANT_LABELS: dict[str, dict[Any, str]] = {
    "stem_pooling": {True: "max pooling behind the stem"},
    "stride_in": {"1x1": "stride in the first 1×1 convolution"},
    "activation": {"leaky_relu_0.1": "leaky ReLU of slope 0.1"},
}
"""Of forward passes that leave no trace in the weights, in words."""


def candidates(shapes: Shapes) -> list[Candidate]:
    """Networks for small images that these tensors might belong to; none unless a 3×3 convolution is followed by stages of blocks."""
    names = spelled(shapes)
    named = {names[name]: shape for name, shape in shapes.items()}
    stem = named.get("conv1.weight", ())
    lengths = stage_lengths(named)
    if len(stem) != 4 or stem[2:] != (3, 3) or not lengths or min(lengths) < 1 or len(lengths) > MAX_STAGES:
        return []
    if sum(lengths) > len(shapes):  # an untrusted file may contain any block number
        return []
    if len(lengths) in (3, 4) and _is_preactivation(named):
        names = {name: _preactivation_name(ours, named, len(lengths)) for name, ours in names.items()}
        return _preactivation({names[name]: shape for name, shape in shapes.items()}, names, lengths)
    return _postactivation(named, names, lengths)


def stage_lengths(named: Shapes) -> tuple[int, ...]:
    """Blocks in layer1, layer2, …"""
    found: dict[int, int] = {}
    for name in named:
        if match := _BLOCK.match(name):
            found[int(match[1])] = max(found.get(int(match[1]), 0), int(match[2]) + 1)
    return tuple(found.get(stage, 0) for stage in range(1, max(found, default=0) + 1))


def _is_preactivation(named: Shapes) -> bool:
    """In a pre-activation network, the first BatchNorm of a widening block has the channels of the block's input."""
    convolution, norm = named.get("layer2.0.conv1.weight", ()), named.get("layer2.0.bn1.weight", ())
    if len(convolution) != 4 or len(norm) != 1 or convolution[0] == convolution[1]:
        return "layer1.0.bn1.weight" in named and "bn1.weight" not in named
    return norm[0] == convolution[1]


def _preactivation_name(name: str, named: Shapes, stages: int) -> str:
    name = re.sub(r"^(layer\d\.\d+)\.projection\.0\.", r"\1.projection.", name)
    last = named.get(f"layer{stages}.0.conv1.weight", (0,))[0]
    for norm in _FINAL_NORMS:
        if name.startswith(norm) and named.get(f"{norm}weight", (0,))[0] >= last:
            return "bn." + name.removeprefix(norm)
    return name


def _shape(named: Shapes, stages: int) -> dict[str, Any]:
    """What all these networks have in common."""
    widths = [named.get(f"layer{stage + 1}.0.conv1.weight", (0,))[0] for stage in range(stages)]
    kind = "bottleneck" if any(name.endswith(".conv3.weight") for name in named) else "basic"
    classes = named.get("linear.weight", named.get("linear.bias", (10,)))[0]
    return {"widths": widths, "block": kind, "num_classes": classes, "channels": named["conv1.weight"][1]}


def _depth(kind: str, lengths: tuple[int, ...]) -> tuple[int, dict[str, list[int]]]:
    """The depth in the network's name, and the option `blocks` where the depth doesn't determine the lengths of stages."""
    depth = (3 if kind == "bottleneck" else 2) * sum(lengths) + 2
    usual = len(lengths) == 3 and len(set(lengths)) == 1
    if len(lengths) == 4:
        usual = STAGES.get(depth) == lengths and (kind == "bottleneck") == (depth >= 50)
    return depth, {} if usual else {"blocks": list(lengths)}


def _common_evidence(shape: Mapping[str, Any], lengths: tuple[int, ...], depth: int) -> tuple[str, ...]:
    widths = ", ".join(str(width) for width in shape["widths"])
    return (
        "the first convolution is 3×3: a network for small images",
        f"{sum(lengths)} {shape['block']} blocks in stages of {', '.join(map(str, lengths))} with {widths} filters: depth {depth}",
        f"the last layer has {shape['num_classes']} outputs (classes)",
    )


def _postactivation(named: Shapes, names: Mapping[str, str], lengths: tuple[int, ...]) -> list[Candidate]:
    shape = _shape(named, len(lengths))
    depth, uneven = _depth(shape["block"], lengths)
    if min(shape["widths"]) < 1:
        return []
    projections = sorted(name for name in named if name.endswith(".projection.0.weight"))
    evidence = (
        *_common_evidence(shape, lengths, depth),
        f"shortcuts are projections where the shape changes ({projections[0]}): option B"
        if projections
        else "no block has shortcut weights although widths change: option A, zero-padding",
        "each block's first BatchNorm has the channels of its first convolution's output: post-activation",
    )
    options = {"widths": shape["widths"], "block": shape["block"], "shortcut": "B" if projections else "A", **uneven}
    found = Candidate(
        ForeignConfiguration("cifar", f"resnet{depth}", shape["num_classes"], 32, shape["channels"], options),
        names,
        evidence,
        "option B" if projections else "zeros on both sides",
    )
    paddings = [found] if projections else [found, _with_option(found, "zeros at the end", padding="end")]
    return _with_variants(paddings)


def _preactivation(named: Shapes, names: Mapping[str, str], lengths: tuple[int, ...]) -> list[Candidate]:
    shape = _shape(named, len(lengths))
    depth, uneven = _depth(shape["block"], lengths)
    if min(shape["widths"]) < 1:
        return []
    stem, bias = named["conv1.weight"][0], "conv1.bias" in named
    wide = len(lengths) == 3 and shape["block"] == "basic" and stem == 16 and shape["widths"][0] != 16
    options: dict[str, Any] = {"widths": shape["widths"], "bias": bias, **uneven}
    family: Family = "wide-cifar" if wide else "preactivation-cifar"
    factor = max(1, shape["widths"][0] // 16)
    if wide:
        depth += 2
        name = f"wrn{depth}_{factor}"
    else:
        name = f"{'preact_resnet' if len(lengths) == 4 else 'preresnet'}{depth}"
        options |= {"block": shape["block"], "final_norm": "bn.weight" in named}
    # If the file doesn't determine it, the choice of most repositories of that kind comes first.
    reads: tuple[str, ...] = (
        ("input", "activated") if (bias or not wide) and len(lengths) == 3 else ("activated", "input")
    )
    reads = (*reads, "input with branch") if wide else reads
    evidence = (
        *_common_evidence(shape, lengths, depth),
        "each block's first BatchNorm has the channels of the block's input: pre-activation",
        *((f"the stages are {factor} times as wide as a ResNet's: a Wide ResNet",) if wide else ()),
    )
    found = Candidate(
        ForeignConfiguration(family, name, shape["num_classes"], 32, shape["channels"], options),
        names,
        evidence,
    )
    labels = {
        "input": "projections read the block's input",
        "activated": "projections read the activated input",
        "input with branch": "projections and the branches beside them read the block's input (FixMatch)",
    }
    return _with_variants([_with_option(found, labels[each], shortcut_reads=each) for each in reads])


def _with_variants(found: list[Candidate]) -> list[Candidate]:
    """All forward passes that these tensors may have: with and without pooling behind the stem, ReLU and leaky ReLU, …"""
    configuration = found[0].configuration
    assert isinstance(configuration, ForeignConfiguration)
    axes: dict[str, tuple[Any, ...]] = {"stem_pooling": (False, True), "activation": TOLD_ACTIVATIONS}
    if configuration.family == "cifar" and configuration.options["block"] == "bottleneck":
        axes["stride_in"] = ("3x3", "1x1")
    every = []
    for values in product(*axes.values()):
        options = dict(zip(axes, values, strict=True))
        words = [label for name, value in options.items() if (label := VARIANT_LABELS[name].get(value))]
        for candidate in found:
            every.append(
                _with_option(candidate, ", ".join([candidate.label, *words]), **options) if words else candidate
            )
    # The fewer unusual choices, the earlier.
    return sorted(every, key=lambda each: each.label.count(", "))


def _with_option(candidate: Candidate, label: str, **options: Any) -> Candidate:
    configuration = candidate.configuration
    assert isinstance(configuration, ForeignConfiguration)
    changed = replace(configuration, options={**configuration.options, **options})
    return replace(candidate, configuration=changed, label=label)

"""Recognise ResNets for small images by the tensor names of popular repositories.

Names are first converted to one convention (that of `iterscope.architectures.cifar`); depth, widths and options follow from the shapes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from iterscope.architectures import ForeignConfiguration
from iterscope.architectures.foreign import Family
from iterscope.recognition.records import Candidate, Shapes

_RESIDUAL_FUNCTION = {"0": "conv1", "1": "bn1", "3": "conv2", "4": "bn2", "6": "conv3", "7": "bn3"}
_SPELLINGS: tuple[tuple[str, str], ...] = (
    (r"^block(\d)\.layer\.", r"layer\1."),
    (r"^(?:stage|group|block)_?(\d)\.", r"layer\1."),
    (r"^conv1\.0\.", "conv1."),
    (r"^conv1\.1\.", "bn1."),
    (r"^(?:conv_1_3x3|conv_1|conv0|conv|init_conv|conv_in|stem\.0|stem\.conv)\.", "conv1."),
    (r"^(?:bn_1|bn0|norm1|stem\.1|stem\.bn)\.", "bn1."),
    (r"\.conv_a\.", ".conv1."),
    (r"\.conv_b\.", ".conv2."),
    (r"\.conv_c\.", ".conv3."),
    (r"\.bn_a\.", ".bn1."),
    (r"\.bn_b\.", ".bn2."),
    (r"\.bn_c\.", ".bn3."),
    (r"\.(?:downsample|shortcut|skip|skip_connection|convShortcut|conv_shortcut|shortcut_conv|proj)\.", ".projection."),
    (r"\.projection\.(?:conv|conv1)\.", ".projection.0."),
    (r"\.projection\.(?:bn|bn1|norm)\.", ".projection.1."),
    (r"^(?:fc|classifier|output|head|logits|last_linear|final|fc1|out)(?:\.\d)?\.", "linear."),
)
"""Patterns of popular naming conventions, and the names that replace them."""
_FINAL_NORMS = ("bn.", "bn1.", "bn_last.", "bn_final.", "bn2.", "norm.", "lastnorm.")
_BLOCK = re.compile(r"layer(\d)\.(\d+)\.")
_STAGE_LENGTHS = {
    ("basic", (2, 2, 2, 2)): 18,
    ("basic", (3, 4, 6, 3)): 34,
    ("bottleneck", (3, 4, 6, 3)): 50,
    ("bottleneck", (3, 4, 23, 3)): 101,
    ("bottleneck", (3, 8, 36, 3)): 152,
}


def canonical(name: str) -> str:
    """A tensor's name in Iterscope's convention."""
    name = re.sub(r"^conv([2-5])_x\.", lambda match: f"layer{int(match[1]) - 1}.", name)
    name = re.sub(r"residual_function\.(\d)\.", lambda match: f"{_RESIDUAL_FUNCTION.get(match[1], match[1])}.", name)
    for pattern, ours in _SPELLINGS:
        name = re.sub(pattern, ours, name)
    return name


def candidates(shapes: Shapes) -> list[Candidate]:
    """Networks for small images that these tensors might belong to; none unless a 3×3 convolution is followed by stages of blocks."""
    names = {name: canonical(name) for name in shapes}
    named = {names[name]: shape for name, shape in shapes.items()}
    stem = named.get("conv1.weight", ())
    lengths = stage_lengths(named)
    if len(stem) != 4 or stem[2:] != (3, 3) or len(lengths) not in (3, 4) or min(lengths) < 1:
        return []
    if _is_preactivation(named):
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


def _depth(kind: str, lengths: tuple[int, ...]) -> int | None:
    if len(lengths) == 4:
        return _STAGE_LENGTHS.get((kind, lengths))
    if len(set(lengths)) > 1:
        # The paper's networks have equally many blocks in each stage, so that a missing block is reported as missing tensors.
        lengths = (max(lengths),) * 3
    return (9 if kind == "bottleneck" else 6) * lengths[0] + 2


def _common_evidence(shape: Mapping[str, Any], lengths: tuple[int, ...], depth: int) -> tuple[str, ...]:
    widths = ", ".join(str(width) for width in shape["widths"])
    return (
        "the first convolution is 3×3: a network for small images",
        f"{sum(lengths)} {shape['block']} blocks in stages of {', '.join(map(str, lengths))} with {widths} filters: depth {depth}",
        f"the last layer has {shape['num_classes']} outputs (classes)",
    )


def _postactivation(named: Shapes, names: Mapping[str, str], lengths: tuple[int, ...]) -> list[Candidate]:
    shape = _shape(named, len(lengths))
    depth = _depth(shape["block"], lengths)
    if depth is None or min(shape["widths"]) < 1:
        return []
    projections = sorted(name for name in named if name.endswith(".projection.0.weight"))
    evidence = (
        *_common_evidence(shape, lengths, depth),
        f"shortcuts are projections where the shape changes ({projections[0]}): option B"
        if projections
        else "no block has shortcut weights although widths change: option A, zero-padding",
        "each block's first BatchNorm has the channels of its first convolution's output: post-activation",
    )
    options = {"widths": shape["widths"], "block": shape["block"], "shortcut": "B" if projections else "A"}
    found = Candidate(
        ForeignConfiguration("cifar", f"resnet{depth}", shape["num_classes"], 32, shape["channels"], options),
        names,
        evidence,
        "option B" if projections else "zeros on both sides",
    )
    if projections:
        return [found]
    return [found, _with_option(found, "zeros at the end", padding="end")]


def _preactivation(named: Shapes, names: Mapping[str, str], lengths: tuple[int, ...]) -> list[Candidate]:
    shape = _shape(named, len(lengths))
    depth = _depth(shape["block"], lengths)
    if depth is None or min(shape["widths"]) < 1:
        return []
    stem, bias = named["conv1.weight"][0], "conv1.bias" in named
    wide = len(lengths) == 3 and shape["block"] == "basic" and stem == 16 and shape["widths"][0] != 16
    options: dict[str, Any] = {"widths": shape["widths"], "bias": bias}
    family: Family = "wide-cifar" if wide else "preactivation-cifar"
    factor = max(1, shape["widths"][0] // 16)
    if wide:
        depth += 2
        name = f"wrn{depth}_{factor}"
    else:
        name = f"{'preact_resnet' if len(lengths) == 4 else 'preresnet'}{depth}"
        options |= {"block": shape["block"], "final_norm": "bn.weight" in named}
    # If the file doesn't determine it, the choice of most repositories of that kind comes first.
    reads = ("input", "activated") if (bias or not wide) and len(lengths) == 3 else ("activated", "input")
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
    }
    return [_with_option(found, labels[each], shortcut_reads=each) for each in reads]


def _with_option(candidate: Candidate, label: str, **options: Any) -> Candidate:
    configuration = candidate.configuration
    assert isinstance(configuration, ForeignConfiguration)
    changed = replace(configuration, options={**configuration.options, **options})
    return replace(candidate, configuration=changed, label=label)

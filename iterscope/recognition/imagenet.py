"""Recognise torchvision's and timm's networks, by the names of their model functions.

Modules keep their own names, so nothing is renamed: a file either fits a function or it doesn't. Several functions may build networks with
exactly the same names and shapes; then torchvision's come first, followed by timm's, simplest name first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from iterscope.architectures import ForeignConfiguration
from iterscope.architectures.foreign import Family
from iterscope.recognition.cifar import stage_lengths
from iterscope.recognition.records import Candidate, Shapes

TORCHVISION_RESNETS = (
    "resnet18",
    "resnet34",
    "resnet50",
    "resnet101",
    "resnet152",
    "resnext50_32x4d",
    "resnext101_32x8d",
    "resnext101_64x4d",
    "wide_resnet50_2",
    "wide_resnet101_2",
)
TORCHVISION_CONVNEXTS = ("convnext_tiny", "convnext_small", "convnext_base", "convnext_large")
SIZE = 224
"""The usual image size of these networks in training, in pixels."""
_CONVNEXT_WIDTHS = {
    40: "atto",
    48: "femto",
    64: "pico",
    80: "nano",
    96: "tiny|small",
    128: "base",
    192: "large",
    256: "xlarge",
    352: "xxlarge",
}
_EXCITED = re.compile(r"^(?:se|eca)|rs\d")
"""timm's names of networks whose blocks end with squeeze-and-excitation or efficient channel attention."""
_DEEP_STEM = re.compile(r"\d[cdst](?:_|$)|rs\d|^senet")
"""timm's names of networks whose stem is three 3×3 convolutions."""
_STAGED_BLOCK = re.compile(r"stages\.(\d)\.blocks\.(\d+)\.")


def candidates(shapes: Shapes) -> list[Candidate]:
    """Functions of torchvision and timm whose networks these tensors might belong to."""
    if "features.0.0.weight" in shapes and "features.1.0.layer_scale" in shapes:
        classes, stem = _first(shapes, "classifier.2.weight"), shapes["features.0.0.weight"]
        return _of(
            "torchvision",
            TORCHVISION_CONVNEXTS,
            shapes,
            classes,
            stem,
            ("blocks of depthwise convolutions: a ConvNeXt",),
        )
    if "stages.0.blocks.0.conv_dw.weight" in shapes:
        return _convnext(shapes)
    if any(_STAGED_BLOCK.match(name) for name in shapes) and "stages.0.blocks.0.conv1.weight" in shapes:
        return _resnetv2(shapes)
    return _resnet(shapes)


def _resnet(shapes: Shapes) -> list[Candidate]:
    lengths = stage_lengths(shapes)
    stem = shapes.get("conv1.weight", shapes.get("conv1.0.weight", ()))
    if len(lengths) != 4 or len(stem) != 4:
        return []
    bottleneck = any(name.endswith(".conv3.weight") for name in shapes)
    depth = (3 if bottleneck else 2) * sum(lengths) + 2
    width = shapes.get("layer1.0.conv2.weight", (0, 0))
    groups = width[0] // max(1, width[1])
    stem_kind = "a 7×7 convolution" if stem[2:] == (7, 7) else "made of 3×3 convolutions"
    block_kind = "bottleneck" if bottleneck else "basic"
    excited = any(".se." in name for name in shapes)
    evidence = (
        f"the stem is {stem_kind} and there are four stages: a network for large images",
        f"{sum(lengths)} {block_kind} blocks in stages of {', '.join(map(str, lengths))}: depth {depth}",
        *((f"layer1.0.conv2.weight of shape {width}: {groups} groups of {width[1]} filters",) if groups > 1 else ()),
        *(("blocks have squeeze-and-excitation (layer1.0.se)",) if excited else ()),
    )
    classes = _first(shapes, "fc.weight")
    plain = [name for name in TORCHVISION_RESNETS if str(depth) in re.findall(r"\d+", name)]
    found = _of("torchvision", plain, shapes, classes, stem, evidence) if stem[1] == 3 else []
    deep = "conv1.0.weight" in shapes
    timm = [
        name
        for name in timm_names("resnet")
        if name not in plain
        and _depth_in(name) in (None, depth)
        and bool(_EXCITED.search(name)) == excited
        and bool(_DEEP_STEM.search(name)) == deep
        and ("xt" in name or name.startswith("sen")) == (groups > 1)
    ]
    return found + _of("timm", timm, shapes, classes, stem, evidence)


def _depth_in(name: str) -> int | None:
    digits = re.findall(r"\d+", name)
    return int(digits[0]) if digits else None


def _resnetv2(shapes: Shapes) -> list[Candidate]:
    lengths = _staged_lengths(shapes)
    bottleneck = "stages.0.blocks.0.conv3.weight" in shapes
    depth = (3 if bottleneck else 2) * sum(lengths) + 2
    evidence = (
        f"{sum(lengths)} pre-activation blocks in stages of {', '.join(map(str, lengths))}: depth {depth}, timm's ResNetV2",
    )
    names = [name for name in timm_names("resnetv2") if f"_{depth}" in name]
    stem = next((shape for name, shape in shapes.items() if name.startswith("stem.") and len(shape) == 4), ())
    return _of("timm", names, shapes, _first(shapes, "head.fc.weight"), stem, evidence)


def _convnext(shapes: Shapes) -> list[Candidate]:
    lengths, stem = _staged_lengths(shapes), shapes.get("stem.0.weight", ())
    width = shapes["stages.0.blocks.0.conv_dw.weight"][0]
    wanted = re.compile(_CONVNEXT_WIDTHS.get(width, "."))
    evidence = (
        f"{sum(lengths)} blocks of depthwise convolutions in stages of {', '.join(map(str, lengths))}: timm's ConvNeXt",
        f"the first stage has {width} filters",
    )
    names = [name for name in timm_names("convnext") if wanted.search(name)]
    return _of("timm", names, shapes, _first(shapes, "head.fc.weight"), stem, evidence)


def _staged_lengths(shapes: Shapes) -> tuple[int, ...]:
    found: dict[int, int] = {}
    for name in shapes:
        if match := _STAGED_BLOCK.match(name):
            found[int(match[1])] = max(found.get(int(match[1]), 0), int(match[2]) + 1)
    return tuple(found.values())


def timm_names(module: str) -> list[str]:
    """timm's functions of one of its files, simplest names first; none if timm isn't installed."""
    try:
        import timm
    except ImportError:
        return []
    return sorted(timm.list_models(module=module), key=lambda name: (len(name), name))


def _of(
    family: Family, names: Iterable[str], shapes: Shapes, classes: int, stem: tuple[int, ...], evidence: tuple[str, ...]
) -> list[Candidate]:
    said = (*evidence, f"the last layer has {classes} outputs (classes)")
    channels = stem[1] if len(stem) == 4 else 3
    same = {name: name for name in shapes}
    return [
        Candidate(ForeignConfiguration(family, name, classes, SIZE, channels), same, said, f"{family}'s {name}")
        for name in names
    ]


def _first(shapes: Shapes, name: str) -> int:
    shape = shapes.get(name, ())
    return max(2, shape[0]) if shape else 1000

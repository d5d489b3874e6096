"""Recognise torchvision's and timm's networks, by the names of their model functions.

A file's own names are tried first, then those of popular spellings (`names.spelled`). Several functions may build networks with exactly the
same names and shapes; then torchvision's come first, followed by timm's, simplest name first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from iterscope.architectures import ForeignConfiguration
from iterscope.architectures.foreign import Family
from iterscope.recognition.cifar import VARIANT_LABELS, stage_lengths
from iterscope.recognition.names import spelled
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
USUAL_LENGTHS: dict[tuple[str, tuple[int, ...]], int] = {
    ("basic", (2, 2, 2, 2)): 18,
    ("basic", (3, 4, 6, 3)): 34,
    ("bottleneck", (3, 4, 6, 3)): 50,
    ("bottleneck", (3, 4, 23, 3)): 101,
    ("bottleneck", (3, 8, 36, 3)): 152,
}
"""The depth of torchvision's networks by their kind of block and the blocks in each stage."""
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
    return _resnet(shapes) + _respelled(shapes)


def _respelled(shapes: Shapes) -> list[Candidate]:
    """torchvision's ResNets under other names."""
    names = {name: _in_torchvisions_words(ours) for name, ours in spelled(shapes).items()}
    if all(name == ours for name, ours in names.items()) or len(set(names.values())) < len(names):
        return []
    found = _resnet({names[name]: shape for name, shape in shapes.items()}, with_timm=False)
    return [replace(each, names=_joined(names, each.names)) for each in found]


def _in_torchvisions_words(name: str) -> str:
    return re.sub(r"^linear\.", "fc.", name.replace(".projection.", ".downsample."))


def _joined(first: Mapping[str, str], then: Mapping[str, str]) -> dict[str, str]:
    return {name: then[ours] for name, ours in first.items()}


def _resnet(shapes: Shapes, *, with_timm: bool = True) -> list[Candidate]:
    lengths = stage_lengths(shapes)
    stem = shapes.get("conv1.weight", shapes.get("conv1.0.weight", ()))
    if len(lengths) != 4 or min(lengths) < 1 or sum(lengths) > len(shapes) or len(stem) != 4:
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
    found = _torchvision(plain, shapes, classes, stem, evidence, lengths, bottleneck, groups)
    if not with_timm:
        return found
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


def _torchvision(
    names: list[str],
    shapes: Shapes,
    classes: int,
    stem: tuple[int, ...],
    evidence: tuple[str, ...],
    lengths: tuple[int, ...],
    bottleneck: bool,
    groups: int,
) -> list[Candidate]:
    """torchvision's networks of that depth, or its class with other lengths of stages; bottlenecks with both places of the stride."""
    options: dict[str, object] = {}
    if USUAL_LENGTHS.get(("bottleneck" if bottleneck else "basic", lengths)) is None and groups <= 1:
        names = [f"resnet{(3 if bottleneck else 2) * sum(lengths) + 2}"]
        options = {"blocks": list(lengths), "block": "bottleneck" if bottleneck else "basic"}
    found = _of("torchvision", names, shapes, classes, stem, evidence, **options)
    if bottleneck and stem[2:] == (7, 7):
        for each in list(found):
            strided = _of(
                "torchvision", [each.configuration.name], shapes, classes, stem, evidence, **options, stride_in="1x1"
            )
            found += [replace(strided[0], label=f"{each.label}, {VARIANT_LABELS['stride_in']['1x1']}")]
    return found


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
    family: Family,
    names: Iterable[str],
    shapes: Shapes,
    classes: int,
    stem: tuple[int, ...],
    evidence: tuple[str, ...],
    **options: object,
) -> list[Candidate]:
    said = (*evidence, f"the last layer has {classes} outputs (classes)")
    channels = stem[1] if len(stem) == 4 else 3
    same = {name: name for name in shapes}
    return [
        Candidate(
            ForeignConfiguration(family, name, classes, SIZE, channels, dict(options)), same, said, f"{family}'s {name}"
        )
        for name in names
    ]


def _first(shapes: Shapes, name: str) -> int:
    shape = shapes.get(name, ())
    return max(2, shape[0]) if shape else 1000

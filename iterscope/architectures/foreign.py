"""Imported models that can be built from a name and a few options: CIFAR ResNets, torchvision's and timm's networks.

A configuration may come from an untrusted file. Everything in it is checked, names are looked up in lists and never reach a loader that
could download, and no network with more than `MAX_DEPTH` layers is built. torchvision and timm are imported only when they are needed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field, fields
from typing import Any, Literal, cast, get_args

import torch
from torch import nn

from iterscope.architectures.cifar import CifarResNet
from iterscope.architectures.cifar_preactivation import PreActivationCifarResNet
from iterscope.errors import ArchitectureError

Family = Literal["cifar", "preactivation-cifar", "wide-cifar", "torchvision", "timm"]

MAX_DEPTH = 2000
"""The maximum depth in the name of a CIFAR network; the deepest that was published has 1202 layers."""
MAX_COUNT = 1 << 20
"""The maximum number of classes, pixels or filters: an untrusted file could claim a billion."""

_STAGES = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}
"""Blocks in each stage, by depth, where there are four stages (He et al. 2015, table 1)."""
_BOTTLENECK_FROM = 50
_THREE, _FOUR = [16, 32, 64], [64, 128, 256, 512]

_CHOICES: dict[str, dict[str, tuple[Any, ...]]] = {
    "cifar": {"shortcut": ("A", "B"), "padding": ("both", "end"), "block": ("basic", "bottleneck")},
    "preactivation-cifar": {
        "block": ("basic", "bottleneck"),
        "shortcut_reads": ("activated", "input"),
        "bias": (False, True),
        "final_norm": (True, False),
    },
    "wide-cifar": {"shortcut_reads": ("activated", "input"), "bias": (False, True)},
    "torchvision": {},
    "timm": {},
}
"""The values of each option except `widths`; the first is what most repositories use."""


@dataclass(frozen=True)
class ForeignConfiguration:
    """An imported model's network. Options that are left out are filled in, so that a file states all of them."""

    family: Family
    name: str
    """cifar: resnet{6n+2}, resnet18, resnet34, resnet101, and with four widths resnet50 and resnet152. preactivation-cifar:
    preresnet{6n+2} with three stages, preact_resnet18 … preact_resnet152 with four. wide-cifar: wrn{6n+4}_{factor}. torchvision, timm: the
    names of their model functions."""
    num_classes: int
    input_size: int
    """Height and width of the images, in pixels."""
    input_channels: int = 3
    options: dict[str, Any] = field(default_factory=dict)
    """What the name doesn't determine. cifar: shortcut, padding, block, widths. preactivation-cifar: block, shortcut_reads, bias,
    final_norm, widths. wide-cifar: shortcut_reads, bias, widths."""

    def __post_init__(self) -> None:
        if self.family not in get_args(Family):
            raise ArchitectureError(f"family is {self.family!r}: it must be one of {', '.join(get_args(Family))}")
        if not isinstance(self.name, str) or not re.fullmatch(r"[a-zA-Z0-9_.-]{1,100}", self.name):
            raise ArchitectureError(
                f"name is {str(self.name)[:100]!r}: give the name of a network of the family {self.family}"
            )
        for count, least in (("num_classes", 2), ("input_size", 4), ("input_channels", 1)):
            value = getattr(self, count)
            if not _is_count(value) or value < least:
                raise ArchitectureError(f"{count} is {value!r}: it must be a whole number from {least} to {MAX_COUNT}")
        if not isinstance(self.options, dict):
            raise ArchitectureError(f"options is {self.options!r}: give a dictionary")
        object.__setattr__(self, "options", _BUILDERS[self.family].options(self.name, dict(self.options)))

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values, which `from_dict` reads. The key `family` distinguishes them from an `ArchitectureConfiguration`'s."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return {**values, "options": {key: copy(value) for key, value in self.options.items()}}

    @classmethod
    def from_dict(cls, value: Any) -> ForeignConfiguration:
        """The inverse of `to_dict`. Raises ArchitectureError naming what is unknown, missing or impossible."""
        if not isinstance(value, dict):
            raise ArchitectureError(f"the architecture is {str(value)[:100]!r}: it must be a dictionary")
        known = {each.name for each in fields(cls)}
        if unknown := sorted(str(key) for key in set(value) - known):
            raise ArchitectureError(
                f"unknown architecture option {unknown[0][:100]!r}: known options are {', '.join(sorted(known))}"
            )
        for name in ("family", "name", "num_classes", "input_size"):
            if name not in value:
                raise ArchitectureError(f"the architecture lacks {name!r}")
        return cls(**value)


def build_foreign(configuration: ForeignConfiguration) -> nn.Module:
    """Build the network with random weights, in evaluation mode, and set its `configuration`.

    Under `torch.device("meta")` it takes no memory.

    Raises:
        ArchitectureError: torchvision or timm isn't installed, or has no such network.
    """
    model = _BUILDERS[configuration.family].build(configuration)
    vars(model)["configuration"] = configuration
    return model.eval()


@dataclass(frozen=True)
class _Builder:
    """How one family checks its options and builds its networks."""

    options: Callable[[str, dict[str, Any]], dict[str, Any]]
    build: Callable[[ForeignConfiguration], nn.Module]


def _checked(family: str, name: str, options: dict[str, Any], defaults: dict[str, Any]) -> dict[str, Any]:
    """The complete options; `defaults` are those of this network."""
    choices = _CHOICES[family]
    known = [*choices, *(["widths"] if "widths" in defaults else [])]
    if unknown := sorted(str(key) for key in set(options) - set(known)):
        raise ArchitectureError(
            f"unknown option {unknown[0][:100]!r} of {name} ({family}): known options are {', '.join(known) or 'none'}"
        )
    values = {**{key: allowed[0] for key, allowed in choices.items()}, **defaults, **options}
    for key, allowed in choices.items():
        if not any(values[key] is each or (isinstance(each, str) and values[key] == each) for each in allowed):
            raise ArchitectureError(
                f"option {key} is {str(values[key])[:100]!r}: it must be one of {', '.join(map(str, allowed))}"
            )
    if "widths" in values:
        widths = values["widths"]
        if not isinstance(widths, list | tuple) or len(widths) not in (3, 4) or not all(map(_is_count, widths)):
            raise ArchitectureError(
                f"option widths is {str(widths)[:100]!r}: give three or four whole numbers, such as [16, 32, 64]"
            )
        values["widths"] = list(widths)
    return values


def _depth(name: str, prefix: str) -> int:
    match = re.fullmatch(rf"{prefix}(\d{{1,5}})", name)
    if match is None or int(match[1]) > MAX_DEPTH:
        raise ArchitectureError(
            f"unknown network {name!r}: names in this family are {prefix}{{depth}}, with a depth of at most {MAX_DEPTH}"
        )
    return int(match[1])


def _stage_lengths(name: str, depth: int, stages: int, kind: str) -> tuple[int, ...]:
    """Blocks in each stage. Raises ArchitectureError for a depth that no whole number of blocks makes."""
    if stages == 4:
        if depth not in _STAGES:
            raise ArchitectureError(f"{name}: with four stages the depth must be one of {', '.join(map(str, _STAGES))}")
        return _STAGES[depth]
    layers = 9 if kind == "bottleneck" else 6
    count, rest = divmod(depth - 2, layers)
    if rest or count < 1:
        raise ArchitectureError(
            f"{name}: with three stages of {kind} blocks the depth must be {layers}n + 2, such as {layers + 2}"
        )
    return (count,) * 3


def _cifar_options(name: str, options: dict[str, Any]) -> dict[str, Any]:
    depth = _depth(name, "resnet")
    four = depth in _STAGES and (depth - 2) % 6 != 0
    widths = options.get("widths", _FOUR if four else _THREE)
    four = isinstance(widths, list | tuple) and len(widths) == 4
    kind = "bottleneck" if four and depth >= _BOTTLENECK_FROM else "basic"
    defaults = {"widths": widths, "block": kind, "shortcut": "B" if four else "A"}
    values = _checked("cifar", name, options, defaults)
    _stage_lengths(name, depth, len(values["widths"]), values["block"])
    return values


def _build_cifar(configuration: ForeignConfiguration) -> nn.Module:
    options = configuration.options
    lengths = _stage_lengths(
        configuration.name, _depth(configuration.name, "resnet"), len(options["widths"]), options["block"]
    )
    return CifarResNet(
        tuple(options["widths"]),
        lengths,
        kind=options["block"],
        shortcut=options["shortcut"],
        padding=options["padding"],
        num_classes=configuration.num_classes,
        input_channels=configuration.input_channels,
    )


def _preactivation_depth(name: str) -> tuple[int, bool]:
    """The depth, and whether there are four stages."""
    four = name.startswith("preact_")
    return _depth(name, "preact_resnet" if four else "preresnet"), four


def _preactivation_options(name: str, options: dict[str, Any]) -> dict[str, Any]:
    depth, four = _preactivation_depth(name)
    defaults: dict[str, Any] = {"widths": _FOUR if four else _THREE}
    if four:
        defaults |= {"block": "bottleneck" if depth >= _BOTTLENECK_FROM else "basic", "final_norm": False}
    else:
        defaults |= {"shortcut_reads": "input"}
    values = _checked("preactivation-cifar", name, options, defaults)
    if len(values["widths"]) != (4 if four else 3):
        raise ArchitectureError(
            f"option widths is {values['widths']}: {name} has {4 if four else 3} stages; give one width per stage"
        )
    _stage_lengths(name, depth, len(values["widths"]), values["block"])
    return values


def _build_preactivation(configuration: ForeignConfiguration) -> nn.Module:
    options = configuration.options
    depth, _ = _preactivation_depth(configuration.name)
    return PreActivationCifarResNet(
        options["widths"][0],
        tuple(options["widths"]),
        _stage_lengths(configuration.name, depth, len(options["widths"]), options["block"]),
        kind=options["block"],
        bias=options["bias"],
        shortcut_reads=options["shortcut_reads"],
        final_norm=options["final_norm"],
        num_classes=configuration.num_classes,
        input_channels=configuration.input_channels,
    )


def _wide_shape(name: str) -> tuple[int, int]:
    """Blocks a stage, and the factor of the widths."""
    match = re.fullmatch(r"wrn(\d{1,5})_(\d{1,3})", name)
    if match is None or int(match[1]) > MAX_DEPTH or int(match[2]) < 1:
        raise ArchitectureError(
            f"unknown network {name!r}: names in this family are wrn{{depth}}_{{factor}}, such as wrn28_10"
        )
    count, rest = divmod(int(match[1]) - 4, 6)
    if rest or count < 1:
        raise ArchitectureError(f"{name}: the depth must be 6n + 4, such as 10, 16, 28 or 40")
    return count, int(match[2])


def _wide_options(name: str, options: dict[str, Any]) -> dict[str, Any]:
    _, factor = _wide_shape(name)
    values = _checked("wide-cifar", name, options, {"widths": [factor * width for width in _THREE]})
    if len(values["widths"]) != 3:
        raise ArchitectureError(f"option widths is {values['widths']}: {name} has 3 stages; give one width per stage")
    return values


def _build_wide(configuration: ForeignConfiguration) -> nn.Module:
    options = configuration.options
    count, _ = _wide_shape(configuration.name)
    return PreActivationCifarResNet(
        _THREE[0],
        tuple(options["widths"]),
        (count,) * 3,
        bias=options["bias"],
        shortcut_reads=options["shortcut_reads"],
        num_classes=configuration.num_classes,
        input_channels=configuration.input_channels,
    )


def _build_torchvision(configuration: ForeignConfiguration) -> nn.Module:
    from torchvision import models

    if configuration.name not in models.list_models(module=models):
        raise ArchitectureError(f"torchvision has no classification network {configuration.name!r}")
    if configuration.input_channels != 3:
        raise ArchitectureError(f"input_channels is {configuration.input_channels}: torchvision's networks need 3")
    model: nn.Module = models.get_model(configuration.name, weights=None, num_classes=configuration.num_classes)
    return model


def _build_timm(configuration: ForeignConfiguration) -> nn.Module:
    try:
        import timm
    except ImportError as error:
        raise ArchitectureError(
            f"{configuration.name} is one of timm's networks, and timm isn't installed: pip install 'iterscope[timm]'"
        ) from error
    # Only names from timm's own list: `create_model` also accepts addresses to download from.
    if configuration.name not in timm.list_models():
        raise ArchitectureError(f"timm {timm.__version__} has no network {configuration.name!r}")
    model: nn.Module = timm.create_model(
        configuration.name,
        pretrained=False,
        num_classes=configuration.num_classes,
        in_chans=configuration.input_channels,
    )
    _fill_constants(model)
    return model


def _fill_constants(model: nn.Module) -> None:
    """Sets the buffers that no file contains (blur filters), if the network was built on the meta device."""
    held = model.state_dict().keys()
    with torch.device("cpu"):
        for path, module in model.named_modules():
            own = [(name, buffer) for name, buffer in module.named_buffers(recurse=False) if buffer.is_meta]
            absent = [(name, buffer) for name, buffer in own if f"{path}.{name}" not in held]
            for name, buffer in absent:
                setattr(module, name, torch.empty_like(buffer, device="cpu"))
            if absent:
                cast(Any, module).init_non_persistent_buffers()


def _no_options(family: str) -> Callable[[str, dict[str, Any]], dict[str, Any]]:
    return lambda name, options: _checked(family, name, options, {})


_BUILDERS: dict[str, _Builder] = {
    "cifar": _Builder(_cifar_options, _build_cifar),
    "preactivation-cifar": _Builder(_preactivation_options, _build_preactivation),
    "wide-cifar": _Builder(_wide_options, _build_wide),
    "torchvision": _Builder(_no_options("torchvision"), _build_torchvision),
    "timm": _Builder(_no_options("timm"), _build_timm),
}


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MAX_COUNT

"""Imported models that can be built from a name and a few options: CIFAR ResNets, torchvision's and timm's networks; and one's own.

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
from iterscope.architectures.factory import NAME as FACTORY_NAME
from iterscope.architectures.foreign_options import (
    BOTTLENECK_FROM,
    FOUR,
    MAX_COUNT,
    MAX_DEPTH,
    STAGES,
    THREE,
    VARIANTS,
    checked,
    is_count,
    named_depth,
    stage_lengths,
)
from iterscope.errors import ArchitectureError

Family = Literal["cifar", "preactivation-cifar", "wide-cifar", "torchvision", "timm", "factory"]


@dataclass(frozen=True)
class ForeignConfiguration:
    """An imported model's network. Options that are left out are filled in, so that a file states all of them."""

    family: Family
    name: str
    """cifar: resnet{6n+2}, resnet18, resnet34, resnet101, and with four widths resnet50 and resnet152. preactivation-cifar:
    preresnet{6n+2} with three stages, preact_resnet18 … preact_resnet152 with four. wide-cifar: wrn{6n+4}_{factor}. torchvision, timm: the
    names of their model functions. factory: one's own network; package.module:function, which only an `it.Factory` imports."""
    num_classes: int
    input_size: int
    """Height and width of the images, in pixels."""
    input_channels: int = 3
    options: dict[str, Any] = field(default_factory=dict)
    """What the name doesn't determine. cifar: shortcut, padding, block, widths. preactivation-cifar: block, shortcut_reads, bias,
    final_norm, widths. wide-cifar: shortcut_reads, bias, widths. All but timm: blocks, the number of blocks in each stage where the name
    doesn't determine it. Of those of `foreign_options.VARIANTS`, only values other than the usual one are stated. factory: logits, the
    first ones of two fixed images, since a function may change."""

    def __post_init__(self) -> None:
        if self.family not in get_args(Family):
            raise ArchitectureError(f"family is {self.family!r}: it must be one of {', '.join(get_args(Family))}")
        pattern = FACTORY_NAME if self.family == "factory" else re.compile(r"[a-zA-Z0-9_.-]{1,100}")
        if not isinstance(self.name, str) or not pattern.fullmatch(self.name):
            raise ArchitectureError(
                f"name is {str(self.name)[:100]!r}: give the name of a network of the family {self.family}"
            )
        for count, least in (("num_classes", 2), ("input_size", 4), ("input_channels", 1)):
            value = getattr(self, count)
            if not is_count(value) or value < least:
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
        ArchitectureError: torchvision or timm isn't installed, or has no such network; or it is one's own, which only its `Factory` builds.
    """
    model = _BUILDERS[configuration.family].build(configuration)
    vars(model)["configuration"] = configuration
    return model.eval()


@dataclass(frozen=True)
class _Builder:
    """How one family checks its options and builds its networks."""

    options: Callable[[str, dict[str, Any]], dict[str, Any]]
    build: Callable[[ForeignConfiguration], nn.Module]


def _cifar_options(name: str, options: dict[str, Any]) -> dict[str, Any]:
    depth = named_depth(name, "resnet")
    four = depth in STAGES and (depth - 2) % 6 != 0
    widths = options.get("widths", FOUR if four else THREE)
    four = isinstance(widths, list | tuple) and len(widths) == 4
    kind = "bottleneck" if four and depth >= BOTTLENECK_FROM else "basic"
    defaults = {"widths": widths, "block": kind, "shortcut": "B" if four else "A"}
    values = checked("cifar", name, options, defaults)
    stage_lengths(name, depth, values)
    return values


def _build_cifar(configuration: ForeignConfiguration) -> nn.Module:
    options = configuration.options
    return CifarResNet(
        tuple(options["widths"]),
        stage_lengths(configuration.name, named_depth(configuration.name, "resnet"), options),
        kind=options["block"],
        shortcut=options["shortcut"],
        padding=options["padding"],
        num_classes=configuration.num_classes,
        input_channels=configuration.input_channels,
        **_variants(configuration),
    )


def _variants(configuration: ForeignConfiguration) -> dict[str, Any]:
    return {key: value for key, value in configuration.options.items() if key in VARIANTS[configuration.family]}


def _preactivation_depth(name: str) -> tuple[int, bool]:
    """The depth, and whether there are four stages."""
    four = name.startswith("preact_")
    return named_depth(name, "preact_resnet" if four else "preresnet"), four


def _preactivation_options(name: str, options: dict[str, Any]) -> dict[str, Any]:
    depth, four = _preactivation_depth(name)
    defaults: dict[str, Any] = {"widths": FOUR if four else THREE}
    if four:
        defaults |= {"block": "bottleneck" if depth >= BOTTLENECK_FROM else "basic", "final_norm": False}
    else:
        defaults |= {"shortcut_reads": "input"}
    values = checked("preactivation-cifar", name, options, defaults)
    if len(values["widths"]) != (4 if four else 3):
        raise ArchitectureError(
            f"option widths is {values['widths']}: {name} has {4 if four else 3} stages; give one width per stage"
        )
    stage_lengths(name, depth, values)
    return values


def _build_preactivation(configuration: ForeignConfiguration) -> nn.Module:
    options = configuration.options
    depth, _ = _preactivation_depth(configuration.name)
    return PreActivationCifarResNet(
        options["widths"][0],
        tuple(options["widths"]),
        stage_lengths(configuration.name, depth, options),
        kind=options["block"],
        bias=options["bias"],
        shortcut_reads=options["shortcut_reads"],
        final_norm=options["final_norm"],
        num_classes=configuration.num_classes,
        input_channels=configuration.input_channels,
        **_variants(configuration),
    )


def _wide_shape(name: str, options: dict[str, Any]) -> tuple[tuple[int, ...], int]:
    """Blocks in each stage, and the factor of the widths."""
    match = re.fullmatch(r"wrn(\d{1,5})_(\d{1,3})", name)
    if match is None or int(match[1]) > MAX_DEPTH or int(match[2]) < 1:
        raise ArchitectureError(
            f"unknown network {name!r}: names in this family are wrn{{depth}}_{{factor}}, such as wrn28_10"
        )
    if "blocks" in options:
        return tuple(options["blocks"]), int(match[2])
    count, rest = divmod(int(match[1]) - 4, 6)
    if rest or count < 1:
        raise ArchitectureError(f"{name}: the depth must be 6n + 4, such as 10, 16, 28 or 40")
    return (count,) * 3, int(match[2])


def _wide_options(name: str, options: dict[str, Any]) -> dict[str, Any]:
    _, factor = _wide_shape(name, {"blocks": THREE} if "blocks" in options else {})
    values = checked("wide-cifar", name, options, {"widths": [factor * width for width in THREE]})
    if len(values["widths"]) != 3:
        raise ArchitectureError(f"option widths is {values['widths']}: {name} has 3 stages; give one width per stage")
    return values


def _build_wide(configuration: ForeignConfiguration) -> nn.Module:
    options = configuration.options
    lengths, _ = _wide_shape(configuration.name, options)
    return PreActivationCifarResNet(
        THREE[0],
        tuple(options["widths"]),
        lengths,
        bias=options["bias"],
        shortcut_reads=options["shortcut_reads"],
        num_classes=configuration.num_classes,
        input_channels=configuration.input_channels,
        **_variants(configuration),
    )


def _build_torchvision(configuration: ForeignConfiguration) -> nn.Module:
    from torchvision import models

    name, classes, options = configuration.name, configuration.num_classes, configuration.options
    model: Any
    if "blocks" in options:
        resnet = models.resnet
        block = resnet.Bottleneck if options.get("block") == "bottleneck" else resnet.BasicBlock
        model = resnet.ResNet(block, options["blocks"], num_classes=classes)
    elif name not in models.list_models(module=models):
        raise ArchitectureError(f"torchvision has no classification network {name!r}")
    else:
        model = models.get_model(name, weights=None, num_classes=classes)
    resnet_like = isinstance(model, models.resnet.ResNet)
    if configuration.input_channels != 3:
        if not resnet_like:
            raise ArchitectureError(f"input_channels is {configuration.input_channels}: torchvision's {name} needs 3")
        model.conv1 = nn.Conv2d(configuration.input_channels, 64, 7, stride=2, padding=3, bias=False)
    if options.get("stride_in") == "1x1" and resnet_like:
        for module in model.modules():
            if isinstance(module, models.resnet.Bottleneck):
                module.conv1.stride, module.conv2.stride = module.conv2.stride, module.conv1.stride
    return cast(nn.Module, model)


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
    return lambda name, options: checked(family, name, options, {})


def _factory_options(name: str, options: dict[str, Any]) -> dict[str, Any]:
    logits = options.get("logits", [])
    rows = logits if isinstance(logits, list) and len(logits) <= 2 else [None]
    if options.keys() - {"logits"} or not all(
        isinstance(row, list) and all(isinstance(value, float | int) for value in row) for row in rows
    ):
        raise ArchitectureError(
            f"options of {name} are {str(options)[:100]}: the only one is logits, two lists of numbers"
        )
    return options


def _refuse_factory(configuration: ForeignConfiguration) -> nn.Module:
    raise ArchitectureError(
        f"a function builds it, {configuration.name}, and no file makes code run. If the network is yours, name the function: "
        "iterscope import FILE --factory package.module:function on the machine of the service, "
        'it.load_checkpoint(path, factory="package.module:function") in Python'
    )


_BUILDERS: dict[str, _Builder] = {
    "cifar": _Builder(_cifar_options, _build_cifar),
    "preactivation-cifar": _Builder(_preactivation_options, _build_preactivation),
    "wide-cifar": _Builder(_wide_options, _build_wide),
    "torchvision": _Builder(_no_options("torchvision"), _build_torchvision),
    "timm": _Builder(_no_options("timm"), _build_timm),
    "factory": _Builder(_factory_options, _refuse_factory),
}

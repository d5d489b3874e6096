"""The registry of the paper's networks, and the one builder that makes them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, overload

import torch
from torch import nn

from iterscope.architectures.configuration import SHARING, ArchitectureConfiguration
from iterscope.architectures.foreign import ForeignConfiguration, build_foreign
from iterscope.architectures.preactivation import PreActivationResNet
from iterscope.errors import ArchitectureError

__all__ = [
    "ArchitectureConfiguration",
    "ArchitectureDescription",
    "ForeignConfiguration",
    "PreActivationResNet",
    "architecture_configuration",
    "architectures",
    "build",
    "build_foreign",
    "build_from_configuration",
    "configuration_from_dict",
    "input_channels",
]

OPTIONS = ("num_classes", "in_channels", "input_size", "stem_width", "widths", "blocks", "transition", *SHARING)
"""The options of a named network that `build` accepts."""


@dataclass(frozen=True)
class ArchitectureDescription:
    """One entry of the registry, as `GET /architectures` shows it."""

    name: str
    description: str
    options: tuple[str, ...] = OPTIONS


_RESNET = re.compile(r"resnet(\d+)(-shared|-shared-ubn|-ubn)?")
_SHARED: dict[str, dict[str, Any]] = {
    "": {},
    "-shared": {"share_from": 5},
    "-shared-ubn": {"share_from": 5, "initial_gamma": 0.1, "unshare_statistics": True, "unshare_affine": True},
}
"""The suffixes after a ResNet's depth in its name, and their options (section 4.5)."""

_NAMED = {
    "single-representation": (
        "one stage of 10 blocks, 100 filters at 32×32 (1,829,210 parameters by the paper's count)",
        ArchitectureConfiguration("single-representation", 100, (100,), (10,)),
    ),
    "avg-pooling": (
        "three stages of 10 blocks, 150 filters, 2×2 average pooling between stages (12,201,310 parameters by the paper's count)",
        ArchitectureConfiguration("avg-pooling", 150, (150,) * 3, (10,) * 3, "average_pooling"),
    ),
    "max-pooling": (
        "avg-pooling with 2×2 max pooling between stages",
        ArchitectureConfiguration("max-pooling", 150, (150,) * 3, (10,) * 3, "max_pooling"),
    ),
    "wide": (
        "stages of 4, 5 and 5 blocks with 160, 320 and 640 filters (45,732,842 parameters by the paper's count)",
        ArchitectureConfiguration("wide", 16, (160, 320, 640), (4, 5, 5)),
    ),
}


def architectures() -> list[ArchitectureDescription]:
    """The architectures that `build` knows. `resnet{6n+2}` stands for any depth 6n + 2: resnet8, resnet20, …, resnet110, …"""
    resnet = "pre-activation ResNet of depth 6n + 2: three stages of n blocks with 16, 32 and 64 filters"
    return [
        ArchitectureDescription("resnet{6n+2}", resnet),
        ArchitectureDescription(
            "resnet{6n+2}-shared",
            "the same, but in each stage the blocks after the sixth reuse the sixth block's convolutions and BatchNorm (naive sharing)",
        ),
        ArchitectureDescription(
            "resnet{6n+2}-shared-ubn",
            "the same with unshared BatchNorm: each application has its own statistics, γ and β, and γ is initialised to 0.1",
        ),
        *(ArchitectureDescription(name, text) for name, (text, _) in _NAMED.items()),
    ]


def architecture_configuration(name: str, **options: Any) -> ArchitectureConfiguration:
    """The configuration of a named network with options overridden. Raises ArchitectureError naming what is wrong."""
    if unknown := sorted(set(options) - set(OPTIONS)):
        raise ArchitectureError(f"unknown option {unknown[0]!r} of {name}: known options are {', '.join(OPTIONS)}")
    if name in _NAMED:
        return replace(_NAMED[name][1], **options)
    match = _RESNET.fullmatch(name) if isinstance(name, str) else None
    if match is None:
        raise ArchitectureError(
            f"unknown architecture {name!r}: choose resnet{{6n+2}} (such as resnet20, resnet56, resnet110), the same with "
            f"-shared or -shared-ubn, or one of {', '.join(_NAMED)}"
        )
    depth, suffix = int(match[1]), match[2] or ""
    if suffix == "-ubn":
        suffix = "-shared-ubn"
    count, rest = divmod(depth - 2, 6)
    if rest or count < 1:
        below = max(8, depth - (depth - 2) % 6)
        raise ArchitectureError(
            f"{name}: the depth must be 6n + 2 with n ≥ 1; the nearest are resnet{below} and resnet{below + 6}"
        )
    values: dict[str, Any] = {"stem_width": 16, "widths": (16, 32, 64), "blocks": (count,) * 3, **_SHARED[suffix]}
    return ArchitectureConfiguration(f"resnet{depth}{suffix}", **{**values, **options})


def input_channels(configuration: ArchitectureConfiguration | ForeignConfiguration) -> int:
    """C of the images (B, C, H, W) that the network takes."""
    if isinstance(configuration, ForeignConfiguration):
        return configuration.input_channels
    return configuration.in_channels


def configuration_from_dict(value: Any) -> ArchitectureConfiguration | ForeignConfiguration:
    """Read a configuration of either kind from the dictionary that its `to_dict` returned, which may come from an untrusted file.

    Raises ArchitectureError naming what is wrong.
    """
    if not isinstance(value, dict):
        raise ArchitectureError(f"the architecture is {str(value)[:100]!r}: it must be a dictionary")
    return ForeignConfiguration.from_dict(value) if "family" in value else ArchitectureConfiguration.from_dict(value)


@overload
def build_from_configuration(
    configuration: ArchitectureConfiguration, *, seed: int | None = None
) -> PreActivationResNet: ...


@overload
def build_from_configuration(
    configuration: ArchitectureConfiguration | ForeignConfiguration, *, seed: int | None = None
) -> nn.Module: ...


def build_from_configuration(
    configuration: ArchitectureConfiguration | ForeignConfiguration, *, seed: int | None = None
) -> nn.Module:
    """A freshly initialised network. With `seed`, the weights are the same every time; the global random generator is unchanged."""
    if seed is not None:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            return build_from_configuration(configuration)
    if isinstance(configuration, ForeignConfiguration):
        return build_foreign(configuration)
    return PreActivationResNet(configuration)


def build(name: str, *, seed: int | None = None, **options: Any) -> PreActivationResNet:
    """One of the paper's networks, freshly initialised.

    Args:
        name: `resnet{6n+2}` (resnet20, resnet110, …), `resnet{6n+2}-shared`, `resnet{6n+2}-shared-ubn` (or `resnet{6n+2}-ubn`),
            `single-representation`, `avg-pooling`, `max-pooling` or `wide`.
        seed: makes the initial weights the same every time.
        options: num_classes, in_channels, input_size, stem_width, widths, blocks, transition, share_from, initial_gamma,
            unshare_statistics, unshare_affine; see `ArchitectureConfiguration`.

    Raises:
        ArchitectureError: a name or option is unknown, or a value is impossible.
    """
    return build_from_configuration(architecture_configuration(name, **options), seed=seed)

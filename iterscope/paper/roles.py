"""Which of the paper's networks a training run is, and which runs differ only in the seed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from iterscope.architectures import ArchitectureConfiguration, architecture_configuration
from iterscope.errors import InvalidInput
from iterscope.recipes import TrainingConfiguration

Role = Literal[
    "original",
    "single-representation",
    "average-pooling",
    "max-pooling",
    "wide",
    "shared-naive",
    "shared-gamma",
    "shared-statistics",
    "shared-affine",
    "shared-ubn",
    "shared-other",
]
"""A network's role in the paper: the architectures of section 4, and the sharing strategies of section 4.5."""
ROLES: tuple[Role, ...] = get_args(Role)

_NAMED: dict[str, tuple[Role, str]] = {
    "single-representation": ("single-representation", "Single representation"),
    "avg-pooling": ("average-pooling", "Average pooling"),
    "max-pooling": ("max-pooling", "Max pooling"),
    "wide": ("wide", "Wide"),
}
_STRATEGIES: dict[tuple[bool, bool, bool], tuple[Role, str]] = {
    (False, False, False): ("shared-naive", ""),
    (True, False, False): ("shared-gamma", " + γ 0.1"),
    (False, True, False): ("shared-statistics", " + unshared statistics"),
    (False, False, True): ("shared-affine", " + unshared γ and β"),
    (True, True, True): ("shared-ubn", " + UBN"),
}
"""(γ is initialised to 0.1, statistics unshared, γ and β unshared) → the role, and its part of the label."""
PAPERS_GAMMA = 0.1
PAPERS_SHARE_FROM = 5
_MEANINGLESS = ("log_samples", "log_every", "checkpoint_every", "precision", "channels_last", "compile")
"""Fields of a training configuration that don't change the meaning of its results."""


@dataclass(frozen=True)
class RunKind:
    """The paper's network that a training configuration describes."""

    role: Role
    depth: int
    """2·blocks + 2, which is the 6n + 2 in the names of ResNets."""
    label: str
    """A readable name: ResNet-56; ResNet-110, shared + UBN; Single representation, 24 filters."""


def run_kind(configuration: Mapping[str, Any]) -> RunKind | None:
    """The paper's network that a configuration describes, with any number of filters.

    Args:
        configuration: as returned by `TrainingConfiguration.to_dict`; only the architecture and its options matter.

    Returns:
        None if the paper has no such network: it has other stages or transitions, or the configuration can't be built.
    """
    network = _network(configuration)
    if network is None:
        return None
    is_resnet = network.name.startswith("resnet")
    papers = architecture_configuration(network.name.split("-")[0] if is_resnet else network.name)
    if network.transition != papers.transition or len(network.blocks) != len(papers.blocks):
        return None
    depth = 2 * sum(network.blocks) + 2
    if is_resnet:
        if len(set(network.blocks)) > 1:
            return None
        role, label = _resnet_role(network, depth)
    else:
        if network.share_from is not None:
            return None
        role, label = _NAMED[network.name]
    departures = []
    if network.widths != papers.widths:
        widths = network.widths[:1] if len(set(network.widths)) == 1 else network.widths
        departures.append(f", {'–'.join(map(str, widths))} filters")
    if network.blocks != papers.blocks and not is_resnet:
        departures.append(f", {sum(network.blocks)} blocks")
    return RunKind(role, depth, label + "".join(departures))


def seed_key(configuration: Mapping[str, Any]) -> str:
    """A key that is equal for runs that differ only in the seed.

    It also ignores settings that don't change the meaning of the results: how often and on how many images metrics are logged, how often
    a checkpoint is kept, precision, memory layout and compilation. Different spellings of one architecture give the same key.
    Configurations that can't be read are compared as they are.
    """
    try:
        values = TrainingConfiguration.from_dict(configuration).to_dict()
    except InvalidInput:
        values = dict(configuration)
    network = _network(values)
    meaning = {name: value for name, value in values.items() if name not in ("seed", *_MEANINGLESS)}
    if network is not None:
        del meaning["architecture"]
        meaning["architecture_options"] = {name: value for name, value in asdict(network).items() if name != "name"}
    return hashlib.sha256(json.dumps(meaning, sort_keys=True, default=str).encode()).hexdigest()[:16]


def _network(configuration: Mapping[str, Any]) -> ArchitectureConfiguration | None:
    name, options = configuration.get("architecture"), configuration.get("architecture_options") or {}
    if not isinstance(name, str) or not isinstance(options, Mapping):
        return None
    try:
        return architecture_configuration(name, **options)
    except (InvalidInput, TypeError):
        return None


def _resnet_role(network: ArchitectureConfiguration, depth: int) -> tuple[Role, str]:
    if network.share_from is None:
        return "original", f"ResNet-{depth}"
    gamma, strategy = network.initial_gamma, (network.unshare_statistics, network.unshare_affine)
    label = f"ResNet-{depth}, shared"
    if network.share_from != PAPERS_SHARE_FROM:
        label += f" from block {network.share_from}"
    found = _STRATEGIES.get((gamma != 1.0, *strategy)) if gamma in (1.0, PAPERS_GAMMA) else None
    if found is not None:
        return found[0], label + found[1]
    parts = [f" + γ {gamma:g}"] * (gamma != 1.0)
    parts += [" + unshared statistics"] * strategy[0] + [" + unshared γ and β"] * strategy[1]
    return "shared-other", label + "".join(parts)

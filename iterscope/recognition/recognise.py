"""Recognise the network that tensors belong to, from their names and shapes.

The families (`own`, `cifar`, `imagenet`) propose networks. Each proposal is built on the meta device and compared tensor by tensor; an
exact fit is recognised. If none fits, the proposal with the fewest differences determines which tensors are reported as missing or
misshapen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from iterscope.architectures import ForeignConfiguration, build_from_configuration
from iterscope.errors import ArchitectureError
from iterscope.recognition import cifar, imagenet, own
from iterscope.recognition.records import Candidate, Configuration, OpenPoint, Recognition, Shapes
from iterscope.recognition.unwrapping import unwrap

FAMILIES = (own.candidates, cifar.candidates, imagenet.candidates)
SHOWN_PROBLEMS = 8
MAX_ELEMENTS = 4_000_000_000
_FILE_WORDS = {
    "linear": ("fc", "classifier", "output", "head", "last_linear"),
    "projection": ("downsample", "shortcut", "skip", "convShortcut"),
}
"""Words in Iterscope's tensor names, and the words that other files use for them."""
COUNTER = "num_batches_tracked"
"""BatchNorm's batch counter, which no measurement needs; files of old PyTorch versions lack it."""


@dataclass(frozen=True)
class _Fit:
    """How well a file fits a candidate."""

    candidate: Candidate
    problems: tuple[str, ...]
    parameters: int


def recognise(state_dict: Mapping[str, Tensor], *, nesting: str = "") -> Recognition:
    """Recognise the network that these tensors belong to: architecture, depth, widths, classes, and the points that remain open.

    Args:
        state_dict: tensors by name, from any source; nesting and wrappers' prefixes are removed first.
        nesting: nesting that was removed before, to be recorded in the result.
    """
    unwrapped = unwrap(state_dict)
    nesting = " → ".join(part for part in (nesting, unwrapped.nesting) if part)
    tensors = unwrapped.tensors
    shapes = {name: tuple(tensor.shape) for name, tensor in tensors.items()}
    held = sum(tensor.numel() for name, tensor in tensors.items() if not _is_statistic(name))
    best: _Fit | None = None
    for propose in FAMILIES:
        try:
            proposals = propose(shapes)
        except (ArchitectureError, IndexError):  # a network's names on tensors with impossible shapes
            continue
        fits = [fit for candidate in proposals if (fit := _fit(candidate, shapes)) is not None]
        if exact := [fit for fit in fits if not fit.problems]:
            return _recognised(exact, nesting, tensors)
        for fit in fits:
            best = fit if best is None or len(fit.problems) < len(best.problems) else best
    return Recognition(None, nesting, (), (), _refusal(best, shapes), held)


def display_name(configuration: Configuration) -> str:
    """A readable name, such as ResNet-20 (CIFAR, option A)."""
    if not isinstance(configuration, ForeignConfiguration):
        return f"{configuration.name} (Iterscope)"
    name, options = configuration.name, configuration.options
    if configuration.family == "cifar":
        return f"ResNet-{name.removeprefix('resnet')} (CIFAR, option {options['shortcut']})"
    if configuration.family == "preactivation-cifar":
        return f"pre-activation ResNet-{name.rpartition('resnet')[2]} (CIFAR)"
    if configuration.family == "wide-cifar":
        depth, factor = name.removeprefix("wrn").split("_")
        return f"Wide ResNet-{depth}-{factor} (CIFAR)"
    return f"{name} ({configuration.family})"


def _fit(candidate: Candidate, shapes: Shapes) -> _Fit | None:
    """How the file fits the candidate; None if the candidate can't be built at all."""
    try:
        with torch.device("meta"):
            model = build_from_configuration(candidate.configuration)
    except (ArchitectureError, RuntimeError, TypeError, ValueError, OverflowError):
        return None
    parameters = sum(parameter.numel() for parameter in model.parameters())
    if parameters > MAX_ELEMENTS:
        return None
    expected = {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()}
    found = {candidate.names[name]: name for name in shapes}
    missing = [name for name in expected if name not in found and not name.endswith(COUNTER)]
    problems = [f"lacks {_in_the_files_words(name, shapes)} of shape {expected[name]}" for name in missing]
    for name, theirs in found.items():
        if name not in expected:
            problems.append(f"has an unknown tensor {theirs[:100]} of shape {shapes[theirs]}")
        elif shapes[theirs] != expected[name]:
            problems.append(f"has {theirs[:100]} of shape {shapes[theirs]} instead of {expected[name]}")
    if len(found) < len(shapes):
        twice = next(name for name in shapes if found[candidate.names[name]] != name)
        problems.append(
            f"has {twice[:100]} and {found[candidate.names[twice]][:100]}, which are the same tensor in that network"
        )
    return _Fit(candidate, tuple(problems), parameters)


def _recognised(fits: list[_Fit], nesting: str, tensors: Mapping[str, Tensor]) -> Recognition:
    first = fits[0]
    chosen, configuration = first.candidate, first.candidate.configuration
    alternatives = tuple(
        (fit.candidate.label or display_name(fit.candidate.configuration), fit.candidate.configuration) for fit in fits
    )
    evidence = list(chosen.evidence)
    renamed = sorted(name for name in tensors if chosen.names[name] != name)
    if renamed:
        evidence.append(f"{len(renamed)} tensors are renamed, such as {renamed[0]} to {chosen.names[renamed[0]]}")
    if other := sorted(
        {str(tensor.dtype).removeprefix("torch.") for tensor in tensors.values() if _is_converted(tensor)}
    ):
        evidence.append(f"tensors of type {', '.join(other)} are converted to float32")
    return Recognition(
        configuration,
        nesting,
        tuple(evidence),
        tuple(_open_points(chosen, alternatives)),
        (),
        first.parameters,
        dict(chosen.names),
        alternatives,
    )


def _open_points(candidate: Candidate, alternatives: tuple[tuple[str, Configuration], ...]) -> list[OpenPoint]:
    configuration = candidate.configuration
    points = []
    if len(alternatives) > 1:
        points.append(
            OpenPoint(
                "architecture",
                "Which of these networks is it? All of them have exactly these tensors. Without an answer, Iterscope takes the one that "
                "does best on the data set.",
                tuple(label for label, _ in alternatives),
                None,
            )
        )
    points.append(
        OpenPoint(
            "normalisation",
            "With which mean and standard deviation were the images normalised in training? Without an answer, Iterscope tries the "
            "presets on the data set.",
            None,
            None,
        )
    )
    if candidate.size_is_open:
        points.append(
            OpenPoint(
                "input_size",
                "What is the height and width of the images in pixels? The network pools over the whole image, so its weights don't "
                "determine the size.",
                None,
                configuration.input_size,
            )
        )
    points.append(
        OpenPoint(
            "class_names",
            f"What are the {configuration.num_classes} classes, in the order of the network's outputs? Without an answer, Iterscope takes "
            "the data set's classes in their order.",
            None,
            None,
        )
    )
    return points


def _refusal(best: _Fit | None, shapes: Shapes) -> tuple[str, ...]:
    if best is None:
        some = ", ".join(f"{name[:60]} {shape}" for name, shape in list(shapes.items())[:3])
        return (
            f"no network that Iterscope knows has tensors with names like these {len(shapes)} ({some}, …). Known are Iterscope's own "
            "networks, ResNets and Wide ResNets for small images, and torchvision's and timm's ResNets and ConvNeXts. Describe your own "
            "network in Python: see iterscope.ResidualChain",
        )
    nearest = f"the closest known network is {display_name(best.candidate.configuration)}"
    shown, rest = best.problems[:SHOWN_PROBLEMS], len(best.problems) - SHOWN_PROBLEMS
    more = [f"and {rest} more differences"] if rest > 0 else []
    return (nearest, *(f"the file {problem}" for problem in shown), *more)


def _in_the_files_words(name: str, shapes: Shapes) -> str:
    """A missing tensor's name as the file would spell it, if that is clear from the tensors that the file has."""
    words = {part for each in shapes for part in each.split(".")}
    for ours, theirs in _FILE_WORDS.items():
        if found := next((word for word in theirs if word in words), None):
            name = ".".join(found if part == ours else part for part in name.split("."))
    return name


def _is_converted(tensor: Tensor) -> bool:
    return tensor.is_floating_point() and tensor.dtype != torch.float32


def _is_statistic(name: str) -> bool:
    return name.endswith((".running_mean", ".running_var", COUNTER))

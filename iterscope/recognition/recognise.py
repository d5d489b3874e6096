"""From the names and shapes of tensors to the network they belong to.

The families propose networks (`own`, `cifar`, `imagenet`); each proposal is built without memory and compared tensor by tensor. What fits
exactly is recognised. Where nothing fits, the proposal that differs least says what is missing or misshapen.
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
"""Words of a file's names, for those of ours."""
COUNTER = "num_batches_tracked"
"""BatchNorm's count of batches, which nothing computed needs; files of old PyTorch versions lack it."""


@dataclass(frozen=True)
class _Fit:
    """How well a file fits a candidate."""

    candidate: Candidate
    problems: tuple[str, ...]
    parameters: int


def recognise(state_dict: Mapping[str, Tensor], *, nesting: str = "") -> Recognition:
    """Which network these tensors belong to: architecture, depth, widths, classes, and what stays open.

    Args:
        state_dict: tensors by name, from wherever they come; nesting and wrappers' prefixes are taken off first.
        nesting: what was taken off before, for the record.
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
        except (ArchitectureError, IndexError):  # names like a network's, on tensors of shapes that no network has
            continue
        fits = [fit for candidate in proposals if (fit := _fit(candidate, shapes)) is not None]
        if exact := [fit for fit in fits if not fit.problems]:
            return _recognised(exact, nesting, tensors)
        for fit in fits:
            best = fit if best is None or len(fit.problems) < len(best.problems) else best
    return Recognition(None, nesting, (), (), _refusal(best, shapes), held)


def display_name(configuration: Configuration) -> str:
    """For people: ResNet-20 (CIFAR, option A)."""
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
    """None where the candidate can't be built at all."""
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
            problems.append(f"has an unknown {theirs[:100]} of shape {shapes[theirs]}")
        elif shapes[theirs] != expected[name]:
            problems.append(f"has {theirs[:100]} of shape {shapes[theirs]} instead of {expected[name]}")
    if len(found) < len(shapes):
        twice = next(name for name in shapes if found[candidate.names[name]] != name)
        problems.append(
            f"has {twice[:100]} and {found[candidate.names[twice]][:100]}, which are one tensor of that network"
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
        evidence.append(f"numbers of type {', '.join(other)} are converted to float32")
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
                "Which of these networks is it? All have exactly these tensors; without an answer, the one that does best on the "
                "data set is taken.",
                tuple(label for label, _ in alternatives),
                None,
            )
        )
    points.append(
        OpenPoint(
            "normalisation",
            "By which mean and standard deviation were the images normalised in training? Without an answer, the presets are tried "
            "on the data set.",
            None,
            None,
        )
    )
    if candidate.size_is_open:
        points.append(
            OpenPoint(
                "input_size",
                "How many pixels are the images high and wide? The network pools all that it gets, so its weights don't tell.",
                None,
                configuration.input_size,
            )
        )
    points.append(
        OpenPoint(
            "class_names",
            f"What are the {configuration.num_classes} classes, in the order of the network's outputs? Without an answer, the data "
            "set's, in its order.",
            None,
            None,
        )
    )
    return points


def _refusal(best: _Fit | None, shapes: Shapes) -> tuple[str, ...]:
    if best is None:
        some = ", ".join(f"{name[:60]} {shape}" for name, shape in list(shapes.items())[:3])
        return (
            f"no network that Iterscope knows has tensors named like these {len(shapes)} ({some}, …): known are "
            "Iterscope's own, the ResNets and Wide ResNets for small images, torchvision's ResNets and timm's. A network of your own can "
            "be described in Python: see iterscope.ResidualChain",
        )
    nearest = f"the nearest network that is known is {display_name(best.candidate.configuration)}"
    shown, rest = best.problems[:SHOWN_PROBLEMS], len(best.problems) - SHOWN_PROBLEMS
    more = [f"and {rest} more differences"] if rest > 0 else []
    return (nearest, *(f"the file {problem}" for problem in shown), *more)


def _in_the_files_words(name: str, shapes: Shapes) -> str:
    """A tensor that is missing, called as the file would call it where that is plain from the tensors it has."""
    words = {part for each in shapes for part in each.split(".")}
    for ours, theirs in _FILE_WORDS.items():
        if found := next((word for word in theirs if word in words), None):
            name = ".".join(found if part == ours else part for part in name.split("."))
    return name


def _is_converted(tensor: Tensor) -> bool:
    return tensor.is_floating_point() and tensor.dtype != torch.float32


def _is_statistic(name: str) -> bool:
    return name.endswith((".running_mean", ".running_var", COUNTER))

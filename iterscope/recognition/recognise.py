"""Recognise the network that tensors belong to, from their names and shapes.

The whole table of tensors and its subtrees are tried in turn (`views`). The families (`own`, `cifar`, `imagenet`) propose networks. Each
proposal is built on the meta device and compared tensor by tensor; an exact fit is recognised. If none fits, the proposal with the fewest
differences determines which tensors are reported as missing or misshapen, and `diagnosis` says what the file seems to be.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from iterscope.architectures import ForeignConfiguration, build_from_configuration
from iterscope.errors import ArchitectureError
from iterscope.recognition import cifar, imagenet, own
from iterscope.recognition.diagnosis import findings, is_encoder, without_statistics
from iterscope.recognition.records import Candidate, Configuration, OpenPoint, Recognition, Shapes
from iterscope.recognition.unwrapping import COPY, unwrap
from iterscope.recognition.views import View, copies_of, normalisation_in, views_of

FAMILIES = (own.candidates, cifar.candidates, imagenet.candidates)
SHOWN_PROBLEMS = 8
MAX_ELEMENTS = 4_000_000_000
_FILE_WORDS = {
    "linear": ("fc", "classifier", "output", "head", "last_linear"),
    "projection": ("downsample", "shortcut", "skip", "convShortcut"),
}
"""Words in Iterscope's tensor names, and the words that other files use for them."""
HEAD_BIASES = ("linear.bias", "fc.bias")
"""Biases of last layers, which are 0 in networks without one."""
COUNTER = "num_batches_tracked"
"""BatchNorm's batch counter, which no measurement needs; files of old PyTorch versions lack it."""


UNTRACED = ("padding", "shortcut_reads", "activation", "stem_pooling", "stride_in")
"""Options that change no tensor of a network."""
Expected = tuple[dict[str, tuple[int, ...]], int]
"""The shapes of a network's tensors by name, and its number of parameters."""


@dataclass(frozen=True)
class _Fit:
    """How well a file fits a candidate."""

    candidate: Candidate
    problems: tuple[str, ...]
    missing: tuple[str, ...]
    parameters: int
    view: View


def recognise(state_dict: Mapping[str, Tensor], *, nesting: str = "") -> Recognition:
    """Recognise the network that these tensors belong to: architecture, depth, widths, classes, and the points that remain open.

    Args:
        state_dict: tensors by name, from any source; nesting and wrappers' prefixes are removed first.
        nesting: nesting that was removed before, to be recorded in the result.
    """
    unwrapped = unwrap(state_dict)
    nesting = " → ".join(part for part in (nesting, unwrapped.nesting) if part)
    tensors = unwrapped.tensors
    table = {name: tuple(tensor.shape) for name, tensor in tensors.items()}
    held = sum(tensor.numel() for name, tensor in tensors.items() if not _is_statistic(name))
    best: _Fit | None = None
    built: dict[str, Expected | None] = {}
    for view in views_of(table):
        if view.prefix and is_encoder(table):  # an encoder's projection head looks like a classifier
            continue
        for propose in FAMILIES:
            try:
                proposals = propose(view.shapes(table))
            except (ArchitectureError, IndexError):  # a network's names on tensors with impossible shapes
                continue
            fits = [fit for candidate in proposals if (fit := _fit(candidate, view, table, built)) is not None]
            if exact := [fit for fit in fits if not fit.problems]:
                copies = copies_of(view, table)
                if problem := _ambiguity(view, copies, tensors):
                    return Recognition(None, nesting, (), (), (problem,), held)
                found = _recognised(exact, nesting, tensors, copies)
                # Callers may hold the tensors by the names in the file, or by those without wrappers.
                theirs = {name: found.names[ours] for name, ours in unwrapped.names.items() if ours in found.names}
                return replace(found, names={**theirs, **found.names})
            for fit in fits:
                best = fit if best is None or len(fit.problems) < len(best.problems) else best
    return Recognition(None, nesting, (), (), _refusal(best, table), held)


def _ambiguity(view: View, copies: list[str], tensors: Mapping[str, Tensor]) -> str | None:
    """A problem if the table has several networks that differ, and no name says which one is the copy."""
    for prefix in copies:
        pairs = [
            (tensors[name], tensors[prefix + name.removeprefix(view.prefix)])
            for name in view.names
            if name.startswith(view.prefix)
        ]
        same = all(not one.is_meta and not other.is_meta and torch.equal(one, other) for one, other in pairs)
        if not same and not COPY.search(prefix):
            return (
                f"it has several networks with the same names, under {view.prefix} and under {prefix}: choose one with --table, such as "
                f"--table {view.prefix.rstrip('.')}"
            )
    return None


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


def _fit(candidate: Candidate, view: View, table: Shapes, built: dict[str, Expected | None]) -> _Fit | None:
    """How the view fits the candidate; None if the candidate can't be built at all."""
    shapes = view.shapes(table)
    key = _without_untraced(candidate.configuration)
    if key not in built:
        built[key] = _expected(candidate.configuration)
    if (known := built[key]) is None:
        return None
    expected, parameters = known
    found = {candidate.names[name]: name for name in shapes}
    missing = [name for name in expected if name not in found and not _is_filled(name, found)]
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
    return _Fit(candidate, tuple(problems), tuple(missing), parameters, view)


def _is_filled(name: str, found: Mapping[str, str]) -> bool:
    """Whether a tensor that the file lacks is known: a batch counter, or the bias of a last layer that has none."""
    return name.endswith(COUNTER) or (name in HEAD_BIASES and name.replace("bias", "weight") in found)


def _expected(configuration: Configuration) -> Expected | None:
    try:
        with torch.device("meta"):
            model = build_from_configuration(configuration)
    except (ArchitectureError, RuntimeError, TypeError, ValueError, OverflowError):
        return None
    parameters = sum(parameter.numel() for parameter in model.parameters())
    if parameters > MAX_ELEMENTS:
        return None
    return {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()}, parameters


def _without_untraced(configuration: Configuration) -> str:
    """A key that is the same for networks with the same tensors."""
    values = configuration.to_dict()
    if isinstance(configuration, ForeignConfiguration):
        values["options"] = {name: value for name, value in values["options"].items() if name not in UNTRACED}
    return repr(values)


def _recognised(fits: list[_Fit], nesting: str, tensors: Mapping[str, Tensor], copies: list[str]) -> Recognition:
    first = fits[0]
    chosen, view = first.candidate, first.view
    configuration = chosen.configuration
    names = {name: chosen.names[ours] for name, ours in view.names.items()}
    alternatives = tuple(
        (fit.candidate.label or display_name(fit.candidate.configuration), fit.candidate.configuration) for fit in fits
    )
    evidence = list(chosen.evidence)
    renamed = sorted(name for name, ours in view.names.items() if chosen.names[ours] != ours)
    if renamed:
        evidence.append(f"{len(renamed)} tensors are renamed, such as {renamed[0]} to {names[renamed[0]]}")
    used = [tensors[name] for name in names]
    if other := sorted({str(tensor.dtype).removeprefix("torch.") for tensor in used if _is_converted(tensor)}):
        evidence.append(f"tensors of type {', '.join(other)} are converted to float32")
    if absent := [
        name for name in HEAD_BIASES if name.replace("bias", "weight") in names.values() and name not in names.values()
    ]:
        evidence.append(f"the last layer has no bias: {absent[0]} is set to 0")
    if copies:
        evidence.append(f"the file contains another copy of the network under {', '.join(copies[:4])}: it is left out")
    if rest := [name for name in view.left_out if not name.startswith(tuple(copies) or ("\0",))]:
        more = f" and {len(rest) - 4} more" if len(rest) > 4 else ""
        evidence.append(
            f"left out, since they are not part of the network: {', '.join(each[:100] for each in rest[:4])}{more}"
        )
    channels = (
        configuration.input_channels if isinstance(configuration, ForeignConfiguration) else configuration.in_channels
    )
    normalisation = normalisation_in(view.left_out, tensors, channels)
    if normalisation is not None:
        mean, std = ([round(value, 4) for value in each] for each in normalisation)
        evidence.append(f"the file's normaliser has mean {mean} and standard deviation {std}: images are normalised so")
    return Recognition(
        configuration,
        " → ".join(part for part in (nesting, view.prefix) if part),
        tuple(evidence),
        tuple(_open_points(chosen, alternatives, has_normaliser=normalisation is not None)),
        (),
        first.parameters,
        names,
        alternatives,
        normalisation,
    )


def _open_points(
    candidate: Candidate, alternatives: tuple[tuple[str, Configuration], ...], *, has_normaliser: bool
) -> list[OpenPoint]:
    configuration = candidate.configuration
    points = []
    if len(alternatives) > 1:
        points.append(
            OpenPoint(
                "architecture",
                "Which of these networks is it? All of them have exactly these tensors. Without an answer, Iterscope takes the one that "
                "does best on the data set. Accuracy can't distinguish a ReLU from a leaky ReLU of slope 0.01: Iterscope assumes a ReLU.",
                tuple(label for label, _ in alternatives),
                None,
            )
        )
    points.append(
        OpenPoint(
            "normalisation",
            "With which mean and standard deviation were the images normalised in training? Without an answer, Iterscope "
            + (
                "takes those of the normaliser in the file." if has_normaliser else "tries the presets on the data set."
            ),
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
    found = findings(
        shapes if best is None or not best.view.prefix else {**shapes, **best.view.shapes(shapes)},
        () if best is None else best.missing,
    )
    if best is None:
        some = ", ".join(f"{name[:60]} {shape}" for name, shape in list(shapes.items())[:3])
        return (
            f"no network that Iterscope knows has tensors with names like these {len(shapes)} ({some}, …). Known are Iterscope's own "
            "networks, ResNets and Wide ResNets for small images, and torchvision's and timm's ResNets and ConvNeXts. Describe your own "
            "network in Python: see iterscope.ResidualChain",
            *found,
        )
    nearest = f"the closest known network is {display_name(best.candidate.configuration)}"
    problems = list(best.problems)
    if without_statistics(shapes):  # said already
        problems = [each for each in problems if "running_" not in each.partition(" of shape")[0]]
    shown, rest = problems[:SHOWN_PROBLEMS], len(problems) - SHOWN_PROBLEMS
    more = [f"and {rest} more differences"] if rest > 0 else []
    return (*found, nearest, *(f"the file {problem}" for problem in shown), *more)


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

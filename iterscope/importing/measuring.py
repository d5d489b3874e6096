"""The second step of an import: the network is run on its data set, checked, measured block by block, and saved as a checkpoint."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, cast

from torch import nn

from iterscope.adapters import residual_chain
from iterscope.adapters.expected_images import configuration_of
from iterscope.allocator import keep_freed_memory
from iterscope.architectures import configuration_from_dict, input_channels
from iterscope.architectures.factory import Factory
from iterscope.chain import ResidualChain
from iterscope.checkpoints import save_checkpoint
from iterscope.datasets.records import Channels, Dataset, ImageSplit
from iterscope.errors import ArchitectureError, CheckpointError, DatasetError
from iterscope.importing.channels import SAID, read_red_first
from iterscope.importing.known_classes import with_known_order
from iterscope.importing.networks import Networks, choose_network
from iterscope.importing.trial import OWN, Normalisation, Trial, check, normalisations, part, try_normalisations
from iterscope.own_networks import own_network
from iterscope.preprocessing import PRESETS, Preprocessing
from iterscope.probes.survey_log import logged_survey
from iterscope.recognition import foreign_model
from iterscope.recognition.records import Configuration
from iterscope.tensor_files import TensorFileError, read_header, read_tensors

SURVEYED_IMAGES = 200
SURVEY_SECONDS = 12.0
"""The time limit for each split; slower networks are measured on fewer images."""
LEAST_SURVEYED = 16
READ, COMPARED, TRIED, CHECKED = 0.4, 0.6, 0.7, 0.8
"""The progress at which the data have been read, networks have been compared, the normalisation has been found, and the network has been
checked."""
OF_FILE = "file"
"""The name of the normalisation of a normaliser in the file."""
Progress = Callable[[float], None]


def measure_import(arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Writes the checkpoint `target` from the first step's tensors and the answers to the open points.

    `arguments`: tensors (the file of the first step), alternatives ([label, architecture] pairs), epoch, dataset, home, target, and the
    answers to open points, each None if there is no answer: architecture (a label), preset, mean with std, max_value (of the pixels to
    which mean and std belong, 1 or 255), image_size, class_names; normalisation: [mean, std] of a normaliser in the file; check: whether to
    run the network on the data even if nothing is open; factory: what builds one's own network in place of the alternatives, as
    `Factory.to_dict` returns it.
    """
    keep_freed_memory()
    models = _models(arguments)
    configuration = _configuration(models)
    classes = configuration.num_classes
    data, prepared = _dataset(arguments, configuration, progress)
    if data.num_classes != classes:
        raise DatasetError(
            f"data set {data.name!r} has {data.num_classes} classes, but the network has {classes}: choose a data set with {classes} "
            "classes, or name the network's classes in the order of its outputs (--classes FILE, one name a line; class_names over REST)"
        )
    chosen = _chosen_normalisation(arguments, data)
    known = normalisations(data)
    networks: Networks | None = None
    label = next(iter(models))
    if len(models) > 1:
        # With a wrong normalisation no network does better than another, so networks are compared under the best one.
        asked = [*([] if chosen is None else [chosen]), *(each for each in _distinct(known) if each != chosen)]
        networks = choose_network(models, data.validation, asked, part(progress, READ, COMPARED))
        label = networks.label
    model = models[label]
    chain = residual_chain(model)
    trials: list[Trial] = []
    if chosen is None:
        trials = try_normalisations(label, model, data.validation, known, part(progress, COMPARED, TRIED))
        chosen = next(each for each in known if each.preset == trials[0].preset)
    progress(TRIED)
    prepared = replace(prepared, mean=chosen.mean, std=chosen.std)
    data = replace(
        data,
        train=data.train.with_normalisation(chosen.mean, chosen.std),
        validation=data.validation.with_normalisation(chosen.mean, chosen.std),
    )
    checked, exchanged = None, False
    if arguments.get("check", True):
        if input_channels(configuration) == 3:
            exchanged = read_red_first(model, data.validation, lambda _: None)
        names, aside = data.class_names, part(progress, TRIED, CHECKED)
        checked = check(model, data.validation, names, trials, chosen.preset, aside)
        if checked.warning is not None and not trials:
            trials = try_normalisations(label, model, data.validation, known, part(progress, READ, TRIED))
            checked = check(model, data.validation, names, trials, chosen.preset, aside)
        open_question = None if networks is None else _undecided(networks)
        if warnings := [
            said for said in (checked.warning, open_question, SAID if exchanged else None, data.passed_over) if said
        ]:
            checked = replace(checked, warning="; ".join(warnings))
    progress(CHECKED)
    surveyed = _surveyed(chain, data)
    arrays, scalars = logged_survey(chain, surveyed, progress=part(progress, CHECKED, 1.0))
    if checked is not None:
        scalars["accuracy", "validation"] = checked.accuracy  # of more images than the survey's
    description = save_checkpoint(
        Path(arguments["target"]),
        model,
        dataset=data.reference,
        epoch=arguments.get("epoch"),
        preprocessing=prepared,
    )
    return {
        "description": description.to_dict(),
        "architecture": label,
        "preset": chosen.preset,
        "tried": [asdict(trial) for trial in _all_trials(trials, networks)],
        "check": None if checked is None else asdict(checked),
        "arrays": [[metric, split, values.tolist()] for (metric, split), values in arrays.items()],
        "scalars": [[name, split, value] for (name, split), value in scalars.items()],
        "logged_images": {name: len(images) for name, images in surveyed.items()},
    }


def _distinct(known: list[Normalisation]) -> list[Normalisation]:
    """Without those that are nearly another's: CIFAR's and ImageNet's means differ by less than a grey level makes a difference."""
    return [each for each in known if each.preset not in ("cifar100", "imagenet")]


def _undecided(networks: Networks) -> str:
    """What can't be told about the forward pass; empty if one network does clearly better than all others."""
    said = []
    if networks.equals:
        said.append(
            f"the weights don't determine the forward pass: {networks.label!r} was chosen, but "
            f"{', '.join(map(repr, networks.equals[:5]))} {'is' if len(networks.equals) == 1 else 'are'} as accurate within the error: "
            "choose one with --architecture (architecture over REST)"
        )
    if networks.untried:
        said.append(
            f"{len(networks.untried)} other networks with the same tensors were not tried for lack of time, such as "
            f"{networks.untried[0]!r}: name one with --architecture if yours is among them"
        )
    return "; ".join(said)


def _all_trials(trials: list[Trial], networks: Networks | None) -> list[Trial]:
    """The chosen network's normalisations, then the other networks."""
    others = [] if networks is None else [trial for trial in networks.trials if trial.label != networks.label]
    return [*trials, *sorted(others, key=lambda trial: trial.loss)]


def _models(arguments: Mapping[str, Any]) -> dict[str, nn.Module]:
    """Every network that the file fits, or only the chosen one, by label."""
    try:
        path = Path(arguments["tensors"])
        read_header(path)
        tensors = read_tensors(path)
    except TensorFileError as error:
        raise CheckpointError(str(error)) from error
    if (given := arguments.get("factory")) is not None:
        factory = Factory.from_dict(given)
        return {factory.name: own_network(factory, tensors, arguments.get("image_size"))}
    alternatives: dict[str, Configuration] = {
        label: configuration_from_dict(value) for label, value in arguments["alternatives"]
    }
    wanted, size = arguments.get("architecture"), arguments.get("image_size")
    if wanted is not None and wanted not in alternatives:
        raise ArchitectureError(
            f"architecture is {wanted!r}: the file fits {', '.join(map(repr, alternatives))}; choose one"
        )
    models = {}
    for label, configuration in alternatives.items():
        if wanted in (None, label):
            fitting = replace(configuration, input_size=size) if size is not None else configuration
            models[label] = foreign_model(fitting, tensors)
    return models


def _configuration(models: Mapping[str, nn.Module]) -> Configuration:
    return cast(Configuration, configuration_of(next(iter(models.values()))))  # the builders set it


def _dataset(
    arguments: Mapping[str, Any], configuration: Configuration, progress: Progress
) -> tuple[Dataset, Preprocessing]:
    """The data at the network's size, and the preprocessing so far: its normalisation may still be open."""
    channels = input_channels(configuration)
    if channels not in (1, 3):
        raise DatasetError(
            f"the network takes images with {channels} channels, but Iterscope's data sets have 3 (red, green and blue), or 1 (grey): "
            "measure it in Python, with it.residual_chain(model) and your own images"
        )
    imagenet, size = PRESETS["imagenet"], configuration.input_size
    usual = imagenet.resize if size == imagenet.image_size else None
    preset = arguments.get("preset")
    if preset in PRESETS and PRESETS[preset].image_size != size:
        usual = None
    names = arguments.get("class_names")
    prepared = Preprocessing(
        size, imagenet.mean, imagenet.std, resize=usual, class_names=None if names is None else tuple(names)
    )
    data = prepared.read(arguments["dataset"], home=arguments.get("home"), progress=part(progress, 0.0, READ))
    if names is None and (known := with_known_order(data.class_names, configuration.num_classes)) is not None:
        names = known
        prepared = replace(prepared, class_names=known)
    elif names is not None and len(names) != configuration.num_classes:
        raise DatasetError(
            f"class_names has {len(names)} names, but the network has {configuration.num_classes} outputs: give one name for each, in "
            'their order; names with commas go into a file (--classes FILE, one name a line) or in quotes ("tench, Tinca tinca")'
        )
    data = prepared.arrange(data)
    if names is None:
        prepared = replace(prepared, class_names=data.class_names)
    return data.turned_grey() if channels == 1 else data, prepared


def _chosen_normalisation(arguments: Mapping[str, Any], data: Dataset) -> Normalisation | None:
    """The requested normalisation, or that of the file's own normaliser; None if there is none."""
    preset, mean, std, most = (arguments.get(name) for name in ("preset", "mean", "std", "max_value"))
    if (mean is None) != (std is None):
        raise DatasetError("mean and std go together: give both, or a preset, or neither")
    if most is not None and not 0 < most < 1e6:
        raise DatasetError(
            f"max_value is {most!r}: it must be the largest pixel value that the network was trained on, 1 or 255"
        )
    if preset is not None and (mean is not None or most is not None):
        raise DatasetError(f"preset {preset!r} already sets mean and std: give either the preset, or mean and std")
    if mean is not None or most is not None:
        mean, std = (_three(each) for each in (mean or [0.0], std or [1.0]))
        given = Preprocessing(8, [each / (most or 1) for each in mean], [each / (most or 1) for each in std])  # type: ignore[arg-type]
        return Normalisation("given", given.mean, given.std)
    own = arguments.get("normalisation")
    if own is not None and preset in (None, OF_FILE):
        return Normalisation(OF_FILE, *(_triple(_three(each)) for each in own))
    if preset is None:
        return None
    known = {each.preset: each for each in normalisations(data)}
    if preset not in known:
        raise DatasetError(
            f"preset {preset!r} is unknown: choose {', '.join(PRESETS)}, or {OWN} for the data set's own"
        )
    return known[preset]


def _three(values: list[float]) -> list[float]:
    """One number stands for all three channels."""
    return list(values) * 3 if len(values) == 1 else list(values)


def _triple(values: list[float]) -> Channels:
    red, green, blue = values
    return red, green, blue


def _surveyed(chain: ResidualChain, data: Dataset) -> dict[str, ImageSplit]:
    """The images of both splits that per-block metrics are measured on, as they are logged after an epoch of training."""
    began = time.perf_counter()
    logged_survey(chain, {"validation": data.validation.subset(LEAST_SURVEYED // 2)})
    affordable = int(SURVEY_SECONDS * (LEAST_SURVEYED // 2) / max(1e-6, time.perf_counter() - began))
    count = max(LEAST_SURVEYED, min(SURVEYED_IMAGES, affordable))
    return {"validation": data.validation.subset(count), "train": data.train.subset(count)}

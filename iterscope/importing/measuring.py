"""The second step of an import: the network is run on its data set, checked, measured block by block, and saved as a checkpoint."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, cast

from torch import nn

from iterscope.adapters import residual_chain
from iterscope.allocator import keep_freed_memory
from iterscope.architectures import configuration_from_dict, input_channels
from iterscope.chain import ResidualChain
from iterscope.checkpoints import save_checkpoint
from iterscope.datasets.records import Dataset
from iterscope.errors import ArchitectureError, CheckpointError, DatasetError
from iterscope.importing.trial import OWN, Normalisation, Trial, check, normalisations, part, try_all
from iterscope.preprocessing import PRESETS, Preprocessing
from iterscope.probes.survey_log import Arrays, Scalars, logged_survey
from iterscope.recognition import foreign_model
from iterscope.recognition.records import Configuration
from iterscope.tensor_files import TensorFileError, read_header, read_tensors

SURVEYED_IMAGES = 200
SURVEY_SECONDS = 12.0
"""The time limit for each split; slower networks are measured on fewer images."""
LEAST_SURVEYED = 16
READ, TRIED, CHECKED = 0.4, 0.7, 0.8
"""The progress at which the data have been read, the normalisation has been found, and the network has been checked."""
Progress = Callable[[float], None]


def measure_import(arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Writes the checkpoint `target` from the first step's tensors and the answers to the open points.

    `arguments`: tensors (the file of the first step), alternatives ([label, architecture] pairs), epoch, dataset, home, target, and the
    answers to open points, each None if there is no answer: architecture (a label), preset, mean with std, image_size, class_names; check:
    whether to run the network on the data even if nothing is open.
    """
    keep_freed_memory()
    models = _models(arguments)
    chains = {label: residual_chain(model) for label, model in models.items()}
    configuration = _configuration(models)
    classes = configuration.num_classes
    data, prepared = _dataset(arguments, configuration, progress)
    if data.num_classes != classes:
        raise DatasetError(
            f"data set {data.name!r} has {data.num_classes} classes, but the network has {classes}: choose a data set with {classes} "
            "classes, or name the network's classes in the order of its outputs (class_names)"
        )
    chosen = _chosen_normalisation(arguments, data)
    known = normalisations(data)
    trials: list[Trial] = []
    if chosen is None or len(models) > 1:
        # With a wrong normalisation no network does better than another, so networks are compared under the best one.
        asked = [] if chosen is None or chosen in known else [chosen]
        trials = try_all(chains, data.validation, [*known, *asked], part(progress, READ, TRIED))
        chosen = chosen or next(each for each in known if each.preset == trials[0].preset)
    progress(TRIED)
    label = trials[0].label if trials else next(iter(models))
    chain = chains[label]
    prepared = replace(prepared, mean=chosen.mean, std=chosen.std)
    data = replace(
        data,
        train=data.train.with_normalisation(chosen.mean, chosen.std),
        validation=data.validation.with_normalisation(chosen.mean, chosen.std),
    )
    checked = None
    if arguments.get("check", True):
        same_network = [trial for trial in trials if trial.label == label]
        checked = check(chain, data.validation, classes, same_network, chosen.preset, part(progress, TRIED, CHECKED))
        if checked.warning is not None and not trials:
            trials = try_all({label: chain}, data.validation, known, part(progress, READ, TRIED))
            checked = check(chain, data.validation, classes, trials, chosen.preset, part(progress, TRIED, CHECKED))
        if data.passed_over is not None:
            said = data.passed_over if checked.warning is None else f"{checked.warning}; {data.passed_over}"
            checked = replace(checked, warning=said)
    progress(CHECKED)
    arrays, scalars = _survey(chain, data, part(progress, CHECKED, 1.0))
    description = save_checkpoint(
        Path(arguments["target"]),
        models[label],
        dataset=data.reference,
        epoch=arguments.get("epoch"),
        preprocessing=prepared,
    )
    return {
        "description": description.to_dict(),
        "architecture": label,
        "preset": chosen.preset,
        "tried": [asdict(trial) for trial in trials],
        "check": None if checked is None else asdict(checked),
        "arrays": [[metric, split, values.tolist()] for (metric, split), values in arrays.items()],
        "scalars": [[name, split, value] for (name, split), value in scalars.items()],
    }


def _models(arguments: Mapping[str, Any]) -> dict[str, nn.Module]:
    """Every network that the file fits, or only the chosen one, by label."""
    try:
        path = Path(arguments["tensors"])
        read_header(path)
        tensors = read_tensors(path)
    except TensorFileError as error:
        raise CheckpointError(str(error)) from error
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
    return cast(Configuration, next(iter(models.values())).configuration)  # the builders set it


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
    data = prepared.arrange(
        prepared.read(arguments["dataset"], home=arguments.get("home"), progress=part(progress, 0.0, READ))
    )
    if names is None:
        prepared = replace(prepared, class_names=data.class_names)
    return data.turned_grey() if channels == 1 else data, prepared


def _chosen_normalisation(arguments: Mapping[str, Any], data: Dataset) -> Normalisation | None:
    """The requested normalisation; None if there was no request."""
    preset, mean, std = (arguments.get(name) for name in ("preset", "mean", "std"))
    if (mean is None) != (std is None):
        raise DatasetError("mean and std go together: give both, or a preset, or neither")
    if mean is not None and std is not None:
        if preset is not None:
            raise DatasetError(f"preset {preset!r} already sets mean and std: give either the preset, or mean and std")
        given = Preprocessing(8, mean, std)
        return Normalisation("given", given.mean, given.std)
    if preset is None:
        return None
    known = {each.preset: each for each in normalisations(data)}
    if preset not in known:
        raise DatasetError(
            f"preset {preset!r} is unknown: choose {', '.join(PRESETS)}, or {OWN} for the data set's own"
        )
    return known[preset]


def _survey(chain: ResidualChain, data: Dataset, progress: Progress) -> tuple[Arrays, Scalars]:
    """Per-block metrics of both splits, as they are logged after an epoch of training."""
    began = time.perf_counter()
    logged_survey(chain, {"validation": data.validation.subset(LEAST_SURVEYED // 2)})
    affordable = int(SURVEY_SECONDS * (LEAST_SURVEYED // 2) / max(1e-6, time.perf_counter() - began))
    count = max(LEAST_SURVEYED, min(SURVEYED_IMAGES, affordable))
    splits = {"validation": data.validation.subset(count), "train": data.train.subset(count)}
    return logged_survey(chain, splits, progress=progress)

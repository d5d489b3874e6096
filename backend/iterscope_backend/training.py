"""Checks configuration, network and data of a run before it is queued."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

import iterscope as it
from iterscope.datasets import dataset_descriptions
from iterscope.datasets.listing import list_folder
from iterscope.datasets.registry import FOLDER_PREFIX, absolute_name
from iterscope.errors import ConfigurationError, DatasetError, InvalidInput
from iterscope.recipes import training_configuration

MAX_BLOCKS = 1000
"""Maximum number of blocks of a network queued over REST."""


def plan_run(recipe: str, overrides: Mapping[str, Any], home: Path) -> dict[str, Any]:
    """The fields of the run's record. Raises a ConfigurationError that names what can't be trained, and the remedy."""
    configuration = training_configuration(recipe, **overrides)
    configuration = replace(configuration, dataset=absolute_name(configuration.dataset))
    _check_data(configuration.dataset, recipe, home)
    network = configuration.network(num_classes=10)
    if sum(network.blocks) > MAX_BLOCKS:
        raise ConfigurationError(
            f"{network.name} has {sum(network.blocks)} blocks, but at most {MAX_BLOCKS} are allowed over REST: "
            "train it with `iterscope train`"
        )
    try:
        with torch.device("meta"):
            blocks = it.residual_chain(it.build_from_configuration(network)).describe()
    except RuntimeError as error:  # widths whose product is larger than any memory
        raise ConfigurationError(f"{network.name} can't be built with these options: {error}") from error
    return {
        "configuration": configuration.to_dict(),
        "architecture": configuration.architecture,
        "dataset": configuration.dataset,
        "seed": configuration.seed,
        "epochs": configuration.epochs,
        "blocks": blocks,
    }


def _check_data(name: str, recipe: str, home: Path) -> None:
    """Check that the data exist, without reading them."""
    if name.startswith(FOLDER_PREFIX):
        try:
            list_folder(Path(name.removeprefix(FOLDER_PREFIX)))
        except InvalidInput:
            raise
        except (OSError, ValueError) as error:
            raise DatasetError(f"data set {name!r} can't be read: {error}") from error
    for entry in dataset_descriptions(home):
        if entry["name"] == name and not entry["available"]:
            raise DatasetError(
                f"data set {name} is not downloaded yet: run `iterscope train --recipe {recipe} --download`"
            )

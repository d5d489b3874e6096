"""What a run that is to be queued will be: configuration, network and data checked before anybody waits for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

import iterscope as it
from iterscope.datasets import dataset_descriptions
from iterscope.datasets.folder import list_folder
from iterscope.datasets.registry import FOLDER_PREFIX, absolute_name
from iterscope.errors import ConfigurationError, DatasetError, InvalidInput
from iterscope.recipes import training_configuration

MAX_BLOCKS = 1000
"""Of a network that is queued over REST."""


def plan_run(recipe: str, overrides: Mapping[str, Any], home: Path) -> dict[str, Any]:
    """The fields of a run's record. Raises ConfigurationError naming what can't be trained, and the remedy."""
    configuration = training_configuration(recipe, **overrides)
    configuration = replace(configuration, dataset=absolute_name(configuration.dataset))
    _check_data(configuration.dataset, recipe, home)
    network = configuration.network(num_classes=10)
    if sum(network.blocks) > MAX_BLOCKS:
        raise ConfigurationError(
            f"{network.name} has {sum(network.blocks)} blocks: at most {MAX_BLOCKS} are trained over REST"
        )
    with torch.device("meta"):
        blocks = it.residual_chain(it.build_from_configuration(network)).describe()
    return {
        "configuration": configuration.to_dict(),
        "architecture": configuration.architecture,
        "dataset": configuration.dataset,
        "seed": configuration.seed,
        "epochs": configuration.epochs,
        "blocks": blocks,
    }


def _check_data(name: str, recipe: str, home: Path) -> None:
    """Looks whether the data are there, without reading them."""
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
                f"data set {name} isn't here yet: `iterscope train --recipe {recipe} --download` fetches it"
            )

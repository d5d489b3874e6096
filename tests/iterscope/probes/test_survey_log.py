"""What is logged of a network: each split's own values, though they are measured together."""

from __future__ import annotations

import math

import numpy as np
import pytest

import iterscope as it
from iterscope.probes.survey_log import logged_survey


@pytest.fixture(scope="module")
def data() -> it.Dataset:
    return it.load_dataset("digits", image_size=32)


def test_splits_measured_together_keep_their_own_values(chain: it.ResidualChain, data: it.Dataset) -> None:
    splits = {"train": data.train.subset(5, seed=1), "validation": data.validation.subset(23, seed=2)}
    arrays, scalars = logged_survey(chain, splits)
    for name, split in splits.items():
        alone = logged_survey(chain, {name: split})
        assert {key for key in arrays if key[1] == name} == set(alone[0])
        assert {key for key in scalars if key[1] == name} == set(alone[1])
        for key, values in alone[0].items():
            assert np.allclose(arrays[key], values, rtol=1e-3, atol=1e-3, equal_nan=True), key
        for number, value in alone[1].items():
            assert scalars[number] == pytest.approx(value, rel=1e-4), number


def test_means_are_those_of_the_probes(chain: it.ResidualChain, data: it.Dataset) -> None:
    train, validation = data.train.subset(5), data.validation.subset(23)
    arrays, scalars = logged_survey(chain, {"train": train, "validation": validation})
    for name, split in (("train", train), ("validation", validation)):
        metrics = it.block_metrics(chain, split, split.labels)
        exits = it.early_exit(chain, split, split.labels)
        assert np.allclose(arrays["cosine_loss", name], metrics.cosine_loss.nanmean(1), atol=1e-3)
        assert np.allclose(arrays["l2_ratio", name], metrics.l2_ratio.mean(1), rtol=1e-4)
        assert np.allclose(arrays["early_exit_accuracy", name][-1], exits.outcomes.accuracy[-1])
        assert math.isnan(arrays["early_exit_accuracy", name][0])
        assert scalars["accuracy", name] == pytest.approx(float(metrics.correct.double().mean()))
        assert scalars["loss", name] == pytest.approx(float(metrics.loss.mean()), rel=1e-4)

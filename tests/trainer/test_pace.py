"""The estimate of a training's time. `python -m benchmarks.logging` holds it against a real training."""

from __future__ import annotations

from dataclasses import replace

import pytest

from iterscope.datasets import load_dataset
from iterscope.recipes import TrainingConfiguration, training_configuration
from iterscope_trainer.pace import Pace, measure_pace

pytestmark = pytest.mark.training


@pytest.fixture(scope="module")
def configuration() -> TrainingConfiguration:
    """Six blocks of 8 to 16 filters: an epoch takes a second or two."""
    return training_configuration(
        "quick",
        architecture="resnet14",
        architecture_options={"stem_width": 8, "widths": [8, 16, 16]},
        precision="float32",
        log_samples=8,
        epochs=1,
    )


def test_measuring_leaves_nothing_behind_and_never_diverges(configuration: TrainingConfiguration) -> None:
    wild = replace(configuration, schedule=replace(configuration.schedule, peak=1e6), compile=True)
    pace = measure_pace(wild, load_dataset("digits", image_size=wild.image_size), "cpu")
    assert min(pace.training, pace.logging) > 0
    assert pace.evaluation >= 0


def test_what_is_left_of_a_run_is_counted(configuration: TrainingConfiguration) -> None:
    digits = load_dataset("digits", image_size=configuration.image_size)
    longer = replace(configuration, epochs=4, log_every=2)
    # 1 s an image of training, 0.1 s of validation, 10 s of a log: 1438 and 359 images, 8 of each split logged.
    pace = Pace(training=1.0, evaluation=0.1, logging=10.0)
    assert pace.seconds(longer, digits) == pytest.approx(4 * 1438 + 5 * 35.9 + 3 * 160)
    assert pace.seconds(longer, digits, first_epoch=2) == pytest.approx(2 * 1438 + 2 * 35.9 + 160)
    assert pace.seconds(longer, digits, first_epoch=4) == 0

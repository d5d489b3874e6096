"""Activation norms and accuracy with batch statistics, as in training (section 4.5, figures 8 and 9)."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from iterscope.measurements import values
from iterscope.measurements.definition import Measurement
from iterscope.measurements.network import MeasuredNetwork
from iterscope.measurements.records import MeanAndStd, Number, PerImageResult, Summary
from iterscope.measurements.request import PerImageRequest, example
from iterscope.probes.batch_statistics import batch_statistics


class BatchStatisticsRequest(PerImageRequest):
    """Activation norms and accuracy when BatchNorm uses batch statistics, as in training."""

    model_config = example(unshared=False)

    unshared: bool = Field(
        default=False,
        description="Whether to measure, in place of the checkpoint, the freshly initialised network of the same depth, width and seed "
        "without shared blocks: the control for a network that shares them.",
    )


class BatchStatisticsResult(PerImageResult):
    unshared: bool
    activation_norm: Summary = Field(description="‖h‖ before each block.")
    growth: MeanAndStd = Field(description="The largest ‖h‖ of any block divided by that of the first, per image.")
    accuracy: Number
    loss: Number


def measure(network: MeasuredNetwork, request: BatchStatisticsRequest) -> dict[str, Any]:
    """Activation norms and accuracy with batch statistics, of the network or of its unshared control (figures 8 and 9)."""
    chain = network.unshared_control() if request.unshared else network.chain
    found = batch_statistics(chain, network.images, network.labels, progress=network.progress)
    more = values.per_image(growth=found.growth, correct=found.outcomes.correct) if request.per_image else {}
    return {
        "unshared": request.unshared,
        "activation_norm": values.summary(found.activation_norm),
        "growth": values.mean_and_std(found.growth),
        "accuracy": float(found.outcomes.accuracy[0]),
        "loss": float(found.outcomes.mean_loss[0]),
        **more,
    }


MEASUREMENT = Measurement(
    name="batch-statistics",
    title="Batch statistics",
    summary="Activation norms and accuracy with batch statistics (figures 8 and 9)",
    formula="‖h_i‖ with the mean and variance of the batch",
    citation="Jastrzębski et al. 2018, section 4.5",
    version=1,
    request=BatchStatisticsRequest,
    result=BatchStatisticsResult,
    measure=measure,
    drawing="lines over blocks",
)

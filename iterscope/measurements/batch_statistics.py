"""Activation norms and accuracy with batch statistics, as in training (section 4.5, figures 8 and 9)."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from iterscope.measurements import values
from iterscope.measurements.definition import Measurement
from iterscope.measurements.network import MeasuredNetwork
from iterscope.measurements.parts import Chunk, Parts, Rows, outcome_rows, read_outcomes
from iterscope.measurements.records import MeanAndStd, Number, PerImageResult, Summary
from iterscope.measurements.request import PerImageRequest, example
from iterscope.measurements.tables import axis
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
    unshared: bool = Field(description="Whether the unshared control was measured.")
    activation_norm: Summary = axis("block", description="‖h‖ before each block.")
    growth: MeanAndStd = Field(description="The largest ‖h‖ of any block divided by that of the first, per image.")
    accuracy: Number = Field(description="With batch statistics.")
    loss: Number = Field(description="With batch statistics, in nats.")


def prepare(network: MeasuredNetwork, request: BatchStatisticsRequest) -> Parts:
    """Activation norms and accuracy with batch statistics, of the network or of its unshared control (figures 8 and 9)."""
    chain = network.unshared_control() if request.unshared else network.chain

    def chunk(some: Chunk) -> Rows:
        found = batch_statistics(chain, some.images, None, progress=some.options["progress"])
        return {"activation_norm": found.activation_norm, "growth": found.growth, **outcome_rows(found.outcomes)}

    def finish(rows: Rows) -> dict[str, Any]:
        found = read_outcomes(rows)
        return {
            "unshared": request.unshared,
            "activation_norm": values.summary(rows["activation_norm"]),
            "growth": values.mean_and_std(rows["growth"]),
            "accuracy": float(found.accuracy[0]),
            "loss": float(found.mean_loss[0]),
            **(values.per_image(growth=rows["growth"], correct=found.correct) if request.per_image else {}),
        }

    return Parts(chunk, finish, whole=True)


MEASUREMENT = Measurement(
    name="batch-statistics",
    title="Batch statistics",
    summary="Activation norms and accuracy with batch statistics (figures 8 and 9)",
    formula="‖h_i‖ with the mean and variance of the batch",
    citation="Jastrzębski et al. 2018, section 4.5",
    version=1,
    request=BatchStatisticsRequest,
    result=BatchStatisticsResult,
    prepare=prepare,
    drawing="lines over blocks",
)

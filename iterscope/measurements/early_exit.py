"""The head after each block of the last stage (section 4.2, figure 5)."""

from __future__ import annotations

from functools import partial
from typing import Any

import iterscope as it
from iterscope.measurements import values
from iterscope.measurements.definition import Measurement
from iterscope.measurements.network import MeasuredNetwork
from iterscope.measurements.parts import Chunk, Parts, Rows, outcome_rows, read_outcomes
from iterscope.measurements.records import Interval, Numbers, ProbeResult
from iterscope.measurements.request import MeasurementRequest, example
from iterscope.measurements.tables import axis, coordinate
from iterscope.probes.borderline import Reference, reference_block


class EarlyExitRequest(MeasurementRequest):
    """The head applied to the hidden state after each block of the last stage."""

    model_config = example()


class EarlyExitResult(ProbeResult):
    exit_blocks: list[int] = coordinate("exit", description="The blocks after which the head is applied.")
    accuracy: Numbers = axis("exit", description="Share of images that are predicted correctly.")
    accuracy_interval: list[Interval] = axis("exit", description="95 % Wilson interval of the accuracy.")
    loss: Numbers = axis("exit", unit="nats", description="Mean cross-entropy.")
    entropy: Numbers = axis("exit", unit="nats", description="Mean entropy of the predicted distribution.")


def exits(network: MeasuredNetwork, chunk: Chunk) -> Rows:
    """The head after each block of the last stage (E, n), for some of the network's images; kept for later requests."""
    if isinstance(known := network.recall("survey", chunk), it.Survey):
        return outcome_rows(known.exits)

    def compute() -> it.Outcomes:
        return it.early_exit(network.chain, chunk.images, None, **chunk.options).outcomes

    return outcome_rows(network.remember("exits", chunk, compute))


def exit_row(chain: it.ResidualChain, reference: Reference) -> int:
    """The row of `exits` at which images are judged. Raises a BlockError that names the valid range."""
    return chain.last_stage.index(reference_block(chain, reference))


def prepare(network: MeasuredNetwork, _request: EarlyExitRequest) -> Parts:
    """The head after each block of the last stage (figure 5)."""

    def finish(rows: Rows) -> dict[str, Any]:
        return {"exit_blocks": list(network.chain.last_stage), **values.everybody(read_outcomes(rows))}

    return Parts(partial(exits, network), finish)


MEASUREMENT = Measurement(
    name="early-exit",
    title="Early exit",
    summary="Accuracy of the head after each block of the last stage (figure 5)",
    formula="head(h_{i+1})",
    citation="Jastrzębski et al. 2018, section 4.2",
    version=1,
    request=EarlyExitRequest,
    result=EarlyExitResult,
    prepare=prepare,
    drawing="lines over exits",
)

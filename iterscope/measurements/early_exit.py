"""The head after each block of the last stage (section 4.3, figure 5)."""

from __future__ import annotations

from typing import Any

import iterscope as it
from iterscope.measurements import values
from iterscope.measurements.definition import Measurement
from iterscope.measurements.network import MeasuredNetwork
from iterscope.measurements.records import Interval, Numbers, ProbeResult
from iterscope.measurements.request import MeasurementRequest, example
from iterscope.probes.borderline import EarlyExit, Reference, reference_block


class EarlyExitRequest(MeasurementRequest):
    """The head applied to the hidden state after each block of the last stage."""

    model_config = example()


class EarlyExitResult(ProbeResult):
    exit_blocks: list[int]
    accuracy: Numbers
    accuracy_interval: list[Interval]
    loss: Numbers
    entropy: Numbers


def exits(network: MeasuredNetwork, options: dict[str, Any]) -> EarlyExit:
    """The head after each block of the last stage; cached for later requests."""
    if isinstance(known := network.recall("survey"), it.Survey):
        return EarlyExit(known.exit_blocks, known.exits)
    return network.remember("exits", lambda: it.early_exit(network.chain, network.images, network.labels, **options))


def exit_row(chain: it.ResidualChain, reference: Reference) -> int:
    """The row of `exits` at which images are judged. Raises a BlockError that names the valid range."""
    return chain.last_stage.index(reference_block(chain, reference))


def measure(network: MeasuredNetwork, _request: EarlyExitRequest) -> dict[str, Any]:
    """The head after each block of the last stage (figure 5)."""
    found = exits(network, network.options)
    return {"exit_blocks": list(found.blocks), **values.everybody(found.outcomes)}


MEASUREMENT = Measurement(
    name="early-exit",
    title="Early exit",
    summary="Accuracy of the head after each block of the last stage (figure 5)",
    formula="head(h_{i+1})",
    citation="Jastrzębski et al. 2018, section 4.3",
    version=1,
    request=EarlyExitRequest,
    result=EarlyExitResult,
    measure=measure,
    drawing="lines over exits",
)

"""Borderline images over the last blocks (section 4.3, figure 6)."""

from __future__ import annotations

from functools import partial
from typing import Any

from pydantic import Field

from iterscope.measurements import values
from iterscope.measurements.definition import Measurement
from iterscope.measurements.early_exit import exit_row, exits
from iterscope.measurements.network import MeasuredNetwork
from iterscope.measurements.parts import Parts, Rows, read_outcomes
from iterscope.measurements.records import Groups, PerImageResult
from iterscope.measurements.request import PerImageRequest, Reference, Threshold, example
from iterscope.measurements.tables import axis, coordinate
from iterscope.probes.borderline import groups_at


class BorderlineRequest(PerImageRequest):
    """Accuracy, loss and entropy of borderline, correct and all images from the reference block to the output."""

    model_config = example(threshold=0.1, reference="last5")

    threshold: Threshold = Field(default=0.1, description="Images with a probability margin below this are borderline.")
    reference: Reference = Field(
        default="last5",
        description="Where images are judged: `last5` (the first of the last five blocks), `output`, or a block of the last stage.",
    )


class BorderlineResult(PerImageResult):
    reference: int = Field(description="The block after which images are judged.")
    threshold: float = Field(description="Images with a probability margin below this are borderline.")
    exit_blocks: list[int] = coordinate("exit", description="The reference block and those after it.")
    groups: Groups = axis("exit", description="Borderline, correct and all images, as judged at the reference block.")


def prepare(network: MeasuredNetwork, request: BorderlineRequest) -> Parts:
    """Three groups of images from the reference block to the output (figure 6)."""
    row, blocks = exit_row(network.chain, request.reference), network.chain.last_stage

    def finish(rows: Rows) -> dict[str, Any]:
        found = read_outcomes(rows)
        members, followed = groups_at(found, row, request.threshold), found.rows(row)
        return {
            "reference": blocks[row],
            "threshold": request.threshold,
            "exit_blocks": list(blocks[row:]),
            "groups": values.groups(members, followed),
            **(values.followed(members, followed) if request.per_image else {}),
        }

    return Parts(partial(exits, network), finish)


MEASUREMENT = Measurement(
    name="borderline",
    title="Borderline images",
    summary="Borderline images over the last blocks (figure 6)",
    formula="|p_y − max_{j≠y} p_j| < threshold at the reference block",
    citation="Jastrzębski et al. 2018, section 4.3",
    version=2,
    request=BorderlineRequest,
    result=BorderlineResult,
    prepare=prepare,
    drawing="groups over exits",
)

"""Early exits and borderline images."""

from __future__ import annotations

from typing import Any

import iterscope as it
from iterscope.probes.borderline import EarlyExit, Reference, groups_at, reference_block
from iterscope_backend.probes import shaping
from iterscope_backend.probes.context import ProbeContext
from iterscope_backend.probes.requests import BorderlineRequest, EarlyExitRequest


def exits(context: ProbeContext, options: dict[str, Any]) -> EarlyExit:
    """The head after each block of the last stage; cached for later requests."""
    if isinstance(known := context.recall("survey"), it.Survey):
        return EarlyExit(known.exit_blocks, known.exits)
    return context.remember("exits", lambda: it.early_exit(context.chain, context.images, context.labels, **options))


def exit_row(chain: it.ResidualChain, reference: Reference) -> int:
    """The row of `exits` at which images are judged. Raises a BlockError that names the valid range."""
    return chain.last_stage.index(reference_block(chain, reference))


def early_exit(context: ProbeContext, _request: EarlyExitRequest) -> dict[str, Any]:
    """The head after each block of the last stage (figure 5)."""
    found = exits(context, context.options)
    return {"exit_blocks": list(found.blocks), **shaping.everybody(found.outcomes)}


def borderline(context: ProbeContext, request: BorderlineRequest) -> dict[str, Any]:
    """Three groups of images from the reference block to the output (figure 6)."""
    row = exit_row(context.chain, request.reference)
    found = exits(context, context.options)
    members, rows = groups_at(found.outcomes, row, request.threshold), found.outcomes.rows(row)
    return {
        "reference": found.blocks[row],
        "threshold": request.threshold,
        "exit_blocks": list(found.blocks[row:]),
        "groups": shaping.groups(members, rows),
        **(shaping.followed(members, rows) if request.per_image else {}),
    }

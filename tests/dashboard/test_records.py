"""State in the address, and the records read from JSON."""

from __future__ import annotations

import math

from iterscope_dashboard.components import percent_text
from iterscope_dashboard.model import Run, number
from iterscope_dashboard.state import Query, link


def test_queries_fall_back_with_a_notice() -> None:
    query = Query.parse("?epoch=soon&group=odd")
    assert query.whole("epoch", 0, 9, 9, "showing epoch 9") == 9
    assert query.choice("group", ("all", "correct"), "all") == "all"
    assert query.whole("page", 1, 5, 1, "") == 1
    assert len(query.notices) == 2


def test_links_are_short_and_readable() -> None:
    assert (
        link("/interventions", run="r1", plan="0..8 8@0.1x20", pin=None) == "/interventions?run=r1&plan=0..8+8@0.1x20"
    )
    assert link("/runs", run=None) == "/runs"


def test_numbers_read_well() -> None:
    assert percent_text(0.978) == "97.8\u00a0%"
    assert percent_text(math.nan) == "–"
    assert (number("Infinity"), number("-Infinity")) == (math.inf, -math.inf)
    assert math.isnan(number(None))


def test_a_queued_run_has_no_numbers_yet() -> None:
    run = Run.from_json({"id": "r1", "status": "queued", "progress": None, "latest": None, "epochs": 3})
    assert run.active
    assert run.epoch is None
    assert math.isnan(run.validation_accuracy)

"""State in the address, packed curves, claims, and the records read from JSON."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from iterscope_dashboard.claims import claim_of_epoch, drop_claim
from iterscope_dashboard.curves import RunCurves, Series, metric_range, pack, pack_curves, steady_range
from iterscope_dashboard.model import Run, blocks_of, number
from iterscope_dashboard.outcome import change, number_text, percent_text
from iterscope_dashboard.pages.examples_story import turning_point
from iterscope_dashboard.state import Query, link

Json = dict[str, Any]
BLOCKS = blocks_of([{"index": i, "stage": i // 3, "is_projection": i in (3, 6)} for i in range(9)])


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


def unpacked(packed: Json) -> list[list[float]]:
    """What 2_blocks_curves.js reads."""
    raw = base64.urlsafe_b64decode(packed["data"])
    if packed["bits"] == 16:
        raw = b"".join(b"\0\0" + raw[i : i + 2] for i in range(0, len(raw), 2))
    rows = np.full((len(packed["epochs"]), packed["width"]), math.nan)
    rows[:, packed["columns"]] = np.frombuffer(raw, "<f4").reshape(len(rows), -1)
    found: list[list[float]] = rows.tolist()
    return found


@given(st.lists(st.lists(st.floats(width=32), min_size=3, max_size=3), min_size=1, max_size=5))
def test_curves_survive_packing(rows: list[list[float]]) -> None:
    series = Series.of(range(len(rows)), rows)
    back = unpacked(json.loads(json.dumps(pack(series, 3))))
    assert all(
        a == b or (math.isnan(a) and math.isnan(b))
        for x, y in zip(rows, back, strict=True)
        for a, b in zip(x, y, strict=True)
    )


def test_a_spread_is_packed_in_half_the_room() -> None:
    rows = [[0.1, -2.5, 1e30], [math.nan, math.inf, 3e-20]]
    packed = pack(Series.of([0, 1], rows), 3, coarse=True)
    assert len(packed["data"]) == len(pack(Series.of([0, 1], rows), 3)["data"]) / 2
    back = unpacked(json.loads(json.dumps(packed)))
    assert back[0] == pytest.approx(rows[0], rel=1 / 128)
    assert math.isnan(back[1][0])
    assert back[1][1:] == pytest.approx(rows[1][1:], rel=1 / 128)


def test_the_first_view_of_a_big_run_is_under_a_megabyte(metrics_payload: Callable[..., Json]) -> None:
    blocks = [{"index": i, "stage": i // 18, "is_projection": i in (18, 36)} for i in range(54)]
    payload = metrics_payload(epochs=300, blocks=54)
    for series in payload["series"]:
        if series["metric"] == "early_exit_accuracy":
            series["values"] = [[None] * 36 + [0.5] * 18 for _ in range(300)]
    text = json.dumps(pack_curves(RunCurves.from_json(payload, blocks)), allow_nan=False)
    assert len(text) < 1_000_000


def test_an_exploding_epoch_does_not_flatten_the_others() -> None:
    values = [0.1] * 500 + [0.5] * 500 + [1e9]
    low, high = steady_range(values, [0.6]) or (0, 0)
    assert low < 0.1
    assert 0.6 < high < 1
    assert steady_range([math.nan, math.inf], []) is None


def test_diverged_curves_can_still_be_sent(metrics_payload: Callable[..., Json], block_payload: list[Json]) -> None:
    payload = metrics_payload()
    for series in payload["series"]:
        series["values"] = [[None, "Infinity", "-Infinity"] * 3 for _ in series["values"]]
    payload["scalars"][0]["values"] = [None, "Infinity", 1.0]
    curves = RunCurves.from_json(payload, block_payload)
    packed = pack_curves(curves)
    json.dumps(packed, allow_nan=False)
    assert packed["claims"]["2"]["verdict"] == "no"
    assert metric_range(curves, "cosine_loss") is None


@pytest.mark.parametrize(
    ("epoch", "cosine", "ratio", "verdict"),
    [
        (0, [0.0] * 9, [1.0] * 9, "untrained"),
        (9, [0.0] * 6 + [-0.2] * 3, [0.8] * 3 + [0.2] * 6, "holds"),
        (9, [0.0] * 6 + [-0.2] * 3, [0.5] * 9, "partly"),
        (9, [0.0] * 9, [0.8] * 3 + [0.2] * 6, "partly"),
        (9, [0.0] * 9, [0.5] * 9, "no"),
        (9, [math.nan] * 9, [0.5] * 9, "no"),
    ],
)
def test_the_claim_is_held_against_the_numbers(
    epoch: int, cosine: list[float], ratio: list[float], verdict: str
) -> None:
    claim = claim_of_epoch(epoch, BLOCKS, cosine, ratio)
    assert claim.verdict == verdict
    if verdict == "holds":
        assert "−0.20 over the last 3 blocks" in claim.sentence
        assert "mean ℓ2 ratio 0.20" in claim.sentence


def test_the_drop_claim_names_the_worst_block() -> None:
    sentence = drop_claim(BLOCKS, [0.2, *[0.9] * 7, 0.97], 0.98)
    assert "Dropping block 0 changes accuracy from 98.0\u00a0% to 20.0\u00a0%" in sentence
    assert "at most 8.0 points" in sentence
    assert drop_claim(BLOCKS, [math.nan] * 9, 0.98) == ""


def test_one_block_networks_have_a_claim_too() -> None:
    assert "over the last block" in claim_of_epoch(3, BLOCKS[:1], [-0.2], [0.3]).sentence


def test_numbers_and_changes_read_well() -> None:
    assert number_text(-0.1234) == "−0.123"
    assert number_text(math.nan) == "–"
    assert number_text(math.inf) == "∞"
    assert percent_text(0.978) == "97.8\u00a0%"
    assert (change(0.9, 0.8, 100, 1, 1).children, change(0.9, 0.8, 100, 1, 1).title) == ("−10.0", "worse")
    assert change(0.9, 0.8, 1, 3, -1).title == "better"
    assert change(0.9, 0.9, 1, 3, -1).title == "same"
    assert (change(0.9, 0.8, 1, 3, 0).title, change(0.8, 0.9, 1, 3, 0).title) == ("lower", "higher")
    assert change(0.9, math.inf, 1, 3, -1).children == "+∞"
    assert change(math.nan, 1, 1, 3, -1).children == "–"
    assert (number("Infinity"), number("-Infinity")) == (math.inf, -math.inf)


def test_the_turning_point_is_told_in_words() -> None:
    assert turning_point([6, 7, 8], [0.1, 0.2, 0.3]) == "Correct after every block from 6 on."
    assert turning_point([6, 7, 8], [-0.1, -0.2, -0.3]) == "Wrong after every block of the last stage."
    assert turning_point([6, 7, 8], [-0.1, 0.2, 0.3]) == "Correct from block 7 on."
    assert turning_point([6, 7, 8], [0.1, 0.2, -0.3]) == "Wrong from block 8 on."
    assert turning_point([], []) == ""


def test_a_queued_run_has_no_numbers_yet() -> None:
    run = Run.from_json({"id": "r1", "status": "queued", "progress": None, "latest": None, "epochs": 3})
    assert run.active
    assert run.epoch is None
    assert math.isnan(run.validation_accuracy)

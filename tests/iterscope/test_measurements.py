"""The definitions of measurements: they describe themselves, and need neither a service nor a store."""

from __future__ import annotations

import json
import pickle
import re
import subprocess
import sys
from copy import deepcopy
from typing import Any

import pytest

import iterscope as it
from iterscope.measurements import MEASUREMENTS, Computation, MeasuredNetwork, ProbeResult
from iterscope.measurements.parts import spans
from iterscope.measurements.passes import Passes
from iterscope.tables import plain

OPTIONS = {"plan": {"plan": "0..5"}, "sample": {"index": 3}, "predictions": {"indices": [3, 4], "plans": [None, "0 1@0 2..5"]},
           "unroll": {"steps": 2}, "shuffle": {"swaps": [0], "repeats": 1}, "probes": {"fit_limit": 40},
           "exits": {"exit": "probe", "fit_limit": 40}, "prediction-depth": {"fit_limit": 40},
           "overthinking": {"fit_limit": 40}, "ledger": {"nodes": 2, "graddrop": True}, "lesions": {"draws": 2},
           "path-lengths": {"draws": 2}, "gain": {"images": 2, "iterations": 1}, "alignment": {"images": 2, "rank": 2, "iterations": 1},
           "fixed-point": {"steps": 2}, "criticality": {"draws": 1}, "phases": {"k": 2}}  # fmt: skip


@pytest.fixture(scope="module")
def data() -> it.Dataset:
    return it.load_dataset("digits", image_size=16)


@pytest.fixture(scope="module")
def model() -> it.PreActivationResNet:
    return it.build("resnet14", stem_width=4, widths=(4, 4, 4), input_size=16, seed=0).eval()


def asked(
    name: str,
    data: it.Dataset,
    model: it.PreActivationResNet,
    images: int,
    passes: Passes | None = None,
    **options: Any,
) -> Computation:
    """A measurement of a small network, prepared as if in a process of its own."""
    network = MeasuredNetwork(
        chain=it.residual_chain(model),
        images=data.validation.subset(images),
        split="validation",
        dataset=data,
        configuration=model.configuration,
        seed=0,
        training=data.train.subset,
        memory=(passes or Passes(0)).over(images),
        memory_budget=1 << 30,
        progress=lambda _: None,
        open=lambda name: it.residual_chain(it.load_checkpoint(name)),
    )
    request = MEASUREMENTS[name].request.model_validate({"checkpoint": "latest", **(options or OPTIONS.get(name, {}))})
    return Computation(MEASUREMENTS[name], network, request)


@pytest.mark.parametrize("name", MEASUREMENTS)
def test_a_measurement_is_made_without_a_service(name: str, data: it.Dataset, model: it.PreActivationResNet) -> None:
    measurement = MEASUREMENTS[name]
    found = asked(name, data, model, 12).final()
    missing = set(measurement.result.model_fields) - set(found)
    assert missing <= {"probe", "checkpoint", "split", "of", "blocks", "provenance", "per_image"}
    assert set(found) <= set(measurement.result.model_fields)


@pytest.mark.parametrize("name", MEASUREMENTS)
def test_parts_give_the_same_bits_in_any_order_and_after_an_interruption(
    name: str, data: it.Dataset, model: it.PreActivationResNet
) -> None:
    whole = asked(name, data, model, 40)
    *partial, final = whole.growing()
    ends = [stop for _, stop in whole.spans]
    sooner = [] if whole.parts.quick is None else [*ends, *[40] * (len(ends) - 1)]
    assert [answer["samples"] for answer in partial] == (sooner or ends[:-1])
    elsewhere = [pickle.dumps(asked(name, data, model, 40).run(at)) for at in reversed(range(len(whole.spans)))]
    merged = asked(name, data, model, 40).answer([pickle.loads(rows) for rows in reversed(elsewhere)])
    assert plain(merged) == plain(final)


def test_the_first_chunk_is_small_and_all_images_are_in_one() -> None:
    assert spans(2000, 32) == [(0, 32), (32, 1056), (1056, 2000)]
    assert spans(20, 32) == [(0, 20)]
    assert spans(20, 224) == [(0, 8), (8, 20)]
    assert spans(300, 224) == [(0, 8), (8, 136), (136, 264), (264, 300)]


def test_a_part_of_the_images_has_a_partial_answer(data: it.Dataset, model: it.PreActivationResNet) -> None:
    growing = asked("drop", data, model, 40).growing()
    first = plain(next(growing))
    assert first["samples"] == 32
    assert first == {
        "samples": 32,
        "of": 40,
        **plain(asked("drop", data, model, 40).parts.finish(asked("drop", data, model, 40).run(0))),
        "reasons": [],
    }


@pytest.mark.parametrize("against", [None, "0..4"])
@pytest.mark.parametrize("warm", [False, True])
def test_what_a_plan_does_is_known_before_its_gradients(
    warm: bool, against: str | None, data: it.Dataset, model: it.PreActivationResNet
) -> None:
    passes = Passes(1 << 28)
    if warm:
        asked("block-metrics", data, model, 40, passes).warm_up()
    options = {"plan": "0..2 4 5", "against": against}
    growing = [plain(answer) for answer in asked("plan", data, model, 40, passes, **options).growing()]
    assert [answer["samples"] for answer in growing] == [32, 40, 40, 40]
    assert [answer.get("of") for answer in growing] == [40, 40, 40, None]
    first, outcomes, mixed, final = growing
    assert final == plain(asked("plan", data, model, 40, **options).final())
    for side in ("baseline", "result"):
        assert outcomes[side]["cosine_loss"]["mean"] == []
        assert len(mixed[side]["cosine_loss"]["mean"]) == len(final[side]["steps"])
        assert mixed[side]["cosine_loss"] != final[side]["cosine_loss"]  # of the first 32 images
        assert first[side]["groups"]["all"]["n"] == 32
        for early in (outcomes, mixed):
            found, told = early[side]["groups"]["all"], final[side]["groups"]["all"]
            assert all(found[name] == pytest.approx(told[name], rel=1e-5) for name in ("n", "accuracy", "loss"))
            assert early["changed"] == final["changed"]


def test_measurements_of_one_network_share_what_they_keep(data: it.Dataset, model: it.PreActivationResNet) -> None:
    passes, grown = Passes(1 << 28), []
    with_passes = it.measure("drop", model, data, limit=40, passes=passes, partial=grown.append)
    assert passes.shelf.bytes > 0
    assert [answer["samples"] for answer in grown] == [32]
    assert with_passes.value == it.measure("drop", model, data, limit=40).value
    before = passes.shelf.bytes
    it.measure("drop", model, data, limit=40, blocks=[[3, 4]], passes=passes)
    assert passes.shelf.bytes == before
    it.measure("drop", model, data, limit=40, seed=1, passes=passes)  # of other images
    assert passes.shelf.bytes == 2 * before


@pytest.mark.parametrize(
    ("options", "message"),
    [({"limit": -1}, "limit of drop is -1: "), ({"block": 3}, "block of drop is 3: "), ({"blocks": []}, "blocks.")],
)
def test_a_wrong_option_is_named(
    data: it.Dataset, model: it.PreActivationResNet, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(it.ConfigurationError, match=message):
        it.measure("drop", model, data, **options)


def test_an_answer_is_handy_in_a_notebook(data: it.Dataset, model: it.PreActivationResNet) -> None:
    answer = it.measure("drop", model, data, limit=20)
    assert repr(answer) == "<Block drop of resnet14, 20 validation images: plan 6 × 4>"
    found = it.block_drop(model, data.validation.subset(20))
    frame = answer.to_dataframe()
    assert frame["accuracy"].tolist() == found.outcomes.accuracy.tolist()
    assert answer.mean()["loss"].tolist() == found.outcomes.mean_loss.tolist()
    assert json.loads(answer.to_json())["plans"] == answer["plans"]
    assert list(answer.plot().data[0].y) == frame["accuracy"].tolist()
    with pytest.raises(it.ConfigurationError, match="axis is 'epoch': Block drop has 'plan', ''"):
        answer.table("epoch")


@pytest.mark.parametrize("name", MEASUREMENTS)
def test_an_answer_in_a_notebook(name: str, data: it.Dataset, model: it.PreActivationResNet) -> None:
    answer = it.measure(name, model, data, limit=12, **OPTIONS.get(name, {}))
    assert repr(answer).startswith(f"<{MEASUREMENTS[name].title} of resnet14, ")
    assert len(repr(answer)) < 200
    assert len(answer.to_dataframe()) == len(answer.table())
    assert answer.mean().keys() <= {column.name for column in answer.table().columns}
    assert json.loads(answer.to_json())["probe"] == name
    assert answer.plot().layout.title.text == answer.title
    assert not any(values[values == values].any() for values in it.compare(answer, answer).mean().values())


def without_values(field: str, value: Any) -> dict[str, set[int]]:
    """Where a field along an axis has no value, by its name or by that of its records' field."""
    if isinstance(value, dict):
        return {field: {at for at, mean in enumerate(value.get("mean", [])) if mean is None}}
    if value and isinstance(value[0], dict):
        inner = [key for key, one in value[0].items() if key != "stage" and not isinstance(one, str)]
        return {f"{field}.{key}": {at for at, one in enumerate(value) if nothing(one[key])} for key in inner}
    return {field: {at for at, one in enumerate(value or []) if nothing(one)}}


def nothing(value: Any) -> bool:
    return value is None or (isinstance(value, list) and len(value) > 0 and all(map(nothing, value)))


@pytest.fixture(scope="module")
def odd_model(model: it.PreActivationResNet) -> it.PreActivationResNet:
    """Its block 1 adds nothing, and its stages after the first have a single block that keeps the shape."""
    found = deepcopy(model)
    for weights in it.residual_chain(found).block(1).parameters():
        weights.data.zero_()
    return found


@pytest.mark.parametrize("name", MEASUREMENTS)
def test_an_answer_says_why_values_are_missing(name: str, data: it.Dataset, odd_model: it.PreActivationResNet) -> None:
    """Bounds, standard deviations and the like are explained by the value that they are of."""
    options = {**OPTIONS.get(name, {}), **({"full": True} if name == "substitute" else {})}
    answer = it.measure(name, odd_model, data, limit=12, **options)
    told = {reason["field"]: set(reason["at"]) for reason in answer["reasons"]}
    assert all(reason["reason"] for reason in answer["reasons"])
    found: dict[str, set[int]] = {}
    for field, info in MEASUREMENTS[name].result.model_fields.items():
        if isinstance(info.json_schema_extra, dict) and info.json_schema_extra.get("axis", "image") != "image":
            found |= without_values(field, answer[field])
    missing = {field: at for field, at in found.items() if at}
    assert told.items() <= missing.items()
    for field, at in missing.items():
        of = max((one for one in told if field.startswith(one)), key=len, default=None)
        assert of is not None, f"{field} has no value at {at}"
        assert at <= told[of]


@pytest.mark.parametrize(
    ("name", "field", "at", "reason"),
    [
        ("effective-depth", "row_effect", [5], "no later block has a branch other than 0"),
        ("substitute", "mean_gain", [1, 2], "the stage has fewer than two blocks that keep the shape"),
        ("estimation-bias", "ratio", [1, 3, 5], "the stage ends, or the error is the same everywhere"),
        ("alignment", "stages.coupling", [1, 2], "fewer than two of its branches keep the shape and have a Jacobian other than 0"),
    ],
)  # fmt: skip
def test_the_reason_stands_below_the_figure(
    name: str, field: str, at: list[int], reason: str, data: it.Dataset, model: it.PreActivationResNet
) -> None:
    options = {**OPTIONS.get(name, {}), **({"full": True} if name == "substitute" else {})}
    answer = it.measure(name, model, data, limit=30, **options)
    assert {"field": field, "at": at, "reason": reason} in answer["reasons"]
    drawn = [str(axis.title.text) for axis in answer.plot().select_xaxes()]
    shown = [place + (name == "estimation-bias") for place in at]  # its first position is that after block 0
    places = ", ".join(map(str, shown))
    texts = [" ".join(re.sub("<.*?>", " ", text).split()) for text in drawn]
    assert any(text.endswith(f" {places}: {reason}") for text in texts), texts


@pytest.mark.parametrize("name", MEASUREMENTS)
def test_a_measurement_describes_itself(name: str) -> None:
    described = json.loads(json.dumps(MEASUREMENTS[name].describe()))
    assert described["name"] == name
    assert all(described[field] for field in ("title", "summary", "formula", "citation", "drawing"))
    assert {"checkpoint", "split", "limit", "seed"} <= described["request"]["properties"].keys()
    for schema in (described["request"], described["result"]):
        own = {field: said for field, said in schema["properties"].items() if field not in ProbeResult.model_fields}
        assert [field for field, said in own.items() if "$ref" not in said and not said.get("description")] == []
    assert described["result"]["properties"]


def test_the_library_alone_does_not_load_them() -> None:
    """They need pydantic, and their answers pandas and plotly, which take a while to load."""
    code = "import sys, iterscope; print(sorted({'pydantic', 'pandas', 'plotly'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


@pytest.mark.parametrize(("name", "instead"), [("checkpoint", "chain"), ("dataset", "data")])
def test_what_is_measured_is_told_once(name: str, instead: str) -> None:
    data, model = it.load_dataset("digits"), it.build("resnet8", stem_width=4, widths=(4, 4, 4))
    with pytest.raises(
        it.ConfigurationError,
        match=rf"{name} is 'x': it.measure takes it from the argument {instead}; leave {name} out",
    ):
        it.measure("early-exit", model, data, limit=2, **{name: "x"})

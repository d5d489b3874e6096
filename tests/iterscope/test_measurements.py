"""The definitions of measurements: they describe themselves, and need neither a service nor a store."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, field

import pytest

import iterscope as it
from iterscope.measurements import MEASUREMENTS, Computation, MeasuredNetwork


@dataclass
class Kept:
    passes: dict[str, object] = field(default_factory=dict)

    def remember(self, name: str, compute: object) -> object:
        return self.passes.setdefault(name, compute())  # type: ignore[operator]

    def recall(self, name: str) -> object | None:
        return self.passes.get(name)


OPTIONS = {"plan": {"plan": "0..5"}, "sample": {"index": 3}, "predictions": {"indices": [3, 4], "plans": [None, "0 1@0 2..5"]},
           "unroll": {"steps": 2}, "shuffle": {"swaps": [0], "repeats": 1}}  # fmt: skip


@pytest.mark.parametrize("name", MEASUREMENTS)
def test_a_measurement_is_made_without_a_service(name: str) -> None:
    data = it.load_dataset("digits")
    model = it.build("resnet14", stem_width=4, widths=(4, 4, 4), seed=0).eval()
    network = MeasuredNetwork(
        chain=it.residual_chain(model),
        images=data.validation.subset(12),
        split="validation",
        dataset=data,
        configuration=model.configuration,
        seed=0,
        training=data.train.subset,
        memory=Kept(),
        memory_budget=1 << 30,
        progress=lambda _: None,
    )
    measurement = MEASUREMENTS[name]
    request = measurement.request.model_validate({"checkpoint": "latest", **OPTIONS.get(name, {})})
    found = Computation(measurement, network, request).final()
    missing = set(measurement.result.model_fields) - set(found)
    assert missing <= {"probe", "checkpoint", "split", "samples", "blocks", "provenance", "per_image"}
    assert set(found) <= set(measurement.result.model_fields)


@pytest.mark.parametrize("name", MEASUREMENTS)
def test_an_answer_in_a_notebook(name: str) -> None:
    chain = it.residual_chain(it.build("resnet14", stem_width=4, widths=(4, 4, 4), seed=0).eval())
    answer = it.measure(name, chain, it.load_dataset("digits"), limit=12, **OPTIONS.get(name, {}))
    assert repr(answer).startswith(f"<{MEASUREMENTS[name].title} of resnet14, ")
    assert len(repr(answer)) < 200
    assert len(answer.to_dataframe()) == len(answer.table())
    assert answer.mean().keys() <= {column.name for column in answer.table().columns}
    assert json.loads(answer.to_json())["probe"] == name
    assert answer.plot().layout.title.text == answer.title
    assert not any(values[values == values].any() for values in it.compare(answer, answer).mean().values())


@pytest.mark.parametrize("name", MEASUREMENTS)
def test_a_measurement_describes_itself(name: str) -> None:
    described = json.loads(json.dumps(MEASUREMENTS[name].describe()))
    assert described["name"] == name
    assert all(described[field] for field in ("title", "summary", "formula", "citation", "drawing"))
    assert {"checkpoint", "split", "limit", "seed"} <= described["request"]["properties"].keys()
    assert described["result"]["properties"]


def test_the_library_alone_does_not_load_them() -> None:
    """They need pydantic, and their answers pandas and plotly, which take a while to load."""
    code = "import sys, iterscope; print(sorted({'pydantic', 'pandas', 'plotly'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"

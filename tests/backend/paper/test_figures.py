"""Figures drawn from runs that were written by hand."""

from __future__ import annotations

from statistics import stdev
from typing import Any

import pytest

from iterscope.errors import ConfigurationError, DatasetError
from iterscope.paper.figures import DEFINITIONS
from iterscope_backend.encoding import decode, encode
from iterscope_backend.paper import evidence as paper_evidence
from iterscope_backend.paper.looks import read_looks, record_looks
from iterscope_backend.schemas.paper import Figure, Paper
from iterscope_db import NotFoundError

from .conftest import Bench


def figure(bench: Bench, id: str, **options: Any) -> dict[str, Any]:
    """As REST answers it, valid by its schema."""
    value: dict[str, Any] = decode(encode(bench.paper.figure(id, **options)))
    Figure.model_validate(value)
    return value


def test_an_empty_store_names_the_remedy(bench: Bench) -> None:
    whole = bench.paper.overview()
    Paper.model_validate(decode(encode(whole)))
    assert whole["datasets"] == {"first": "digits", "second": "digit-pairs", "choices": []}
    assert whole["counts"] == {
        "holds": 0,
        "does not hold": 0,
        "inconclusive": 0,
        "not yet run": len(whole["claims"]),
    }
    assert {entry["state"] for entry in whole["figures"]} == {"not yet run"}
    for entry in whole["figures"]:
        assert any(f"`iterscope paper --only {entry['id']}`" in sentence for sentence in entry["missing"])


@pytest.mark.parametrize("id", DEFINITIONS)
def test_every_figure_of_an_empty_store(bench: Bench, id: str) -> None:
    value = figure(bench, id)
    assert value["state"] == "not yet run"
    assert all(panel["state"] == "not yet run" and not panel["series"] for panel in value["panels"])
    assert (value["table"] is not None) == (id == "table1")


def test_a_curve_over_blocks_is_that_of_the_last_epoch(bench: Bench) -> None:
    bench.run()
    value = figure(bench, "fig4")
    assert value["state"] == "partial"
    original, single = value["panels"][:2]
    assert original["title"] == "ResNet-56, 4 filters on digits"
    assert [line["split"] for line in original["series"]] == ["train", "validation"]
    line = original["series"][1]
    assert line["x"] == list(range(27))
    assert line["mean"] == pytest.approx([-0.01 * (1 + 2 * index) for index in range(27)])
    assert line["std"] is None
    assert (single["role"], single["state"]) == ("single-representation", "not yet run")
    assert "`iterscope paper --only fig4`" in single["missing"]


def test_seeds_are_merged(bench: Bench) -> None:
    runs = [bench.run(seed=seed, shift=0.1 * seed) for seed in (0, 1)]
    panel = figure(bench, "fig2")["panels"][0]
    assert panel["runs"] == [run.id for run in runs]
    line = panel["series"][0]
    assert line["n"] == 2
    assert line["mean"][0] == pytest.approx(0.3 + 0.05)
    assert line["std"] == pytest.approx([stdev([0.0, 0.1])] * 27, rel=1e-5)


def test_the_deepest_net_stands_for_its_role_then_the_most_seeds_then_the_newest(bench: Bench) -> None:
    bench.run("resnet20", seed=0)
    bench.run("resnet32", seed=0)
    two = [bench.run("resnet32", seed=seed, epochs=3) for seed in (0, 1)]
    assert figure(bench, "fig2")["panels"][0]["runs"] == [run.id for run in two]
    newer = [bench.run("resnet32", seed=seed, epochs=4) for seed in (0, 1)]
    assert figure(bench, "fig2")["panels"][0]["runs"] == [run.id for run in newer]


def test_strategies_of_sharing_are_compared_at_one_depth(bench: Bench) -> None:
    bench.run("resnet56-shared-ubn")
    naive, ubn = bench.run("resnet44-shared"), bench.run("resnet44-shared-ubn")
    panel = figure(bench, "fig9")["panels"][0]
    assert set(panel["runs"]) == {naive.id, ubn.id}
    assert figure(bench, "fig18")["panels"][0]["runs"] == [ubn.id]


def test_lines_against_epochs_are_those_of_the_last_stage(bench: Bench) -> None:
    bench.run()
    panel = figure(bench, "fig5")["panels"][0]
    assert panel["x"]["kind"] == "epoch"
    assert panel["y"]["unit"] == "%"
    assert [line["block"] for line in panel["series"]] == list(range(18, 27))
    assert {line["split"] for line in panel["series"]} == {"validation"}
    assert panel["series"][0]["x"] == [0, 1, 2]
    assert panel["series"][0]["mean"] == pytest.approx([100 * (0.5 + 0.18)] * 3)


def test_what_is_wanted_becomes_a_panel_once_it_is_stored(bench: Bench) -> None:
    bench.run()
    before = figure(bench, "fig3")
    assert before["panels"][0]["state"] == "not yet measured"
    assert [entry["probe"] for entry in before["wanted"]] == ["drop", "drop"]
    for wanted in bench.paper.wanted(["fig3"]):
        bench.answer(wanted)
    panel = figure(bench, "fig3")["panels"][0]
    assert panel["state"] == "ready"
    dropped, untouched = panel["series"][:2]
    assert dropped["mean"] == pytest.approx([80.0] * 27)
    assert untouched["mean"] == pytest.approx([90.0] * 27)
    assert dropped["low"][0] < 80 < dropped["high"][0]
    assert bench.paper.wanted(["fig3"]) == []


def test_a_seed_that_is_not_measured_is_said_to_be_missing(bench: Bench) -> None:
    for seed in (0, 1):
        bench.run(seed=seed)
    for wanted in bench.paper.wanted(["fig3"])[:2]:
        bench.answer(wanted)
    value = figure(bench, "fig3")
    assert value["panels"][0]["n"] == 1
    assert "measured for 1 of 2 seeds" in value["panels"][0]["missing"]
    assert value["state"] == "partial"
    assert len(value["wanted"]) == 2


def test_groups_along_blocks_and_steps(bench: Bench) -> None:
    for seed in (0, 1):
        bench.run(seed=seed)
    for wanted in bench.paper.wanted(["fig6", "fig7"]):
        bench.answer(wanted)
    for id, x in (("fig6", list(range(22, 27))), ("fig7", list(range(21)))):
        value = figure(bench, id)
        assert value["state"] == "complete"
        assert len(value["panels"]) == 6
        accuracy = value["panels"][0]
        assert [line["group"] for line in accuracy["series"]] == ["borderline", "correct", "all"]
        borderline = accuracy["series"][0]
        assert borderline["x"] == x
        assert borderline["samples"] == 20  # ten in each of two seeds
        assert borderline["mean"][:2] == pytest.approx([40.0, 80.0])
        assert borderline["low"][0] < 40 < borderline["high"][0]
    assert "α = 0.1" in figure(bench, "fig7")["panels"][0]["title"]


def test_steps_go_on_where_the_blocks_end(bench: Bench) -> None:
    bench.run()
    for wanted in bench.paper.wanted(["fig20"]):
        bench.answer(wanted)
    value = figure(bench, "fig20")
    assert [panel["title"].split(": ")[1] for panel in value["panels"]] == [
        "cosine loss, unscaled",
        "ℓ2 ratio, unscaled",
        "cosine loss, scaled (α = 0.1)",
        "ℓ2 ratio, scaled (α = 0.1)",
    ]
    panel = value["panels"][0]
    assert panel["mark_x"] == 26
    line = panel["series"][1]
    assert line["x"] == list(range(18, 47))
    assert line["mean"] == pytest.approx([-0.1] * 9 + [-0.05] * 20)


def test_comparisons_name_their_networks(bench: Bench) -> None:
    bench.run("resnet38")
    bench.run("resnet56")
    shared = bench.run("resnet56-shared")
    assert figure(bench, "fig8")["panels"][2]["state"] == "not yet measured"
    for wanted in bench.paper.wanted(["fig8"]):
        bench.answer(wanted)
    value = figure(bench, "fig8")
    assert value["state"] == "complete"
    curves, ratio, norms = value["panels"]
    assert curves["role"] is None
    names = [line["name"] for line in curves["series"]]
    assert names == [
        "ResNet-56, shared, 4 filters, train",
        "ResNet-56, shared, 4 filters, validation",
        "ResNet-38, 4 filters, train",
        "ResNet-38, 4 filters, validation",
    ]
    assert [line["role"] for line in norms["series"]] == ["shared-naive", "original"]
    assert [len(line["x"]) for line in norms["series"]] == [27, 18]
    assert norms["y"]["log"]
    assert [line["x"] for line in ratio["series"]] == [[0, 1, 2], [1, 2]] * 2  # logged; and measured on the checkpoints
    assert ratio["series"][0]["mean"] == [1.0, 1.0, 1.0]
    assert norms["series"][0]["samples"] == 40
    assert shared.id in curves["runs"]
    assert any(block["shared_with"] is not None for block in norms["blocks"])


def test_a_net_of_another_size_is_no_baseline(bench: Bench) -> None:
    """ResNet-20 has half of the shared net's parameters: nothing to compare it with."""
    bench.run("resnet20")
    bench.run("resnet56-shared")
    value = figure(bench, "fig8")
    assert "ResNet-38" in value["panels"][0]["missing"]
    findings = {entry["id"]: entry for entry in bench.paper.overview()["claims"]}
    assert findings["fig8-validation"]["verdict"] == "not yet run"


def test_the_table(bench: Bench) -> None:
    for seed in (0, 1):
        bench.run("resnet38", seed=seed, shift=0.01 * seed)
    bench.run("resnet38", "digit-pairs")
    bench.run("resnet56-ubn")
    value = figure(bench, "table1")
    table = value["table"]
    assert value["state"] == "partial"
    assert table["columns"][:3] == ["network", "digits: train error (%)", "digits: test error (%)"]
    assert [row["label"] for row in table["rows"]] == ["ResNet-38, 4 filters", "ResNet-56, shared + UBN, 4 filters"]
    first = table["rows"][0]
    assert first["n"] == 1  # on the second data set
    assert [cell["text"] for cell in first["cells"][:4]] == ["5.00 ± 0.00", "9.50 ± 0.71", "5.00", "10.00"]
    assert table["rows"][1]["cells"][2] is None
    assert len(first["cells"]) == len(table["columns"]) - 1


def test_claims_are_judged_from_the_same_numbers(bench: Bench) -> None:
    bench.run()
    for wanted in bench.paper.wanted():
        bench.answer(wanted)
    found = {entry["id"]: entry for entry in bench.paper.overview()["claims"]}
    assert found["fig4-negative"]["verdict"] == "holds"
    assert found["fig4-negative"]["statistic"] == pytest.approx(-0.1)  # of block 0: see `Bench.answer`
    assert found["fig4-negative"]["scope"] == "on digits, ResNet-56, 4 filters, 1 seed, this network only: seen"
    assert found["fig4-negative"]["nets"] == ("ResNet-56, 4 filters on digits",)
    assert found["fig7-borderline"]["verdict"] == "inconclusive"
    assert found["fig7-borderline"]["n_samples"] == 10
    assert found["fig7-borderline"]["note"] == "10 images are too few: at least 20 are needed"
    assert found["fig10-negative"]["verdict"] == "not yet run"
    assert found["fig2-first-block"]["verdict"] == "not yet run"


def test_unfinished_and_foreign_runs_count_for_nothing(bench: Bench) -> None:
    record = bench.run()
    bench.store.runs.finish(record.id, "interrupted")
    assert bench.paper.overview()["datasets"]["choices"] == []
    bench.store.runs.create({"architecture": "elsewhere"}, "x", None, "elsewhere", "digits", 0, 1, (), "completed")
    assert figure(bench, "fig2")["panels"][0]["state"] == "not yet run"


def test_data_sets_are_chosen_by_what_was_run(bench: Bench) -> None:
    bench.run(dataset="digit-pairs")
    bench.run(dataset="cifar10")
    bench.run("resnet56-shared", dataset="cifar10")
    assert bench.paper.overview()["datasets"] == {
        "first": "cifar10",
        "second": "cifar100",
        "choices": ["cifar10", "digit-pairs"],
    }
    chosen = bench.paper.overview(dataset="digit-pairs", second="cifar10")["datasets"]
    assert (chosen["first"], chosen["second"]) == ("digit-pairs", "cifar10")


def test_given_runs_alone(bench: Bench) -> None:
    first, second = (bench.run(seed=seed) for seed in (0, 1))
    assert figure(bench, "fig2", runs=[second.id])["panels"][0]["runs"] == [second.id]
    assert figure(bench, "fig2")["panels"][0]["runs"] == [first.id, second.id]
    with pytest.raises(NotFoundError, match="r0 does not exist"):
        bench.paper.figure("fig2", runs=["r0"])


def test_unknown_names_are_refused(bench: Bench) -> None:
    with pytest.raises(
        ConfigurationError, match=r"figure 'fig1' is unknown: choose one of fig2.*figure 1 is a drawing"
    ):
        bench.paper.figure("fig1")
    with pytest.raises(DatasetError, match="second: data set 'mnist' is unknown: choose"):
        bench.paper.overview(second="mnist")


def test_a_resumed_run_is_read_again(bench: Bench) -> None:
    record = bench.run()
    before = figure(bench, "fig4")["panels"][0]["series"][1]["mean"]
    bench.store.runs.start(record.id, "w")
    values = [0.5] * len(record.blocks)
    arrays = {("cosine_loss", split): values for split in ("train", "validation")}
    bench.store.metrics.log_epoch(record.id, 3, arrays, {})
    bench.store.runs.finish(record.id, "completed")
    assert figure(bench, "fig4")["panels"][0]["series"][1]["mean"] == values != before


def test_curves_are_those_of_the_checkpoints_once_they_are_measured(bench: Bench) -> None:
    """Before, they are those that training logged on a few images."""
    bench.run()
    assert figure(bench, "fig4")["panels"][0]["series"][1]["mean"][0] == pytest.approx(-0.01)
    assert figure(bench, "fig13")["panels"][0]["series"][0]["x"] == [0, 1, 2]
    for wanted in bench.paper.wanted(["fig4", "fig5", "fig13", "fig14"]):
        bench.answer(wanted)
    line = figure(bench, "fig4")["panels"][0]["series"][1]
    assert (line["mean"][0], line["mean"][-1]) == (pytest.approx(-0.1), pytest.approx(-0.3))
    assert line["samples"] == 40
    first, *_, last = figure(bench, "fig13")["panels"][0]["series"]
    assert (first["x"], first["samples"]) == ([1, 2], 40)
    assert last["mean"] == [pytest.approx(-0.3)] * 2
    assert figure(bench, "fig5")["panels"][0]["series"][0]["mean"] == [100.0, 100.0]
    assert figure(bench, "fig14")["panels"][0]["series"][-1]["mean"] == [pytest.approx(0.3)] * 2
    assert bench.paper.wanted(["fig4", "fig5", "fig13", "fig14"]) == []


def test_verdicts_are_remembered_until_something_is_added(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.run()
    counted: list[int] = []
    judged = paper_evidence.findings
    monkeypatch.setattr(paper_evidence, "findings", lambda *given: counted.append(1) or judged(*given))
    for _ in range(3):
        bench.paper.overview()
    assert len(counted) == 1
    bench.answer(bench.paper.wanted(["fig4"])[0])
    bench.paper.overview()
    assert len(counted) == 2
    record_looks(bench.home, bench.paper.overview()["datasets"], ["fig4-negative"])
    found = {entry["id"]: entry for entry in bench.paper.overview()["claims"]}
    assert len(counted) == 3
    assert found["fig4-negative"]["looks"] == 1


def test_looks_are_counted_for_each_pair_of_data_sets(bench: Bench) -> None:
    one: dict[Any, str | None] = {"first": "digits", "second": "digit-pairs"}
    other: dict[Any, str | None] = {"first": "cifar10", "second": None}
    assert read_looks(bench.home, one) == {}
    record_looks(bench.home, one, ["fig2-small", "fig4-negative"])
    record_looks(bench.home, one, ["fig2-small"])
    assert read_looks(bench.home, one) == {"fig2-small": 2, "fig4-negative": 1}
    assert read_looks(bench.home, other) == {}
    (bench.home / "paper-looks.json").write_text("{", encoding="utf-8")
    assert read_looks(bench.home, one) == {}


def test_a_last_stage_of_a_single_block_breaks_nothing(bench: Bench) -> None:
    """One block in the last stage: nothing can rise along it, and every other claim is judged as usual."""
    bench.run("resnet8")
    for wanted in bench.paper.wanted():
        bench.answer(wanted)
    whole = bench.paper.overview()
    Paper.model_validate(decode(encode(whole)))
    found = {entry["id"]: entry for entry in whole["claims"]}
    assert found["fig5-gradual"]["verdict"] == "inconclusive"
    assert "the last stage has a single block" in found["fig5-gradual"]["measured"]
    assert found["fig6-borderline"]["verdict"] == "inconclusive"
    for id in DEFINITIONS:
        figure(bench, id)

"""train, probe, import, export and runs on a tiny run."""

from __future__ import annotations

import csv
import errno
import io
import json
import math
import re
import subprocess
import sys
from pathlib import Path

import pytest

from iterscope.checkpoints import describe_checkpoint
from iterscope.measurements import MEASUREMENTS
from iterscope_cli import main
from iterscope_cli.errors import expected_message
from iterscope_cli.output import format_cell, plain
from iterscope_db import open_store
from tests.cli.conftest import TINY, invoke


def answer(*arguments: str) -> dict:
    result = invoke(*arguments, "--json")
    assert result.exit_code == 0, (result.output, result.exception)
    return json.loads(result.stdout)


def test_training_prints_its_run_as_json(tmp_path: Path) -> None:
    found = answer("train", *TINY, f"--home={tmp_path}", "--seed=3")
    assert (found["run"]["status"], found["run"]["seed"]) == ("completed", 3)
    assert describe_checkpoint(found["checkpoint"]).epoch == 1


@pytest.mark.parametrize("name", ["[/x]", "[link=http://a.b]x[/link]", "[red]demo", ":bug: demo"])
def test_a_run_is_listed_under_its_name_letter_by_letter(tmp_path: Path, name: str) -> None:
    with open_store(tmp_path) as store:
        run = store.runs.create({"note": name}, name, "quick", name, name, 0, 1, [], "completed")
    listed = invoke("runs", "list", f"--home={tmp_path}")
    assert (listed.exit_code, listed.exception) == (0, None)
    assert "seed" in listed.stdout
    assert listed.stdout.count(name) == 3  # name, architecture and data set
    shown = invoke("runs", "show", run.id, f"--home={tmp_path}")
    assert shown.stdout.count(name) == 2
    assert "\x1b" not in listed.stdout + shown.stdout


def test_a_failing_run_ends_with_1(tmp_path: Path) -> None:
    result = invoke("train", *TINY, "--dataset=folder:/nowhere", f"--home={tmp_path}")
    assert result.exit_code == 1
    assert "/nowhere does not exist" in result.stderr


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--epochs=3"], "epochs"),
        (["--recipe=demo"], "recipe"),
        (["--name=other", "--seed=1"], "name, seed"),
        (["--seeds=2"], "seeds"),
    ],
)
def test_resuming_takes_no_other_configuration(home: Path, options: list[str], named: str) -> None:
    result = invoke("train", "--resume=r1", *options, f"--home={home}")
    assert f"a resumed run keeps its name and configuration (run r1): leave out {named}" in str(result.exception)


def test_a_diverging_run_is_printed_as_json(tmp_path: Path) -> None:
    steps = '--set=schedule={"kind": "piecewise", "steps": [[1, 1e18]]}'
    result = invoke("train", *TINY, steps, "--json", f"--home={tmp_path}")
    assert result.exit_code == 1
    run = json.loads(result.stdout, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))["run"]
    assert run["latest"]["train_loss"] in (None, "Infinity")
    assert run["error"].endswith("training diverged; lower the learning rate (schedule)")


def test_no_run_is_made_if_one_of_its_seeds_cannot_be_used(tmp_path: Path) -> None:
    result = invoke("train", *TINY, f"--seed={2**31 - 1}", "--seeds=2", f"--home={tmp_path}")
    assert "seed is 2147483648: it must be a whole number from 0 to 2147483647" in str(result.exception)
    assert not (tmp_path / "iterscope.sqlite3").exists()


@pytest.mark.parametrize("probe", ["block-metrics", "drop", "unroll", "early-exit", "borderline", "shuffle"])
def test_every_probe_prints_a_table_and_json(trained_home: Path, probe: str) -> None:
    options = ["probe", probe, "latest", "--limit=20", f"--home={trained_home}"]
    table = invoke(*options)
    assert table.exit_code == 0, (table.output, table.exception)
    assert "20 validation images of digits" in table.stdout
    found = answer(*options)
    assert (found["probe"], found["samples"], len(found["blocks"])) == (probe, 20, 6)


def test_block_metrics_have_a_value_a_block(trained_home: Path) -> None:
    found = answer(
        "probe", "block-metrics", "--limit=10", "--gradient=plugged", "--update=effective", f"--home={trained_home}"
    )
    assert (found["update"], found["provenance"]["convention"]) == ("effective", "pre-activation")
    assert found["cosine_loss"]["mean"][:4] == [None] * 4
    assert -1 <= found["cosine_loss"]["mean"][5] <= 1
    assert found["cosine_loss"]["undefined"][:4] == [10] * 4
    assert found["cosine_loss"]["infinite"] == [0] * 6
    assert set(found["l2_ratio"]["quantiles"]) == {"0.05", "0.25", "0.5", "0.75", "0.95"}


def test_blocks_are_dropped_alone_or_together(trained_home: Path) -> None:
    each = answer("probe", "drop", "--limit=10", f"--home={trained_home}")
    assert [plan["blocks"] for plan in each["plans"]] == [[0], [1], [2], [3], [4], [5]]
    some = answer("probe", "drop", "--limit=10", "--blocks=0,2", "--blocks=-1", f"--home={trained_home}")
    assert [plan["blocks"] for plan in some["plans"]] == [[0, 2], [5]]


def test_unrolling_an_identity_scale_of_zero_changes_nothing(trained_home: Path) -> None:
    found = answer("probe", "unroll", "--block=0", "--steps=2", "--scale=0", "--limit=10", f"--home={trained_home}")
    losses = found["groups"]["all"]["loss"]
    assert len(losses) == 3
    assert losses[0] == losses[2]


def test_the_identity_plan_is_the_untouched_network(trained_home: Path) -> None:
    found = answer("probe", "plan", "0..5", "--limit=10", f"--home={trained_home}")
    assert found["baseline"]["groups"] == found["result"]["groups"]
    assert found["changed"] == []


def test_a_checkpoint_is_found_by_file_run_and_id(trained_home: Path) -> None:
    with open_store(trained_home) as store:
        (newest, _) = store.checkpoints.list()
        names = [str(trained_home / newest.path), str(newest.run), newest.id]
    for name in names:
        found = answer("probe", "early-exit", name, "--limit=5", f"--home={trained_home}")
        assert found["provenance"]["checkpoint_sha256"] == newest.sha256
        assert found["checkpoint"] == (name if name.endswith(".safetensors") else newest.id)
        assert found["provenance"]["cached"] == (name == newest.id)  # the run's newest checkpoint is the same


def test_an_answer_is_stored_and_found_again(trained_home: Path) -> None:
    options = ("probe", "borderline", "--limit=7", "--seed=11", "--reference=last5", f"--home={trained_home}")
    first, again = answer(*options), answer(*options)
    assert (first["provenance"].pop("cached"), again["provenance"].pop("cached")) == (False, True)
    assert first == again


@pytest.mark.parametrize("name", list(MEASUREMENTS))
def test_every_measurement_has_a_command_with_help(name: str) -> None:
    result = invoke("probe", name, "--help")
    assert result.exit_code == 0, (result.output, result.exception)
    for option in ("--limit", "--seed", "--dataset", "--home", "--json", "CHECKPOINT"):
        assert option in result.stdout


@pytest.mark.parametrize(
    ("options", "rows"),
    [
        (["sample", "3"], 6),
        (["predictions", "3,4", "0..5"], 2),
        (["samples", "--group=correct", "--count=4"], 4),
        (["batch-statistics"], 6),
    ],
)
def test_measurements_without_tables_of_their_own_are_readable(
    trained_home: Path, options: list[str], rows: int
) -> None:
    result = invoke("probe", *options, "--limit=20", f"--home={trained_home}")
    assert result.exit_code == 0, (result.output, result.exception)
    assert max(table.count("\n│") for table in result.stdout.split("┏")) == rows


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["drop", "--blocks=6"], "block 6 is out of range: resnet14 has 6 blocks, 0 to 5"),
        (["unroll", "--steps=-1"], "--steps is '-1': input should be greater than or equal to 0"),
        (["unroll", "--scale=nan"], "--scale is 'nan'"),
        (["plan", ""], "PLAN is ''"),
        (["plan", "0..9"], "block 6 is out of range"),
        (["borderline", "--threshold=2"], "--threshold is '2': input should be less than or equal to 1"),
        (["unroll", "--threshold=2"], "--threshold is '2': input should be less than or equal to 1"),
        (["drop", "--split=test"], "--split is 'test': input should be 'train' or 'validation'"),
        (["drop", "--dataset=cifar10"], "cifar10 is missing"),
    ],
)
def test_impossible_probes_say_why(trained_home: Path, arguments: list[str], message: str) -> None:
    result = invoke("probe", *arguments, "--limit=5", f"--home={trained_home}")
    assert expected_message(result.exception) is not None
    assert message in str(result.exception)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["drop", "cnothing"], "checkpoint cnothing is unknown"),
        (["drop", "rnothing"], "'rnothing' is not a checkpoint file, and not the id of a checkpoint"),
        (["drop", "no/file.safetensors"], "checkpoint file no/file.safetensors does not exist"),
        (["drop", "--blocks=two"], "--blocks is 'two'"),
        (["unroll", "--scale=much"], "--scale is 'much'"),
    ],
)
def test_unknown_names_say_where_they_were_looked_for(trained_home: Path, arguments: list[str], message: str) -> None:
    result = invoke("probe", *arguments, f"--home={trained_home}")
    assert message in str(result.exception)


def test_a_home_without_runs_has_no_checkpoint(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    result = invoke("probe", "drop", f"--home={tmp_path}")
    assert "there is no checkpoint yet" in str(result.exception)


@pytest.mark.parametrize(
    "arguments",
    [
        ["probe", "drop"],
        ["probe", "drop", "run:r1/every"],
        ["runs", "list"],
        ["runs", "show", "r1"],
        ["runs", "stop", "r1"],
        ["runs", "delete", "r1", "--yes"],
        ["export", "r1"],
        ["export", "c1", "--output=here"],
        ["export", "latest", "--output=page.html"],
        ["report", "latest", "--output=report.html"],
    ],
)
def test_what_only_reads_makes_no_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    result = invoke(*arguments)
    assert f"there is no database in {tmp_path / 'iterscope-data'}" in str(result.exception)
    assert "name the home folder with --home" in str(result.exception)
    assert list(tmp_path.iterdir()) == []


def test_a_checkpoint_goes_out_and_comes_in_elsewhere(trained_home: Path, tmp_path: Path) -> None:
    with open_store(trained_home) as store:
        checkpoint = store.checkpoints.list()[0]
    file = tmp_path / "mine.safetensors"
    assert invoke("export", checkpoint.id, f"--output={file}", f"--home={trained_home}").exit_code == 0
    elsewhere = tmp_path / "elsewhere"
    first = answer("import", str(file), f"--home={elsewhere}")
    assert (first["sha256"], first["name"], first["known"]) == (checkpoint.sha256, "mine", False)
    again = answer("import", str(file), f"--home={elsewhere}")
    assert (again["id"], again["known"]) == (first["id"], True)
    assert answer("probe", "drop", first["id"], "--limit=5", f"--home={elsewhere}")["samples"] == 5


def test_curves_are_exported_as_csv_and_json(trained_home: Path, tmp_path: Path) -> None:
    run = answer("runs", "list", f"--home={trained_home}")["runs"][0]["id"]
    rows = list(csv.DictReader(io.StringIO(invoke("export", run, f"--home={trained_home}").stdout)))
    cosine = [row for row in rows if (row["metric"], row["split"], row["epoch"]) == ("cosine_loss", "train", "1")]
    assert [row["block"] for row in cosine] == ["0", "1", "2", "3", "4", "5"]
    assert [row["block"] for row in rows if row["metric"] == "learning_rate"] == ["", ""]
    target = tmp_path / "curves.json"
    assert invoke("export", run, "--format=json", f"--output={target}", f"--home={trained_home}").exit_code == 0
    document = json.loads(target.read_text())
    plugged = next(one for one in document["series"] if one["metric"] == "cosine_loss_plugged")
    assert plugged["values"][0][:4] == [None] * 4
    assert document["run"]["id"] == run


def test_curves_are_exported_into_a_folder(trained_home: Path, tmp_path: Path) -> None:
    run = answer("runs", "list", f"--home={trained_home}")["runs"][0]["id"]
    for output, file in (
        (tmp_path, tmp_path / f"{run}.csv"),
        (tmp_path / "new" / "my.csv", tmp_path / "new" / "my.csv"),
    ):
        result = invoke("export", run, f"--output={output}", f"--home={trained_home}")
        assert (result.exit_code, result.stdout.strip()) == (0, str(file))
        assert file.read_text().startswith("metric,split,epoch,block,value\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["probe", "drop", "x" * 300], "is not a checkpoint file, and not the id of a checkpoint"),
        (["import", "x" * 300, "--data=digits"], "does not exist"),
        (["export", "rnothing"], "run rnothing does not exist"),
        (["export", "rnothing", "--format=xml"], "format 'xml' is unknown: choose csv, json, tensorboard or wandb"),
        (["export", "c123"], "name the target file or folder with --output"),
        (["runs", "show", "rnothing"], "run rnothing does not exist"),
        (["runs", "list", "--status=lost"], "status 'lost' is unknown"),
        (["train", "--recipe=best"], "recipe 'best' is unknown"),
    ],
)
def test_bad_arguments_say_why(trained_home: Path, arguments: list[str], message: str) -> None:
    result = invoke(*arguments, f"--home={trained_home}")
    assert result.exit_code == 1
    assert message in str(result.exception)


def test_runs_are_listed_shown_and_deleted(home: Path) -> None:
    run = answer("runs", "list", f"--home={home}")["runs"][0]
    assert "tiny" in invoke("runs", "list", f"--home={home}").stdout
    assert "epoch-0001.safetensors" in invoke("runs", "show", run["id"], f"--home={home}").stdout
    assert len(answer("runs", "show", run["id"], f"--home={home}")["checkpoint_list"]) == 2
    assert "is completed" in str(invoke("runs", "stop", run["id"], f"--home={home}").exception)
    assert invoke("runs", "delete", run["id"], f"--home={home}").exit_code == 1  # nobody confirmed
    assert invoke("runs", "delete", run["id"], "--yes", f"--home={home}").exit_code == 0
    assert not (home / "checkpoints" / run["id"]).exists()
    assert "There are no runs yet" in invoke("runs", "list", f"--home={home}").stdout


def test_the_command_prints_errors_without_a_traceback(trained_home: Path) -> None:
    command = [sys.executable, "-m", "iterscope_cli.main", "runs", "show", "rnothing", "--home", str(trained_home)]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 1
    assert found.stdout == ""
    assert found.stderr.startswith("error: run rnothing does not exist")
    assert len(found.stderr.splitlines()) == 1


def test_help_names_every_command_and_imports_nothing_heavy() -> None:
    found = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "iterscope_cli.main", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    for command in ("up", "train", "probe", "import", "export", "runs"):
        assert command in found.stdout
    for heavy in ("torch", "sqlalchemy"):
        assert f"| {heavy}\n" not in found.stderr


def test_json_has_no_nan() -> None:
    assert plain({"a": [math.nan, math.inf, -math.inf, 1.5, None, "x"]}) == {
        "a": [None, "Infinity", "-Infinity", 1.5, None, "x"]
    }
    assert [format_cell(value) for value in (math.nan, None, 0.5, 3)] == ["–", "–", "0.5000", "3"]


def test_a_full_disk_is_reported_in_words(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def full() -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "made", None, "home/kept")

    monkeypatch.setattr(main, "app", full)
    with pytest.raises(SystemExit, match="1"):
        main.main()
    assert re.search(r"^error: home/kept could not be written: the disk is full\. .*--home", capsys.readouterr().err)

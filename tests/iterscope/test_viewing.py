"""What the views are sent: the claim on an epoch, a run's curves as one file, pictures."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from safetensors.numpy import load

from iterscope.datasets import folder, folder_images, load_dataset
from iterscope.viewing import Scalar, Series, curves_file, png
from iterscope.viewing.claim import claim_of_epoch
from iterscope.viewing.curves import limits, steady_range

Json = dict[str, Any]
NAN, INF = math.nan, math.inf
BLOCKS = [{"index": i, "stage": i // 3, "is_projection": i in (3, 6), "shared_with": None} for i in range(9)]
FIRST_VIEW = ("cosine_loss", "cosine_loss_std", "l2_ratio", "l2_ratio_std", "early_exit_accuracy")
"""What the Blocks page asks for first: views/src/resources.ts."""


def strict(text: str) -> Json:
    """JSON as browsers read it."""
    value: Json = json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    return value


def header_of(file: bytes) -> Json:
    length = int.from_bytes(file[:8], "little")
    return strict(json.loads(file[8 : 8 + length])["__metadata__"]["curves"])


def written(
    *series: Series, scalars: Sequence[Scalar] = (), blocks: Sequence[Json] = BLOCKS, **options: Any
) -> tuple[Json, Any]:
    """The header and the arrays of a file."""
    file = curves_file("r1", options.pop("status", "running"), blocks, series, scalars, **options)
    return header_of(file), load(file)


@pytest.mark.parametrize(
    ("epoch", "cosine", "ratio", "verdict"),
    [
        (0, [0.0] * 9, [1.0] * 9, "untrained"),
        (9, [0.0] * 6 + [-0.2] * 3, [0.8] * 3 + [0.2] * 6, "holds"),
        (9, [0.0] * 6 + [-0.2] * 3, [0.5] * 9, "partly"),
        (9, [0.0] * 9, [0.8] * 3 + [0.2] * 6, "partly"),
        (9, [0.0] * 9, [0.5] * 9, "no"),
        (9, [-0.2] * 9, [0.8] * 3 + [0.2] * 6, "partly"),  # as negative early as late
        (9, [NAN] * 9, [0.5] * 9, "no"),
        (9, [-0.2] * 9, [INF] * 9, "no"),
        (0, [NAN] * 9, [0.5] * 9, "no"),
        (None, [0.0] * 6 + [-0.2] * 3, [0.8] * 3 + [0.2] * 6, "holds"),  # an imported network is not untrained
    ],
)
def test_the_claim_is_held_against_the_numbers(
    epoch: int | None, cosine: list[float], ratio: list[float], verdict: str
) -> None:
    claim = claim_of_epoch(epoch, np.array(cosine), np.array(ratio))
    assert claim.verdict == verdict
    if verdict == "holds":
        assert "−0.20 over the last 3 blocks (first 3: 0.00)" in claim.sentence
        assert "mean ℓ2 ratio 0.20 (first 3: 0.80)" in claim.sentence


def test_one_undefined_block_leaves_the_claim_to_the_others() -> None:
    claim = claim_of_epoch(9, np.array([0.0] * 6 + [-0.2, NAN, -0.4]), np.array([0.8] * 3 + [0.2] * 6))
    assert (claim.verdict, claim.cosine) == ("holds", pytest.approx(-0.3))


def test_one_block_networks_have_a_claim_too() -> None:
    claim = claim_of_epoch(3, np.array([-0.2]), np.array([0.3]))
    assert "over the last block (first: −0.20)" in claim.sentence
    assert claim.verdict == "no"  # the same block is first and last


def test_an_exploding_epoch_does_not_flatten_the_others() -> None:
    values = np.array([0.1] * 500 + [0.5] * 500 + [1e9])
    low, high = steady_range(values, np.array([0.6])) or (0, 0)
    assert low < 0.1
    assert 0.6 < high < 1
    assert limits("l2_ratio", np.append(values, INF))[1] < 1
    assert steady_range(np.array([NAN, INF]), np.array([])) is None


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=50))
def test_a_range_has_room_and_holds_the_last_epoch(values: list[float]) -> None:
    low, high = steady_range(np.array(values), np.array(values[-3:])) or (NAN, NAN)
    assert low < high
    assert all(low <= value <= high for value in values[-3:])


def test_axes_hold_the_bands_and_end_where_values_do() -> None:
    def axis(metric: str, mean: float, std: float) -> tuple[float, float]:
        series = [Series(metric, "train", [0], [[mean] * 9]), Series(f"{metric}_std", "train", [0], [[std] * 9])]
        found: tuple[float, float] = tuple(written(*series)[0]["ranges"][metric])
        return found

    low, high = axis("l2_ratio", 0.5, 0.2)
    assert 0.2 < low < 0.3 < 0.7 < high < 0.8
    low, high = axis("early_exit_accuracy", 0.95, 0.2)  # a band beyond 100 % is no accuracy
    assert 0.7 < low < 0.75
    assert 1 < high < 1.05
    assert axis("cosine_loss", 0.0, 3.0) == pytest.approx((-1.06, 1.06))


def test_an_axis_is_that_of_both_splits_and_all_epochs() -> None:
    rows = np.linspace(0.1, 0.2, 27).reshape(3, 9)
    header, _ = written(
        Series("l2_ratio", "train", [0, 1, 2], rows), Series("l2_ratio", "validation", [0, 1, 2], rows + 1)
    )
    low, high = header["ranges"]["l2_ratio"]
    assert low < 0.1
    assert high > 1.2


def test_colours_diverge_from_zero_where_zero_divides_two_meanings() -> None:
    rows = np.linspace(-0.4, 0.1, 90).reshape(10, 9)
    low, high = limits("cosine_loss", rows)
    assert low == -high < -0.4
    assert limits("l2_ratio", np.abs(rows))[0] == 0
    assert limits("l2_ratio", np.full((2, 9), NAN)) == (0, 1)


@given(st.lists(st.lists(st.floats(width=32), min_size=9, max_size=9), min_size=1, max_size=5))
def test_curves_survive_writing(rows: list[list[float]]) -> None:
    epochs = list(range(len(rows)))
    accuracy = Scalar("accuracy", "train", epochs, [row[0] for row in rows])
    header, arrays = written(Series("l2_ratio", "train", epochs, rows), scalars=[accuracy])
    np.testing.assert_array_equal(arrays["l2_ratio/train"], np.array(rows, np.float32))
    np.testing.assert_array_equal(arrays["accuracy/train/value"], np.array(rows, np.float32)[:, 0])
    assert header["epochs"] == epochs


def test_the_header_says_what_the_arrays_are() -> None:
    series = [
        Series("l2_ratio", "train", np.array([0, 1, 2]), np.zeros((3, 9))),
        Series("l2_ratio_q50", "train", [0, 1, 2], np.zeros((3, 9))),
        Series("drop_accuracy", "validation", [2], np.zeros((1, 9))),
    ]
    scalars = [Scalar("learning_rate", None, [1, 2], [0.1, 0.2])]
    header, arrays = written(*series, scalars=scalars, cursor=7)
    assert (header["run"], header["status"], header["imported"], header["cursor"]) == ("r1", "running", False, 7)
    assert header["blocks"][3] == {"index": 3, "stage": 1, "is_projection": True}
    assert header["epochs"] == [0, 1, 2]
    assert header["series"] == [
        {"metric": "l2_ratio", "split": "train", "epochs": None},  # every one
        {"metric": "l2_ratio_q50", "split": "train", "epochs": None},
        {"metric": "drop_accuracy", "split": "validation", "epochs": [2]},
    ]
    assert header["scalars"] == [{"name": "learning_rate", "split": None, "epochs": [1, 2]}]
    assert set(arrays) == {"l2_ratio/train", "l2_ratio_q50/train", "drop_accuracy/validation", "learning_rate//value"}
    assert all(array.dtype == np.float32 for array in arrays.values())
    assert header["metrics"]["early_exit_accuracy"]["unit"] == 100


def test_nothing_logged_is_a_file_too() -> None:
    header, arrays = written(cursor=3)
    assert (header["epochs"], header["series"], header["ranges"], header["claims"], arrays) == ([], [], {}, [], {})


def test_diverged_curves_can_still_be_sent() -> None:
    rows = [[NAN, INF, -INF] * 3] * 3
    series = [Series(metric, split, [0, 1, 2], rows) for metric in FIRST_VIEW for split in ("train", "validation")]
    header, arrays = written(*series, scalars=[Scalar("accuracy", "train", [0, 1, 2], [NAN, INF, 1.0])])
    np.testing.assert_array_equal(arrays["cosine_loss/train"], np.array(rows, np.float32))
    assert [claim["verdict"] for claim in header["claims"]] == ["no"] * 3
    assert header["claims"][2]["cosine"] is None
    assert header["ranges"] == {}


def test_claims_are_on_validation_images_where_those_were_measured() -> None:
    def claims(*splits: str, status: str = "running") -> list[Json]:
        values = {"cosine_loss": [0.0] * 6 + [-0.2] * 3, "l2_ratio": [0.8] * 3 + [0.2] * 6}
        series = [Series(metric, split, [0, 4], [row] * 2) for metric, row in values.items() for split in splits]
        found: list[Json] = written(*series, status=status)[0]["claims"]
        return found

    assert [(each["epoch"], each["split"]) for each in claims("train", "validation")] == [
        (0, "validation"),
        (4, "validation"),
    ]
    assert [each["verdict"] for each in claims("train")] == ["untrained", "holds"]
    assert [each["verdict"] for each in claims("train", status="imported")] == ["holds", "holds"]
    assert written(Series("cosine_loss", "train", [0], [[0.0] * 9]))[0]["claims"] == []


@pytest.mark.parametrize(
    ("metric", "name"),
    [("l2_ratio", "l2_ratio"), ("l2_ratio_std", None), ("l2_ratio_seeds_std", "l2_ratio_std"), ("l2_ratio_std_seeds_std", None)],
)  # fmt: skip
def test_the_band_of_merged_curves_is_the_spread_between_seeds(metric: str, name: str | None) -> None:
    group = {"runs": ["r1", "r2"], "seeds": [0, 1], "n": 2}
    series = Series(metric, "train", [0, 1], np.full((2, 9), 0.25))
    header, arrays = written(series, merged=group)
    assert list(arrays) == ([f"{name}/train"] if name else [])
    assert [each["metric"] for each in header["series"]] == ([name] if name else [])
    assert header["merged"] == group
    assert list(written(series)[1]) == [f"{metric}/train"]  # one run keeps its spread over images


def test_merged_scalars_have_a_spread() -> None:
    scalars = [Scalar("accuracy", "train", [0, 1], [0.5, 0.6], [0.1, NAN]), Scalar("loss", "train", [0], [1.0])]
    arrays = written(scalars=scalars, merged={"runs": [], "seeds": [], "n": 2})[1]
    assert set(arrays) == {"accuracy/train/value", "accuracy/train/std", "loss/train/value"}
    np.testing.assert_array_equal(arrays["accuracy/train/std"], np.array([0.1, NAN], np.float32))


def test_the_first_view_of_a_big_run_is_under_a_megabyte() -> None:
    blocks = [{"index": i, "stage": i // 18, "is_projection": i in (18, 36)} for i in range(54)]
    at_random = np.random.default_rng(0)
    epochs = list(range(300))
    series = [
        Series(metric, split, epochs, at_random.random((300, 54)))
        for metric in FIRST_VIEW
        for split in ("train", "validation")
    ]
    names = ("accuracy", "loss", "validation_accuracy", "gradient_norm_ratio", "learning_rate")
    scalars = [Scalar(name, "train", epochs, at_random.random(300)) for name in names]
    assert len(curves_file("r1", "completed", blocks, series, scalars)) < 1_000_000


def test_an_image_of_a_large_folder_is_shown_without_decoding_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    levels = np.random.default_rng(0).integers(0, 256, (5, 16, 16, 3), dtype=np.uint8)
    for at, split, name in ((0, "train", "a"), (1, "train", "b"), (2, "val", "a"), (3, "val", "b"), (4, "val", "b")):
        place = tmp_path / "photos" / split / name
        place.mkdir(parents=True, exist_ok=True)
        Image.fromarray(levels[at]).save(place / f"{at}.png")
    monkeypatch.setattr(folder, "HELD_BYTES", 0)
    data = load_dataset(f"folder:{tmp_path / 'photos'}", home=tmp_path / "home", image_size=16)
    monkeypatch.setattr(folder_images.FolderImages, "all", lambda _: pytest.fail("all images are decoded"))
    content, tag = png(data, "validation", 2)
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(content))), levels[4])
    assert tag != png(data, "validation", 1)[1]

"""A training of Lightning as a run: its values, epochs and checkpoints, and every way in which it can end."""

from __future__ import annotations

import importlib
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

import iterscope as it
from iterscope.datasets import Dataset
from iterscope_db import Store, open_store
from iterscope_trainer import Recorder

pytestmark = pytest.mark.filterwarnings("ignore:.*LeafSpec.* is deprecated")  # Lightning's own, with torch 2.14


@pytest.fixture
def loader(digits: Dataset) -> DataLoader[Any]:
    return DataLoader(TensorDataset(digits.train.batch(0, 40), digits.train.labels[:40]), 20)


@pytest.fixture
def make_module() -> Callable[..., Any]:
    from lightning.pytorch import LightningModule

    class Module(LightningModule):
        """`during` is called in every training step with the epoch, from 0."""

        def __init__(self, during: Callable[[int], None] = lambda _: None) -> None:
            super().__init__()
            self.network = it.build("resnet8", stem_width=4, widths=(4, 8, 8), input_size=24, seed=0)
            self.during = during
            self.losses: list[list[float]] = []

        def on_train_epoch_start(self) -> None:
            self.losses.append([])

        def training_step(self, batch: tuple[Tensor, Tensor]) -> Tensor:
            self.during(self.current_epoch)
            loss = nn.functional.cross_entropy(self.network(batch[0]), batch[1])
            self.losses[-1].append(float(loss.detach()))
            self.log("train/loss", loss, on_epoch=True)
            return loss

        def on_train_epoch_end(self) -> None:
            self.log_dict({"late": float(self.current_epoch), "epoch": 9.0})

        def validation_step(self, batch: tuple[Tensor, Tensor]) -> None:
            correct = self.network(batch[0]).argmax(1) == batch[1]
            self.log("val_acc", correct.float().mean())

        def configure_optimizers(self) -> torch.optim.Optimizer:
            return torch.optim.SGD(self.parameters(), 0.01)

    return Module


@pytest.fixture
def fit(loader: DataLoader[Any]) -> Iterator[Callable[..., Any]]:
    from lightning.pytorch import Trainer

    from iterscope_trainer.lightning import RecorderCallback

    def run(module: Any, recorder: Recorder, *, resume_from: Path | None = None, **options: Any) -> Any:
        trainer = Trainer(
            accelerator="cpu",
            callbacks=[RecorderCallback(recorder)],
            logger=False,
            enable_checkpointing=False,
            enable_progress_bar=False,
            enable_model_summary=False,
            log_every_n_steps=1,
            **options,
        )
        trainer.fit(module, loader, loader, ckpt_path=resume_from, weights_only=resume_from and True)
        return trainer

    before = signal.getsignal(signal.SIGINT)
    yield run
    signal.signal(signal.SIGINT, before)  # Lightning ignores Ctrl-C after the first one


def scalars(store: Store, run: str) -> dict[str, tuple[list[int], list[float]]]:
    return {one.name: (one.epochs.tolist(), one.values.tolist()) for one in store.metrics.scalars(run)[0]}


def test_its_epochs_are_recorded_with_their_values(
    tmp_path: Path, digits: Dataset, make_module: Callable[..., Any], fit: Callable[..., Any]
) -> None:
    module = make_module()
    with Recorder("lightning", module.network, digits, home=tmp_path, log_samples=8) as recorder:
        fit(module, recorder, max_epochs=3, check_val_every_n_epoch=2)
    with open_store(tmp_path) as store:
        run = store.runs.get(recorder.run)
        values = scalars(store, run.id)
        epochs = {tuple(one.epochs) for one in store.metrics.read(run.id).series}
        checkpoints = store.checkpoints.list(run.id)
    assert (run.status, run.epochs, run.epoch, epochs) == ("completed", 3, 3, {(0, 1, 2, 3)})
    assert values["late"] == ([1, 2, 3], [0.0, 1.0, 2.0])
    assert "epoch" not in values
    assert values["training_loss"] == ([1, 2, 3], [pytest.approx(sum(losses) / 2) for losses in module.losses])
    assert values["validation_accuracy"][0] == [2]
    assert [checkpoint.epoch for checkpoint in checkpoints] == [3, 2, 1, 0]
    images = digits.validation.batch(0, 4)
    kept = it.load_checkpoint(tmp_path / checkpoints[0].path)
    assert torch.equal(kept.eval()(images), module.network.eval()(images))


@pytest.mark.parametrize(
    ("error", "raised", "status", "said"),
    [
        (ValueError("no more images"), ValueError, "failed", "ValueError: no more images"),
        (KeyboardInterrupt(), SystemExit, "interrupted", None),
    ],
)
def test_an_exception_ends_the_run(
    tmp_path: Path,
    digits: Dataset,
    make_module: Callable[..., Any],
    fit: Callable[..., Any],
    error: BaseException,
    raised: type[BaseException],
    status: str,
    said: str | None,
) -> None:
    def during(epoch: int) -> None:
        if epoch == 1:
            raise error

    module = make_module(during)
    recorder = Recorder("ends", module.network, digits, home=tmp_path, log_samples=4, checkpoint_every=0)

    def train() -> None:
        with recorder:
            fit(module, recorder, max_epochs=3)

    with pytest.raises(raised):
        train()
    with open_store(tmp_path) as store:
        run = store.runs.get(recorder.run)
    assert (run.status, run.error, run.epoch) == (status, said, 1)


def test_it_stops_after_the_epoch_in_which_that_was_asked_for_and_goes_on_later(
    tmp_path: Path, digits: Dataset, make_module: Callable[..., Any], fit: Callable[..., Any]
) -> None:
    def during(epoch: int) -> None:
        if epoch == 1 and not recorder.should_stop:
            with open_store(tmp_path) as store:
                store.runs.request_stop(recorder.run)
            end = time.monotonic() + 60
            while not recorder.should_stop:
                assert time.monotonic() < end
                time.sleep(0.01)

    module, options = make_module(during), {"home": tmp_path, "log_samples": 4, "checkpoint_every": 0}
    with Recorder("stops", module.network, digits, **options) as recorder:
        trainer = fit(module, recorder, max_epochs=3)
    trainer.save_checkpoint(tmp_path / "second.ckpt")
    with open_store(tmp_path) as store:
        run, before = store.runs.get(recorder.run), scalars(store, recorder.run)
    assert (run.status, run.epoch) == ("cancelled", 2)
    module = make_module()
    with Recorder("stops", module.network, digits, resume=run.id, **options) as recorder:
        fit(module, recorder, max_epochs=3, resume_from=tmp_path / "second.ckpt")
    with open_store(tmp_path) as store:
        run, after = store.runs.get(run.id), scalars(store, run.id)
    assert (run.status, run.epoch) == ("completed", 3)
    assert {name: (epochs[:-1], values[:-1]) for name, (epochs, values) in after.items()} == before


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, extra in (("lightning.pytorch", "lightning"), ("accelerate.utils", "huggingface")):
        monkeypatch.setitem(sys.modules, name, None)
        monkeypatch.delitem(sys.modules, f"iterscope_trainer.{extra}", raising=False)
        with pytest.raises(ImportError, match=rf"pip install 'iterscope\[{extra}\]'"):
            importlib.import_module(f"iterscope_trainer.{extra}")

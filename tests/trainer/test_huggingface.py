"""A training of Hugging Face's Trainer as a run: its values, epochs and checkpoints, and every way in which it can end."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.utils.data import TensorDataset

import iterscope as it
from iterscope.datasets import Dataset
from iterscope_db import open_store
from iterscope_trainer import Recorder


class Answering(nn.Module):
    """A network that answers as transformers' networks do. `during` is called with the number of each training step."""

    def __init__(self, during: Callable[[int], None] = lambda _: None) -> None:
        super().__init__()
        self.network = it.build("resnet8", stem_width=4, widths=(4, 8, 8), input_size=24, seed=0)
        self.during, self.steps = during, 0

    def forward(self, pixel_values: Tensor, labels: Tensor) -> dict[str, Tensor]:
        if self.training:
            self.steps += 1
            self.during(self.steps)
        logits = self.network(pixel_values)
        return {"loss": nn.functional.cross_entropy(logits, labels), "logits": logits}


@pytest.fixture
def train(tmp_path: Path, digits: Dataset, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Train on 40 digits, two steps per epoch, with the Trainer."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    from transformers import Trainer, TrainingArguments
    from transformers.utils import logging

    from iterscope_trainer.huggingface import RecorderCallback

    logging.disable_progress_bar()

    def collate(rows: list[tuple[Tensor, Tensor]]) -> dict[str, Tensor]:
        pixels, labels = zip(*rows, strict=True)
        return {"pixel_values": torch.stack(pixels), "labels": torch.stack(labels)}

    def run(model: nn.Module, recorder: Recorder, evaluate: Callable[..., Any] | None = None, **options: Any) -> None:
        images = TensorDataset(digits.train.batch(0, 40), digits.train.labels[:40])
        arguments = {"per_device_train_batch_size": 20, "save_strategy": "no", "logging_strategy": "epoch", **options}
        Trainer(
            model,
            TrainingArguments(
                tmp_path / "theirs", use_cpu=True, dataloader_pin_memory=False, report_to="none", disable_tqdm=True, **arguments
            ),
            data_collator=collate,
            train_dataset=images,
            eval_dataset=images,
            compute_metrics=evaluate,
            callbacks=[RecorderCallback(recorder)],
        ).train()  # fmt: skip

    return run


def test_a_network_of_transformers_is_recorded(tmp_path: Path, digits: Dataset, train: Callable[..., None]) -> None:
    from transformers import ResNetConfig, ResNetForImageClassification

    widths = [64, 128, 256, 512]  # those of a ResNet-18, which is recognised
    model = ResNetForImageClassification(
        ResNetConfig(layer_type="basic", depths=[1] * 4, hidden_sizes=widths, num_labels=10)
    )
    with Recorder("theirs", model, digits, home=tmp_path, log_samples=8, checkpoint_every=2) as recorder:
        train(model, recorder, num_train_epochs=1, eval_strategy="epoch")
    with open_store(tmp_path) as store:
        run = store.runs.get(recorder.run)
        scalars = {one.name: one for one in store.metrics.scalars(run.id)[0]}
        series = store.metrics.read(run.id).series
        (newest, _) = store.checkpoints.list(run.id)
    assert (run.status, run.epochs, run.epoch, run.architecture) == ("completed", 1, 1, "ResNetForImageClassification")
    assert {(tuple(one.epochs), one.values.shape) for one in series} == {((0, 1), (2, 4))}
    for name in ("training_loss", "validation_loss", "learning_rate"):
        assert scalars[name].epochs.tolist() == [1]
    assert "epoch" not in scalars
    images = digits.validation.batch(0, 4)
    logits = it.load_checkpoint(tmp_path / newest.path).eval()(images)
    assert torch.equal(logits, model.eval()(images).logits)


@pytest.mark.parametrize(
    ("family", "blocks", "options"),
    [
        ("ConvNext", 5, {"hidden_sizes": [8, 8, 16, 16], "depths": [1, 1, 2, 1]}),
        ("RegNet", 4, {"embedding_size": 8, "hidden_sizes": [16, 16], "depths": [2, 2], "groups_width": 8}),
        ("ViT", 4, {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64, "patch_size": 8}),
        ("Swin", 8, {"embed_dim": 16, "depths": [2, 2], "num_heads": [2, 2], "window_size": 3}),
    ],
)  # fmt: skip
def test_the_logits_of_transformers_networks_are_taken(family: str, blocks: int, options: dict[str, Any]) -> None:
    import transformers

    config = getattr(transformers, f"{family}Config")(image_size=48, num_labels=10, **options)
    model = getattr(transformers, f"{family}ForImageClassification")(config).eval()
    chain = it.residual_chain(model)
    images = torch.randn(2, 3, 48, 48)
    assert (len(chain), chain.name) == (blocks, f"{family}ForImageClassification")
    assert torch.equal(chain(images), model(images).logits)


def test_an_epoch_is_measured_before_the_best_one_is_loaded(
    tmp_path: Path, digits: Dataset, train: Callable[..., None]
) -> None:
    model, scores = Answering(), iter([0.9, 0.1])
    best = {"save_strategy": "best", "metric_for_best_model": "accuracy", "load_best_model_at_end": True}
    with Recorder("best", model.network, digits, home=tmp_path, log_samples=8) as recorder:
        train(model, recorder, lambda _: {"accuracy": next(scores)}, max_steps=3, eval_strategy="epoch", **best)
    with open_store(tmp_path) as store:
        (values,) = store.metrics.scalars(recorder.run, ["validation_accuracy"])[0]
        last, first, _ = store.checkpoints.list(recorder.run)
    assert (values.epochs.tolist(), values.values.tolist()) == ([1, 2], [0.9, 0.1])
    images = digits.validation.batch(0, 4)
    logits = model.network.eval()(images)
    assert torch.equal(it.load_checkpoint(tmp_path / first.path).eval()(images), logits)
    assert not torch.equal(it.load_checkpoint(tmp_path / last.path).eval()(images), logits)


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (ValueError("no more images"), "failed", "ValueError: no more images"),
        (KeyboardInterrupt(), "interrupted", None),
    ],
)
def test_an_exception_ends_the_run(
    tmp_path: Path, digits: Dataset, train: Callable[..., None], error: BaseException, status: str, said: str | None
) -> None:
    def during(step: int) -> None:
        if step == 3:
            raise error

    model = Answering(during)
    recorder = Recorder("ends", model.network, digits, home=tmp_path, log_samples=4, checkpoint_every=0)

    def record() -> None:
        with recorder:
            train(model, recorder, num_train_epochs=2)

    with pytest.raises(type(error)):
        record()
    with open_store(tmp_path) as store:
        run = store.runs.get(recorder.run)
    assert (run.status, run.error, run.epoch) == (status, said, 1)


def test_it_stops_after_the_epoch_in_which_that_was_asked_for(
    tmp_path: Path, digits: Dataset, train: Callable[..., None]
) -> None:
    def during(step: int) -> None:
        if step == 3:
            with open_store(tmp_path) as store:
                store.runs.request_stop(recorder.run)
            end = time.monotonic() + 60
            while not recorder.should_stop:
                assert time.monotonic() < end
                time.sleep(0.01)

    model = Answering(during)
    with Recorder("stops", model.network, digits, home=tmp_path, log_samples=4, checkpoint_every=0) as recorder:
        train(model, recorder, num_train_epochs=3)
    with open_store(tmp_path) as store:
        run = store.runs.get(recorder.run)
    assert (run.status, run.epoch, run.epochs, model.steps) == ("cancelled", 2, 3, 4)

"""The training loop.

Epoch n means n completed epochs: epoch 0 is the untrained network, which is logged and saved like any other. After an epoch, the loop
writes the metrics, then the checkpoint, then the training state. After a crash, a resumed run repeats the lost part with the same result.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from iterscope.adapters import residual_chain
from iterscope.architectures import PreActivationResNet, build_from_configuration
from iterscope.checkpoints import save_checkpoint
from iterscope.datasets import Dataset, ImageSplit, training_batches
from iterscope.errors import ConfigurationError
from iterscope.probes.survey_log import Arrays, Scalars, logged_survey
from iterscope.recipes import TrainingConfiguration
from iterscope_trainer.devices import resolve_compile, resolve_precision
from iterscope_trainer.errors import DivergenceError
from iterscope_trainer.evaluation import evaluate
from iterscope_trainer.metric_logger import MetricLogger, TrainingPlan, TrainingProgress
from iterscope_trainer.state import Position, load_state, save_state
from iterscope_trainer.step import Step
from iterscope_trainer.turns import Steps, taken

REPORT_SECONDS = 0.25
"""Seconds between two checks of the loss, the stop signal and the clock; each check makes a GPU wait."""
LOGGING_SEEDS = (1, 2)
"""Added to the run's seed for the sample of training and validation images in logs."""


@dataclass(frozen=True)
class TrainingResult:
    """The outcome of a call of `train`."""

    completed: bool
    """False if it was stopped."""
    epoch: int
    """Number of completed epochs, including those before the run was resumed."""
    scalars: Scalars
    """Scalars of the last epoch logged in this call; empty if there is none."""
    checkpoint: Path | None
    """The last checkpoint written in this call."""


def train(
    configuration: TrainingConfiguration,
    dataset: Dataset,
    folder: Path,
    logger: MetricLogger,
    *,
    device: torch.device | str = "cpu",
    should_stop: Callable[[], bool] = lambda: False,
    run: str | None = None,
) -> TrainingResult:
    """Train a network, or continue from the state in `folder`. Checkpoints and state are written to `folder`.

    Args:
        should_stop: called a few times per second; if it returns True, the state is saved in the middle of the epoch and training ends.
        run: the run's id, which is stored in its checkpoints.

    Raises:
        ConfigurationError: the images don't have the size that the configuration states.
        DivergenceError: the loss is no longer finite.
        TrainingError, CheckpointError: a file can't be written, or a run can't be resumed from it.
    """
    return taken(Training(configuration, dataset, folder, logger, torch.device(device), should_stop, run).steps())


class Training:
    """The training of one run, epoch by epoch; arguments as for `train`."""

    def __init__(
        self,
        configuration: TrainingConfiguration,
        dataset: Dataset,
        folder: Path,
        logger: MetricLogger,
        device: torch.device,
        should_stop: Callable[[], bool],
        run: str | None,
    ) -> None:
        if dataset.image_size != configuration.image_size:
            raise ConfigurationError(
                f"the images of {dataset.name} have {dataset.image_size}×{dataset.image_size} pixels, but the configuration's image_size "
                f"is {configuration.image_size}: load the data set with image_size={configuration.image_size}"
            )
        self.configuration = replace(configuration, precision=resolve_precision(configuration.precision, device))
        self.reference, self.folder, self.logger = dataset.reference, folder, logger
        self.device, self.should_stop, self.run = device, should_stop, run
        data = dataset.to(device)
        self.train_split, self.validation_split = data.train, data.validation
        self.logged_splits: dict[str, ImageSplit] = {
            name: data.split(name).subset(configuration.log_samples, configuration.seed + shift)
            for name, shift in zip(("train", "validation"), LOGGING_SEEDS, strict=True)
        }
        self.augmentation = configuration.augmentation or dataset.augmentation
        if device.type == "cuda":
            torch.backends.cudnn.benchmark = True
        self.model: PreActivationResNet = build_from_configuration(
            configuration.network(dataset.num_classes), seed=configuration.seed
        ).to(device)
        if configuration.channels_last:
            self.model = self.model.to(memory_format=torch.channels_last)
        self.chain = residual_chain(self.model)
        compiled = resolve_compile(configuration, len(self.train_split), device)
        self.step = Step(self.model, self.configuration, device, compiled=compiled)
        self.position = load_state(folder, self.model, self.step.optimizer, dataset.fingerprint) or Position()
        self.first = replace(self.position)
        self.seconds_spent = 0.0
        self.images_seen = 0
        self.scalars: Scalars = {}
        self.checkpoint: Path | None = None

    def steps(self) -> Steps[TrainingResult]:
        """All epochs that are left, step by step."""
        blocks = self.chain.describe()
        self.logger.begin(
            TrainingPlan(
                self.configuration, blocks, len(self.train_split), self.position.epoch, compiled=self.step.compiled
            )
        )
        self.started = time.perf_counter()
        completed = True
        if not self.position.logged:
            self.finish_epoch(math.nan, math.nan, 0.0)
        while self.position.epoch < self.configuration.epochs:
            if self.should_stop() or not (yield from self.epoch_steps()):
                completed = False
                break
        return TrainingResult(completed, self.position.epoch, self.scalars, self.checkpoint)

    def epoch_steps(self) -> Steps[bool]:
        """One epoch, or the rest of it. Returns False if training was stopped, after saving the state."""
        configuration, position = self.configuration, self.position
        epoch = position.epoch + 1
        batches_in_epoch = -(-len(self.train_split) // configuration.batch_size)
        loss_sum = torch.tensor(position.loss_sum, dtype=torch.float64, device=self.device)
        correct = torch.tensor(position.correct, dtype=torch.int64, device=self.device)
        started = reported = time.perf_counter()
        spent_before = position.seconds

        def note() -> None:
            position.loss_sum, position.correct = float(loss_sum), int(correct)
            position.seconds = spent_before + time.perf_counter() - started
            if not math.isfinite(position.loss_sum):
                self.diverged(epoch, position)

        self.model.train()
        for batch in training_batches(
            self.train_split,
            batch_size=configuration.batch_size,
            seed=configuration.seed,
            epoch=epoch,
            augmentation=self.augmentation,
            first_batch=position.batch,
        ):
            rate = configuration.schedule.learning_rate(
                position.epoch + position.batch / batches_in_epoch, configuration.epochs
            )
            loss, right = self.step(batch.images, batch.labels, rate)
            loss_sum += loss.double() * len(batch.labels)
            correct += right
            position.batch += 1
            position.images += len(batch.labels)
            self.images_seen += len(batch.labels)
            if time.perf_counter() - reported > REPORT_SECONDS:
                reported = time.perf_counter()
                note()
                self.report()
                if position.batch < batches_in_epoch and self.should_stop():
                    self.save()
                    return False
            yield
        note()
        loss_mean, accuracy, images = (
            position.loss_sum / position.images,
            position.correct / position.images,
            position.images,
        )
        speed = images / position.seconds
        self.position = Position(epoch=epoch)
        self.finish_epoch(loss_mean, accuracy, position.seconds, speed)
        return True

    def finish_epoch(self, loss: float, accuracy: float, seconds: float, speed: float = math.nan) -> None:
        """Validate, log, write the checkpoint if one is due, then the state; the epoch is then completed."""
        epoch, configuration = self.position.epoch, self.configuration
        started = time.perf_counter()
        validation_loss, validation_accuracy = evaluate(self.model, self.validation_split, self.step.autocast)
        evaluated = time.perf_counter()
        scalars: Scalars = {
            ("learning_rate", None): self.step.learning_rate,
            ("validation_loss", "validation"): validation_loss,
            ("validation_accuracy", "validation"): validation_accuracy,
            ("epoch_seconds", None): seconds + evaluated - started,
        }
        if epoch > 0:
            scalars[("training_loss", "train")] = loss
            scalars[("training_accuracy", "train")] = accuracy
            scalars[("images_per_second", None)] = speed
        arrays: Arrays = {}
        if epoch % configuration.log_every == 0 or epoch == configuration.epochs:
            arrays, surveyed = logged_survey(self.chain, self.logged_splits)
            scalars |= surveyed
        scalars[("log_seconds", None)] = time.perf_counter() - evaluated
        self.scalars = scalars
        self.logger.log_epoch(epoch, arrays, scalars)
        self.position.logged = True
        if epoch % configuration.checkpoint_every == 0 or epoch == configuration.epochs:
            self.write_checkpoint(epoch)
        self.save()
        self.report()

    def write_checkpoint(self, epoch: int) -> None:
        path = self.folder / f"epoch-{epoch:04d}.safetensors"
        description = save_checkpoint(
            path,
            self.model,
            dataset=self.reference,
            epoch=epoch,
            run=self.run,
            seed=self.configuration.seed,
            training=self.configuration.to_dict(),
        )
        self.checkpoint = path
        self.logger.checkpoint(path, description, self.scalars)

    def save(self) -> None:
        save_state(self.folder, self.model, self.step.optimizer, self.position, self.reference.fingerprint)

    def report(self) -> None:
        """Report progress to the logger; the remaining time is based on the speed of this call, including logging."""
        total = self.configuration.epochs * len(self.train_split)
        done = self.position.epoch * len(self.train_split) + self.position.images
        elapsed = max(time.perf_counter() - self.started, 1e-9)
        speed = self.images_seen / elapsed
        left = (total - done) / speed if speed > 0 else math.nan
        epoch = min(self.position.epoch + 1, self.configuration.epochs)
        self.logger.progress(TrainingProgress(done / total, epoch, speed, left))

    def diverged(self, epoch: int, position: Position) -> None:
        """Log the unfinished epoch, including NaN values, and raise DivergenceError; the last state and checkpoints are kept."""
        rate = self.step.learning_rate
        arrays, surveyed = logged_survey(self.chain, self.logged_splits)
        scalars: Scalars = surveyed | {
            ("training_loss", "train"): position.loss_sum / position.images,
            ("training_accuracy", "train"): position.correct / position.images,
            ("learning_rate", None): rate,
            ("epoch_seconds", None): position.seconds,
        }
        self.logger.log_epoch(epoch, arrays, scalars)
        precision = self.configuration.precision
        other = "" if precision == "float32" else f" or use precision float32 instead of {precision}"
        raise DivergenceError(
            f"the loss became {position.loss_sum} in epoch {epoch}, at learning rate {rate:g}: training diverged; "
            f"lower the learning rate (schedule){other}"
        )

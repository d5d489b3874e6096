"""Record one's own training as a run: the same metrics and checkpoints as the trainer's, live on the pages."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from torch import nn

from iterscope.adapters import residual_chain
from iterscope.adapters.expected_images import configuration_of, is_own
from iterscope.architectures.factory import Factory
from iterscope.arguments import shown, whole_number
from iterscope.chain import ResidualChain
from iterscope.checkpoint_description import CheckpointDescription
from iterscope.checkpoints import save_checkpoint
from iterscope.datasets import Dataset, default_home
from iterscope.errors import InvalidInput
from iterscope.own_networks import own_network
from iterscope.probes.survey_log import logged_survey
from iterscope.recipes import MOST
from iterscope.recognition import foreign_model, recognise
from iterscope_db import RECORDED, RunRecord, Store, open_store, process_name
from iterscope_trainer.errors import TrainingError
from iterscope_trainer.metric_logger import Scalars, TrainingProgress
from iterscope_trainer.recorded import (
    Data,
    count,
    json_values,
    number,
    places,
    preprocessing_of,
    recognised,
    samples,
    text,
    texts,
    two_images,
)
from iterscope_trainer.runs import run_folder
from iterscope_trainer.store_logger import Heartbeat, StoreLogger

logger = logging.getLogger(__name__)

LOGGED_IMAGES = 256
"""Images of each split in each log of per-block metrics, unless `log_samples` says otherwise."""
Save = Callable[[Path, int], CheckpointDescription]


class Recorder:
    """A run of one's own training, from the beginning of a `with` block to its end.

        with Recorder("my network", model, data, epochs=90) as recorder:
            for epoch in range(1, 91):
                loss = train_one_epoch(model)
                recorder.log(epoch, loss=loss)

    If the block ends with an exception, the run has failed, and the exception goes on; Ctrl-C and the program's exit interrupt it.
    Of the processes of a distributed training, the first records (RANK or LOCAL_RANK is 0); in the others nothing happens.
    """

    def __init__(
        self,
        name: str,
        network: nn.Module,
        data: Data,
        *,
        epochs: int | None = None,
        home: Path | str | None = None,
        log_samples: int = LOGGED_IMAGES,
        log_every: int = 1,
        checkpoint_every: int = 1,
        configuration: Mapping[str, Any] | None = None,
        notes: str = "",
        tags: Iterable[str] = (),
        resume: str | None = None,
        factory: str | None = None,
    ) -> None:
        """Nothing is written before the `with` block begins.

        Args:
            name: the run's name on the pages.
            network: the model that is trained, or its chain. It is measured in evaluation mode and left unchanged.
            data: a data set of `it.load_dataset`, or {"train": …, "validation": …}, each an `ImageSplit`, a torch data set of
                (image, label), or a pair of images and labels. Images are normalised, as the network gets them.
            epochs: how many epochs are planned, for the progress on the pages; None: unknown, or as `plan` says.
            home: the home folder; default: ITERSCOPE_HOME, else ./iterscope-data. ITERSCOPE_DATABASE_URL may name another database.
            log_samples: images of each split in each log of per-block metrics.
            log_every, checkpoint_every: epochs between two logs of per-block metrics, and between two checkpoints; 0 for none.
            configuration: your settings, shown with the run: plain JSON values.
            resume: the id of a run to go on with, which a Recorder has recorded with the same network. The epochs after the next one
                that is logged are deleted, with their checkpoints.
            factory: "package.module:function", a function of yours without arguments that builds such a network, so that checkpoints of
                any network can be measured: the service imports it.

        Raises:
            ArchitectureError: the network can't be taken apart, or isn't what `factory` builds. TrainingError: an argument can't be used.
        """
        log_samples = count("log_samples", log_samples, least=1)
        log_every, checkpoint_every = count("log_every", log_every), count("checkpoint_every", checkpoint_every)
        epochs = None if epochs is None else count("epochs", epochs)
        self.chain = network if isinstance(network, ResidualChain) else residual_chain(network)
        self._network = network
        self._samples = samples(data, log_samples)
        self._reference = data.reference if isinstance(data, Dataset) else None
        self._images = data.train if isinstance(data, Dataset) else None
        self._factory = None if factory is None else Factory.here(factory)
        if self._factory is not None:
            self._own_network(self._factory)  # to refuse it before the run begins
        self._about: dict[str, Any] = {
            "configuration": {"convention": self.chain.convention, **json_values("configuration", configuration or {})},
            "name": text("name", name),
            "recipe": None,
            "architecture": self.chain.name,
            "dataset": data.name if isinstance(data, Dataset) else "one's own",
            "seed": None,
            "epochs": epochs or 0,
            "blocks": self.chain.describe(),
            "status": "running",
            "origin": RECORDED,
            "notes": text("notes", notes),
            "tags": texts("tags", tags),
        }
        self._home = Path(home) if home is not None else default_home()
        self._epochs, self._log_every, self._checkpoint_every = epochs, log_every, checkpoint_every
        self._resume, self._worker = resume, process_name("record")
        self._first = int(os.environ.get("RANK") or os.environ.get("LOCAL_RANK") or 0) == 0
        self._inside = False
        self._save: Save | None = None
        self._logged: list[tuple[int, float]] = []
        """Epochs and when they were logged."""

    def __enter__(self) -> Recorder:
        self._inside = True
        if not self._first:
            return self
        self._store: Store = open_store(os.environ.get("ITERSCOPE_DATABASE_URL") or self._home)
        try:
            if self._resume is None:
                self._record = self._store.runs.create(**self._about, worker=self._worker)
            else:
                self._check_resumed(self._store.runs.get(self._resume))
                self._record = self._store.runs.start(
                    self._resume, self._worker, blocks=self._about["blocks"], epochs=self._epochs
                )
            made_by = None if self._factory is None else self._factory.to_dict()
            self._source = StoreLogger(self._store, self.run, self._worker, self._home, made_by)
            self._heartbeat = Heartbeat(self._store, self.run, self._worker, self._source)
            if self._checkpoint_every > 0:
                self._save = self._way_to_save()
            self._heartbeat.__enter__()
        except BaseException:
            self._store.close()
            raise
        self._began = time.monotonic()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._inside = False
        if not self._first:
            return
        try:
            self._heartbeat.__exit__(kind, error, traceback)
            if self._heartbeat.lost is not None:
                raise TrainingError(f"{self._heartbeat.lost}: nothing more was recorded")
            if error is None:
                self._store.runs.finish(self.run, "cancelled" if self._heartbeat.stop_requested else "completed")
            elif isinstance(error, Exception):
                said = next(iter(str(error).splitlines()), "no message")
                self._store.runs.finish(self.run, "failed", f"{type(error).__name__}: {said}")
            else:
                self._store.runs.finish(self.run, "interrupted")
        finally:
            self._store.close()

    @property
    def run(self) -> str:
        """The run's id."""
        return self._record.id

    @property
    def should_stop(self) -> bool:
        """Whether somebody has asked on the pages, or with `iterscope runs stop`, that the training stops."""
        return self._records() and (self._heartbeat.stop_requested or self._heartbeat.lost is not None)

    def plan(self, epochs: int) -> None:
        """Say inside the block how many epochs are planned, unless the argument `epochs` has said it."""
        epochs = count("epochs", epochs)
        if self._records() and self._epochs is None:
            self._epochs = epochs
            self._store.runs.start(self.run, self._worker, epochs=epochs)

    def log(self, epoch: int, **values: float) -> RunRecord | None:
        """Measure every block after an epoch and store it with these values; write a checkpoint if one is due.

        Args:
            epoch: completed epochs: 0 for the untrained network. Logging an epoch again replaces it.
            values: the pages show loss, accuracy, validation_loss and validation_accuracy, also under names such as train/loss, val_acc and
                eval_accuracy; any other number is kept, too. NaN and infinities are kept as they are.

        Returns:
            The run; None where nothing is recorded, because this is not the first process of a distributed training.

        Raises:
            TrainingError: the epoch or a value is not a number; this is not inside the block; or the run was deleted, or belongs to another
                process now.
        """
        if not self._records():
            return None
        at = whole_number(epoch)
        if at is None or not 0 <= at <= MOST:
            raise TrainingError(
                f"epoch is {shown(epoch)}: give the number of completed epochs, a whole number from 0 on"
            )
        if self._heartbeat.lost is not None:
            raise TrainingError(self._heartbeat.lost)
        scalars = places({name: number(name, value) for name, value in values.items()})
        if self._resume is not None and not self._logged:
            self._source.forget_after(at)
        arrays: dict[Any, Any] = {}
        if self._log_every > 0 and (at % self._log_every == 0 or at == self._epochs):
            arrays, surveyed = logged_survey(self.chain, self._samples)
            scalars = {**surveyed, **scalars}
        self._source.log_epoch(at, arrays, scalars)
        self._logged.append((at, time.monotonic()))
        if self._save is not None and (at % self._checkpoint_every == 0 or at == self._epochs):
            self._write_checkpoint(self._save, at, scalars)
        self._tell_progress(at)
        return self._store.runs.get(self.run)

    def _records(self) -> bool:
        if not self._inside:
            raise TrainingError("a Recorder records only inside its with block: with Recorder(…) as recorder: …")
        return self._first

    def _check_resumed(self, run: RunRecord) -> None:
        """Another network's curves don't continue a run's, and the trainer continues its own runs."""
        if run.origin != RECORDED:
            raise TrainingError(
                f"run {run.id} was not recorded by a Recorder (its origin is {run.origin}): resume names a run of a Recorder; "
                "leave it out to record a new run"
            )
        blocks = len(self._about["blocks"])
        if (run.architecture, len(run.blocks)) != (self.chain.name, blocks):
            raise TrainingError(
                f"run {run.id} was recorded with {run.architecture} of {len(run.blocks)} blocks, and this network is "
                f"{self.chain.name} with {blocks}: give the network of that run, or leave out resume to record a new run"
            )

    def _own_network(self, factory: Factory) -> nn.Module:
        size = two_images(next(iter(self._samples.values()))).shape[-1]
        return own_network(Factory(factory.name), self._network, size)

    def _write_checkpoint(self, save: Save, epoch: int, scalars: Scalars) -> None:
        path = run_folder(self._home, self.run) / f"epoch-{epoch:04d}.safetensors"
        self._source.checkpoint(path, save(path, epoch), scalars)

    def _tell_progress(self, epoch: int) -> None:
        (first, _), (_, now) = self._logged[0], self._logged[-1]
        done = max(1, epoch - first + (first > 0))
        seconds = (now - self._began) / done
        planned = max(self._epochs or epoch, epoch, 1)
        images = len(self._images) if self._images is not None else 0
        progress = TrainingProgress(
            epoch / planned, min(epoch + 1, planned), images / seconds, seconds * (planned - epoch)
        )
        self._source.progress(progress)

    def _way_to_save(self) -> Save | None:
        """How checkpoints are written; None, with a warning, for a network that no checkpoint can describe."""
        prepared = preprocessing_of(self._reference, self._images)
        if (factory := self._factory) is not None:
            return lambda path, epoch: save_checkpoint(
                path,
                self._own_network(factory),
                dataset=self._reference,
                epoch=epoch,
                run=self.run,
                preprocessing=prepared,
            )
        if (known := configuration_of(self._network)) is not None and not is_own(known):
            return lambda path, epoch: save_checkpoint(
                path, self._network, dataset=self._reference, epoch=epoch, run=self.run
            )
        try:
            configuration = recognised(self._network, self.chain, self._samples)
        except InvalidInput as error:
            logger.warning(
                "run %s is recorded without checkpoints (%s): its curves are shown, but nothing can be measured later. Name the function "
                'that builds the network: Recorder(…, factory="package.module:function")',
                self.run,
                error,
            )
            return None

        def save(path: Path, epoch: int) -> CheckpointDescription:
            state = self._network.state_dict()
            model = foreign_model(configuration, recognise(state).renamed(state))
            return save_checkpoint(
                path, model, dataset=self._reference, epoch=epoch, run=self.run, preprocessing=prepared
            )

        return save

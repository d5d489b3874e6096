"""A callback that records a training of Lightning: `Trainer(callbacks=[RecorderCallback(recorder)])`."""

from __future__ import annotations

from typing import Any

try:
    from lightning.pytorch import Callback, LightningModule, Trainer
except ModuleNotFoundError as error:
    raise ImportError("Lightning is not installed: pip install 'iterscope[lightning]'") from error

from iterscope_trainer.recorder import Recorder


class RecorderCallback(Callback):  # type: ignore[misc]
    """Logs every epoch of `Trainer.fit`, within the recorder's `with` block, with what `self.log` gave in it.

    with Recorder("my network", module.network, data) as recorder:
        Trainer(max_epochs=90, callbacks=[RecorderCallback(recorder)]).fit(module, loader)

    The training stops after an epoch in which that was asked for on the pages. `self.log("train_loss", …, on_epoch=True)` gives the
    epoch's mean: without `on_epoch`, Lightning keeps the value of the last step.
    """

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._seen: dict[int, Any] = {}
        """Values of earlier epochs, by identity: Lightning keeps showing them until there are new ones."""

    def on_train_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        if trainer.max_epochs is not None and trainer.max_epochs > 0:
            self._recorder.plan(trainer.max_epochs)
        self._new_values(trainer)
        self._logged = trainer.current_epoch - (trainer.current_epoch == 0)

    # An epoch's values are complete when the next one begins: the module may log some at the end of the epoch, after its callbacks ran.
    def on_train_epoch_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        self._log(trainer)

    def on_train_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        self._log(trainer)

    def on_train_epoch_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        stop = trainer.strategy.reduce_boolean_decision(self._recorder.should_stop, all=False)
        trainer.should_stop = trainer.should_stop or stop

    def _log(self, trainer: Trainer) -> None:
        if trainer.current_epoch > self._logged:
            self._recorder.log(trainer.current_epoch, **self._new_values(trainer))
            self._logged = trainer.current_epoch

    def _new_values(self, trainer: Trainer) -> dict[str, Any]:
        shown = [*trainer.logged_metrics.items(), *trainer.callback_metrics.items()]
        new = {name: value for name, value in shown if id(value) not in self._seen and name != "epoch"}
        self._seen = {id(value): value for _, value in shown}
        return new

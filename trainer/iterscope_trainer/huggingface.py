"""A callback that records a training of Hugging Face's Trainer: `Trainer(…, callbacks=[RecorderCallback(recorder)])`."""

from __future__ import annotations

import math
from numbers import Real
from typing import Any

try:
    from accelerate.utils import broadcast_object_list
    from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments
except ModuleNotFoundError as error:
    raise ImportError("Hugging Face's Trainer is not installed: pip install 'iterscope[huggingface]'") from error

from iterscope_trainer.recorder import Recorder


class RecorderCallback(TrainerCallback):  # type: ignore[misc]
    """Logs every epoch of `Trainer.train`, within the recorder's `with` block, with what the Trainer logged in it.

    with Recorder("my network", model, data) as recorder:
        Trainer(model, arguments, train_dataset=images, callbacks=[RecorderCallback(recorder)]).train()

    The training stops after an epoch in which that was asked for on the pages. An epoch that `max_steps` cuts short counts as one.
    """

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._values: dict[str, Any] = {}
        self._completed: int | None = None
        """The epoch to log."""

    def on_train_begin(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        self._recorder.plan(state.num_train_epochs)
        self._completed = 0 if state.global_step == 0 else None

    def on_epoch_begin(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        self._log()

    def on_epoch_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        self._completed = math.ceil(state.epoch or 0)
        [stop] = broadcast_object_list([self._recorder.should_stop])
        control.should_training_stop = control.should_training_stop or stop

    def on_log(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **given: Any) -> None:
        logs: dict[str, Any] = given["logs"]
        if "train_runtime" in logs:  # the last log of a training, before the best checkpoint is loaded
            self._log()
        else:
            self._values |= {name: value for name, value in logs.items() if isinstance(value, Real) and name != "epoch"}

    def _log(self) -> None:
        """Log an epoch once it has all its values: the Trainer evaluates after `on_epoch_end`."""
        if self._completed is not None:
            self._recorder.log(self._completed, **self._values)
            self._values, self._completed = {}, None

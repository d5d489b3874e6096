"""Progress on standard error: a bar on a terminal, otherwise one line per epoch."""

from __future__ import annotations

import math
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, TaskID, TextColumn
from rich.progress import Progress as Bar
from rich.text import Text

from iterscope.checkpoint_description import CheckpointDescription
from iterscope_guard.text import one_line, visible
from iterscope_trainer.metric_logger import Arrays, Scalars, TrainingPlan, TrainingProgress


def progress_display(console: Console | None = None) -> Bar:
    """A display for the bars of one or several runs, on standard error; use it as `with progress_display() as bar`."""
    console = console or Console(stderr=True)
    columns = (
        TextColumn("{task.description}", markup=False),  # it holds the run's name
        BarColumn(),
        TextColumn("{task.percentage:3.0f} %  {task.fields[pace]}", markup=False),
    )
    return Bar(*columns, console=console, transient=True, disable=not console.is_terminal)


class ConsoleLogger:
    """A progress bar with images/s and remaining time, and one line per epoch.

    Args:
        bar: the display.
        name: prefix of every line, for several runs at the same time.
    """

    def __init__(self, bar: Bar, name: str = "") -> None:
        self._bar = bar
        self._name = f"{one_line(name)}: " if name else ""
        self._task: TaskID | None = None
        self._epochs = 0

    def decoding(self, fraction: float) -> None:
        """Show how much of an image folder has been read."""
        if self._task is None:
            self._task = self._bar.add_task(f"{self._name}reading images", total=1.0, pace="")
        self._bar.update(self._task, completed=fraction)

    def begin(self, plan: TrainingPlan) -> None:
        configuration = plan.configuration
        self._epochs = configuration.epochs
        self._print(
            f"{configuration.architecture} ({len(plan.blocks)} blocks) on {configuration.dataset}: "
            f"{plan.images_per_epoch} images, {configuration.epochs} epochs, {configuration.precision}"
            + (", compiled steps (the first step takes a minute or two)" if plan.compiled else "")
            + (f", resumed after epoch {plan.first_epoch}" if plan.first_epoch else "")
        )
        self.end()
        self._task = self._bar.add_task(f"{self._name}epoch 0", total=1.0, pace="")

    def progress(self, progress: TrainingProgress) -> None:
        if self._task is None:
            return
        pace = (
            ""
            if math.isnan(progress.seconds_left)
            else (f"{progress.images_per_second:.0f} images/s  {format_seconds(progress.seconds_left)} left")
        )
        self._bar.update(
            self._task,
            completed=progress.fraction,
            description=f"{self._name}epoch {progress.epoch}/{self._epochs}",
            pace=pace,
        )

    def log_epoch(self, epoch: int, arrays: Arrays, scalars: Scalars) -> None:
        parts = [f"epoch {epoch:3d}"]
        if ("training_loss", "train") in scalars:
            parts.append(f"training loss {scalars['training_loss', 'train']:.4f}")
        if ("validation_accuracy", "validation") in scalars:
            parts.append(f"validation accuracy {scalars['validation_accuracy', 'validation']:7.2%}")
        if ("cosine_loss", "validation") in arrays:
            cosine = arrays["cosine_loss", "validation"]
            parts.append(f"cosine loss {cosine[0]:+.3f} (first block) … {cosine[-1]:+.3f} (last)")
        self._print("  ".join(parts))

    def checkpoint(self, path: Path, description: CheckpointDescription, scalars: Scalars) -> None:
        pass

    def end(self) -> None:
        """Remove the bar."""
        if self._task is not None:
            self._bar.remove_task(self._task)
            self._task = None

    def _print(self, text: str) -> None:
        self._bar.console.print(Text(visible(self._name + text)), soft_wrap=True)


def format_seconds(seconds: float) -> str:
    """ "42 s", "3 min 5 s" or "2 h 7 min"."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"

"""A run's curves as TensorBoard and Weights & Biases (W&B) read them."""

from __future__ import annotations

import os
import re
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from iterscope_cli.errors import CommandError

if TYPE_CHECKING:
    from iterscope_db import MetricsPage, RunRecord

Curves = Mapping[int, Mapping[str, float]]
"""Epoch → tag → value; epochs ascend."""


def export_tracking(record: RunRecord, page: MetricsPage, output: Path, format: str) -> Path:
    """Write the curves as `format`, "tensorboard" or "wandb", into a folder in `output`, in place of an earlier export. Returns the folder.

    Raises:
        CommandError: the library of this format isn't installed, or the folder can't be written.
    """
    try:
        output.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".export-", dir=output) as temporary:
            written = WRITERS[format](record, curves_of(page), Path(temporary))
            target = output / written.name
            shutil.rmtree(target, ignore_errors=True)
            return written.replace(target)
    except ModuleNotFoundError as error:
        raise CommandError(f"{format} is not installed: pip install 'iterscope[{format}]'") from error
    except OSError as error:
        raise CommandError(f"{output} can't be written: {error.strerror or error}") from error


def curves_of(page: MetricsPage) -> Curves:
    """Tags are metric/split for the whole network, and metric/split/block_07 for a block, unless the metric is nowhere defined there."""
    found: dict[int, dict[str, float]] = defaultdict(dict)
    for one in page.scalars:
        tag = one.name if one.split is None or one.name.startswith(one.split) else f"{one.name}/{one.split}"
        for epoch, value in zip(one.epochs.tolist(), one.values.tolist(), strict=True):
            found[epoch][tag] = value
    for each in page.series:
        digits = len(str(each.values.shape[1] - 1))
        for block in np.flatnonzero(~np.isnan(each.values).all(0)):
            tag = f"{each.metric}/{each.split}/block_{block:0{digits}}"
            for epoch, value in zip(each.epochs.tolist(), each.values[:, block].tolist(), strict=True):
                found[epoch][tag] = value
    return dict(sorted(found.items()))


def _tensorboard(record: RunRecord, curves: Curves, within: Path) -> Path:
    """One file of events, and a layout that shows the blocks of each metric in one chart."""
    from tensorboard.compat.proto.summary_pb2 import Summary
    from torch.utils.tensorboard import SummaryWriter

    name = re.sub(r"[^\w.-]+", "-", record.name).strip(".-")[:60]
    folder = within / (f"{name}-{record.id}" if name else record.id)
    time = record.created_at.timestamp()  # the store keeps no times of epochs
    of_blocks = {tuple(tag.split("/")[:2]) for values in curves.values() for tag in values if "/block_" in tag}
    charts: dict[str, dict[str, Any]] = defaultdict(dict)
    for metric, split in sorted(of_blocks):
        charts[metric][split] = ["Multiline", [rf"{metric}/{split}/block_\d+"]]
    with SummaryWriter(str(folder)) as writer:
        for epoch, values in curves.items():
            summary = Summary(value=[Summary.Value(tag=tag, simple_value=value) for tag, value in values.items()])
            writer.file_writer.add_summary(summary, epoch, time)  # add_scalar takes several times as long
        writer.add_custom_scalars(charts)
    return folder


def _wandb(record: RunRecord, curves: Curves, within: Path) -> Path:
    """What W&B writes offline: `wandb sync FOLDER` uploads it. Nothing is sent, and nothing is written elsewhere."""
    private = {"WANDB_ERROR_REPORTING": "false", "WANDB_CACHE_DIR": str(within), "WANDB_CONFIG_DIR": str(within)}
    with _environment(private):
        import wandb

        settings = wandb.Settings(
            console="off",
            disable_code=True,
            disable_git=True,
            silent=True,
            x_disable_machine_info=True,
            x_disable_meta=True,
            x_disable_stats=True,
            x_save_requirements=False,
            x_start_time=record.created_at.timestamp(),
        )
        try:
            run = wandb.init(
                mode="offline",
                dir=within,
                project="iterscope",
                id=record.id,
                name=record.name,
                notes=record.notes,
                tags=[tag[:64] for tag in record.tags if tag],  # W&B takes no other
                config={"architecture": record.architecture, "dataset": record.dataset, **record.configuration},
                settings=settings,
            )
            for epoch, values in curves.items():
                run.log(dict(values), step=epoch)
            run.finish()
        except wandb.Error as error:
            raise CommandError(f"W&B can't write the run: {error}") from error
        finally:
            wandb.teardown()
    (folder,) = (within / "wandb").glob("offline-run-*")
    for name in ("logs", "tmp"):
        shutil.rmtree(folder / name, ignore_errors=True)
    return folder.rename(within / f"offline-run-{record.created_at:%Y%m%d_%H%M%S}-{record.id}")


WRITERS: Mapping[str, Callable[[RunRecord, Curves, Path], Path]] = {"tensorboard": _tensorboard, "wandb": _wandb}
"""Each writes a folder within the given one, and returns it."""


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value

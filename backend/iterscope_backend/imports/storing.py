"""Storing an imported network: a run with the status "imported", one epoch with its curves, and one checkpoint."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from iterscope_db import CheckpointRecord, RunRecord, Store

ORIGIN = "import"


@dataclass(frozen=True)
class ImportedNetwork:
    """The result of `iterscope.importing` for one file."""

    file_name: str
    opened: Mapping[str, Any]
    """What `open_file` returned."""
    made: Mapping[str, Any]
    """What `make_checkpoint` returned."""
    path: Path
    """The new checkpoint file; it is moved to the other checkpoints."""


def store_import(
    store: Store, home: Path, network: ImportedNetwork, name: str | None
) -> tuple[RunRecord, CheckpointRecord]:
    """Record the run, its curves and its checkpoint. If any step fails, nothing is kept."""
    described, recognised = network.made["description"], network.opened["recognised"]
    epoch = described["epoch"] or 0
    title = (name or Path(network.file_name).stem)[:200] or "imported"
    run = store.runs.create(
        _configuration(network),
        title,
        None,
        recognised["name"],
        described["dataset"]["name"],
        None,
        epoch,
        described["blocks"],
        "imported",
        ORIGIN,
    )
    relative = Path("checkpoints") / run.id / f"epoch-{epoch:04d}.safetensors"
    try:
        (home / relative).parent.mkdir(parents=True, exist_ok=True)
        _move(network.path, home / relative)
        arrays = {(metric, split): values for metric, split, values in network.made["arrays"]}
        scalars = {(metric, split): value for metric, split, value in network.made["scalars"]}
        store.metrics.log_epoch(run.id, epoch, arrays, scalars)
        checkpoint = store.checkpoints.add(
            run.id,
            epoch,
            str(relative),
            described["sha256"],
            described["architecture"],
            described["dataset"],
            described["num_parameters"],
            described["size_bytes"],
            described["blocks"],
            name=title,
            metrics={metric: value for (metric, split), value in scalars.items() if split == "validation"},
            preprocessing=described["preprocessing"],
        )
    except BaseException:
        store.runs.delete(run.id)
        (home / relative).unlink(missing_ok=True)
        if (home / relative).parent.is_dir():
            (home / relative).parent.rmdir()
        raise
    return store.runs.get(run.id), checkpoint


def _move(source: Path, target: Path) -> None:
    """Move via a temporary name beside the target, because the two paths may be on different disks."""
    beside = target.with_name(f".{target.name}.part")
    try:
        shutil.move(source, beside)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def _configuration(network: ImportedNetwork) -> dict[str, Any]:
    """The configuration of an imported run, in place of a training configuration."""
    described, recognised = network.made["description"], network.opened["recognised"]
    return {
        "architecture": recognised["name"],
        "architecture_options": described["architecture"],
        "dataset": described["dataset"]["name"],
        "preprocessing": described["preprocessing"],
        "preset": network.made["preset"],
        "file": network.file_name,
        "nesting": network.opened["nesting"],
        "evidence": network.opened["evidence"],
        "check": network.made["check"],
        "checkpoint_sha256": described["sha256"],
    }

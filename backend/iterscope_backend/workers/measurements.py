"""Measures what a task asks for: the worker's caches as the library's `MeasuredNetwork`, and the answer as JSON."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache as once
from importlib.metadata import version
from typing import Any

from iterscope.measurements import Computation, MeasuredNetwork, Measurement, measurement_named
from iterscope.measurements.registry import SOURCES
from iterscope_backend.encoding import decode, encode
from iterscope_backend.workers.cache import Network, WorkerCache
from iterscope_backend.workers.messages import Task


def measured_network(cache: WorkerCache, task: Task, progress: Callable[[float], None]) -> MeasuredNetwork:
    """The task's network and images. Raises CheckpointError or DatasetError if they are not available."""
    network, request = cache.network(task), task.request

    def opened(name: str) -> Network:
        return cache.stored(next(file for file in task.opened if file.sha256 == name))

    split, limit, seed = request["split"], request["limit"], request["seed"]
    return MeasuredNetwork(
        chain=network.chain,
        images=cache.images(task, split=split, limit=limit, seed=seed),
        split=split,
        dataset=cache.dataset(task),
        configuration=network.configuration,
        seed=network.seed,
        training=lambda limit, seed: cache.images(task, split="train", limit=limit, seed=seed),
        memory=cache.passes.over(task.checkpoint_sha256, task.dataset, split, limit, seed),
        memory_budget=cache.memory_budget,
        progress=progress,
        open=lambda name: opened(name).chain,
        epoch_of=lambda name: opened(name).epoch,
    )


def measure(
    cache: WorkerCache, task: Task, progress: Callable[[float], None], partial: Callable[[bytes], None] | None = None
) -> bytes:
    """The answer to a task as JSON, with provenance. Errors of the library pass through.

    `partial` is called with the answers for the images that are done so far.
    """
    began = time.perf_counter()
    measurement = measurement_named(task.probe)
    request = measurement.request.model_validate({**task.request, "checkpoint": "latest"})
    network = measured_network(cache, task, progress)

    def written(result: dict[str, Any]) -> bytes:
        return encode(_whole(cache, task, measurement, network, result, time.perf_counter() - began))

    growing = None if partial is None else lambda result: partial(written(result))
    content = written(Computation(measurement, network, request).final(growing))
    if task.probe in SOURCES:  # ours are checked by their tests
        value = decode(content)
        provenance = {**value["provenance"], "cached": False}
        measurement.result.model_validate({**value, "checkpoint": task.id, "provenance": provenance})
    return content


def _whole(
    cache: WorkerCache,
    task: Task,
    measurement: Measurement,
    network: MeasuredNetwork,
    result: dict[str, Any],
    seconds: float,
) -> dict[str, Any]:
    """An answer with where it comes from."""
    return {
        "probe": task.probe,
        "split": network.split,
        "blocks": network.chain.describe(),
        **result,
        "provenance": {
            "checkpoint_sha256": task.checkpoint_sha256,
            "dataset": network.dataset.name,
            "dataset_fingerprint": network.dataset.fingerprint,
            "convention": network.chain.convention,
            "request": task.request,
            "probe_version": measurement.version,
            "device": cache.options.device,
            "library_versions": library_versions(),
            "seconds": round(seconds, 4),
            "created_at": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        },
    }


@once
def library_versions() -> dict[str, str]:
    """Versions of the libraries that computed a result."""
    return {name: version(name) for name in ("iterscope", "torch", "numpy")}

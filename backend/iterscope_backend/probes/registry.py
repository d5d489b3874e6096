"""All probes by name, and how they are run. To add a probe, add an entry to PROBES."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache as once
from importlib.metadata import version
from typing import Any

from pydantic import BaseModel

from iterscope_backend.encoding import encode
from iterscope_backend.probes import blocks, exits, interventions, requests, samples
from iterscope_backend.probes.context import ProbeContext
from iterscope_backend.probes.requests import ProbeRequest
from iterscope_backend.schemas import results
from iterscope_backend.workers.cache import WorkerCache
from iterscope_backend.workers.messages import Task


@dataclass(frozen=True)
class Probe:
    """One kind of measurement."""

    request: type[ProbeRequest]
    result: type[BaseModel]
    """The result's schema, for the documentation."""
    run: Callable[[ProbeContext, Any], dict[str, Any]]
    """A pure function of the context and the request; errors of the library pass through."""
    version: int
    """Increase it when the result for the same request changes: results stored before are then no longer used."""
    summary: str


PROBES: dict[str, Probe] = {
    "block-metrics": Probe(
        requests.BlockMetricsRequest,
        results.BlockMetricsResult,
        blocks.block_metrics,
        2,
        "Cosine loss, ℓ2 ratio and norms of every block (figures 2, 4, 8, 9)",
    ),
    "drop": Probe(
        requests.DropRequest,
        results.DropResult,
        interventions.drop,
        1,
        "Accuracy and loss without blocks (figure 3)",
    ),
    "unroll": Probe(
        requests.UnrollRequest,
        results.UnrollResult,
        interventions.unroll,
        4,
        "One block applied additional times (figure 7)",
    ),
    "batch-statistics": Probe(
        requests.BatchStatisticsRequest,
        results.BatchStatisticsResult,
        interventions.batch_statistics,
        1,
        "Activation norms and accuracy with batch statistics (figures 8 and 9)",
    ),
    "early-exit": Probe(
        requests.EarlyExitRequest,
        results.EarlyExitResult,
        exits.early_exit,
        1,
        "Accuracy of the head after each block of the last stage (figure 5)",
    ),
    "borderline": Probe(
        requests.BorderlineRequest,
        results.BorderlineResult,
        exits.borderline,
        2,
        "Borderline images over the last blocks (figure 6)",
    ),
    "shuffle": Probe(
        requests.ShuffleRequest,
        results.ShuffleResult,
        interventions.shuffle,
        1,
        "Accuracy with swapped blocks, against Kendall's τ of their order",
    ),
    "plan": Probe(
        requests.PlanRequest,
        results.PlanResult,
        interventions.plan,
        3,
        "Any sequence of (block, scale) steps, compared with the untouched network",
    ),
    "samples": Probe(
        requests.SamplesRequest,
        results.SamplesResult,
        samples.samples,
        2,
        "Borderline, corrected, overthought and other groups of images",
    ),
    "sample": Probe(
        requests.SampleRequest,
        results.SampleResult,
        samples.sample,
        1,
        "Class probabilities, margin and cosine of one image at every block",
    ),
    "predictions": Probe(
        requests.PredictionsRequest,
        results.PredictionsResult,
        samples.predictions,
        1,
        "Predictions for chosen images under several plans",
    ),
}


def make_context(cache: WorkerCache, task: Task, progress: Callable[[float], None]) -> ProbeContext:
    """The task's network and images. Raises CheckpointError or DatasetError if they are not available."""
    chain, request = cache.chain(task), task.request
    images = cache.images(task, split=request["split"], limit=request["limit"], seed=request["seed"])
    return ProbeContext(cache, task, chain, images, progress)


def run_probe(cache: WorkerCache, task: Task, progress: Callable[[float], None]) -> bytes:
    """Run a task's probe and return the result as JSON, with provenance. Errors of the library pass through."""
    began = time.perf_counter()
    probe = PROBES[task.probe]
    request = probe.request.model_validate({**task.request, "checkpoint": "latest"})
    context = make_context(cache, task, progress)
    result = probe.run(context, request)
    return encode(
        {
            "probe": task.probe,
            "split": request.split,
            "samples": len(context.images),
            "blocks": context.chain.describe(),
            **result,
            "provenance": {
                "checkpoint_sha256": task.checkpoint_sha256,
                "dataset": context.dataset.name,
                "dataset_fingerprint": context.dataset.fingerprint,
                "convention": context.chain.convention,
                "request": task.request,
                "probe_version": probe.version,
                "device": cache.options.device,
                "library_versions": library_versions(),
                "seconds": round(time.perf_counter() - began, 4),
                "created_at": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            },
        }
    )


@once
def library_versions() -> dict[str, str]:
    """Versions of the libraries that computed a result."""
    return {name: version(name) for name in ("iterscope", "torch", "numpy")}

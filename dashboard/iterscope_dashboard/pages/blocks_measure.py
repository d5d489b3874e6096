"""Measurements of the Blocks page on single checkpoints: accuracy without each block, and metrics of the effective update."""

import math
from typing import Any

from dash import Dash, Input, Output, no_update

from iterscope_dashboard.claims import drop_claim
from iterscope_dashboard.client import BackendClient, BackendError, Json
from iterscope_dashboard.curves import sendable
from iterscope_dashboard.figures.drop import drop_info
from iterscope_dashboard.ids import Blocks as Ids
from iterscope_dashboard.model import Checkpoint, Summary
from iterscope_dashboard.probe_jobs import ask, follow
from iterscope_dashboard.snippets import DAMAGE, block_metrics_snippet, drop_snippet

EFFECTIVE_METRICS = ("cosine_loss", "l2_ratio")
TASK = "task"  # the page measures one thing at a time


def checkpoint_at(checkpoints: list[Checkpoint], epoch: int) -> Checkpoint | None:
    """The newest checkpoint at or before an epoch."""
    earlier = [c for c in checkpoints if c.epoch is not None and c.epoch <= epoch]
    return max(earlier, key=lambda c: c.epoch or 0, default=None)


def checkpoint_list(run: str, checkpoints: list[Checkpoint]) -> Json:
    """The checkpoints from which 2_blocks_measure.js selects."""
    return {"run": run, "items": [{"id": c.id, "epoch": c.epoch} for c in checkpoints]}


def probe_of(wanted: Json) -> tuple[str, Json]:
    """The probe and its request."""
    if wanted["kind"] == "drop":
        return "drop", {"checkpoint": wanted["checkpoint"], "split": "validation", "blocks": "each"}
    return "block-metrics", {"checkpoint": wanted["checkpoint"], "split": wanted["split"], "update": "effective"}


def payload(result: Json, wanted: Json) -> Json:
    """The data that the browser draws: one row of values per series, snippets, and the block convention."""
    convention = str((result.get("provenance") or {}).get("convention") or "")
    found = drop_payload(result) if wanted["kind"] == "drop" else effective_payload(result, wanted["split"])
    return {**wanted, **found, "convention": convention}


def drop_payload(result: Json) -> Json:
    """Accuracy without each block with intervals, accuracy lost, and the summary sentence."""
    info = drop_info(result)
    assert info.snippet is not None
    return {
        "rows": {
            "drop_accuracy/validation": sendable(info.accuracy),
            "drop_accuracy_low/validation": sendable(low for low, _ in info.interval),
            "drop_accuracy_high/validation": sendable(high for _, high in info.interval),
            "drop_damage/validation": sendable(info.damage),
        },
        "baseline": info.baseline if math.isfinite(info.baseline) else None,
        "sentence": drop_claim(info.blocks, info.accuracy, info.baseline),
        "snippets": {"drop_accuracy": info.snippet.to_json(), "drop_damage": drop_snippet(result, DAMAGE).to_json()},
    }


def effective_payload(result: Json, split: str) -> Json:
    """Cosine loss and ℓ2 ratio of hᵢ₊₁ − hᵢ."""
    rows: Json = {}
    for metric in EFFECTIVE_METRICS:
        summary = Summary.from_json(result[metric])
        rows[f"{metric}_effective/{split}"] = sendable(summary.mean)
        rows[f"{metric}_effective_std/{split}"] = sendable(summary.std)
    snippets = {f"{metric}_effective": block_metrics_snippet(result, metric).to_json() for metric in EFFECTIVE_METRICS}
    return {"rows": rows, "snippets": snippets}


async def quick_drop(client: BackendClient, checkpoint: Checkpoint | None) -> tuple[Json | None, Json | None]:
    """The drop measurement and what the browser needs of it, if it is cached; the first view starts no measurement."""
    if checkpoint is None:
        return None, None
    wanted = {
        "kind": "drop",
        "run": checkpoint.run,
        "checkpoint": checkpoint.id,
        "epoch": checkpoint.epoch,
        "split": "validation",
    }
    probe, request = probe_of(wanted)
    try:
        result = await client.measured(probe, request)
    except BackendError:
        return None, None
    return (result, payload(result, wanted)) if result else (None, None)


def answer_of(wanted: Json, entry: Json) -> Json:
    """The response to the browser: the result, an error, or the job to poll."""
    task = {name: wanted[name] for name in ("kind", "run", "checkpoint", "epoch", "split")}
    if "job" in entry:
        return {**task, **entry, "asked": int(wanted.get("asked") or 0) + 1}
    if "error" in entry:
        return {**task, "error": entry["error"]}
    return payload(entry["result"], task)


def register_measuring(app: Dash, client: BackendClient) -> None:
    """Register the measuring callback: the browser requests one measurement at a time and polls its job."""

    @app.callback(Output(Ids.MEASURED, "data"), Input(Ids.MEASURE, "data"), prevent_initial_call=True)
    async def measure(wanted: Json | None) -> Any:
        if not wanted:
            return no_update
        try:
            if wanted.get("job"):
                entries = await follow(client, {TASK: {"job": wanted["job"]}})
            else:
                entries = await ask(client, {TASK: probe_of(wanted)}, {})
        except BackendError as error:
            return answer_of(wanted, {"error": str(error)})
        return answer_of(wanted, entries[TASK])

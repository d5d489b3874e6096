"""What the Blocks page measures on single checkpoints: every block dropped, and the metrics of the effective update."""

import math
from collections.abc import Sequence
from typing import Any

from dash import Dash, Input, Output, State, no_update

from dashboard.claims import drop_claim
from dashboard.client import BackendClient, BackendError, Json
from dashboard.curves import sendable
from dashboard.figures.drop import drop_info
from dashboard.ids import Blocks as Ids
from dashboard.measuring import ask, follow
from dashboard.model import Checkpoint, Summary
from dashboard.snippets import DAMAGE, block_metrics_snippet, drop_snippet

EFFECTIVE_METRICS = ("cosine_loss", "l2_ratio")
TASK = "task"  # the page measures one thing at a time


def checkpoint_at(checkpoints: list[Checkpoint], epoch: int) -> Checkpoint | None:
    """The newest checkpoint at or before an epoch."""
    earlier = [c for c in checkpoints if c.epoch is not None and c.epoch <= epoch]
    return max(earlier, key=lambda c: c.epoch or 0, default=None)


def checkpoint_list(run: str, checkpoints: list[Checkpoint]) -> Json:
    """What 2_blocks_measure.js chooses from."""
    return {"run": run, "items": [{"id": c.id, "epoch": c.epoch} for c in checkpoints]}


def probe_of(wanted: Json) -> tuple[str, Json]:
    """The probe and its request."""
    if wanted["kind"] == "drop":
        return "drop", {"checkpoint": wanted["checkpoint"], "split": "validation", "blocks": "each"}
    return "block-metrics", {"checkpoint": wanted["checkpoint"], "split": wanted["split"], "update": "effective"}


def payload(result: Json, wanted: Json) -> Json:
    """What the browser draws: a row of values a series, where they come from, and which convention holds."""
    convention = str((result.get("provenance") or {}).get("convention") or "")
    found = drop_payload(result) if wanted["kind"] == "drop" else effective_payload(result, wanted["split"])
    return {**wanted, **found, "convention": convention}


def drop_payload(result: Json) -> Json:
    """Accuracies without each block, their intervals, what each costs, and the sentence."""
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
    """The drop measurement and what the browser needs of it, if it is known already: the first view does not wait for it."""
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
        answer = await client.probe(probe, request, wait=0.05)
    except BackendError:
        return None, None
    return (answer.result, payload(answer.result, wanted)) if answer.result else (None, None)


def settled(wanted: Json, entry: Json) -> tuple[Any, Any, bool]:
    """Result, job and whether the timer may rest."""
    if "job" in entry:
        return no_update, {"wanted": wanted, TASK: entry}, False
    if "error" in entry:
        return {**wanted, "error": entry["error"]}, None, True
    return payload(entry["result"], wanted), None, True


def register_measuring(app: Dash, client: BackendClient) -> None:
    """One measurement at a time, as the browser asks for it; its progress comes with a timer."""
    outputs: Sequence[tuple[str, str]] = (
        (Ids.MEASURED, "data"),
        (Ids.MEASURING, "data"),
        (Ids.MEASURE_TIMER, "disabled"),
    )

    @app.callback([Output(*output) for output in outputs], Input(Ids.MEASURE, "data"), prevent_initial_call=True)
    async def begin(wanted: Json | None) -> tuple[Any, ...]:
        """Ask for one measurement."""
        if not wanted:
            return no_update, no_update, no_update
        try:
            entries = await ask(client, {TASK: probe_of(wanted)}, {})
        except BackendError as error:
            return settled(wanted, {"error": str(error)})
        return settled(wanted, entries[TASK])

    @app.callback(
        [Output(*output, allow_duplicate=True) for output in outputs],
        Input(Ids.MEASURE_TIMER, "n_intervals"),
        State(Ids.MEASURING, "data"),
        prevent_initial_call=True,
    )
    async def go_on(_ticks: int, measuring: Json | None) -> tuple[Any, ...]:
        """Ask after it."""
        if not measuring:
            return no_update, no_update, True
        try:
            entries = await follow(client, {TASK: measuring[TASK]})
        except BackendError:
            return no_update, no_update, no_update  # the frame says so, and recovers
        return settled(measuring["wanted"], entries[TASK])

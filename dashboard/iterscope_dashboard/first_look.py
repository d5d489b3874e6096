"""The first probe of an imported network: cosine loss and ℓ2 ratio of every block, as figures."""

from dataclasses import replace

from iterscope_dashboard.client import Json
from iterscope_dashboard.curves import RunCurves, Series
from iterscope_dashboard.figures.by_block import by_block_figure, by_block_info
from iterscope_dashboard.figures.figure import Figure
from iterscope_dashboard.model import Summary, blocks_of
from iterscope_dashboard.probe_jobs import Wanted
from iterscope_dashboard.snippets import block_metrics_snippet

METRICS = ("cosine_loss", "l2_ratio")
SPLIT = "validation"
EPOCH = 0  # where its one row of values stands


def first_probe(checkpoint: str) -> Wanted:
    """The request to the backend."""
    return {"metrics": ("block-metrics", {"checkpoint": checkpoint, "split": SPLIT})}


def first_figures(result: Json) -> list[Figure]:
    """One figure per metric in METRICS, from a result of block-metrics."""
    series: dict[tuple[str, str], Series] = {}
    for metric in METRICS:
        summary = Summary.from_json(result[metric])
        series[metric, SPLIT] = Series.of([EPOCH], [summary.mean])
        series[f"{metric}_std", SPLIT] = Series.of([EPOCH], [summary.std])
    curves = RunCurves("", "imported", 0, blocks_of(result["blocks"]), series)
    return [
        by_block_figure(replace(by_block_info(curves, metric, EPOCH), snippet=block_metrics_snippet(result, metric)))
        for metric in METRICS
    ]


def measured_on(result: Json) -> str:
    """The images that were used, and the block convention."""
    convention = str((result.get("provenance") or {}).get("convention") or "")
    parts = [f"{result['samples']} {SPLIT} images", *([convention] if convention else [])]
    return f"Measured on {', '.join(parts)}."

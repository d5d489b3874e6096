"""The first probe of an imported network: cosine loss and ℓ2 ratio of every block, as figures."""

from iterscope_dashboard.client import Json
from iterscope_dashboard.figures.by_block import BlockLine, ByBlockInfo, by_block_figure
from iterscope_dashboard.figures.figure import Figure
from iterscope_dashboard.model import Summary, blocks_of
from iterscope_dashboard.probe_jobs import Wanted
from iterscope_dashboard.snippets import block_metrics_snippet

METRICS = ("cosine_loss", "l2_ratio")
SPLIT = "validation"


def first_probe(checkpoint: str) -> Wanted:
    """The request to the backend."""
    return {"metrics": ("block-metrics", {"checkpoint": checkpoint, "split": SPLIT})}


def first_figures(result: Json) -> list[Figure]:
    """One figure per metric in METRICS, from a result of block-metrics."""
    blocks = blocks_of(result["blocks"])
    figures = []
    for metric in METRICS:
        summary = Summary.from_json(result[metric])
        low, high = ([m + sign * s for m, s in zip(summary.mean, summary.std, strict=True)] for sign in (-1, 1))
        line = BlockLine(SPLIT, summary.mean, low, high)
        snippet = block_metrics_snippet(result, metric)
        figures.append(by_block_figure(ByBlockInfo(metric, blocks, (line,), snippet=snippet)))
    return figures


def measured_on(result: Json) -> str:
    """The images that were used, and the block convention."""
    convention = str((result.get("provenance") or {}).get("convention") or "")
    parts = [f"{result['samples']} {SPLIT} images", *([convention] if convention else [])]
    return f"Measured on {', '.join(parts)}."

"""Preview of the Blocks page: the claim, and cosine loss and ℓ2 ratio by block, as HTML that needs no script."""

from html import escape

from iterscope_dashboard.components import SPLIT_LEGEND, PanelText
from iterscope_dashboard.curves import claim_at
from iterscope_dashboard.figures.by_block import by_block_figure, by_block_info
from iterscope_dashboard.figures.overlay import overlays_of
from iterscope_dashboard.pages.base import PageContext, all_runs
from iterscope_dashboard.pages.blocks_state import choose_runs, load_curves, read_epoch, read_view
from iterscope_dashboard.pages.blocks_text import COSINE, RATIO, VERDICTS
from iterscope_dashboard.picture import picture

PANELS = {"cosine_loss": COSINE, "l2_ratio": RATIO}
SPREADS = tuple(f"{metric}_std" for metric in PANELS)


async def preview(context: PageContext) -> str:
    """The preview as HTML; empty, so that grey shapes are shown, if the address asks for more than plain curves."""
    client, query = context.client, context.query
    runs = await all_runs(client)
    if not runs:
        return ""
    choice = choose_runs(runs, query)
    curves = await load_curves(client, choice, (*PANELS, *SPREADS))
    if not curves.epochs:
        return ""
    epoch = read_epoch(query, curves)
    view = read_view(query, choice, runs, None)
    claim = claim_at(curves, epoch)
    if query.notices or view["pin"] or view["update"] != "branch" or claim is None:
        return ""
    overlays = overlays_of(choice.groups)
    figures = [by_block_figure(by_block_info(curves, metric, epoch, overlays)) for metric in PANELS]
    for figure in figures:
        figure.data = [trace for trace in figure.data if view["split"] in ("both", trace["meta"]["split"])]
    pictures = [picture(figure) for figure in figures]
    if not all(pictures):
        return ""
    beside = _legend() if not overlays else ""
    if curves.merged and not overlays:
        beside = f'<span class="panel-badge">n = {curves.merged.n}</span>{beside}'
    panels = "".join(_panel(text, beside, drawn) for text, drawn in zip(PANELS.values(), pictures, strict=True))
    return (
        f'<div class="page-head"><h1 class="page-title">Blocks</h1><span class="control-label">run</span>{escape(choice.run.name)}</div>'
        f'<div class="claim"><span class="verdict verdict-{claim.verdict}">{VERDICTS[claim.verdict]}</span>'
        f"<p><span>{escape(claim.sentence)}</span></p></div>"
        f'<div class="bone scrub-bone"></div><div class="grid three">{panels}<div class="bone"></div></div>'
    )


def _panel(text: PanelText, beside: str, drawn: str) -> str:
    return (
        f'<div class="panel"><div class="panel-head"><h2 class="panel-title">{escape(text.title)}</h2>{beside}</div>'
        f'<div class="graph-box tall">{drawn}</div></div>'
    )


def _legend() -> str:
    entries = "".join(
        f'<span class="legend-entry"><span class="stroke {entry.dash}" style="border-top-color: {entry.colour}"></span>{entry.name}</span>'
        for entry in SPLIT_LEGEND
    )
    return f'<div class="panel-legend">{entries}</div>'

"""The table of runs: AG Grid's columns and rows. assets/2_runs.js renders the cells."""

import math
from collections.abc import Sequence
from typing import Any

import dash_ag_grid as dag

from iterscope_dashboard.client import Json
from iterscope_dashboard.components import STATUS_KINDS, STATUS_MEANINGS, duration
from iterscope_dashboard.ids import Runs as Ids
from iterscope_dashboard.model import Run
from iterscope_dashboard.run_curves import Curves, spark
from iterscope_dashboard.state import Query, link

SORTABLE = (
    "name",
    "status",
    "architecture",
    "dataset",
    "seed",
    "epoch",
    "accuracy",
    "loss",
    "blocks",
    "tags",
    "created",
)
NEWEST_FIRST = "-created"
TALL = 12  # rows; with more, the table scrolls
THEME = (
    "themeQuartz.withParams({backgroundColor: 'var(--surface)', foregroundColor: 'var(--ink)', borderColor: 'var(--line)', "
    "headerBackgroundColor: 'var(--surface)', headerTextColor: 'var(--muted)', accentColor: 'var(--accent)', "
    "rowHoverColor: 'var(--sunken)', selectedRowBackgroundColor: 'var(--accent-soft)', menuBackgroundColor: 'var(--surface)', "
    "inputBackgroundColor: 'var(--surface)', inputPlaceholderTextColor: 'var(--mantine-color-placeholder)', "
    "browserColorScheme: 'inherit', fontFamily: 'inherit', fontSize: 13.5, headerFontSize: 12.5, spacing: 6, rowHeight: 46, "
    "wrapperBorder: false, wrapperBorderRadius: 8, checkboxUncheckedBorderColor: 'var(--muted)'})"
)


def read_sort(query: Query) -> str:
    """`sort=accuracy` or `sort=-accuracy` (descending)."""
    return query.choice("sort", [sign + name for name in SORTABLE for sign in ("", "-")], NEWEST_FIRST)


def columns(sort: str) -> list[Json]:
    """The column definitions; on a narrow page AG Grid scrolls sideways."""
    text, numeric = {"filter": "agTextColumnFilter"}, {"filter": "agNumberColumnFilter", "type": "rightAligned"}
    unsearched = {"getQuickFilterText": {"function": "''"}}
    found: list[Json] = [
        {"field": "name", "headerName": "run", "cellRenderer": "RunName", "pinned": "left", "width": 250, **text},
        {"field": "status", "headerName": "status", "cellRenderer": "RunStatus", "width": 134, **text},
        {"field": "epoch", "headerName": "epoch", "cellRenderer": "RunProgress", "width": 158, "filter": "agNumberColumnFilter"},
        {"field": "spark", "headerName": "accuracy by epoch", "cellRenderer": "RunSpark", "cellDataType": False, "sortable": False,
         "width": 156, **unsearched},
        {"field": "accuracy", "headerName": "accuracy", "width": 104, **numeric,
         "valueFormatter": {"function": "params.value == null ? '–' : d3.format('.1f')(params.value) + ' %'"}},
        {"field": "loss", "headerName": "loss", "width": 84, **numeric,
         "valueFormatter": {"function": "params.value == null ? '–' : d3.format('.3f')(params.value)"}},
        {"field": "tags", "headerName": "tags", "editable": True, "cellRenderer": "RunTags", "width": 140, **text,
         "headerTooltip": "Double-click or press Enter to edit; separate tags with commas"},
        {"field": "notes", "headerName": "notes", "editable": True, "minWidth": 158, "flex": 1, "tooltipField": "notes", **text,
         "cellEditor": "agLargeTextCellEditor", "cellEditorPopup": True, "cellEditorParams": {"maxLength": 100_000},
         "headerTooltip": "Double-click or press Enter to edit; Shift+Enter inserts a new line"},
        {"field": "architecture", "headerName": "architecture", "width": 170, **text},
        {"field": "dataset", "headerName": "data", "width": 112, **text},
        {"field": "seed", "headerName": "seed", "width": 78, **numeric},
        {"field": "blocks", "headerName": "blocks", "width": 84, **numeric},
        {"field": "created", "headerName": "started", "width": 164, **text,
         "valueFormatter": {"function": "params.value.slice(0, 16).replace('T', ' ')"}},
        {"field": "action", "headerName": "action", "cellRenderer": "RunAction", "sortable": False, "width": 92, "pinned": "right",
         **unsearched,
         "headerTooltip": "Stop or delete"},
    ]  # fmt: skip
    for column in found:
        if column["field"] == sort.lstrip("-"):
            column["sort"] = "desc" if sort.startswith("-") else "asc"
    return found


def filter_kinds() -> dict[str, str]:
    """The kind of filter of each column: "text" or "number"."""
    kinds = {"agTextColumnFilter": "text", "agNumberColumnFilter": "number"}
    return {column["field"]: kinds[column["filter"]] for column in columns("") if "filter" in column}


def finite(value: float, factor: float = 1.0) -> float | None:
    """The value times `factor`, or None if it is not finite, because JSON has no NaN."""
    return factor * value if math.isfinite(value) else None


def row(run: Run, curves: Curves) -> Json:
    """The cell values of a run."""
    left = f"{duration(run.seconds_left)} left" if run.seconds_left is not None else ""
    speed = f"{run.images_per_second:.0f} images/s" if run.images_per_second else ""
    seed = "" if run.imported or run.seed is None else f"seed {run.seed}"
    running = run.status == "running"
    return {
        "id": run.id,
        "name": run.name,
        "href": link("/blocks", run=run.id),
        "note": " · ".join(part for part in (run.recipe, seed, run.id) if part),
        "status": run.status,
        "kind": STATUS_KINDS.get(run.status, "plain"),
        "meaning": STATUS_MEANINGS.get(run.status, run.status),
        "epoch": run.epoch,
        "epochs": "–" if run.imported else f"{run.epoch if run.epoch is not None else '–'} / {run.epochs}",
        "fraction": run.fraction if running else None,
        "progress": " · ".join(part for part in (speed, left) if part) if running else "",
        "error": run.error or "",
        "spark": [] if run.imported else spark(curves.get(run.id)),
        "accuracy": finite(run.validation_accuracy, 100),
        "loss": finite(run.validation_loss),
        "tags": ", ".join(run.tags),
        "notes": run.notes,
        "architecture": run.architecture,
        "dataset": run.dataset,
        "seed": run.seed,
        "blocks": len(run.blocks) or None,
        "created": run.created_at,
        "action": "stop" if run.active else "delete",
    }


def rows(runs: Sequence[Run], curves: Curves) -> list[Json]:
    """One row per run."""
    return [row(run, curves) for run in runs]


def height(count: int) -> str:
    """The height of the table for `count` rows, at most TALL."""
    return f"{46 * min(max(count, 1), TALL) + 64}px"


def grid(runs: Sequence[Run], curves: Curves, sort: str, quick: str, where: Json, selected: Sequence[str]) -> Any:
    """The table itself; `where`: AG Grid's filter model."""
    return dag.AgGrid(
        id=Ids.TABLE,
        columnDefs=columns(sort),
        rowData=rows(runs, curves),
        getRowId="params.data.id",
        defaultColDef={"sortable": True, "resizable": True, "suppressHeaderMenuButton": False},
        filterModel=where,
        selectedRows={"ids": list(selected)},
        style={"height": height(len(runs))},
        dashGridOptions={
            "theme": {"function": THEME},
            "rowSelection": {"mode": "multiRow", "selectAll": "filtered"},
            "selectionColumnDef": {"pinned": "left", "width": 44},
            "quickFilterText": quick,
            "quickFilterParser": {"function": "[params]"},  # the typed words as one phrase
            "animateRows": False,
            "stopEditingWhenCellsLoseFocus": True,
            "tooltipShowDelay": 500,
            "enableCellTextSelection": True,
            "ensureDomOrder": True,
            "localeText": {"noRowsToShow": "No runs match.", "noMatchingRows": "No runs match."},
        },
    )


def split_tags(text: str | None) -> list[str]:
    """ "a, b,, a" → a, b."""
    return list(dict.fromkeys(tag for tag in (part.strip() for part in (text or "").split(",")) if tag))


def selected_ids(selected: Any) -> list[str]:
    """The selected run ids: AG Grid returns rows; a selection set by the server is {"ids": […]}."""
    if isinstance(selected, dict):
        return [str(id) for id in selected.get("ids") or ()]
    return [str(row["id"]) for row in selected or ()]

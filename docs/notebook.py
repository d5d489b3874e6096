"""`python -m docs.notebook`: executes docs/notebooks/first_look.ipynb and keeps its outputs."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).parent / "notebooks" / "first_look.ipynb"
SECONDS = 600
"""For one cell, on a busy machine."""


def executed(folder: Path) -> nbformat.NotebookNode:
    """The notebook with fresh outputs, run in `folder`. Raises CellExecutionError, with the traceback, if a cell fails."""
    notebook: nbformat.NotebookNode = nbformat.reads(NOTEBOOK.read_text(encoding="utf-8"), as_version=4)
    NotebookClient(
        notebook, timeout=SECONDS, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    ).execute()
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)  # times of day: no two runs would give the same file
    return notebook


def main() -> None:
    NOTEBOOK.write_text(nbformat.writes(executed(NOTEBOOK.parent)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

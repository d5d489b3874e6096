"""`python -m docs.notebook [NAME …]`: executes the notebooks in docs/notebooks, or those of these names, and keeps their outputs."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # reading nbformat takes seconds, which every process that only lists the notebooks would spend
    import nbformat

NOTEBOOKS = sorted((Path(__file__).parent / "notebooks").glob("*.ipynb"))
SECONDS = 600
"""For one cell, on a busy machine."""


def read(path: Path) -> nbformat.NotebookNode:
    """A notebook with the outputs that it was kept with."""
    import nbformat

    found: nbformat.NotebookNode = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
    return found


def executed(path: Path, folder: Path) -> nbformat.NotebookNode:
    """The notebook with fresh outputs, run in `folder`; figures are SVG. Raises CellExecutionError, with the traceback, if a cell fails."""
    from nbclient import NotebookClient

    notebook = read(path)
    client = NotebookClient(
        notebook, timeout=SECONDS, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    )
    client.execute(env={**os.environ, "PLOTLY_RENDERER": "svg"})
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)  # times of day: no two runs would give the same file
    return notebook


def main() -> None:
    import nbformat

    for path in NOTEBOOKS:
        if not sys.argv[1:] or path.stem in sys.argv[1:]:
            with TemporaryDirectory() as folder:
                path.write_text(nbformat.writes(executed(path, Path(folder))) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

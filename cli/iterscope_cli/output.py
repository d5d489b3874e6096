"""Tables, JSON and progress bars."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from iterscope_guard.text import one_line, visible

PLAIN_WIDTH = 160
"""Width of a table in characters, if standard output is a file or pipe."""


def print_json(value: Any) -> None:
    """Print one JSON document to standard output; NaN becomes null, infinities become strings."""
    print(json.dumps(plain(value), allow_nan=False))


def say(text: str, *, error: bool = False) -> None:
    """Print a sentence that may hold names from files: to standard output, or to standard error."""
    print(visible(text), file=sys.stderr if error else sys.stdout)


def plain(value: Any) -> Any:
    """Convert to plain JSON values: NaN becomes null, infinities become "Infinity" and "-Infinity"."""
    if isinstance(value, float):
        if math.isnan(value):
            return None
        return value if math.isfinite(value) else ("Infinity" if value > 0 else "-Infinity")
    if isinstance(value, dict):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    return value


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print a table to standard output: numbers right-aligned, floats with four digits. No text is read as Rich's markup or emoji."""
    console = Console(width=None if sys.stdout.isatty() else PLAIN_WIDTH)
    console.print(Text(visible(title)), soft_wrap=True)
    table = Table()
    for position, column in enumerate(columns):
        numeric = all(isinstance(row[position], int | float) for row in rows)
        table.add_column(Text(one_line(column)), justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(format_cell(cell)) for cell in row))
    console.print(table)


def format_cell(value: Any) -> str:
    """The text of a table cell: floats with four digits, undefined values as a dash, names without characters that deceive."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "–"
    return f"{value:.4f}" if isinstance(value, float) else one_line(str(value))


@contextmanager
def progress_bar(title: str) -> Iterator[Callable[[float], None]]:
    """Show a progress bar on standard error if it is a terminal. Yields a callback that takes the fraction done, 0 to 1."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TextColumn("{task.percentage:3.0f} %"))
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(one_line(title), total=1.0)
        yield lambda share: bar.update(task, completed=share)

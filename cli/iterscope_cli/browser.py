"""A headless Chromium for what only a browser draws: figures as SVG (through Kaleido), and a page as PDF."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from iterscope_cli.errors import CommandError

if TYPE_CHECKING:
    from iterscope_dashboard.figures.figure import Figure

PDF_SECONDS = 180.0
_QUIET = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-sync")
_LINK = re.compile(r'\s(?:xlink:)?href="(?!#|data:)[^"]*"')
"""What a figure's text could refer to outside the file."""


class Draw(Protocol):
    """A figure as the text of an `<svg>` element."""

    def __call__(self, figure: Figure, width: int, height: int) -> str: ...


def find_browser() -> Path:
    """Chromium, Chrome or a relative of theirs, where Kaleido finds it too; `CommandError` names the remedy."""
    from choreographer.browsers.chromium import Chromium

    found = Chromium.find_browser(skip_local=False)
    if not found or not Path(found).is_file():
        raise CommandError(
            "figures and PDFs are drawn by Chromium or Chrome, and none is found"
            + (f" at BROWSER_PATH={found}" if found else "")
            + ": install one (apt-get install chromium, or `kaleido_get_chrome`), or name it in BROWSER_PATH"
        )
    return Path(found)


@contextmanager
def drawing() -> Iterator[Draw]:
    """While entered, one browser stays open that draws figure after figure; it asks no other machine for anything."""
    import kaleido

    browser = find_browser()  # before the server's thread, which would wait for ever without one
    kaleido.start_sync_server(path=str(browser), mathjax=False)
    count = 0

    def draw(figure: Figure, width: int, height: int) -> str:
        nonlocal count
        count += 1
        options = {"format": "svg", "width": width, "height": height}
        return inline_svg(kaleido.calc_fig_sync(figure.checked(), opts=options).decode(), f"f{count}")

    try:
        yield draw
    finally:
        kaleido.stop_sync_server()


def inline_svg(text: str, mark: str) -> str:
    """An SVG file's text as an element among others in a page: no prolog, no links outwards, ids all its own."""
    svg = _LINK.sub("", text[text.index("<svg") :])
    if found := re.search(r'id="defs-([0-9a-f]+)"', svg):
        svg = svg.replace(found[1], f"{found[1]}{mark}")
    return svg


def write_pdf(page: Path, target: Path) -> None:
    """Print an HTML file; `target` is whole or as it was. `CommandError` where the browser fails."""
    browser = find_browser()
    with tempfile.TemporaryDirectory(prefix="iterscope-pdf-") as folder:
        printed = Path(folder) / "report.pdf"
        command: Sequence[str] = [
            str(browser),
            *_QUIET,
            f"--user-data-dir={folder}/profile",
            "--no-pdf-header-footer",
            f"--print-to-pdf={printed}",
            page.absolute().as_uri(),
        ]
        try:
            found = subprocess.run(command, capture_output=True, text=True, timeout=PDF_SECONDS, check=False)
        except subprocess.TimeoutExpired as error:
            raise CommandError(f"{browser} has not printed the PDF within {PDF_SECONDS:.0f} s") from error
        if not printed.is_file():
            last = next(reversed(found.stderr.strip().splitlines()), f"exit code {found.returncode}")
            raise CommandError(f"{browser} can't print the PDF: {last}")
        write_whole(target, printed.read_bytes())


def write_whole(target: Path, content: bytes) -> None:
    """Write to a temporary name and rename: `target` is whole or as it was."""
    temporary = target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(content)
        temporary.replace(target)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise CommandError(f"{target} can't be written: {error.strerror or error}") from error

"""A headless Chromium that draws figures as SVG (through Kaleido) and prints a page as PDF."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from iterscope_cli.errors import CommandError

if TYPE_CHECKING:
    from iterscope_dashboard.figures.figure import Figure

PDF_SECONDS = 180.0
_QUIET = ("--headless", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-sync")
_NO_SANDBOX = "--no-sandbox"
_LINK = re.compile(r'\s(?:xlink:)?href="(?!#|data:)[^"]*"')
"""References in a figure's text that could point outside the file."""


class Draw(Protocol):
    """Draws a figure as the text of an `<svg>` element."""

    def __call__(self, figure: Figure, width: int, height: int) -> str: ...


def find_browser() -> Path:
    """The path of Chromium, Chrome or a similar browser, found as Kaleido finds it. Raises a CommandError that names the remedy."""
    from choreographer.browsers.chromium import Chromium

    found = Chromium.find_browser(skip_local=False)
    if not found or not Path(found).is_file():
        raise CommandError(
            "drawing figures and PDFs needs Chromium or Chrome, and none was found"
            + (f" at BROWSER_PATH={found}" if found else "")
            + ": install one (apt-get install chromium, or `kaleido_get_chrome`), or set BROWSER_PATH to its path"
        )
    return Path(found)


@lru_cache
def can_sandbox(browser: Path) -> bool:
    """Whether the browser runs with its sandbox here; if not, this is said once, on standard error.

    Chromium refuses it to root, and containers often don't allow the namespaces that it needs: then it ends at once.
    """
    reason = "this is root"
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        with tempfile.TemporaryDirectory(prefix="iterscope-pdf-") as folder:
            command = [str(browser), *_QUIET, f"--user-data-dir={folder}", "--dump-dom", "about:blank"]
            try:
                found = subprocess.run(command, capture_output=True, text=True, timeout=PDF_SECONDS, check=False)
            except subprocess.TimeoutExpired:
                return True  # it runs, though slowly
        if found.returncode == 0 or "sandbox" not in found.stderr.lower():
            return True
        reason = "this system doesn't allow it (no namespaces for users)"
    print(f"note: {browser.name} draws without its sandbox, because {reason}", file=sys.stderr)
    return False


@contextmanager
def drawing() -> Iterator[Draw]:
    """A context in which one browser stays open and draws figures; it makes no network requests to other machines."""
    import kaleido

    browser = find_browser()  # before the server thread starts, which would wait forever without a browser
    kaleido.start_sync_server(path=str(browser), mathjax=False, enable_sandbox=can_sandbox(browser))
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
    """The text of an SVG file as an element of a page: without prolog and external links, and with unique ids."""
    svg = _LINK.sub("", text[text.index("<svg") :])
    if found := re.search(r'id="defs-([0-9a-f]+)"', svg):
        svg = svg.replace(found[1], f"{found[1]}{mark}")
    return svg


def write_pdf(page: Path, target: Path) -> None:
    """Print an HTML file as PDF. `target` is replaced only by a complete file. Raises CommandError if the browser fails."""
    browser = find_browser()
    with tempfile.TemporaryDirectory(prefix="iterscope-pdf-") as folder:
        printed = Path(folder) / "report.pdf"
        command: Sequence[str] = [
            str(browser),
            *_QUIET,
            *([] if can_sandbox(browser) else [_NO_SANDBOX]),
            f"--user-data-dir={folder}/profile",
            "--no-pdf-header-footer",
            f"--print-to-pdf={printed}",
            page.absolute().as_uri(),
        ]
        try:
            found = subprocess.run(command, capture_output=True, text=True, timeout=PDF_SECONDS, check=False)
        except subprocess.TimeoutExpired as error:
            raise CommandError(
                f"{browser} did not print the PDF within {PDF_SECONDS:.0f} s: write the report as .html instead"
            ) from error
        if not printed.is_file():
            last = next(reversed(found.stderr.strip().splitlines()), f"exit code {found.returncode}")
            raise CommandError(f"{browser} can't print the PDF: {last}; write the report as .html instead")
        write_whole(target, printed.read_bytes())


def write_whole(target: Path, content: bytes) -> None:
    """Write to a temporary name and rename, so that `target` is never incomplete."""
    temporary = target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(content)
        temporary.replace(target)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise CommandError(f"{target} can't be written: {error.strerror or error}") from error

"""SVG and PDF by a real headless browser."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from iterscope_cli.browser import can_sandbox, drawing, find_browser, inline_svg, write_pdf
from iterscope_cli.errors import CommandError
from iterscope_dashboard.figures.figure import Figure


def figure(name: str) -> Figure:
    drawn = Figure(showlegend=True)
    drawn.add_scatter(x=[0, 1, 2], y=[1.0, 0.5, 0.2], name=name, showlegend=True)
    return drawn


@pytest.mark.browser
def test_figures_are_vectors_that_refer_to_nothing_outside() -> None:
    with drawing() as draw:
        first, second = (draw(figure('<a href="https://example.org">a &amp; b</a>'), 400, 300) for _ in range(2))
    for svg in (first, second):
        root = ElementTree.fromstring(svg)
        assert root.tag.endswith("svg")
        assert (root.get("width"), root.get("height")) == ("400", "300")
        assert not re.findall(r'href="(?!#|data:)', svg)
        assert "<path" in svg
        assert "<script" not in svg
    ids = [set(re.findall(r'\bid="([^"]+)"', svg)) for svg in (first, second)]
    assert ids[0]
    assert not ids[0] & ids[1]  # both may stand in one page


def test_an_svg_file_becomes_an_element() -> None:
    file = '<?xml version="1.0"?>\n<svg><defs id="defs-0a1b2c"/><g clip-path="url(#clip0a1b2cxy)"/><a xlink:href="http://x/"/></svg>'
    assert inline_svg(file, "f1") == '<svg><defs id="defs-0a1b2cf1"/><g clip-path="url(#clip0a1b2cf1xy)"/><a/></svg>'


@pytest.mark.browser
def test_a_page_is_printed(tmp_path: Path) -> None:
    page, target = tmp_path / "page ünd #1.html", tmp_path / "new" / "page.pdf"
    page.write_text("<!DOCTYPE html><title>t</title><p>Iterscope</p>")
    write_pdf(page, target)
    assert target.read_bytes().startswith(b"%PDF-")
    assert [path.name for path in target.parent.iterdir()] == ["page.pdf"]


def test_without_a_browser_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROWSER_PATH", "/nowhere/chromium")
    with pytest.raises(CommandError, match=r"none was found at BROWSER_PATH=/nowhere/chromium: install one"):
        find_browser()


@pytest.mark.parametrize(
    ("user", "script", "sandboxed", "said"),
    [
        (0, "exit 0", False, "this is root"),
        (1000, "exit 0", True, ""),
        (1000, "echo 'No usable sandbox!' >&2; exit 1", False, "doesn't allow it"),
        (1000, "echo 'out of memory' >&2; exit 1", True, ""),  # printing says what is wrong
    ],
)
def test_the_sandbox_is_left_out_only_where_it_is_impossible(
    tmp_path: Path, user: int, script: str, sandboxed: bool, said: str, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    browser = tmp_path / "chromium"
    browser.write_text(f'#!/bin/sh\ncase "$*" in *--no-sandbox*) exit 9;; esac\n{script}\n')
    browser.chmod(0o755)
    monkeypatch.setattr("os.geteuid", lambda: user)
    for _ in range(2):
        assert can_sandbox(browser) is sandboxed
    told = capsys.readouterr().err
    assert told.count("note: chromium draws without its sandbox") == (0 if sandboxed else 1)
    assert said in told

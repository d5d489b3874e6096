"""Figures as PDF: vector, in our font, and blind to everything outside the figure."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from iterscope_dashboard.app import create_app
from iterscope_dashboard.figure_files import MAX_BYTES, FigureError, pdf_of
from iterscope_dashboard.settings import Settings
from iterscope_dashboard.theme import FONT

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="300" height="100">'
    '<clipPath id="box"><rect width="300" height="100"/></clipPath>'
    '<g clip-path="url(#box)"><path d="M0,0L300,100" stroke="#3b78e7"/></g>{}'
    '<text x="10" y="50" font-family="Inter, system-ui, sans-serif">ℓ2 ‖Fᵢ₊₁‖ ∂L −0.1 α ±3 %</text></svg>'
)


def contents(pdf: bytes) -> bytes:
    """Every stream of a PDF, unpacked."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    unpacked = []
    for stream in streams:
        try:
            unpacked.append(zlib.decompress(stream))
        except zlib.error:
            unpacked.append(stream)
    return pdf + b"".join(unpacked)


@pytest.fixture
def browser() -> Iterator[TestClient]:
    with TestClient(create_app(Settings(backend="http://127.0.0.1:9")), base_url="http://localhost:8050") as client:
        yield client


def fonts(pdf: bytes) -> set[str]:
    return {name.decode() for name in re.findall(rb"/FontName/[A-Z]+\+([\w-]+)", contents(pdf))}


def test_lines_stay_lines_and_text_is_set_in_the_shipped_typeface() -> None:
    pdf = pdf_of(SVG.format("").encode())
    assert pdf.startswith(b"%PDF-")
    assert b"/Subtype/Image" not in contents(pdf)
    assert fonts(pdf) == {"Inter-Regular"}  # it has every sign: nothing falls back to another
    heavy = SVG.format('<text y="9" font-family="Inter" font-weight="600">53</text>')
    assert fonts(pdf_of(heavy.encode())) == {"Inter-Regular", "Inter-SemiBold"}


def test_figures_of_every_page_ask_for_the_typeface() -> None:
    svg = SVG.replace("Inter, system-ui, sans-serif", FONT.replace('"', "'")).format("")
    assert fonts(pdf_of(svg.encode())) == {"Inter-Regular"}


@pytest.mark.parametrize(
    "part",
    [
        '<image xlink:href="file:///etc/hostname" width="9" height="9"/>',
        '<image href="http://127.0.0.1:9/a.png" width="9" height="9"/>',
        '<image href="main.typ" width="9" height="9"/>',
        '<image href="&#104;ttp://127.0.0.1:9/a.png" width="9" height="9"/>',
        '<rect width="9" height="9" fill="url(http://127.0.0.1:9/a.svg#b)"/>',
    ],
)
def test_a_figure_reaches_nothing_outside_itself(part: str) -> None:
    with pytest.raises(FigureError, match="outside itself"):
        pdf_of(SVG.format(part).encode())


BLUR = "feGaussianBlur stdDeviation='20'/"


@pytest.mark.parametrize(
    "part",
    [
        f'<filter id="f"><{BLUR}></filter>',
        f'<filter\nid="f"><{BLUR}></filter>',
        f'<q:filter xmlns:q="http://www.w3.org/2000/svg" id="f"><q:{BLUR}></q:filter>',
        f'<filter xmlns="urn:other" id="f"><{BLUR}></filter>',
        '<rect width="9" height="9" filter="blur(20)"/>',
        '<rect width="9" height="9" style="fill:red;filter:blur(20px)"/>',
        '<rect width="9" height="9" style="f&#105;lter:blur(20px)"/>',
        "<style>rect { filter/**/: blur(20px) }</style>",
        "<style><![CDATA[rect { filter: blur(20px) }]]></style>",
    ],
)
def test_a_figure_with_a_filter_is_refused(part: str) -> None:
    with pytest.raises(FigureError, match="has a filter"):
        pdf_of(SVG.format(part).encode())


def test_a_figure_may_speak_of_filters() -> None:
    assert pdf_of(SVG.format('<text id="filter">filter = 3, &lt;filter&gt;</text>').encode()).startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("svg", "reason"),
    [
        (b"", "is not SVG"),
        (b"%PDF-1.7", "is not SVG"),
        (b"<!DOCTYPE svg [<!ENTITY a 'b'>]><svg/>", "is not SVG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><g></svg>", "cannot be read as SVG"),
        (b"<svg>" + b" " * MAX_BYTES, "at most"),
    ],
)
def test_what_is_no_figure_is_refused_in_words(svg: bytes, reason: str) -> None:
    with pytest.raises(FigureError, match=reason):
        pdf_of(svg)


def test_the_route_answers_with_a_pdf_or_a_reason(browser: TestClient) -> None:
    answer = browser.post("/figure.pdf", content=SVG.format("").encode())
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert "is not SVG" in browser.post("/figure.pdf", content=b"hello").json()["refused"]
    assert "at most" in browser.post("/figure.pdf", content=b"<svg>" + b" " * MAX_BYTES).json()["refused"]
    elsewhere = {"origin": "http://evil.example"}
    assert browser.post("/figure.pdf", content=SVG.format("").encode(), headers=elsewhere).status_code == 403

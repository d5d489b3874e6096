"""Names with terminal escapes and bidirectional marks, on the way to a terminal, a log, a report and a page."""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Callable

import httpx2
import orjson
import pytest
from rich.console import Console

from iterscope_cli import output
from iterscope_cli.main import main
from iterscope_cli.report_template import escape
from iterscope_dashboard.client import BackendClient, loaded, problem_of
from iterscope_guard.logs import VisibleFormatter
from iterscope_trainer.console import ConsoleLogger, progress_display

NAME = "run\x1b[2J\u202egpj.\n"
SHOWN = "run\\x1b[2J\\u202egpj."


@pytest.mark.parametrize(
    "show",
    [
        lambda: output.say(NAME),
        lambda: output.say(NAME, error=True),
        lambda: output.print_table(NAME, ("name",), [("x",)]),
        lambda: output.print_table("Runs", ("name",), [(NAME,)]),
    ],
)
def test_a_terminal_gets_no_escape_of_a_name(show: Callable[[], None], capsys: pytest.CaptureFixture[str]) -> None:
    show()
    printed = "".join(capsys.readouterr())
    assert SHOWN in printed
    assert "\x1b" not in printed
    assert "\u202e" not in printed


MARKUP = "[/x] [link=https://evil.example]demo[/link] :bug:"


def test_nothing_that_is_printed_is_read_as_markup(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_table(MARKUP, (MARKUP,), [(MARKUP,)])
    assert capsys.readouterr().out.count(MARKUP) == 3


def test_progress_shows_names_letter_by_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Console(file=io.StringIO(), force_terminal=True, width=120, color_system=None)
    with progress_display(screen) as bar:
        logger = ConsoleLogger(bar, MARKUP)
        logger.decoding(0.5)
        bar.refresh()
        logger.log_epoch(1, {}, {})
    assert f"{MARKUP}: reading images" in screen.file.getvalue()
    assert f"{MARKUP}: epoch   1" in screen.file.getvalue()
    screen.file.truncate(0)
    monkeypatch.setattr(output, "Console", lambda **_: screen)
    with output.progress_bar(MARKUP) as progress:
        progress(0.5)
    assert MARKUP in screen.file.getvalue()


def test_errors_and_warnings_are_escaped(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warnings, "formatwarning", warnings.formatwarning)
    monkeypatch.setattr("sys.argv", ["iterscope", "import", f"/nowhere/{NAME.strip()}.pth"])
    with pytest.raises(SystemExit):
        main()
    assert SHOWN in capsys.readouterr().err
    assert SHOWN in warnings.formatwarning(f"unknown tensor {NAME}", UserWarning, "file.py", 1)


def test_a_log_line_and_a_report_are_escaped() -> None:
    record = logging.LogRecord("x", logging.INFO, "x.py", 1, "run %s", (NAME,), None)
    assert SHOWN in VisibleFormatter("%(message)s").format(record)
    assert escape(f"<b>{NAME}</b>") == f"&lt;b&gt;{SHOWN}\n&lt;/b&gt;"


def test_pages_get_names_escaped_and_references_as_they_are() -> None:
    value = {"name": NAME, "dataset": "folder:/x\u200e", "class_names": ["a\u202e"], "n": [1.5, None]}
    shown = loaded(orjson.dumps(value))
    assert shown == {"name": f"{SHOWN}\n", "dataset": "folder:/x\u200e", "class_names": ["a\\u202e"], "n": [1.5, None]}
    plain = {"name": "Müsli 👩\u200d💻", "n": [0.5]}
    assert loaded(orjson.dumps(plain)) == plain


def test_the_paper_pages_data_sets_can_be_sent_back(run_async: Callable[..., object]) -> None:
    datasets = {"first": "folder:/x\u202e", "second": None, "choices": ["digits", "folder:/x\u202e"]}
    answer = httpx2.Response(200, json={"datasets": datasets, "claims": [{"text": NAME}]})

    async def ask() -> object:
        client = BackendClient("http://127.0.0.1:9")
        client._client._transport = httpx2.MockTransport(lambda _request: answer)
        try:
            return await client.paper(None, None)
        finally:
            await client.close()

    assert run_async(ask()) == {"datasets": datasets, "claims": [{"text": f"{SHOWN}\n"}]}


def test_the_backends_refusals_are_escaped() -> None:
    problem = problem_of(httpx2.Response(422, json={"title": "t", "detail": f"tensor {NAME}", "problems": [NAME]}))
    assert SHOWN in problem.detail
    assert SHOWN in problem.problems[0]

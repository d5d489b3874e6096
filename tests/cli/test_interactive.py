"""`iterscope report --interactive` without a browser: which stories the file holds, and how its views find a measurement."""

from __future__ import annotations

import pytest

from iterscope_cli.interactive import _latest, question_of
from tests.cli.conftest import invoke


def test_the_image_that_was_corrected_latest_is_told() -> None:
    """The one that the Examples page shows first, though others are listed before it."""
    items = [{"index": index, "corrected_by": by} for index, by in enumerate([None, 7, 8, None, 8])]
    assert [item["index"] for item in _latest(items)] == [2]
    assert [item["index"] for item in _latest([items[0], items[3]])] == [0]
    assert _latest([]) == []


def test_a_question_has_the_name_that_the_views_give_it() -> None:
    """Options in order, those with the default value too, whole numbers without a point, and none that are null."""
    asked = {
        "steps": 20,
        "scale": 1.0,
        "block": 5,
        "checkpoint": "c1",
        "limit": None,
        "borderline": {"threshold": 0.1, "reference": "last5"},
    }
    name = question_of("unroll", asked)
    assert name.startswith('unroll {"block":5,"borderline":{"reference":"last5","threshold":0.1},"checkpoint":"c1",')
    assert '"scale":1,' in name
    assert '"split":"validation"' in name
    assert "limit" not in name
    assert question_of("unroll", dict(reversed(asked.items()))) == name


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "name the runs to show: `iterscope runs list` shows their ids"),
        (["latest", "--output=net.pdf"], "the name of the file, net.pdf, must end in .html"),
    ],
)
def test_impossible_files_say_why(arguments: list[str], message: str) -> None:
    found = invoke("report", "--interactive", *arguments)
    assert found.exit_code == 1
    assert message in str(found.exception)

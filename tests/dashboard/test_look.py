"""What all pages have in common: one scale of sizes, and panels that explain themselves."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import iterscope_dashboard
from iterscope_dashboard.components import PanelText, in_the_paper

STYLES = sorted((Path(iterscope_dashboard.__file__).parent / "assets").glob("*.css"))


@pytest.mark.parametrize("file", STYLES, ids=lambda file: file.name)
def test_every_size_of_type_is_of_the_scale(file: Path) -> None:
    strays = re.findall(r"font-size: \d[^;]*", file.read_text())
    assert not strays, f"{file.name}: {strays}; use one of the --text-… variables of style.css"


def test_nothing_moves_without_end() -> None:
    """Without a GPU, each frame takes time from what is computed: an edit's gradients took 3.3 s instead of 2.6 s."""
    views = Path(__file__).parents[2] / "views" / "src" / "styles"
    files = [*STYLES, *views.glob("*.css")]
    assert len(files) > 10
    assert [file.name for file in files if re.search(r"animation[^;]*\binfinite\b", file.read_text())] == []


def test_every_panel_has_a_sentence_and_a_formula() -> None:
    names = [module.name for module in pkgutil.walk_packages(iterscope_dashboard.__path__, "iterscope_dashboard.")]
    modules = [importlib.import_module(name) for name in names if not name.endswith("__main__")]
    texts = {id(value): value for module in modules for value in vars(module).values() if isinstance(value, PanelText)}
    assert len(texts) > 2
    for text in texts.values():
        assert text.help.rstrip().endswith((".", "?")), text.title
        assert text.formula, text.title


def test_a_panel_says_where_the_paper_speaks_of_it() -> None:
    said = in_the_paper(PanelText("Cosine loss", "Down.", "cos", section="4.1", figures=(4, 10)))
    assert said[0] == "arXiv:1710.04773, section 4.1"
    assert [part.href for part in said if hasattr(part, "href")] == ["/paper#paper-fig4", "/paper#paper-fig10"]

"""The guides: their examples run, their links lead somewhere, and the notebook shows what it says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from docs.measurements import documents
from docs.notebook import NOTEBOOKS, executed, read

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
FIRST, *OWN = NOTEBOOKS


def test_the_library_examples(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "LIBRARY.md").read_text()
    first, results, kept, own, second = re.findall(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    names: dict[str, Any] = {}
    exec(first, names)
    names["chain"] = names["it"].residual_chain(names["it"].build("resnet14"))
    names["images"] = names["images"].subset(20)
    exec(results, names)
    assert (len(names["difference"].table()), len(names["frame"])) == (4, 6)
    exec(kept, names)
    assert names["shelf"].bytes > 0
    assert len(names["outcomes"]) == 2
    exec(own, names)
    assert tuple(names["removed"].shape) == (6, 20)
    file = tmp_path / "demo.safetensors"
    names["it"].save_checkpoint(file, names["model"], dataset=names["digits"].reference)
    exec(second.replace("….safetensors", str(file)), names)
    assert names["it"].run_plans(names["chain"], names["images"].subset(3), [names["it"].identity()]).shape == (
        1,
        3,
        10,
    )
    assert tuple(names["logits"].shape) == (3, 359, 10)
    assert tuple(names["metrics"].cosine_loss.shape) == (27, 359)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_linked_files_exist(document: Path) -> None:
    links = {link for link in re.findall(r"\]\(([^)#]+)", document.read_text()) if "://" not in link}
    assert not [link for link in links if not (document.parent / link).exists()]


def test_the_readme_links_to_every_guide() -> None:
    readme = (ROOT / "README.md").read_text()
    assert [path.name for path in (ROOT / "docs").glob("*.md") if f"docs/{path.name}" not in readme] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_with_its_outputs(path: Path) -> None:
    cells = [cell for cell in read(path).cells if cell.cell_type == "code"]
    shown = [output.get("data", {}) for cell in cells for output in cell.outputs]
    assert sum("image/svg+xml" in data for data in shown) == sum(cell.source.endswith(".plot()") for cell in cells)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    text = "".join(cell.source for cell in read(path).cells)
    links = re.findall(r"\]\(([^)#]+)", text)
    assert all((path.parent / link).exists() for link in links if "://" not in link)


@pytest.mark.training
@pytest.mark.parametrize("path", OWN, ids=lambda path: path.stem)
def test_a_notebook_of_ones_own(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its cells in this process, which has loaded the library: a kernel takes seconds more."""
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    for cell in read(path).cells:
        if cell.cell_type == "code":
            exec(cell.source, names)
    found = {"network": "metrics", "measurement": "answer", "loop": "run"}[path.stem.removeprefix("your_own_")]
    if found == "run":
        assert (names["run"].status, names["run"].epoch, len(names["checkpoints"])) == ("completed", 3, 3)
        assert names["cosine"].values.shape == (3, 6)
    else:
        assert len(names[found].table()) == {"metrics": 5, "answer": 6}[found]


@pytest.mark.browser
@pytest.mark.training
def test_the_notebook(tmp_path: Path) -> None:
    """In a folder with somebody's own modules named as our folders are: a notebook's kernel imports from there first."""
    for name in ("db", "cli", "backend", "dashboard", "trainer"):
        (tmp_path / f"{name}.py").write_text("raise ImportError('this is not Iterscope')\n")
    outputs = [output for cell in executed(FIRST, tmp_path).cells for output in cell.get("outputs", [])]
    assert sum("image/svg+xml" in output.get("data", {}) for output in outputs) == 3
    printed = "".join(output.text for output in outputs if output.output_type == "stream" and output.name == "stdout")
    accuracy = re.search(r"untouched network: accuracy ([\d.]+)%", printed)
    assert accuracy is not None
    assert float(accuracy[1]) > 95
    assert re.search(r"^borderline +n = \d+", printed, re.MULTILINE)


def test_pages_say_what_the_definitions_say() -> None:
    assert {path.name: path.read_text() == text for path, text in documents().items()} == {
        "MEASUREMENTS.md": True, "REST.md": True,
    }, "run `python -m docs.measurements`"  # fmt: skip


def test_the_example_of_a_measurement_is_the_plug_in_of_the_tests() -> None:
    (shown,) = re.findall(
        r"^```python\n(.*?)^```$", (ROOT / "docs/MEASUREMENTS.md").read_text(), re.DOTALL | re.MULTILINE
    )
    assert shown == (ROOT / "tests/plugins/step_length.py").read_text()

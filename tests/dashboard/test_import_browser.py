"""A file from elsewhere, from the drop to the first look, in a real browser against the real backend."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
import torch
from playwright.sync_api import Page, expect
from torch.nn.functional import cross_entropy

import iterscope as it
from tests.dashboard.looks import overflows, serious_findings, switch_to_dark, wait_until_still
from tests.dashboard.views import DRAWN, table, values
from tests.imported import trained_weights

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1200)]
OpenPage = Callable[..., Page]
PATIENCE = 200_000  # ms: a file is opened and a network run in a process that starts anew each time


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trained CIFAR ResNet, as scripts save one that was wrapped in DataParallel."""
    path = tmp_path_factory.mktemp("weights") / "resnet14-test.th"
    trained = trained_weights(tmp_path_factory)
    torch.save({"state_dict": {f"module.{name}": tensor for name, tensor in trained.items()}}, path)
    return path


@pytest.fixture(scope="module")
def truncated(weights: Path) -> Path:
    """The first half of it."""
    path = weights.with_name("half.th")
    path.write_bytes(weights.read_bytes()[: weights.stat().st_size // 2])
    return path


def choose(page: Page, path: Path) -> None:
    """Pick a file by keyboard."""
    with page.expect_file_chooser() as chooser:
        page.locator("#import-choose").press("Enter")
    chooser.value.set_files(path)


def drop(page: Page, path: Path) -> None:
    """Drop a file on the page."""
    page.evaluate(
        """([name, data]) => {
            const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File([bytes], name));
            for (const kind of ["dragenter", "dragover", "drop"]) {
                document.querySelector("#main").dispatchEvent(new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true }));
            }
        }""",
        [path.name, base64.b64encode(path.read_bytes()).decode("ascii")],
    )


def imported_runs(backend_url: str) -> list[dict[str, Any]]:
    runs: list[dict[str, Any]] = httpx2.get(f"{backend_url}/runs", timeout=60).json()["runs"]
    return [run for run in runs if run["status"] == "imported"]


def test_a_truncated_file_is_refused_with_its_reason(open_page: OpenPage, dashboard_url: str, truncated: Path) -> None:
    page = open_page()
    page.goto(f"{dashboard_url}/import")
    page.wait_for_selector("#import-choose")
    choose(page, truncated)
    refusal = page.locator("#import-refusal")
    expect(refusal).to_contain_text("“half.th” was not imported", timeout=PATIENCE)
    expect(refusal.locator("li").first).not_to_be_empty()
    expect(refusal).to_contain_text("torch.save(model.state_dict()")
    expect(page.locator("#import-choose")).to_be_enabled()
    assert not serious_findings(page)


def test_one_of_several_tables_is_chosen(open_page: OpenPage, dashboard_url: str, weights: Path) -> None:
    path = weights.with_name("two.th")
    tables = torch.load(weights, weights_only=True)["state_dict"]
    torch.save({"generator": tables, "critic": {name: tensor.clone() for name, tensor in tables.items()}}, path)
    page = open_page()
    page.goto(f"{dashboard_url}/import")
    page.wait_for_selector("#import-choose")
    choose(page, path)
    expect(page.locator("#import-refusal")).to_contain_text("choose one with --table", timeout=PATIENCE)
    page.get_by_text("The file has several tables of tensors").click()
    page.get_by_label("Table (--table)").fill("critic")
    assert not serious_findings(page)
    choose(page, path)
    page.wait_for_selector("#import-submit", timeout=PATIENCE)
    expect(page.locator(".evidence")).to_contain_text("critic")


def test_a_file_is_dropped_completed_imported_and_looked_at(
    open_page: OpenPage, dashboard_url: str, backend_url: str, weights: Path
) -> None:
    page = open_page(height=1400)
    page.goto(f"{dashboard_url}/import")
    page.wait_for_selector("#import-choose")
    drop(page, weights)
    page.wait_for_selector("#import-submit", timeout=PATIENCE)
    page.wait_for_url("**import=**")
    recognised = page.locator("#main")
    expect(recognised).to_contain_text("ResNet-14")
    expect(recognised).to_contain_text("post-activation")
    assert page.locator(".strip.still .block").all_inner_texts() == [str(i) for i in range(6)]
    expect(page.get_by_role("textbox", name="Images")).to_have_value(re.compile("digits"))
    page.get_by_label("Class names").fill("cat, dog")
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.locator("#import-class-names-error")).to_have_text("2 names for 10 classes: give one name per class.")
    page.get_by_label("Class names").fill("")
    page.get_by_role("button", name="Import", exact=True).click()
    # At once, in the page: on a busy machine this small network might be imported before a pointer gets there.
    page.wait_for_function("""() => {
        const button = document.querySelector("#import-cancel");
        if (!button || !button.offsetParent || !document.querySelector("#import-submit").disabled) return false;
        button.click();
        return true;
    }""")
    expect(page.locator("#import-working")).to_be_hidden()
    expect(page.locator("#import-submit")).to_be_enabled()
    assert not imported_runs(backend_url)
    page.get_by_label("Name", exact=True).fill("From elsewhere")
    page.get_by_role("textbox", name="Normalisation").click()
    page.get_by_role("option", name="custom mean").click()
    page.get_by_label("Mean", exact=True).fill("40, 0, 0")
    page.get_by_label("Standard deviation", exact=True).fill("0.01, 0.01, 0.01")
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.locator("#import-outcome-title")).to_have_text("“From elsewhere” was imported", timeout=PATIENCE)
    outcome = page.locator("#import-outcome")
    expect(outcome).to_contain_text("Accuracy close to chance")
    outcome.get_by_role("button", name="Use “range 0 to 1, not normalised”").click()
    expect(outcome).not_to_contain_text("Accuracy close to chance", timeout=PATIENCE)
    expect(page.locator("#import-submit")).to_be_hidden()
    expect(page.locator("#import-probe-status")).to_have_text(
        re.compile(r"Measured on \d+ validation images"), timeout=PATIENCE
    )
    for graph in ("import-cosine", "import-ratio"):
        page.wait_for_function(f"document.querySelectorAll('#{graph} .scatterlayer .point').length === 6")
    page.wait_for_url("**checkpoint=**")
    assert "import=" not in page.url  # the file is not held any longer
    assert not serious_findings(page)
    page.reload()
    page.wait_for_selector("#import-cosine .scatterlayer .point")
    expect(page.locator("#import-outcome-title")).to_have_text("“From elsewhere” was imported")
    runs = imported_runs(backend_url)
    assert [run["name"] for run in runs] == ["From elsewhere"]
    look_around(page, dashboard_url, backend_url, runs[0]["id"])
    httpx2.delete(f"{backend_url}/runs/{runs[0]['id']}", timeout=60)  # other tests count the runs


def test_a_checkpoint_of_iterscope_is_taken_as_it_is(
    open_page: OpenPage, dashboard_url: str, backend_url: str, tmp_path: Path
) -> None:
    prepared = it.Preprocessing(16, (0.2,) * 3, (0.5,) * 3, resize=20, class_names=tuple("9876543210"))
    torch.manual_seed(0)
    model = it.build_foreign(it.ForeignConfiguration("cifar", "resnet8", 10, 16, options={"widths": [4, 8, 8]}))
    data = prepared.load("digits")
    saved = it.save_checkpoint(tmp_path / "exported.safetensors", model, dataset=data.reference, preprocessing=prepared)
    page = open_page(height=1400)
    page.goto(f"{dashboard_url}/import")
    page.wait_for_selector("#import-choose")
    drop(page, tmp_path / "exported.safetensors")
    expect(page.locator("#import-outcome-title")).to_have_text("“exported” was imported", timeout=PATIENCE)
    expect(page.locator("#import-submit")).to_have_count(0)  # nothing is asked
    expect(page.locator("#import-probe-status")).to_have_text(
        re.compile(r"Measured on \d+ validation images"), timeout=PATIENCE
    )
    page.wait_for_url("**checkpoint=**")
    assert not serious_findings(page)
    drop(page, tmp_path / "exported.safetensors")
    expect(page.locator("#import-outcome-title")).to_have_text(
        "“exported” is already stored: open it", timeout=PATIENCE
    )
    (run,) = imported_runs(backend_url)
    (stored,) = httpx2.get(f"{backend_url}/checkpoints?run={run['id']}", timeout=60).json()["checkpoints"]
    assert (stored["sha256"], stored["preprocessing"]) == (saved.sha256, prepared.to_dict())
    body = {"checkpoint": stored["id"], "blocks": [[1]], "limit": None, "wait": 60}
    answer = httpx2.post(f"{backend_url}/probe/drop", json=body, timeout=90).json()
    images = data.validation
    naive = cross_entropy(model.double()(images.batch(0, len(images)).double()), images.labels).item()
    assert answer["baseline"]["loss"] == pytest.approx(naive, rel=1e-5)
    page.get_by_role("link", name="Open in Blocks").click()
    expect(page.locator("#main")).to_contain_text("“exported” has no curves")
    wait_until_still(page)
    assert not serious_findings(page)
    page.locator("#main").get_by_role("link", name="Open in Interventions").click()
    page.wait_for_selector(DRAWN["/interventions"], timeout=PATIENCE)
    assert "plan=" not in page.url  # the untouched network
    httpx2.delete(f"{backend_url}/runs/{run['id']}", timeout=60)  # other tests count the runs


def look_around(page: Page, dashboard_url: str, backend_url: str, run: str) -> None:
    """The other pages show a network without epochs as one."""
    page.get_by_role("link", name="Open in Blocks").click()
    page.wait_for_selector("#blocks-drop:not([data-stale], [data-growing]) .line", timeout=PATIENCE)
    expect(page.locator(".blocks-page")).to_contain_text("no curves over epochs")
    expect(page.locator(".epoch")).to_have_text("as imported")
    expect(page.locator(".said .verdict")).not_to_have_text("untrained")
    assert page.locator("#blocks-heat, .play").count() == 0
    page.keyboard.press("ArrowUp")
    page.wait_for_url("**block=0**")
    look_at_the_effective_update(page, backend_url)
    page.goto(f"{dashboard_url}/interventions?run={run}&drop=none")
    page.wait_for_selector(DRAWN["/interventions"], timeout=PATIENCE)
    expect(page.get_by_label("Checkpoint", exact=True).locator("option:checked")).not_to_have_text(
        re.compile("untrained")
    )
    page.goto(f"{dashboard_url}/examples?run={run}&group=all&sort=index")
    page.wait_for_selector(DRAWN["/examples"], timeout=PATIENCE)
    page.goto(f"{dashboard_url}/runs")
    row = page.locator(f".ag-row[row-id='{run}']")
    expect(row.locator(".status")).to_have_text("imported")


def look_at_the_effective_update(page: Page, backend_url: str) -> None:
    """Headline, title, legend, axis and values are those of the update that is chosen."""
    expect(page.locator(".convention summary")).to_have_text("post-activation")
    page.keyboard.press("Escape")  # a marked block's values stand in place of the legend
    branch = values(page, "Cosine loss", "validation")
    page.get_by_text("effective update", exact=True).click()
    page.wait_for_url("**update=effective**")
    page.wait_for_selector("#blocks-cosine:not([data-stale], [data-growing]) .line", timeout=PATIENCE)
    expect(page.locator("#blocks-cosine .panel-title")).to_have_text("Cosine loss of the effective update")
    expect(page.locator("#blocks-cosine .legend-entry")).to_have_text(["validation"])
    expect(page.locator("#blocks-cosine .plot")).to_contain_text("cos(hᵢ₊₁ − hᵢ, ∂L/∂hᵢ)")
    origin, series = table(page, "Cosine loss of the effective update")
    assert "effective update hᵢ₊₁ − hᵢ" in origin
    asked = {"checkpoint": checkpoint_of(origin), "split": "validation", "update": "effective", "wait": 60}
    answer = httpx2.post(f"{backend_url}/probe/block-metrics", json=asked, timeout=90).json()
    drawn = [y for _, y in series["validation"]]
    assert drawn == pytest.approx(answer["cosine_loss"]["mean"], rel=1e-5)
    assert drawn != pytest.approx(branch, rel=1e-3)
    late = sum(drawn[-2:]) / 2
    expect(page.locator(".said dd").first).to_have_text(f"{late:.2f}".replace("-", "−").replace("−0.00", "0.00"))
    expect(page.locator(".said")).to_contain_text(
        "The effective update hᵢ₊₁ − hᵢ of the last 2 blocks has a mean cosine loss of"
    )
    expect(page.locator(".said .verdict")).to_have_count(0)  # the claim is about the branch
    page.get_by_text("branch F", exact=True).click()
    expect(page.locator("#blocks-cosine .panel-title")).to_have_text("Cosine loss")


def checkpoint_of(origin: str) -> str:
    """The checkpoint that a figure names."""
    found = re.search(r"checkpoint (\w+), sha256", origin)
    assert found
    return found[1]


def test_a_link_to_a_forgotten_file_says_so(open_page: OpenPage, dashboard_url: str) -> None:
    page = open_page()
    page.goto(f"{dashboard_url}/import?import=i0000000&checkpoint=c0000000")
    page.wait_for_selector("#import-choose")
    expect(page.locator(".notice")).to_have_count(2)
    expect(page.locator("#main")).to_contain_text("upload it again")


def test_sending_can_be_cancelled(open_page: OpenPage, dashboard_url: str, tmp_path: Path) -> None:
    page = open_page()
    page.goto(f"{dashboard_url}/import")
    page.wait_for_selector("#import-choose")
    big = tmp_path / "big.pth"
    with big.open("wb") as file:
        file.truncate(400_000_000)
    choose(page, big)
    expect(page.locator("#import-status")).to_contain_text("Uploading big.pth, 400 MB")
    page.locator("#import-abort").click()
    expect(page.locator("#import-status")).to_have_text("Cancelled.")
    expect(page.locator("#import-choose")).to_be_enabled()
    page.wait_for_load_state("networkidle")  # whatever the cancellation does to the connection would complain by now


def test_the_recognised_network_fits_the_page(open_page: OpenPage, dashboard_url: str, weights: Path) -> None:
    page = open_page()
    page.goto(f"{dashboard_url}/import")
    page.wait_for_selector("#import-choose")
    choose(page, weights)
    page.wait_for_selector("#import-submit", timeout=PATIENCE)
    assert not serious_findings(page)
    switch_to_dark(page)
    assert not serious_findings(page)
    assert [overflows(page, width) for width in (390, 768, 3840)] == [None] * 3


def test_runs_leads_to_import(open_page: OpenPage, dashboard_url: str) -> None:
    page = open_page()
    page.goto(f"{dashboard_url}/runs")
    page.get_by_role("link", name="Import a trained network").first.click()
    expect(page.locator(".page-title")).to_have_text("Import")

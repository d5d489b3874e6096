"""`iterscope report` on tiny real runs: one file that stands alone."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
import torch

from iterscope.architectures import ForeignConfiguration, build_foreign
from iterscope.checkpoints import describe_checkpoint
from iterscope_backend.literature import LiteratureEvidence
from iterscope_cli.paper_plan import make_plan
from iterscope_cli.paper_training import train_missing
from iterscope_cli.report_runs import name_networks
from iterscope_cli.report_template import PAPER_ADDRESS
from iterscope_cli.wanted_probes import measure
from iterscope_db import open_store
from iterscope_trainer.stopping import StopSignal
from tests.cli.conftest import invoke, planned
from tests.stores import made_once

pytestmark = pytest.mark.training

EVIL = '<img src="http://x.example/a.png" onerror=alert(1)> & co'


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory, few_digits: str) -> Path:
    """A home with two seeds of one network and a report of both; one run has a name that is markup. This process's copy."""

    def make(home: Path) -> None:
        with open_store(home) as store, StopSignal() as stop:
            entries = make_plan([planned(few_digits), planned(few_digits, seed=1)], [])
            train_missing(store, home, entries, torch.device("cpu"), stop, download=False)
            first, second = reversed(store.runs.list())
            store.runs.update(first.id, name=EVIL)
            similarity = [one for one in LiteratureEvidence(store, home).wanted() if one.probe == "cka"]
            assert not measure(store, home, similarity, torch.device("cpu")).failures
        output = f"--output={home / 'report.html'}"
        found = invoke("report", second.id, EVIL, f"--home={home}", output, f"--title={EVIL}")
        assert found.exit_code == 0, (found.output, found.exception)

    made = made_once(tmp_path_factory, "reported", make)
    return Path(shutil.copytree(made, tmp_path_factory.mktemp("report") / "home"))


@pytest.fixture
def home(reported: Path) -> Path:
    return reported


@pytest.fixture
def text(reported: Path) -> str:
    return (reported / "report.html").read_text(encoding="utf-8")


@pytest.mark.browser
def test_the_file_refers_to_nothing_outside(text: str) -> None:
    addresses = set(re.findall(r"https?://[^\s\"'<>)]*", text.replace("http://x.example/a.png", "")))
    assert addresses == {PAPER_ADDRESS, "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert not re.findall(r"<(?:script|link|img|iframe|object|embed)\b", text)
    assert not re.findall(r"@import|url\((?!&quot;#|['\"]?#)", text)


@pytest.mark.browser
def test_figures_are_vectors_with_ids_of_their_own(text: str) -> None:
    assert text.count("<svg") == text.count("</svg>") >= 6
    assert "Figure 2: " in text
    assert "Figure 7: " in text
    assert "lines are means over 2 seeds" in text
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert len(ids) == len(set(ids))


@pytest.mark.browser
def test_claims_configuration_and_provenance_are_in_it(text: str, home: Path) -> None:
    assert re.search(r'<td class="verdict (holds|fails|undecided)">', text)
    assert "not yet run</td>" not in text
    assert "more claims of the paper need other runs." in text
    assert "No data from these runs for: Figure 8, " in text
    with open_store(home) as store:
        for run in store.runs.list():
            (newest, *_) = store.checkpoints.list(run=run.id)
            assert newest.sha256 in text
            assert str((newest.dataset or {})["fingerprint"]) in text
            assert f"iterscope {describe_checkpoint(home / newest.path).library_version}" in text
    assert "resnet14" in text
    assert f"<dt>torch</dt><dd>{torch.__version__.split('+')[0]}" in text


@pytest.mark.browser
def test_later_works_are_shown_where_they_are_measured(text: str) -> None:
    literature = text[text.index("<h2>Literature</h2>") : text.index("<h2>Configuration</h2>")]
    assert re.findall("<h3>(.*?) <span", literature) == [
        "Similarity of states"
    ]  # of both seeds once, and nothing else is measured
    assert len(re.findall("<svg ", literature)) == 1
    assert "CKA of the states at two positions" in literature
    assert "States of the same stage are more similar than states of different stages" in literature


@pytest.mark.browser
def test_what_people_wrote_is_text(text: str) -> None:
    assert EVIL not in text
    assert text.count("&lt;img src=&quot;http://x.example/a.png&quot;") >= 3  # title, heading, the run's name


@pytest.mark.browser
def test_as_pdf(home: Path, tmp_path: Path) -> None:
    target = tmp_path / "report.pdf"
    found = invoke("report", "latest", f"--home={home}", f"--output={target}", "--no-measure", "--json")
    assert found.exit_code == 0, (found.output, found.exception)
    assert target.read_bytes().startswith(b"%PDF-")
    said = json.loads(found.stdout)
    assert said["file"] == str(target)
    assert "fig2" in said["figures"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "name the runs to report on: `iterscope runs list` shows their ids"),
        (["rnothing"], "run 'rnothing' is unknown"),
        (["latest", "--output=report.docx"], "the name of the report, report.docx, must end in .html or .pdf"),
    ],
)
def test_impossible_reports_say_why(home: Path, arguments: list[str], message: str) -> None:
    found = invoke("report", *arguments, f"--home={home}")
    assert found.exit_code == 1
    assert message in str(found.exception)


@pytest.fixture
def empty_run(home: Path, tmp_path: Path) -> Path:
    """The same home with a run that was never trained."""
    copy = tmp_path / "copy"
    shutil.copytree(home, copy)
    with open_store(copy) as store:
        first = store.runs.list()[0]
        store.runs.create(first.configuration, "untrained", None, first.architecture, first.dataset, seed=9, epochs=1)
    return copy


@pytest.mark.browser
def test_every_network_is_shown_block_by_block(text: str) -> None:
    networks = re.findall(r'<section class="figure network".*?</section>', text, flags=re.S)
    assert len(networks) == 2
    for network in networks:
        assert re.findall("<h4>(.*?)</h4>", network) == [
            "Cosine loss and ℓ2 ratio of every block",
            "Accuracy without one block",
            "Accuracy of the head after earlier blocks",
            "The last block applied repeatedly",
        ]
        assert network.count("<svg ") == 3
        assert "Convention: pre-activation." in network
        assert "costs most (accuracy" in network


@pytest.mark.browser
def test_a_network_of_elsewhere_is_reported_too(tmp_path: Path, few_digits: str) -> None:
    """It fills no figure of the paper, and is shown block by block all the same."""
    torch.manual_seed(0)
    model = build_foreign(ForeignConfiguration("cifar", "resnet14", 10, 16, options={"widths": [4, 8, 8]}))
    torch.save(model.state_dict(), tmp_path / "net.pth")
    home = tmp_path / "home"
    imported = invoke(
        "import", str(tmp_path / "net.pth"), f"--data={few_digits}", "--preset=unit", "--image-size=16", "--name=elsewhere",
        f"--home={home}",
    )  # fmt: skip
    assert imported.exit_code == 0, (imported.output, imported.exception)
    found = invoke("report", "elsewhere", f"--home={home}", f"--output={tmp_path / 'report.html'}")
    assert found.exit_code == 0, (found.output, found.exception)
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert text.count("<svg ") == 3
    assert "Convention: post-activation." in text
    assert "No data from these runs for: Figure 2," in text


@pytest.mark.browser
def test_a_run_without_a_network_says_so(empty_run: Path, tmp_path: Path) -> None:
    target = tmp_path / "report.html"
    found = invoke("report", "untrained", f"--home={empty_run}", f"--output={target}")
    assert re.search(r"there is nothing to show of r\w+.*`iterscope train`", str(found.exception))
    assert not target.exists()


def test_without_a_browser_nothing_is_begun(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROWSER_PATH", "/nowhere/chromium")
    found = invoke("report", "latest", f"--home={home}", f"--output={tmp_path / 'report.html'}")
    assert "none was found at BROWSER_PATH=/nowhere/chromium: install one" in str(found.exception)


def test_a_title_names_few_networks_and_counts_many() -> None:
    few = [("ResNet-20", "digits"), ("ResNet-20", "digits"), ("Wide", "photos"), ("ResNet-20", "photos")]
    assert name_networks(few) == "ResNet-20 on digits, Wide on photos, ResNet-20 on photos"
    assert name_networks([*few, ("Wide", "digits")]) == "2 networks on digits, photos"

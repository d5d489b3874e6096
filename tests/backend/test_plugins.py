"""A measurement of another package, one file, is everywhere: REST with a real worker, command, export, catalogue and documents."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import fill_home

ROOT = Path(__file__).parents[2]
FILE = ROOT / "tests" / "plugins" / "step_length.py"
POINTS = """[iterscope.measurements]
step-length = step_length:MEASUREMENT
broken = no_such_module:MEASUREMENT
failing = failing:MEASUREMENT
"""
FAILING = """
from dataclasses import replace
from step_length import MEASUREMENT as WORKING

def prepare(network, request):
    raise ValueError("no such luck")

MEASUREMENT = replace(WORKING, name="failing", prepare=prepare)
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a process in which the package is installed, as pip lays it out."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copy(FILE, folder)
    (folder / "failing.py").write_text(FAILING)
    information = folder / "step_length-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: step-length\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text(POINTS)
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT), os.environ.get("PYTHONPATH", "")])}


def test_it_is_one_file() -> None:
    assert [path for path in FILE.parent.iterdir() if path.name != "__pycache__"] == [FILE]


def run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, text=True, check=True)


SERVICE = """
import json, sys
from pathlib import Path
from tests.backend.conftest import running_server
if __name__ == "__main__":
    with running_server(Path(sys.argv[1])) as server:
        body = {"checkpoint": "latest", "limit": 40, "wait": 60}
        failed = server.post("/probe/failing", **body).json()
        answer = server.post("/probe/step-length", **body)
        csv = server.client.post("/probe/step-length", json=body, headers={"Accept": "text/csv"}).text
        figure = server.client.post("/probe/step-length", json=body, headers={"Accept": "application/vnd.plotly.v1+json"}).json()
        catalogue = server.client.get("/measurements").json()
        document = server.client.get("/openapi.json").json()
        print(json.dumps([failed, answer.json(), csv, figure, catalogue, document]))
"""


def test_rest_and_the_command_know_it(installed: dict[str, str], tmp_path: Path) -> None:
    fill_home(tmp_path)
    script = tmp_path / "service.py"
    script.write_text(SERVICE)
    failed, answer, csv, figure, catalogue, document = json.loads(run(installed, str(script), str(tmp_path)).stdout)
    assert failed["status"] == 500
    assert failed["detail"] == "ValueError in failing: no such luck (from the plug-in step-length 1.0)"
    means = answer["step_length"]["mean"]
    assert len(means) == len(answer["blocks"]) == 9
    assert all(mean > 0 for mean in means)
    assert csv.splitlines()[0].startswith("block,stage,is projection,step length,step length std")
    assert [float(line.split(",")[3]) for line in csv.splitlines()[1:]] == means
    assert figure["data"][-1]["y"] == means
    (described,) = (one for one in catalogue["measurements"] if one["name"] == "step-length")
    assert described["source"] == "step-length 1.0"
    assert catalogue["failed"] == {"broken": "step-length 1.0: ModuleNotFoundError: No module named 'no_such_module'"}
    assert document["components"]["schemas"]["StepLengthResult"]["properties"]["step_length"]["axis"] == "block"

    # The command finds the answer that the service has stored, and prints what REST returns.
    command = run(
        installed, "-m", "iterscope_cli.main", "probe", "step-length", "--limit=40", "--json", f"--home={tmp_path}"
    )
    printed = json.loads(command.stdout)
    assert printed["provenance"].pop("cached")
    answer["provenance"].pop("cached")
    assert printed == answer


def test_documents_describe_it(installed: dict[str, str]) -> None:
    section = run(installed, "-m", "docs.measurements", "step-length").stdout
    assert "### Step length" in section
    assert "| step_length | block | ‖h_{i+1} − s_i‖ / ‖s_i‖ |" in section

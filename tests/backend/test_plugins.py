"""A measurement of another package, one file, is everywhere: REST with a real worker, command, export, catalogue and documents."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.plug_ins import FILE, path_with_plug_ins

from .conftest import fill_home

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a process in which the package is installed."""
    return {**os.environ, "PYTHONPATH": path_with_plug_ins(tmp_path_factory.mktemp("site"))}


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
        failed = [server.post(f"/probe/{name}", **body).json() for name in ("failing", "wrong")]
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
    (failed, wrong) = failed
    assert failed["status"] == 500
    assert failed["detail"] == "ValueError in failing: no such luck (from the plug-in step-length 1.0)"
    assert wrong["status"] == 500
    assert "step_length" in wrong["detail"]
    means = answer["step_length"]["mean"]
    assert len(means) == len(answer["blocks"]) == 9
    assert all(mean > 0 for mean in means)
    assert csv.splitlines()[0].startswith("block,stage,is projection,step length,step length std")
    assert [float(line.split(",")[3]) for line in csv.splitlines()[1:]] == means
    assert figure["data"][-1]["y"] == means
    (described,) = (one for one in catalogue["measurements"] if one["name"] == "step-length")
    assert described["source"] == "step-length 1.0"
    assert catalogue["failed"] == {
        "broken": "step-length 1.0: ModuleNotFoundError: No module named 'no_such_module'",
        "exiting": "step-length 1.0: SystemExit: not today",
    }
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

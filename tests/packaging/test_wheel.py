"""The wheel: what it holds, what it asks for, and that it works where nothing else is installed.

The empty environment holds the wheel and, of all packages installed here, those that the wheel's own metadata asks for, directly or through
others: a dependency that isn't declared is missing there. The packages are linked, not installed anew: torch alone takes minutes.
"""

from __future__ import annotations

import functools
import os
import re
import subprocess
import sys
import tarfile
import venv
import zipfile
from email import message_from_bytes
from email.message import Message
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.processes import reading_until

ROOT = Path(__file__).parents[2]
MAX_BYTES = 3 << 20
VIEWS = ROOT / "views" / "iterscope_views"


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of the tracked files."""
    source = tmp_path_factory.mktemp("source")
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout
    files = [name for name in tracked.decode().split("\0") if name and (ROOT / name).is_file()]
    for name in files:
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_bytes((ROOT / name).read_bytes())
    target = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(target), str(source)],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    (built,) = target.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def described(wheel: Path) -> Message:
    """The wheel's METADATA."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        return message_from_bytes(archive.read(name))


def test_every_name_begins_with_iterscope(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    tops = {name.split("/")[0] for name in names}
    info = {top for top in tops if top.endswith(".dist-info")}
    packages = {f"iterscope_{name}" for name in ("backend", "cli", "dashboard", "db", "guard", "trainer", "views")}
    assert tops - info == {"iterscope", *packages}
    assert len(info) == 1
    for needed in ("iterscope/py.typed", "iterscope_dashboard/assets/style.css", "iterscope_db/migrations/env.py"):
        assert needed in names
    views = ROOT / "views" / "iterscope_views"
    held = {name.removeprefix("iterscope_views/") for name in names if name.startswith("iterscope_views/")}
    assert held == {
        str(file.relative_to(views)) for file in views.rglob("*") if file.is_file() and file.suffix != ".pyc"
    }
    assert {"views.js", "register.js", "document.html", "fonts/inter-400.woff2", "fonts/LICENSE.txt"} <= held


def test_the_built_views_and_their_typeface_are_in_both_files(wheel: Path) -> None:
    """Byte for byte as they are committed, with the typeface's licence; not the sources, which need Node."""
    (source,) = wheel.parent.glob("*.tar.gz")
    kept = {
        path.relative_to(VIEWS): path.read_bytes()
        for path in VIEWS.rglob("*")
        if "__pycache__" not in path.parts and path.is_file()
    }
    assert {Path("views.js"), Path("register.js"), Path("document.html"), Path("fonts/LICENSE.txt")} <= set(kept)
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if name.startswith("iterscope_views/")]
        assert {Path(name).relative_to("iterscope_views"): archive.read(name) for name in names} == kept
    with tarfile.open(source) as archive:
        found = {
            name.partition("/views/")[2]: archive.extractfile(name) for name in archive.getnames() if "/views/" in name
        }
        assert {Path(name).relative_to("iterscope_views"): file.read() for name, file in found.items() if file} == kept


def test_the_wheel_is_small(wheel: Path) -> None:
    assert wheel.stat().st_size <= MAX_BYTES


def test_the_metadata_names_licence_dependencies_and_extras(described: Message) -> None:
    assert described["License-Expression"] == "MIT"
    assert described["License-File"] == "LICENSE"
    assert described["Author"] == "The Iterscope authors"
    extras = {"app", "timm", "lightning", "huggingface", "notebook", "tensorboard", "wandb", "postgresql", "dev"}
    assert extras <= set(described.get_all("Provides-Extra", []))
    always = {
        canonicalize_name(wanted.name)
        for wanted in map(Requirement, described.get_all("Requires-Dist", []))
        if wanted.marker is None
    }
    assert always == {"torch", "torchvision", "numpy", "safetensors", "pillow", "pydantic"}


def test_the_source_distribution_and_the_wheel_satisfy_twine(wheel: Path) -> None:
    files = [str(path) for path in wheel.parent.iterdir()]
    assert len(files) == 2
    ran = subprocess.run(
        [sys.executable, "-m", "twine", "check", "--strict", *files], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_citation_has_the_version_of_the_package(described: Message) -> None:
    cited = re.search(r"^version: (.+)$", (ROOT / "CITATION.cff").read_text(), flags=re.MULTILINE)
    assert cited is not None
    assert cited[1] == described["Version"]


@pytest.fixture(scope="session")
def installed(wheel: Path, described: Message, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of an environment with `iterscope[app]` and nothing else."""
    folder = tmp_path_factory.mktemp("empty") / "environment"
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    (packages,) = (folder / "lib").glob("python*/site-packages")
    link_requirements(described.get_all("Requires-Dist", []), {"app"}, packages)
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", "--no-index", str(wheel)],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return folder / "bin"


def link_requirements(requirements: list[str], extras: set[str], packages: Path) -> None:
    """Link what these requirements name, and what that requires, from this environment into another's site-packages."""
    waiting = [(Requirement(line), extra) for line in requirements for extra in ("", *extras)]
    seen: set[tuple[str, str]] = set()
    linked = {"iterscope"}
    while waiting:
        wanted, extra = waiting.pop()
        if wanted.marker is not None and not wanted.marker.evaluate({"extra": extra}):
            continue
        name = canonicalize_name(wanted.name)
        found = metadata.distribution(name)
        if name not in linked:
            link_files(found, packages)
            linked.add(name)
        for further in {"", *wanted.extras}:
            if (name, further) not in seen:
                seen.add((name, further))
                waiting += [(Requirement(line), further) for line in found.requires or []]


owners_of_packages = functools.cache(metadata.packages_distributions)


def link_files(found: metadata.Distribution, packages: Path) -> None:
    """Symbolic links to an installed package: to its folders where they are its own, with their compiled files, else to every file."""
    owners = owners_of_packages()
    for file in found.files or []:
        if file.parts[0] == ".." or "__pycache__" in file.parts:
            continue
        own = file.parts[0].endswith(".dist-info") or set(owners.get(file.parts[0], ())) == {found.name}
        parts = file.parts[:1] if own else file.parts
        target = packages.joinpath(*parts)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.symlink_to(str(found.locate_file(Path(*parts))))


@pytest.fixture
def crowded(tmp_path: Path) -> Path:
    """A folder of somebody whose own modules have the names of our folders."""
    for name in ("db", "cli", "backend", "dashboard", "views"):
        (tmp_path / f"{name}.py").write_text("raise ImportError('this is not Iterscope')\n")
    (tmp_path / "trainer").mkdir()
    (tmp_path / "trainer" / "__init__.py").write_text("raise ImportError('this is not Iterscope')\n")
    return tmp_path


@pytest.mark.service
@pytest.mark.training
@pytest.mark.timeout(1200)
def test_the_wheel_works_in_an_empty_environment(installed: Path, crowded: Path) -> None:
    unset = {"PYTHONPATH", "ITERSCOPE_HOME", "ITERSCOPE_DATABASE_URL"}
    environment = {name: value for name, value in os.environ.items() if name not in unset}

    def run(*command: str) -> str:
        ran = subprocess.run(
            [str(installed / command[0]), *command[1:]],
            cwd=crowded, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    where = run("python", "-c", "import iterscope, sys; print(iterscope.__file__, *sys.modules)")
    assert where.startswith(str(installed.parent))
    assert not {"fastapi", "sqlalchemy", "dash", "pytest"} & set(where.split())
    run("iterscope", "train", "--recipe", "quick", "--epochs", "1", "--log-samples", "16")
    assert '"baseline"' in run("iterscope", "probe", "drop", "latest", "--limit", "50", "--json")
    # A notebook's kernel has the working folder on its path: `-c` does too.
    run(
        "python",
        "-c",
        "import iterscope as it; it.load_dataset('digits'); import iterscope_trainer, iterscope_db, iterscope_views",
    )
    with subprocess.Popen(
        [str(installed / "iterscope"), "up", "--port=0", "--backend-port=0"],
        cwd=crowded, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    ) as up:  # fmt: skip
        try:
            printed = reading_until(up, "Press Ctrl-C to stop")
            page = re.search(r"Iterscope is at (\S+)", printed)
            assert page is not None, printed
            answered = run(
                "python", "-c", f"import urllib.request; print(urllib.request.urlopen('{page[1]}').read().decode())"
            )
            assert "<title>Iterscope</title>" in answered
        finally:
            up.terminate()
            up.wait(60)

"""The process that opens untrusted files: its limits hold, and its end is an error with a reason."""

import json
import os
import platform
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import torch

import iterscope as it
from iterscope.errors import Cancelled, CheckpointError
from iterscope.importing import Limits, make_checkpoint, open_file, verify_checkpoint
from iterscope.importing.confinement import landlock_version
from iterscope.importing.isolation import run_isolated
from iterscope.importing.waiting import is_readable

pytestmark = pytest.mark.service
landlock = pytest.mark.skipif(landlock_version() == 0, reason="the kernel lacks Landlock, as docs/IMPORT.md says")


def saved(path: Path, megabytes: int) -> Path:
    torch.save({"conv1.weight": torch.zeros(megabytes << 18)}, path)
    return path


def test_more_memory_than_allowed_is_a_refusal(tmp_path: Path) -> None:
    file = saved(tmp_path / "large.pth", 300)
    with pytest.raises(CheckpointError, match=r"large\.pth.* memory"):
        open_file(file, tmp_path / "t", limits=Limits(seconds=120, memory_bytes=100 << 20))
    assert not (tmp_path / "t").exists()


def test_more_time_than_allowed_is_a_refusal(tmp_path: Path) -> None:
    file = saved(tmp_path / "slow.pth", 1)
    with pytest.raises(CheckpointError, match=r"slow\.pth.*longer than 0\.2 seconds"):
        open_file(file, tmp_path / "t", limits=Limits(seconds=0.2, memory_bytes=None))


@pytest.mark.parametrize("content", [b"<html>" * 9, b"PK\x03\x04" * 9, b'\x10\0\0\0\0\0\0\0{"a": 1}        '])
def test_nothing_of_a_file_is_read_but_in_the_process_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    """An untrusted file can neither block nor crash the service."""
    (tmp_path / "a.pth").write_bytes(content)

    def isolated(step: str, *_: object) -> dict[str, object]:
        raise CheckpointError(f"the step {step} began")

    monkeypatch.setattr("iterscope.importing.run_isolated", isolated)
    monkeypatch.setattr(Path, "open", None)
    with pytest.raises(CheckpointError, match="the step open began"):
        open_file(tmp_path / "a.pth", tmp_path / "t")
    with pytest.raises(CheckpointError, match="the step verify began"):
        verify_checkpoint(tmp_path / "a.pth")
    os.truncate(tmp_path / "a.pth", 0)
    with pytest.raises(CheckpointError, match="it has only 0 bytes"):  # which takes no process
        verify_checkpoint(tmp_path / "a.pth")


def test_an_error_arrives_as_its_own_kind(tmp_path: Path) -> None:
    torch.save({"conv1.weight": torch.zeros(1)}, tmp_path / "a.pth")
    opened = open_file(tmp_path / "a.pth", tmp_path / "t.safetensors")
    assert opened["recognised"] is None
    assert opened["problems"]
    arguments = {"alternatives": [], "epoch": None}
    with pytest.raises(CheckpointError, match="cannot be read"):
        make_checkpoint(arguments, tmp_path / "none", tmp_path / "c", dataset="digits", home=tmp_path)


def test_a_process_that_dies_is_an_error_with_its_exit_code() -> None:
    with pytest.raises(CheckpointError, match=r"ended with exit code 1.*no such step"):
        run_isolated("no such step", {}, Limits(seconds=60, memory_bytes=None))


def test_a_silent_process_can_be_stopped_at_once_and_has_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes seconds to start, and says nothing meanwhile."""
    told: list[float] = []
    monkeypatch.setenv("ITERSCOPE_DATABASE_URL", "postgresql://user:secret@host/db")
    monkeypatch.setenv("ITERSCOPE_TOKEN", "secret")

    def stop(share: float) -> None:
        told.append(share)
        if len(told) == 3:
            environment = [child.environ() for child in psutil.Process().children()]
            assert any("PYTHONPATH" in each for each in environment)
            assert "secret" not in str(environment)
            assert not any(name.startswith("ITERSCOPE") for each in environment for name in each)
            raise Cancelled("enough")

    began = time.monotonic()
    with pytest.raises(Cancelled, match="enough"):
        run_isolated("measure", {}, Limits(seconds=60, memory_bytes=None), stop)
    assert told == [0.0, 0.0, 0.0]
    assert time.monotonic() - began < 30


def test_the_child_stands_alone() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "iterscope.importing.child", "open", "[60, null]"],
        input=b'{"path": "/nowhere", "tensors": "/nowhere"}\n',
        capture_output=True,
        check=True,
        cwd=Path(__file__).parents[3],
    )
    assert b'"kind": "CheckpointError"' in ended.stdout


CONFINED = """
import socket, subprocess, sys, threading
from iterscope.importing.confinement import confine
start, found = threading.Event(), []
def connect():
    try:
        socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=5).close()
        found.append("connected")
    except OSError as error:
        found.append(type(error).__name__)
earlier = threading.Thread(target=lambda: (start.wait(), connect()))
earlier.start()
connect()
done = confine()
connect()
start.set(); earlier.join()
code = "import socket; socket.socket(socket.AF_UNIX)"
found.append(subprocess.run([sys.executable, "-c", code], capture_output=True).returncode)
print(done, *found, open(sys.argv[0] if sys.argv[0] != "-c" else "/dev/null").read())
"""


@pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in ("x86_64", "aarch64"), reason="seccomp, as docs/IMPORT.md says"
)
def test_a_confined_process_has_no_network() -> None:
    """Neither in threads that ran before nor in its children; files can be read."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        command = [sys.executable, "-c", CONFINED, str(listener.getsockname()[1])]
        ended = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[3])
    assert ended.stdout.split() == ["True", "connected", "PermissionError", "PermissionError", "1"]


SECRETS = """
import json, os, signal, subprocess, sys
from pathlib import Path
from iterscope.importing.confinement import take_files
mine, other, file, parent = *map(Path, sys.argv[1:4]), int(sys.argv[4])
done = take_files(file, [mine])
(mine / "made").write_text("a")
(mine / "made").rename(mine / "moved")
def refused(action):
    try:
        action()
    except PermissionError:
        return True
    return False
program = [sys.executable, "-c", f"open('/proc/{parent}/environ')"]
found = {
    "environment": refused(lambda: open(f"/proc/{parent}/environ")),
    "memory": refused(lambda: open(f"/proc/{parent}/mem", "r+b")),
    "command": refused(lambda: open(f"/proc/{parent}/cmdline")),
    "descriptors": refused(lambda: os.listdir(f"/proc/{parent}/fd")),
    "signals": refused(lambda: os.kill(parent, 0)),
    "reading": refused(lambda: (other / "secret").read_text()),
    "around a link": refused(lambda: Path(f"/proc/self/root/{other}/secret").read_text()),
    "listing": refused(lambda: os.listdir(other)),
    "writing": refused(lambda: (other / "new").write_text("a")),
    "deleting": refused(lambda: (other / "secret").unlink()),
    "linking": refused(lambda: (mine / "link").symlink_to("/")),
    "a program": subprocess.run(program, capture_output=True).returncode == 1,
}
print(json.dumps([done, file.read_text(), found]))
"""


@landlock
def test_a_confined_process_reaches_no_secrets(tmp_path: Path) -> None:
    """Neither its parent's environment and memory nor files, but those it needs; also as root."""
    mine, other = tmp_path / "mine", tmp_path / "other"
    for folder in (mine, other):
        folder.mkdir()
    (other / "secret").write_text("password")
    (tmp_path / "sent").write_text("weights")
    command = [sys.executable, "-c", SECRETS, str(mine), str(other), str(tmp_path / "sent"), str(os.getpid())]
    ended = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[3])
    done, read, found = json.loads(ended.stdout)
    assert (done, read) == (True, "weights")
    # signals are refused by version 6 of Landlock or later
    assert [name for name, refused in found.items() if not refused and name != "signals"] == []
    assert (other / "secret").exists()
    assert (mine / "moved").exists()


WATCHES = """
import os, sys, threading
opening = threading.Event()
def read_the_secret():
    try:
        open(SECRET)
    except PermissionError:
        return
    os._exit(7)
earlier = threading.Thread(target=lambda: (opening.wait(), read_the_secret()))
def watch(event, arguments):
    if event == "import" and arguments[0] == "numpy" and earlier.ident is None:
        earlier.start()
    if event == "open" and str(arguments[0]).endswith("a.pth") and not arguments[2] & os.O_PATH:
        read_the_secret()
        opening.set()
        earlier.join()
sys.addaudithook(watch)
"""


@landlock
def test_the_process_that_opens_a_file_is_confined_in_all_its_threads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Code that runs while the file is opened can't read another one, nor can a thread that a library started when it was imported."""
    library, secret = tmp_path / "library", tmp_path / "secret"
    library.mkdir()
    secret.write_text("password")
    (library / "sitecustomize.py").write_text(WATCHES.replace("SECRET", repr(str(secret))))
    monkeypatch.setenv("PYTHONPATH", str(library), prepend=os.pathsep)
    torch.save({"conv1.weight": torch.zeros(1)}, tmp_path / "a.pth")
    assert open_file(tmp_path / "a.pth", tmp_path / "t" / "tensors")["problems"]


@landlock
def test_a_library_that_the_confined_process_can_not_read_is_named_with_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere, library = tmp_path / "elsewhere", tmp_path / "library"
    for folder in (elsewhere, library):
        folder.mkdir()
    (elsewhere / "__init__.py").write_text("")
    (library / "safetensors").symlink_to(elsewhere)
    monkeypatch.setenv("PYTHONPATH", str(library), prepend=os.pathsep)
    torch.save({"conv1.weight": torch.zeros(1)}, tmp_path / "a.pth")
    with pytest.raises(
        CheckpointError, match=r"can't read what it needs .*safetensors.* in PYTHONPATH or LD_LIBRARY_PATH"
    ):
        open_file(tmp_path / "a.pth", tmp_path / "t" / "tensors")


def test_a_checkpoint_is_verified_in_the_child(tmp_path: Path) -> None:
    path = tmp_path / "net.safetensors"
    it.save_checkpoint(path, it.build("resnet8", stem_width=4, widths=(4, 4, 4), seed=0).eval(), epoch=3)
    assert verify_checkpoint(path) == it.read_checkpoint(path).description
    damaged = bytearray(path.read_bytes())
    damaged[-1] ^= 1
    path.write_bytes(damaged)
    with pytest.raises(CheckpointError, match=r"net\.safetensors"):
        verify_checkpoint(path)


MANY = 1024
"""From this number on, `select` takes no descriptor."""


@pytest.fixture
def many_open_files() -> Iterator[None]:
    """As many as a service with a thousand open connections has."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = MANY + 200
    if hard != resource.RLIM_INFINITY and hard < needed:
        pytest.skip(f"the system allows {hard} open files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (needed if soft == resource.RLIM_INFINITY else max(soft, needed), hard))
    opened: list[int] = []
    try:
        while not opened or opened[-1] < MANY:
            opened.append(os.open(os.devnull, os.O_RDONLY))
        yield
    finally:
        for descriptor in opened:
            os.close(descriptor)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.usefixtures("many_open_files")
def test_a_process_with_many_open_files_can_import(tmp_path: Path) -> None:
    torch.save({"conv1.weight": torch.zeros(1)}, tmp_path / "a.pth")
    assert open_file(tmp_path / "a.pth", tmp_path / "t")["problems"]


@pytest.mark.usefixtures("many_open_files")
def test_input_and_its_end_are_seen_on_any_descriptor() -> None:
    reading, writing = os.pipe()
    assert reading > MANY
    assert not is_readable(reading, 0)
    os.write(writing, b"a")
    assert is_readable(reading, 0)
    os.read(reading, 1)
    assert not is_readable(reading, 0.01)
    os.close(writing)
    assert is_readable(reading, 0)
    os.close(reading)


PARENT = """
import sys
from pathlib import Path
from iterscope.importing.isolation import Limits, run_isolated
arguments = {"path": "/nowhere", "tensors": "/nowhere", "scratch": sys.argv[1]}
run_isolated("open", arguments, Limits(60, None), lambda _: print("waiting", flush=True))
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_it_ends_with_its_parent_and_leaves_nothing(tmp_path: Path, how: signal.Signals) -> None:
    """Ctrl-C reaches only the parent: the child has no terminal."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    (scratch / "sent").write_bytes(b"x")
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(scratch)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=Path(__file__).parents[3],
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"waiting\n"
        (child,) = psutil.Process(parent.pid).children()
        assert os.getsid(child.pid) == child.pid
        parent.send_signal(how)
    gone, _ = psutil.wait_procs([child], timeout=60)
    assert gone == [child]
    assert how == signal.SIGINT or not scratch.exists()  # what was interrupted removes it itself

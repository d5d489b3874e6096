"""Full disks: a small file system of its own, which a process in a namespace of its own mounts and fills.

`python -m tests.chaos.full_disks FOLDER` is that process: it reads seeds, a line each, makes a trial with each and answers with JSON.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from iterscope.errors import CheckpointError
from iterscope_db import StoreError, open_store
from iterscope_trainer.errors import TrainingError
from tests.chaos.saves import KINDS, NEW, OLD
from tests.chaos.servers import environment
from tests.chaos.trials import Broken, NotPossible, Trial, require

MEBIBYTES = 4
BALLAST = "ballast"
IN_NAMESPACE = ("unshare", "--user", "--map-root-user", "--mount")


@contextmanager
def full_disks(folder: Path) -> Iterator[Trial]:
    """A disk is full while a file is saved or an epoch is logged."""
    if shutil.which("unshare") is None or subprocess.run([*IN_NAMESPACE, "true"], capture_output=True).returncode:
        raise NotPossible("this system gives ordinary users no namespace to mount a small disk in (unshare)")
    mount = f"mount -t tmpfs -o size={MEBIBYTES}m tmpfs '{folder}'"
    command = [*IN_NAMESPACE, "sh", "-c", f'{mount} && exec "$@"', "sh", sys.executable, "-m", __name__, str(folder)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment(), text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        ask, answers = process.stdin, process.stdout

        def trial(at_random: random.Random) -> str:
            print(at_random.random(), file=ask, flush=True)
            answer = json.loads(answers.readline() or '{"broken": "the process ended"}')
            require("broken" not in answer, answer.get("broken", ""))
            return str(answer["ended"])

        yield trial
        ask.close()


def save_a_file(folder: Path, at_random: random.Random) -> str:
    """A file is saved on a disk with too little space, or just enough."""
    name = at_random.choice(list(KINDS))
    kind = KINDS[name]
    kind.save(folder, OLD)
    fill_up(folder, at_random.randrange(2 * (folder / kind.file).stat().st_size))
    try:
        kind.save(folder, NEW)
        expected, ended = NEW, "saved"
    except (CheckpointError, TrainingError) as error:
        require("No space left" in str(error) and kind.file in str(error), f"the refusal was: {error}")
        expected, ended = OLD, "refused, as before"
    require(kind.read(folder) == expected, f"the {name} {ended}, but {kind.read(folder)} was read")
    left = {path.name for path in folder.iterdir()} - {kind.file, BALLAST}
    require(not left, f"{left} were left")
    return ended


def log_epochs(folder: Path, at_random: random.Random) -> str:
    """Epochs are logged until the disk is full; when there is space again, the same store goes on."""
    with open_store(folder) as store:
        run = store.runs.create({}, "a run", None, "resnet8", "digits", 0, 1000).id
        fill_up(folder, at_random.randrange(300_000))
        logged = 0
        try:
            for epoch in range(1000):
                store.metrics.log_epoch(run, epoch, {("l2_ratio", "train"): [float(epoch)] * 3000}, {})
                logged += 1
        except StoreError as error:
            require("full" in str(error) and "free some space" in str(error), f"the refusal was: {error}")
        require(logged < 1000, "the disk never was full")
        (folder / BALLAST).unlink()
        store.metrics.log_epoch(run, logged, {("l2_ratio", "train"): [float(logged)] * 3000}, {})
        series, _ = store.metrics.series(run)
    require(
        series[0].epochs.tolist() == list(range(logged + 1)),
        f"{logged} epochs were logged, {series[0].epochs} are there",
    )
    require(bool((series[0].values[:, 0] == series[0].epochs).all()), "an epoch has other values")
    return "refused, then went on"


def fill_up(folder: Path, free: int) -> None:
    """Leave about so many bytes free."""
    with (folder / BALLAST).open("wb") as ballast:
        ballast.write(bytes(max(0, shutil.disk_usage(folder).free - free)))


def empty(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()


def answer_with(trials: list[Callable[[Path, random.Random], str]], folder: Path) -> None:
    for line in sys.stdin:
        at_random = random.Random(line)
        empty(folder)
        try:
            answer = {"ended": at_random.choice(trials)(folder, at_random)}
        except Broken as error:
            answer = {"broken": str(error)}
        except Exception:
            answer = {"broken": traceback.format_exc()}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    answer_with([save_a_file, log_epochs], Path(sys.argv[1]))

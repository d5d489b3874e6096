"""Services that are killed while they compute, and cancelled jobs of services that start again."""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2

import iterscope as it
from iterscope_db import open_store
from tests.chaos.servers import service
from tests.chaos.trials import Trial, require, wait_until

ASKED = 4
"""Probes in one life of a service."""
Json = dict[str, Any]


def fill(home: Path) -> None:
    """A home folder with one untrained network."""
    data = it.load_dataset("digits", home=home)
    path = home / "checkpoints" / "net.safetensors"
    path.parent.mkdir(parents=True)
    model = it.build("resnet8", stem_width=4, widths=(4, 8, 8), seed=0).eval()
    description = it.save_checkpoint(path, model, dataset=data.reference, epoch=0, seed=0)
    assert description.dataset is not None
    with open_store(home) as store:
        store.checkpoints.add(
            None, 0, "checkpoints/net.safetensors", description.sha256, description.architecture,
            description.dataset.to_dict(), description.num_parameters, description.size_bytes, description.blocks, "net",
        )  # fmt: skip


@contextmanager
def killed_services(folder: Path) -> Iterator[Trial]:
    """A service is killed while it computes, some of its jobs are cancelled before; then it is started again."""
    fill(folder)
    uploaded = (folder / "checkpoints" / "net.safetensors").read_bytes()
    known: dict[str, Json] = {}
    """What clients were told of each job that ended in earlier lives of the service."""

    def trial(at_random: random.Random) -> str:
        with service("iterscope_backend", "--home", str(folder)) as running, client(running.url) as rest:
            check_known(rest, known, at_random)
            jobs = []
            for _ in range(ASKED):
                body = {"checkpoint": "latest", "limit": at_random.choice([16, 64, None]), "wait": 0}
                answer = rest.post("/probe/drop", json=body | {"seed": at_random.randrange(1 << 30)})
                require(
                    answer.status_code in (200, 202), f"a probe was answered with {answer.status_code}: {answer.text}"
                )
                if answer.status_code == 202:
                    jobs.append(answer.json()["id"])
            sending = threading.Thread(target=send_checkpoint, args=(rest, uploaded, at_random.uniform(0, 1.5)))
            sending.start()
            for job in at_random.sample(jobs, min(3, len(jobs))):
                time.sleep(at_random.uniform(0, 0.2))
                answer = rest.delete(f"/jobs/{job}")
                require(answer.status_code in (200, 409), f"cancelling was answered with {answer.status_code}")
            time.sleep(at_random.uniform(0, 1.5))
            for job in jobs:
                told = rest.get(f"/jobs/{job}").json()
                if told["state"] not in ("queued", "running"):
                    known[job] = told
            running.kill()
            sending.join()
        with service("iterscope_backend", "--home", str(folder)) as running, client(running.url) as rest:
            check_known(rest, known, at_random)
            left = [path.name for path in (folder / "checkpoints").rglob(".*")]
            require(not left, f"{left} were left of an upload")
            for checkpoint in rest.get("/checkpoints").json()["checkpoints"]:
                it.read_checkpoint(folder / checkpoint["path"])
            ends: Counter[str] = Counter()
            for job in jobs:
                told = rest.get(f"/jobs/{job}").json()
                ends[told["state"]] += 1
                require(told["state"] in ("done", "failed", "cancelled"), f"job {job} is still {told['state']}")
                if told["state"] == "failed":
                    require("again" in told["error"]["detail"], f"no remedy in {told['error']['detail']}")
                known[job] = told
            answer = rest.post("/probe/drop", json={"checkpoint": "latest", "limit": 16, "seed": 1, "wait": 60})
            require(answer.status_code == 200, f"after the restart a probe was answered with {answer.status_code}")
        return "every job ended, as was told"

    yield trial


def send_checkpoint(rest: httpx2.Client, content: bytes, seconds: float) -> None:
    """Upload a checkpoint in pieces, in about so many seconds; the service may be killed meanwhile."""

    def pieces() -> Iterator[bytes]:
        head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="net.safetensors"\r\n\r\n'
        whole = head + content + b"\r\n--x--\r\n"
        for start in range(0, len(whole), 4096):
            yield whole[start : start + 4096]
            time.sleep(seconds * 4096 / len(whole))

    with contextlib.suppress(httpx2.HTTPError):
        rest.post("/checkpoints", content=pieces(), headers={"Content-Type": "multipart/form-data; boundary=x"})


def client(url: str) -> httpx2.Client:
    return httpx2.Client(base_url=url, timeout=90, trust_env=False)


def check_known(rest: httpx2.Client, known: dict[str, Json], at_random: random.Random) -> None:
    """A job that has ended stays as it ended, with the same result."""
    wait_until(lambda: rest.get("/health").status_code == 200, "the service")
    for job in at_random.sample(list(known), min(20, len(known))):
        told = rest.get(f"/jobs/{job}").json()
        before = known[job]
        require(told["state"] == before["state"], f"job {job} was {before['state']} and is {told['state']}")
        require(plans(told) == plans(before), f"the result of job {job} has changed")


def plans(job: Json) -> Any:
    return (job.get("result") or {}).get("plans")

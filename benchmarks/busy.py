"""How quickly the service answers while it has much to do: 45 files sent at once, 60 thumbnails and 200 cached probes asked for at once.

python -m benchmarks.busy

Meanwhile GET /health and a cached probe are due every tenth of a second, and each answer is timed from when it was due: an answer that
blocks the next ones counts for them too. Bound: 95 % of the answers within 500 ms; of the 200 cached probes within 300 ms.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import re
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import numpy as np
import torch
from PIL import Image

import iterscope as it
from benchmarks.budgets import Budgets
from benchmarks.measure import backend
from iterscope.architectures import ForeignConfiguration, build_foreign

UPLOADS, THUMBNAILS = 45, 60
INTERVAL = 0.1
"""Seconds between two questions."""
BOUND = 500.0
"""Milliseconds."""
AT_ONCE, BOUND_AT_ONCE = 200, 300.0
"""Cached probes asked for at once, and the bound in milliseconds."""


def main() -> None:
    argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0]).parse_args()
    with tempfile.TemporaryDirectory() as home:
        folder = _folder(Path(home) / "images")
        with backend(home) as address:
            budgets = measure(address, folder)
    budgets.finish()


def measure(address: str, folder: Path) -> Budgets:
    foreign = io.BytesIO()
    torch.save(build_foreign(ForeignConfiguration("cifar", "resnet20", 10, 32)).state_dict(), foreign)
    with tempfile.TemporaryDirectory() as made:
        path = Path(made) / "own.safetensors"
        it.save_checkpoint(path, it.build("resnet20", seed=0), dataset=it.load_dataset("digits").reference)
        own = path.read_bytes()
    budgets = Budgets()
    with httpx2.Client(base_url=address, timeout=600, trust_env=False) as client:
        client.post("/checkpoints", files={"file": ("own.safetensors", own)}).raise_for_status()
        probe = {"checkpoint": "latest", "limit": 64, "wait": 60}
        client.post("/probe/early-exit", json=probe).raise_for_status()

        def upload(_: int) -> None:
            client.post("/imports", files={"file": ("resnet20.pth", foreign.getvalue())}).raise_for_status()

        def thumbnail(index: int) -> None:
            asked: dict[str, str | int] = {"dataset": f"folder:{folder}", "split": "validation", "index": index}
            client.get("/datasets/image", params=asked).raise_for_status()

        times = asyncio.run(_at_once(address, probe, AT_ONCE))
        within = statistics.quantiles(times, n=20)[-1]
        verdict = budgets.at_most(f"{AT_ONCE} cached probes at once", within, BOUND_AT_ONCE, " ms")
        print(
            f"{f'{AT_ONCE} cached probes at once':<38}{statistics.median(times):>7.1f} ms{within:>7.1f} ms   {verdict}"
        )
        print(f"{'':<38}{'median':>10}{'95 %':>10}{'answers':>10}{'all done':>10}")
        for name, work, count in (("uploads", upload, UPLOADS), ("thumbnails", thumbnail, THUMBNAILS)):
            health, cached, seconds = _while_busy(client, work, count, probe)
            for asked, times in (("GET /health", health), ("cached probe", cached)):
                within = statistics.quantiles(times, n=20)[-1]
                verdict = budgets.at_most(f"{asked} during {count} {name}", within, BOUND, " ms")
                print(
                    f"{f'{asked} during {count} {name}':<38}{statistics.median(times):>7.1f} ms{within:>7.1f} ms"
                    f"{len(times):>10}{seconds:>8.1f} s   {verdict}"
                )
    return budgets


async def _at_once(address: str, probe: dict[str, object], count: int) -> list[float]:
    """Milliseconds of each of `count` requests for a probe, sent at the same moment on connections that are open already."""
    url = urlsplit(address)
    body = json.dumps(probe).encode()
    request = (
        f"POST /probe/early-exit HTTP/1.1\r\nHost: {url.netloc}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body
    connections = [await asyncio.open_connection(url.hostname, url.port) for _ in range(count)]

    async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> float:
        began = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        (length,) = re.findall(rb"content-length: (\d+)", head)
        await reader.readexactly(int(length))
        return 1000 * (time.perf_counter() - began)

    try:
        return await asyncio.gather(*(ask(*connection) for connection in connections))
    finally:
        for _, writer in connections:
            writer.close()


def _while_busy(
    client: httpx2.Client, work: Callable[[int], None], count: int, probe: dict[str, object]
) -> tuple[list[float], list[float], float]:
    """Milliseconds of GET /health and of a cached probe while `work` is done `count` times at once, and the seconds of all work."""
    health: list[float] = []
    cached: list[float] = []
    began = time.perf_counter()
    with ThreadPoolExecutor(count) as pool:
        running = [pool.submit(work, index) for index in range(count)]
        due = began
        while len(health) < 20 or not all(one.done() for one in running):
            time.sleep(max(0.0, due - time.perf_counter()))
            for times, ask in (
                (health, partial(client.get, "/health")),
                (cached, partial(client.post, "/probe/early-exit", json=probe)),
            ):
                ask().raise_for_status()
                times.append(1000 * (time.perf_counter() - due))
            due += INTERVAL
        for one in running:
            one.result()
    return health, cached, time.perf_counter() - began


def _folder(folder: Path) -> Path:
    """2,000 small images of two classes in each split."""
    generator = np.random.default_rng(0)
    for split in ("train", "test"):
        for label in ("a", "b"):
            (folder / split / label).mkdir(parents=True)
            for index in range(500):
                pixels = generator.integers(0, 256, (64, 64, 3), dtype=np.uint8)
                Image.fromarray(pixels).save(folder / split / label / f"{index}.jpg")
    return folder


if __name__ == "__main__":
    main()

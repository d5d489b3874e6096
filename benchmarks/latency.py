"""Response times of the service for probes of the demo's network: computed in a warm worker, and from the cache.

python -m benchmarks.latency
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import httpx2

import iterscope as it
from benchmarks.budgets import Budgets
from benchmarks.measure import backend
from iterscope.recipes import RECIPES

CACHED_MS = 50.0
"""Budget for an answer from the cache, over HTTP."""
PROBES: dict[str, dict[str, object]] = {
    "block-metrics": {},
    "unroll": {"steps": 20, "scale": 0.1},
    "early-exit": {},
    "borderline": {},
    "plan": {"plan": "0..4 6..26"},
    "drop": {},
}
WARM_CALLS = 3


def main() -> None:
    argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0]).parse_args()
    with tempfile.TemporaryDirectory() as home:
        file = Path(home) / "network.safetensors"
        demo = RECIPES["demo"]
        digits = it.load_dataset(demo.dataset, image_size=demo.image_size)
        model = it.build_from_configuration(demo.network(digits.num_classes))
        it.save_checkpoint(file, model, dataset=digits.reference)
        with backend(home) as address, httpx2.Client(base_url=address, timeout=120, trust_env=False) as client:
            with file.open("rb") as upload:
                checkpoint = client.post("/checkpoints", files={"file": upload}).raise_for_status().json()["id"]
            print(f"{demo.architecture} on {len(digits.validation)} digits        warm      cached")
            budgets = Budgets()
            for probe, options in PROBES.items():
                report(client, probe, {"checkpoint": checkpoint, "wait": 60, **options}, budgets)
    budgets.finish()


def report(client: httpx2.Client, probe: str, request: dict[str, object], budgets: Budgets) -> None:
    def ask(seed: int) -> float:
        start = time.perf_counter()
        client.post(f"/probe/{probe}", json={**request, "seed": seed}).raise_for_status()
        return time.perf_counter() - start

    ask(0)
    warm = statistics.median(ask(seed) for seed in range(1, 1 + WARM_CALLS))
    cached = statistics.median(ask(1) for _ in range(WARM_CALLS))
    verdict = budgets.at_most(f"{probe} from the cache", cached * 1000, CACHED_MS, " ms")
    print(f"{probe:<30}{warm * 1000:>8.0f} ms{cached * 1000:>8.1f} ms  {verdict}")


if __name__ == "__main__":
    main()

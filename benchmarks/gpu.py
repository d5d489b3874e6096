"""All measurements of a GPU in one table, in minutes: several seeds trained at once, and probes against their bounds.

python -m benchmarks.gpu [--device cuda] [--architecture resnet110] [--seeds 1 2 4 8] [--steps 60]

Without a GPU it runs on the CPU, where several seeds at once gain nothing: `--architecture resnet20 --seeds 1 2 --steps 3` tries it there.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import torch

import iterscope as it
from benchmarks.budgets import Budgets
from benchmarks.measure import median_seconds
from benchmarks.probes import MAX_RATIO, Subject
from benchmarks.training import Contest, Silent, timed_configuration
from iterscope_trainer.devices import choose_device, set_up_process
from iterscope_trainer.loop import Training, TrainingResult
from iterscope_trainer.turns import Steps, in_turns

WARM_UP = 8
"""Steps before the time counts: those in which cuDNN chooses its algorithms and the graph is recorded."""
LEAST_GAIN = 2.5
"""Budget on a GPU: images per second of several seeds at once, as a multiple of one seed's."""


def some(steps: Steps[TrainingResult], count: int) -> Steps[None]:
    """The next steps of a training, and no more."""
    for _ in range(count):
        next(steps)
        yield


def images_per_second(contest: Contest, seeds: int, count: int, folder: Path) -> float:
    """Of several seeds that take turns, all together."""
    device = torch.device(contest.device)
    data = contest.data()
    trainings = [
        Training(
            replace(contest.configuration, seed=seed),
            data,
            folder / f"{seeds} {seed}",
            Silent(),
            device,
            lambda: False,
            None,
        )
        for seed in range(seeds)
    ]
    running = [training.steps() for training in trainings]
    in_turns([some(steps, WARM_UP) for steps in running], device)
    wait(device)
    begin = time.perf_counter()
    in_turns([some(steps, count) for steps in running], device)
    wait(device)
    return seeds * count * contest.configuration.batch_size / (time.perf_counter() - begin)


def wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def probe_rows(architecture: str, device: torch.device, images: int) -> Iterator[tuple[str, float, float]]:
    """(name, milliseconds, multiple of a bare forward and backward pass)."""
    made = Subject.make(architecture, images)
    chain, data, labels = made.chain.to(device), made.images.to(device), made.labels.to(device)
    subject = Subject(made.model.to(device), chain, data, labels)

    def timed(work: Callable[[], object]) -> Callable[[], object]:
        def run() -> None:
            work()
            wait(device)

        return run

    contenders = {
        "bare forward and backward pass": timed(subject.bare_backward),
        "block metrics": timed(lambda: it.block_metrics(chain, data, labels)),
        "dropping each block": timed(lambda: it.block_drop(chain, data, labels)),
        "repeating the last block 20 times": timed(lambda: it.unrolling(chain, data, labels, len(chain) - 1, 20, 0.1)),
    }
    found = median_seconds(contenders, rounds=3)
    bare = found["bare forward and backward pass"]
    for name, seconds in found.items():
        yield name, 1000 * seconds, seconds / bare


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--device", default="auto")
    parser.add_argument("--architecture", default="resnet110")
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 4, 8], help="numbers of seeds at once")
    parser.add_argument("--steps", type=int, default=60, help="timed steps of each seed")
    parser.add_argument("--images", type=int, default=1000, help="images of the probes")
    options = parser.parse_args()
    threads, device = set_up_process(None), choose_device(options.device)
    where = torch.cuda.get_device_name(device) if device.type == "cuda" else f"{threads} CPU threads"
    configuration = timed_configuration(options.architecture, options.batch_size, compile=False)
    contest = Contest(configuration, 4000, str(device), threads)
    budgets = Budgets()
    print(f"{options.architecture}, {where}, torch {torch.__version__}\n", flush=True)
    print(f"{'trained at once':<36}{'images/s':>12}{'times one':>12}")
    speeds: dict[int, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        for seeds in options.seeds:
            speeds[seeds] = images_per_second(contest, seeds, options.steps, Path(folder))
            gain = speeds[seeds] / speeds.get(1, float("nan"))
            print(f"{seeds:<36}{speeds[seeds]:>12.0f}{gain:>12.2f}", flush=True)
    if device.type == "cuda" and 1 in speeds:
        budgets.at_least("seeds at once, times one", max(speeds.values()) / speeds[1], LEAST_GAIN)
    print(f"\n{'probes on ' + str(options.images) + ' images':<36}{'ms':>12}{'times bare':>12}")
    for name, milliseconds, ratio in probe_rows(options.architecture, device, options.images):
        verdict = budgets.at_most(name, ratio, MAX_RATIO) if name == "block metrics" else ""
        print(f"{name:<36}{milliseconds:>12.0f}{ratio:>12.2f}  {verdict}", flush=True)
    budgets.finish()


if __name__ == "__main__":
    main()

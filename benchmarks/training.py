"""Training throughput compared with the common plain PyTorch loop: same network, batch size and images, in one run.

The plain loop uses a DataLoader over PIL images (created from an array at every access, as in torchvision's CIFAR10), with RandomCrop,
RandomHorizontalFlip, ToTensor and Normalize, in float32, eager, with the default memory layout. It runs without and with worker
processes (two by default), and the fastest result counts. Iterscope runs an epoch of its trainer, with the trainer's augmentation,
precision and layout.

python -m benchmarks.training [--architecture resnet56] [--batch-size 128] [--images 1280] [--rounds 5] [--workers 0 2]
                              [--device cuda] [--compile]
"""

from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms

import iterscope as it
from benchmarks.budgets import Budgets
from iterscope_trainer.devices import choose_device, set_up_process
from iterscope_trainer.loop import Training
from iterscope_trainer.metric_logger import Arrays, Scalars, TrainingPlan, TrainingProgress
from iterscope_trainer.turns import taken

MIN_SPEEDUP = 1.2
"""Budget: training throughput as a multiple of the fastest plain loop's. Two cores without bf16 gave 1.26."""
WAITING = ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT")
"""How threads wait for each other. The trainer sets these (`trainer/iterscope_trainer/__init__.py`); a plain loop doesn't."""


class Silent:
    """A logger that discards everything."""

    def begin(self, plan: TrainingPlan) -> None: ...
    def progress(self, progress: TrainingProgress) -> None: ...
    def log_epoch(self, epoch: int, arrays: Arrays, scalars: Scalars) -> None: ...
    def checkpoint(self, path: Path, description: it.CheckpointDescription, scalars: Scalars) -> None: ...


class Pictures(Dataset[tuple[Tensor, int]]):
    """The split as PIL images, transformed one by one."""

    def __init__(self, split: it.ImageSplit) -> None:
        self.arrays = split.images.permute(0, 2, 3, 1).contiguous().numpy()
        self.labels = split.labels.tolist()
        self.transform = transforms.Compose(
            [
                transforms.RandomCrop(self.arrays.shape[1], padding=4),
                transforms.RandomHorizontalFlip(),
                transforms.ToTensor(),
                transforms.Normalize(split.mean, split.std),
            ]
        )

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        return self.transform(Image.fromarray(self.arrays[index])), self.labels[index]


Epoch = Callable[[], float]
"""Trains one epoch and returns images per second."""


@dataclass(frozen=True)
class Contest:
    """The training that all contenders run."""

    configuration: it.TrainingConfiguration
    images: int
    device: str
    threads: int

    def data(self) -> it.Dataset:
        whole = it.load_dataset("digit-pairs")
        few = whole.validation.subset(2)
        return it.Dataset(whole.name, whole.class_names, whole.train.subset(self.images), few, "flip_crop", "benchmark")


def timed_configuration(architecture: str, batch_size: int, **changes: Any) -> it.TrainingConfiguration:
    """The paper's recipe on images that are at hand, with next to no logging."""
    return it.training_configuration(
        "resnet110",
        architecture=architecture,
        dataset="digit-pairs",
        image_size=32,
        batch_size=batch_size,
        log_samples=2,
        log_every=1000,
        checkpoint_every=1000,
        **changes,
    )


def plain_epoch(contest: Contest, workers: int) -> Epoch:
    """The plain PyTorch training loop."""
    torch.set_num_threads(contest.threads)
    configuration, data, device = contest.configuration, contest.data(), torch.device(contest.device)
    model = it.build_from_configuration(configuration.network(data.num_classes), seed=0).to(device).train()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=1e-4)
    criterion = nn.CrossEntropyLoss()
    loader = DataLoader(
        Pictures(data.train), batch_size=configuration.batch_size, shuffle=True, num_workers=workers,
        persistent_workers=workers > 0, pin_memory=device.type == "cuda",
    )  # fmt: skip

    def epoch() -> float:
        started, total, correct = time.perf_counter(), 0.0, 0
        for images, labels in loader:
            images, labels = images.to(device), labels.to(device)
            optimizer.zero_grad()
            outputs = model(images)
            loss = criterion(outputs, labels)
            loss.backward()
            optimizer.step()
            total += loss.item()
            correct += int((outputs.argmax(1) == labels).sum())
        return len(data.train) / (time.perf_counter() - started)

    return epoch


def our_epoch(contest: Contest, folder: Path) -> Epoch:
    """The same with Iterscope's trainer. Logging and saving after an epoch don't count, as in `images_per_second`."""
    set_up_process(contest.threads)
    training = Training(
        contest.configuration, contest.data(), folder, Silent(), torch.device(contest.device), lambda: False, None
    )
    training.started = time.perf_counter()

    def epoch() -> float:
        taken(training.epoch_steps())
        return training.scalars["images_per_second", None]

    return epoch


class Contender:
    """Trains one epoch per request in its own process, so that contenders don't share any setup."""

    def __init__(self, prepare: Callable[[], Epoch], *, without: Sequence[str] = ()) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_contend, args=(prepare, theirs))
        kept = {name: os.environ.pop(name) for name in without if name in os.environ}
        self._process.start()
        os.environ.update(kept)
        theirs.close()

    def epoch(self) -> float:
        self._pipe.send(None)
        return float(self._pipe.recv())

    def end(self) -> None:
        self._pipe.close()
        self._process.join()


def _contend(prepare: Callable[[], Epoch], pipe: Connection) -> None:
    epoch = prepare()
    with contextlib.suppress(EOFError):
        while True:
            pipe.recv()
            pipe.send(epoch())


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--architecture", default="resnet56")
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--images", type=int, default=1280, help="training images per round (default: 1280)")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--threads", type=int)
    parser.add_argument(
        "--workers", type=int, nargs="+", default=[0, 2], help="numbers of DataLoader workers to try in the plain loop"
    )
    parser.add_argument("--compile", action="store_true", help="also run Iterscope with compiled steps")
    parser.add_argument("--contiguous", action="store_true", help="run Iterscope with channels_last=false")
    options = parser.parse_args()
    device, threads = choose_device(options.device), set_up_process(options.threads)
    configuration = timed_configuration(options.architecture, options.batch_size, channels_last=not options.contiguous)
    contest = Contest(configuration, options.images, str(device), threads)
    speeds: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        contenders = {
            f"plain, {workers} workers": Contender(partial(plain_epoch, contest, workers), without=WAITING)
            for workers in options.workers
        }
        contenders["iterscope"] = Contender(partial(our_epoch, contest, Path(folder, "eager")))
        if options.compile:
            compiled = replace(contest, configuration=replace(configuration, compile=True))
            contenders["iterscope, compiled"] = Contender(partial(our_epoch, compiled, Path(folder, "compiled")))
        speeds = {name: [] for name in contenders}
        order = list(contenders)
        for number in range(options.rounds + 1):
            for name in order:
                speed = contenders[name].epoch()
                if number > 0:  # the first round warms up
                    speeds[name].append(speed)
            random.shuffle(order)
        for contender in contenders.values():
            contender.end()
    where = torch.cuda.get_device_name(device) if device.type == "cuda" else f"{threads} CPU threads"
    print(f"{options.architecture}, batches of {options.batch_size}, {where}: median of {options.rounds} rounds")
    medians = {name: statistics.median(values) for name, values in speeds.items()}
    for name, value in medians.items():
        print(f"{name:<20}{value:>10.0f} images/s   ({min(speeds[name]):.0f} to {max(speeds[name]):.0f})")
    budgets = Budgets()
    plain = max(value for name, value in medians.items() if name.startswith("plain"))
    for name, value in medians.items():
        if not name.startswith("plain"):
            verdict = budgets.at_least(f"{name}, times the plain loop", value / plain, MIN_SPEEDUP)
            print(f"{name} is {value / plain:.2f} times as fast as the plain loop ({verdict})")
    budgets.finish()


if __name__ == "__main__":
    main()

"""Trainings that go on step by step, so that several take turns in one process.

A step of a deep, narrow network is thousands of kernels of a few microseconds each, with which one training can't fill a GPU. Several
networks' steps run there at the same time, each training on a CUDA stream of its own. What each computes is what it computes alone.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, TypeVar

import torch

Ended = TypeVar("Ended")
Steps = Generator[None, None, Ended]
"""Yields after each step; returns what came out."""


def taken(steps: Steps[Ended]) -> Ended:
    """Take all steps; what came out."""
    return in_turns([steps], torch.device("cpu"))[0]


def in_turns(trainings: Sequence[Steps[Ended]], device: torch.device) -> list[Ended]:
    """Take one step of each in turn until all have ended; what came out of each, in their order.

    An error of one is raised when the others have ended. A KeyboardInterrupt between two steps is thrown into all of them.
    """
    places: list[AbstractContextManager[Any]] = [_stream(device) for _ in trainings]
    left = dict(enumerate(trainings))
    found: dict[int, Ended] = {}
    errors: list[Exception] = []
    try:
        while left:
            for at, steps in list(left.items()):
                with places[at]:
                    try:
                        next(steps)
                    except StopIteration as ended:
                        found[at] = ended.value
                        del left[at]
                    except Exception as error:
                        errors.append(error)
                        del left[at]
    except KeyboardInterrupt:
        for at, steps in left.items():
            try:
                steps.throw(KeyboardInterrupt)
            except StopIteration as ended:
                found[at] = ended.value
            except KeyboardInterrupt:
                continue
        if len(found) + len(errors) < len(trainings):
            raise
    if errors:
        raise errors[0]
    return [found[at] for at in range(len(trainings))]


def _stream(device: torch.device) -> AbstractContextManager[Any]:
    if device.type != "cuda":
        return nullcontext()
    stream = torch.cuda.Stream(device)  # type: ignore[no-untyped-call]
    stream.wait_stream(torch.cuda.current_stream(device))  # which may still be preparing what the training needs
    return torch.cuda.stream(stream)

"""How a measurement is computed: prepared once, then chunk by chunk of images, merged and finished.

The chunks depend on the number and size of the images alone. So the same chunks, computed in one process or in several, at once or after an
interruption, give the same bits on machines of the same kind. Finishing the first chunks alone gives a partial answer. A measurement may
also have rows that are computed sooner: `quick`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from iterscope.allocator import release_freed_memory
from iterscope.datasets.deferred import DeferredSplit
from iterscope.datasets.records import ImageSplit
from iterscope.measurements.reasons import reasons
from iterscope.numerics import Outcomes

if TYPE_CHECKING:
    from iterscope.measurements.definition import Measurement
    from iterscope.measurements.network import MeasuredNetwork
    from iterscope.measurements.request import MeasurementRequest

Rows = dict[str, Tensor]
"""Values of some images by name, on the CPU; the last axis is over images, unless the measurement merges otherwise."""

FIRST_CHUNK = 32
"""Images of the first chunk, which is small so that a first partial answer comes soon."""
LARGE_IMAGES = 64
"""Pixels; above that, the first chunk has FIRST_LARGE images, and every further one CHUNK_LARGE."""
FIRST_LARGE = 8
CHUNK = 1024
"""Images of every further chunk. Within a chunk, the library divides the images by the memory budget."""
QUICK_SHARE = 0.25
"""The share of the time that what is computed sooner takes, for progress reports."""
CHUNK_LARGE = 128
"""Decoded, these take 20 MB at 224 pixels: a large folder is read chunk by chunk."""


def spans(count: int, image_size: int) -> list[tuple[int, int]]:
    """(start, stop) of each chunk of `count` images of this height and width in pixels."""
    first, further = (FIRST_CHUNK, CHUNK) if image_size <= LARGE_IMAGES else (FIRST_LARGE, CHUNK_LARGE)
    ends = [0, *range(min(first, count), count, further), count]
    return list(pairwise(ends))


@dataclass(frozen=True)
class Chunk:
    """Some of the images that are measured."""

    images: ImageSplit
    place: tuple[int, int]
    """(start, stop) among all images that are measured."""
    part: Callable[[float, float], dict[str, Any]]
    """Keyword arguments for a computation of the library that covers this part of the chunk's work, from 0 to 1."""

    @property
    def options(self) -> dict[str, Any]:
        """Keyword arguments for a computation of the library that covers all of the chunk's work."""
        return self.part(0.0, 1.0)


def joined(parts: Sequence[Rows]) -> Rows:
    """The rows of consecutive chunks, one after the other."""
    return (
        dict(parts[0])
        if len(parts) == 1
        else {name: torch.cat([part[name] for part in parts], -1) for name in parts[0]}
    )


@dataclass(frozen=True)
class Parts:
    """The computation of one request."""

    chunk: Callable[[Chunk], Rows]
    """The rows of one chunk of images."""
    finish: Callable[[Rows], dict[str, Any]]
    """The answer from merged rows. Its values may be tensors."""
    merge: Callable[[Sequence[Rows]], Rows] = joined
    """Joins the rows of consecutive chunks; for a measurement that needs sums only, it can add them."""
    images: ImageSplit | None = None
    """What is measured, if not the network's sampled images."""
    whole: bool = False
    """Whether the values of an image depend on the other images, so that all of them must be one chunk."""
    quick: Callable[[Chunk], Rows] | None = None
    """Some of the rows of a chunk, computed sooner. `finish` also makes an answer of them, in which everything else is empty."""


class Computation:
    """One request, prepared. `run(at)` computes a chunk, in any process and any order; `answer` merges their rows in the chunks' order.

    Raises what the measurement raises for a request that can't be measured.
    """

    def __init__(self, measurement: Measurement, network: MeasuredNetwork, request: MeasurementRequest) -> None:
        self.network = network
        self.parts: Parts = measurement.prepare(network, request)
        self._result = measurement.result
        self.images = network.images if self.parts.images is None else self.parts.images
        count = len(self.images)
        self.spans = [(0, count)] if self.parts.whole else spans(count, self.images.image_size)
        """(start, stop) of each chunk."""

    def run(self, at: int) -> Rows:
        """The rows of chunk number `at`."""
        return self._rows(self.parts.chunk, at, 0.0, 1.0)

    def _rows(self, compute: Callable[[Chunk], Rows], at: int, begins: float, ends: float) -> Rows:
        """What a part of the computation finds in chunk number `at`; all chunks together are this share of the progress."""
        start, stop = self.spans[at]
        count = len(self.images)
        chosen = self.images if stop - start == count else self.images.select(torch.arange(start, stop))

        def part(begin: float, end: float) -> dict[str, Any]:
            done = ((start + share * (stop - start)) / count for share in (begin, end))
            return self.network.part(*(begins + share * (ends - begins) for share in done))

        rows = compute(Chunk(chosen, (start, stop), part))
        if isinstance(self.images, DeferredSplit):
            release_freed_memory()  # the rows that are kept break it up: what is in use would grow with the number of images
        return {name: values.detach().cpu() for name, values in rows.items()}

    def answer(self, rows: Sequence[Rows]) -> dict[str, Any]:
        """The answer from the rows of the first chunks, of all of them for the final one."""
        done = self.spans[len(rows) - 1][1]
        return self._finished(done, self.parts.merge(rows))

    def _finished(self, samples: int, rows: Rows) -> dict[str, Any]:
        found = self.parts.finish(rows)
        return {"samples": samples, **found, "reasons": reasons(self._result, found)}

    def growing(self) -> Iterator[dict[str, Any]]:
        """The answer after each chunk, first of what is computed sooner, if there is that; the last answer is final.

        `samples` is the number of images that are in the answer, and `of` how many they will be. What takes longer may be of fewer, or
        still be empty.
        """
        sooner: list[Rows] = []
        begins = 0.0 if self.parts.quick is None else QUICK_SHARE
        if self.parts.quick is not None:
            for at in range(len(self.spans)):
                sooner.append(self._rows(self.parts.quick, at, 0.0, begins))
                yield self._unfinished(self.answer(sooner))
        rows: list[Rows] = []
        for at in range(len(self.spans)):
            rows.append(self._rows(self.parts.chunk, at, begins, 1.0))
            if len(rows) == len(self.spans):
                yield self.answer(rows)
            else:
                yield self._unfinished(self._mixed(sooner, rows) if sooner else self.answer(rows))

    def _unfinished(self, answer: dict[str, Any]) -> dict[str, Any]:
        return {**answer, "of": len(self.images)}

    def warm_up(self) -> None:
        """Compute what later requests need, too, and what is computed sooner depends on."""
        for at in range(len(self.spans)):
            if self.parts.quick is None:
                self.run(at)
            else:
                self._rows(self.parts.quick, at, 0.0, 1.0)

    def _mixed(self, sooner: Sequence[Rows], rows: Sequence[Rows]) -> dict[str, Any]:
        """The answer from what was computed sooner, of all images, and the rest of the first chunks."""
        merged = {**self.parts.merge(rows), **self.parts.merge(sooner)}
        return self._finished(len(self.images), merged)

    def final(self, partial: Callable[[dict[str, Any]], None] | None = None) -> dict[str, Any]:
        """The answer for all images. `partial` is called with the answers before it; without it, nothing is computed for them."""
        if partial is None:
            return self.answer([self.run(at) for at in range(len(self.spans))])
        answer: dict[str, Any] = {}
        for answer in self.growing():
            if "of" in answer:
                partial(answer)
        return answer


def outcome_rows(found: Outcomes, name: str = "") -> Rows:
    """Outcomes (P, N) as rows, their names beginning with `name`."""
    return {f"{name}{field}": getattr(found, field) for field in ("loss", "entropy", "margin", "prediction", "labels")}


def read_outcomes(rows: Rows, name: str = "") -> Outcomes:
    """The outcomes that `outcome_rows` made rows of."""
    return Outcomes(
        **{field: rows[f"{name}{field}"] for field in ("loss", "entropy", "margin", "prediction", "labels")}
    )

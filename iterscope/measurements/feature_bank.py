"""The feature bank of a measured network: fitted on training images, kept for the measurements that read it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import torch
from pydantic import Field
from torch import Tensor

import iterscope as it
from iterscope.datasets.records import ImageSplit
from iterscope.features import FeatureBank, FeatureKind, FeatureMap
from iterscope.measurements.network import MeasuredNetwork
from iterscope.measurements.parts import Chunk, Rows, joined
from iterscope.measurements.request import PerImageRequest
from iterscope.probes.linear_probes import LinearProbe, ProbeKind, ProbeTarget, fit_probes, read_probes
from iterscope.probes.translators import Translator, fit_translators

PartOf = Callable[[float, float], dict[str, Any]]
"""As `Chunk.part`."""
STATISTICS, FITTED, READ = 0.25, 0.5, 0.75
"""The shares of a first chunk's progress at which the fit images' statistics, their features, and the probes are done."""

OF_FIT = "fit "
"""Names of rows that are of the fit images begin with this."""


class FeatureRequest(PerImageRequest):
    """A measurement that reads features of all positions, and fits something to those of training images."""

    features: FeatureKind = Field(
        default="auto",
        description="What is read of a hidden state. `gap`: its mean over pixels or tokens; `halves`: standardised by the fit images, the "
        "means of its positive and of its negative part; `flat`: all of it; `auto`: gap in post-activation networks, halves in others.",
    )
    fit_limit: int | None = Field(
        default=5000,
        ge=2,
        le=10_000_000,
        description="Number of training images to fit on, as many of each class as there are, drawn by `seed`; null for all.",
    )


@dataclass(frozen=True)
class Fit:
    """The fit images and their features."""

    images: ImageSplit
    features: FeatureMap
    bank: FeatureBank

    @property
    def nbytes(self) -> int:
        return self.bank.nbytes

    @property
    def labels(self) -> Tensor:
        assert self.bank.labels is not None
        return self.bank.labels


@dataclass(frozen=True)
class Fitted:
    """A reader for each position."""

    each: Sequence[LinearProbe | Translator]

    @property
    def nbytes(self) -> int:
        return sum(reader.nbytes for reader in self.each)


class Features:
    """The features that one request reads. All is computed when it is first asked for, and kept for other requests."""

    def __init__(self, network: MeasuredNetwork, request: FeatureRequest) -> None:
        self.network, self.request = network, request
        self.name = f"features {request.features} by {request.fit_limit} of seed {request.seed}"
        self._own: dict[str, Any] = {}
        """What this request has computed, if there is no room to keep it for others."""

    def once(self, name: str, compute: Callable[[], object]) -> Any:
        """What has been computed for this request under the name, or is kept for such requests; else it is computed now."""
        if name not in self._own:
            self._own[name] = self.network.memory.remember(f"{self.name}: {name}", compute)
        return self._own[name]

    def fit(self, part: PartOf | None = None) -> Fit:
        """The fit images' features; `part` as of a chunk. Raises DatasetError without training images."""
        return cast(Fit, self.once("fit", lambda: self._fit(part or self.network.part)))

    def _fit(self, part: PartOf) -> Fit:
        chain, request = self.network.chain, self.request
        images = self.network.fit_images(request.fit_limit, request.seed)
        features = it.fit_features(chain, images, request.features, **part(0.0, STATISTICS))
        return Fit(images, features, it.feature_bank(chain, images, features, **part(STATISTICS, FITTED)))

    def of(self, chunk: Chunk) -> FeatureBank:
        """The features of a chunk of the measured images."""
        features = self.fit(chunk.part).features
        return self.network.remember(
            self.name,
            chunk,
            lambda: it.feature_bank(self.network.chain, chunk.images, features, **chunk.part(READ, 1.0)),
        )

    def probes(
        self, chunk: Chunk, target: ProbeTarget, kind: ProbeKind = "logistic", penalty: float | None = None
    ) -> list[LinearProbe]:
        """A probe for each position, fitted to the fit images; see `fit_probes`."""
        fit, progress = self.fit(chunk.part), chunk.part(FITTED, READ)["progress"]
        found = self.once(
            f"{kind} probes of {target} with {penalty}",
            lambda: Fitted(fit_probes(fit.bank, target, kind, penalty, progress=progress)),
        )
        return cast(list[LinearProbe], found.each)

    def translators(self, chunk: Chunk, penalty: float) -> list[Translator]:
        """A translator for the state after each block of the last stage, fitted to the fit images; see `fit_translators`."""
        chain, images = self.network.chain, self.fit(chunk.part).images
        found = self.once(
            f"translators with {penalty}",
            lambda: Fitted(fit_translators(chain, images, penalty, **chunk.part(FITTED, READ))),
        )
        return cast(list[Translator], found.each)

    def scores(
        self, chunk: Chunk, target: ProbeTarget, kind: ProbeKind = "logistic", penalty: float | None = None
    ) -> Tensor:
        """(L + 1, n, K) float64: what the probes of each position say about a chunk of the measured images."""
        return read_probes(self.probes(chunk, target, kind, penalty), self.of(chunk))

    def own_places(self, chunk: Chunk) -> Tensor:
        """(n,) int64: the place of each image of a chunk among the fit images; −1 for those that are not among them."""
        places: dict[int, int] = {}
        if self.network.split == "train":
            indices = self.fit(chunk.part).images.indices.tolist()
            places = {index: place for place, index in enumerate(indices)}
        return torch.tensor([places.get(index, -1) for index in chunk.images.indices.tolist()], dtype=torch.int64)

    def rows(self, chunk: Chunk) -> Rows:
        """What `notes` needs of a chunk."""
        fit = self.fit(chunk.part)
        return {
            f"{OF_FIT}counts": fit.labels.bincount(minlength=fit.bank.logits.shape[1]),
            f"{OF_FIT}sizes": torch.tensor([features.shape[1] for features in fit.bank.features]),
            "known": self.own_places(chunk) >= 0,
        }

    def notes(self, rows: Rows) -> list[str]:
        """What limits the fit, one sentence each."""
        names, counts = self.network.class_names, rows[f"{OF_FIT}counts"].tolist()
        absent = [names[at] if at < len(names) else str(at) for at, count in enumerate(counts) if count == 0]
        count, largest, found = sum(counts), int(rows[f"{OF_FIT}sizes"].max()), []
        if absent:
            found.append(f"no fit image is of the classes {', '.join(absent)}")
        if count < 2 * len(counts):
            found.append(f"{count} fit images are few for {len(counts)} classes")
        if largest >= count:
            found.append(f"{count} fit images are no more than the {largest} features of a position")
        if shared := int(rows["known"].sum()):
            found.append(f"{shared} of the measured images are among the fit images")
        return found


def merge(parts: Sequence[Rows]) -> Rows:
    """Joins the rows of consecutive chunks; those of the fit images are the same for all chunks."""
    fit = {name: values for name, values in parts[0].items() if name.startswith(OF_FIT)}
    return {**joined([{name: part[name] for name in part if name not in fit} for part in parts]), **fit}

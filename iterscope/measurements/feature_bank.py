"""The feature bank of a measured network: fitted on training images, kept for the measurements that read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from pydantic import Field

import iterscope as it
from iterscope.datasets.records import ImageSplit
from iterscope.features import FeatureBank, FeatureKind, FeatureMap
from iterscope.measurements.network import MeasuredNetwork
from iterscope.measurements.parts import Chunk
from iterscope.measurements.request import PerImageRequest

FITTING = 0.5
"""The share of a first chunk's progress that the fit images take."""


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


class Features:
    """The features that one request reads; they are computed when they are first asked for, and kept for other requests."""

    def __init__(self, network: MeasuredNetwork, request: FeatureRequest) -> None:
        self.network, self.request = network, request
        self.name = f"features {request.features} by {request.fit_limit} of seed {request.seed}"
        self._fit: Fit | None = None

    def fit(self, part: Callable[[float, float], dict[str, Any]] | None = None) -> Fit:
        """The fit images' features; `part` as of a chunk. Raises DatasetError without training images."""
        if self._fit is None:
            computed = self.network.memory.remember(self.name, lambda: self._computed(part or self.network.part))
            self._fit = cast(Fit, computed)
        return self._fit

    def _computed(self, part: Callable[[float, float], dict[str, Any]]) -> Fit:
        chain, request = self.network.chain, self.request
        images = self.network.fit_images(request.fit_limit, request.seed)
        features = it.fit_features(chain, images, request.features, **part(0.0, FITTING / 2))
        return Fit(images, features, it.feature_bank(chain, images, features, **part(FITTING / 2, FITTING)))

    def of(self, chunk: Chunk) -> FeatureBank:
        """The features of a chunk of the measured images."""
        features = self.fit(chunk.part).features
        return self.network.remember(
            self.name,
            chunk,
            lambda: it.feature_bank(self.network.chain, chunk.images, features, **chunk.part(FITTING, 1.0)),
        )

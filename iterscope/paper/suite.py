"""The networks that must be trained, and on which data, for the paper's figures and its table, at two scales.

`full` is the paper: CIFAR-10 and CIFAR-100, its networks and learning rates, four seeds of each. The networks of section 4.5, whose
training the paper doesn't describe, use the original ResNet's schedule.

`laptop` shows the same on two CPU cores in about half an hour. It is reduced compared with the paper:

- The data are `digits` for CIFAR-10 and `digit-pairs` for CIFAR-100, both offline, far easier than photographs, with 24×24 pixels.
- The original network is a ResNet-56 (27 blocks), on the second data set a ResNet-44, instead of the ResNet-110.
- Single representation, average pooling and wide have all their blocks (10, 30, 14), but 16, 16 and 20–40–80 filters instead of 100, 150
  and 160–320–640.
- The shared networks are as deep as the paper's (ResNet-110, because the explosion is an effect of depth), with half the filters. The
  ResNet-38 that they are compared with also has half the filters, so that it again has as many parameters.
- On the second data set, average pooling has 24 filters, because a hundred classes are hard to separate with 16 features, and most of its
  30 blocks come after the pooling (4, 10, 16), because those before it take the most time.
- Training takes four to sixteen epochs with one-cycle learning rates and batches of 64 (32 for the deep networks on the second data set).
  There are four seeds of the original network, which figure 7 averages, and one of the others. The table has only the networks that the
  figures need, and no deeper ones.

Depth is kept, because the claims are about depth. Max pooling is at neither scale: the paper reports no figure of it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from iterscope.errors import ConfigurationError
from iterscope.paper.roles import RunKind, run_kind
from iterscope.recipes import RECIPES, TrainingConfiguration, usual_image_size
from iterscope.schedules import OneCycle

Scale = Literal["laptop", "full"]
FIGURES: tuple[str, ...] = (*(f"fig{number}" for number in range(2, 21)), "table1")
"""The figures that can be chosen; figure 1 is a drawing."""
DATASETS: dict[Scale, tuple[str, str]] = {"laptop": ("digits", "digit-pairs"), "full": ("cifar10", "cifar100")}
"""For each scale, the data sets that replace the paper's first and second."""
SEEDS = 4
"""The number of seeds of a network that the paper averages."""


@dataclass(frozen=True)
class PlannedRun:
    """One run that the figures need."""

    figures: tuple[str, ...]
    """All figures that need it, in the paper's order."""
    kind: RunKind
    configuration: TrainingConfiguration
    """Includes the seed."""


@dataclass(frozen=True)
class _Net:
    """One network on both data sets."""

    first: tuple[str, ...]
    """Figures that need it on the first data set."""
    second: tuple[str, ...]
    """Figures that need it on the second data set; if empty, it isn't trained there."""
    configuration: TrainingConfiguration
    on_second: dict[str, Any] = field(default_factory=dict)
    """Settings that change on the second data set."""
    seeds: tuple[int, int] = (1, 1)
    """The number of seeds on each data set."""


_BLOCKS = ("fig2", "fig3", "fig4", "fig5", "fig13", "fig14")
_BLOCKS_SECOND = ("fig10", "fig11", "fig12", "fig15", "fig16", "fig17")
_ORIGINAL = ("fig2", "fig3", "fig4", "fig5", "fig6", "fig7", "fig13", "fig14", "fig20", "table1")
_STRATEGIES: tuple[tuple[tuple[str, ...], dict[str, Any]], ...] = (
    (("fig8", "fig9", "fig19"), {}),
    (("fig9",), {"initial_gamma": 0.1}),
    (("fig9",), {"unshare_statistics": True}),
    (("fig9",), {"unshare_affine": True}),
)
"""Sharing, and one strategy at a time: the figures that show it, and the options in addition to `resnet…-shared`."""
_SECOND: dict[str, Any] = {"batch_size": 32}
"""With a hundred classes, the deep networks need more steps than these epochs have with batches of 64."""


def _laptop() -> list[_Net]:
    def net(architecture: str, epochs: int, **options: Any) -> TrainingConfiguration:
        return TrainingConfiguration(
            architecture=architecture,
            architecture_options=options,
            epochs=epochs,
            batch_size=64,
            schedule=OneCycle(peak=0.1),
            log_samples=48,
            checkpoint_every=1,  # the curves over epochs are measured on the checkpoints
        )

    half: dict[str, Any] = {"stem_width": 8, "widths": [8, 16, 32]}
    original = replace(RECIPES["demo"], checkpoint_every=1)  # if the demo was trained, it is the first seed
    return [
        _Net(
            _ORIGINAL,
            (*_BLOCKS_SECOND, "table1"),
            original,
            {"architecture": "resnet44", "epochs": 6, "log_samples": 48, **_SECOND},
            (SEEDS, 1),
        ),
        _Net(
            _BLOCKS,
            _BLOCKS_SECOND,
            net("single-representation", 16, stem_width=16, widths=[16]),
            {"epochs": 8},
        ),
        _Net(
            _BLOCKS,
            _BLOCKS_SECOND,
            net("avg-pooling", 8, stem_width=16, widths=[16] * 3),
            {
                "epochs": 4,
                **_SECOND,
                "architecture_options": {"stem_width": 24, "widths": [24] * 3, "blocks": [4, 10, 16]},
            },
        ),
        _Net(_BLOCKS, _BLOCKS_SECOND, net("wide", 5, widths=[20, 40, 80]), {"epochs": 4, **_SECOND}),
        _Net(("fig8", "table1"), ("table1",), net("resnet38", 8, **half), {"epochs": 12, **_SECOND}),
        *(_Net(figures, (), net("resnet110-shared", 8, **half, **strategy)) for figures, strategy in _STRATEGIES),
        _Net(
            ("fig9", "fig18", "table1"), ("table1",), net("resnet110-shared-ubn", 8, **half), {"epochs": 12, **_SECOND}
        ),
    ]


def _full() -> list[_Net]:
    seeds = (SEEDS, SEEDS)
    common: dict[str, Any] = {"checkpoint_every": 50}

    def resnet(architecture: str, **options: Any) -> TrainingConfiguration:
        return replace(RECIPES["resnet110"], architecture=architecture, architecture_options=options, **common)

    def named(recipe: str) -> TrainingConfiguration:
        return replace(RECIPES[recipe], **common)

    table = ("table1",)
    return [
        _Net(_ORIGINAL, (*_BLOCKS_SECOND, "table1"), resnet("resnet110"), seeds=seeds),
        *(
            _Net(_BLOCKS, _BLOCKS_SECOND, named(recipe), seeds=seeds)
            for recipe in ("single-representation", "average-pooling", "wide")
        ),
        _Net(("fig8", "table1"), table, resnet("resnet38"), seeds=seeds),
        *(_Net(figures, (), resnet("resnet110-shared", **strategy), seeds=seeds) for figures, strategy in _STRATEGIES),
        _Net(("fig9", "fig18", "table1"), table, resnet("resnet110-shared-ubn"), seeds=seeds),
        *(
            _Net(table, table, resnet(name), seeds=seeds)
            for name in ("resnet32", "resnet56", "resnet146-shared-ubn", "resnet182-shared-ubn")
        ),
    ]


def suite(
    scale: Scale,
    *,
    dataset: str | None = None,
    second_dataset: str | None = None,
    only: Collection[str] | None = None,
    seeds: int | None = None,
) -> list[PlannedRun]:
    """The runs that the figures need: first those on the first data set, then those on the second; seeds of a network follow each other.

    Args:
        scale: "laptop" or "full".
        dataset: replaces the first data set, such as "folder:photos"; the number of epochs is unchanged, so time grows with its images.
        second_dataset: replaces the second data set.
        only: figures, such as {"fig7", "table1"}; a run's other figures are still named. None: all figures.
        seeds: the number of seeds of every network, instead of the scale's default.

    Raises:
        ConfigurationError: the scale or a figure is unknown, the number of seeds is invalid, or both data sets are the same.
    """
    if scale not in DATASETS:
        raise ConfigurationError(f"scale is {scale!r}: choose one of {', '.join(DATASETS)}")
    if unknown := sorted(set(only or ()) - set(FIGURES)):
        raise ConfigurationError(f"figure {unknown[0]!r} is unknown: choose from {', '.join(FIGURES)}")
    if seeds is not None and (isinstance(seeds, bool) or not isinstance(seeds, int) or seeds < 1):
        raise ConfigurationError(f"seeds is {seeds!r}: it must be a whole number of at least 1")
    names = (dataset or DATASETS[scale][0], second_dataset or DATASETS[scale][1])
    if names[0] == names[1]:
        raise ConfigurationError(f"both data sets are {names[0]!r}: the paper's figures need two different ones")
    nets = _laptop() if scale == "laptop" else _full()
    planned = []
    for slot, name in enumerate(names):
        for net in nets:
            figures = (net.first, net.second)[slot]
            if figures and (only is None or set(only) & set(figures)):
                changes = {"dataset": name, "image_size": usual_image_size(name), **(net.on_second if slot else {})}
                chosen = replace(net.configuration, **changes).validate()
                kind = run_kind(chosen.to_dict())
                assert kind is not None  # every network above is one of the paper's
                planned += [
                    PlannedRun(figures, kind, replace(chosen, seed=seed))
                    for seed in range(net.seeds[slot] if seeds is None else seeds)
                ]
    return planned

"""Every figure of the paper except figure 1 (a drawing), and its table: what each panel shows, of which network and data set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from iterscope.errors import ConfigurationError
from iterscope.paper.evidence import SPLITS, NetName, Slot, Split

PanelKind = Literal[
    "by-block", "by-epoch", "scalar-by-epoch", "drop", "groups-by-block", "groups-by-step", "steps", "before-training"
]
"""What a panel draws:

    by-block         a per-block metric after the last epoch
    before-training  activation norms of the untrained network with batch statistics (probe `batch-statistics`)
    by-epoch         a per-block metric against epochs, one line per block of the last stage
    scalar-by-epoch  a number of the whole network against epochs
    drop             accuracy with each block dropped (probe `drop`)
    groups-by-block  three groups of images along the last five blocks (probe `borderline`)
    groups-by-step   the same along the additional steps of the last block (probe `unroll`)
    steps            a metric along the last stage's blocks and then the additional steps (probes `block-metrics`, `unroll`)
"""
Scaling = Literal["none", "auto"]

FURTHER_STEPS = 20
"""The number of additional steps of the last block (section 4.4)."""
PAPERS_FOUR: tuple[NetName, ...] = ("original", "single-representation", "average-pooling", "wide")
SHARED: tuple[NetName, ...] = ("shared-naive", "shared-gamma", "shared-statistics", "shared-affine", "shared-ubn")


@dataclass(frozen=True)
class Axis:
    """An axis and its label."""

    label: str
    unit: str = ""
    """Empty for a plain ratio."""
    log: bool = False


BLOCK_AXIS = Axis("residual block index")
EPOCH_AXIS = Axis("epoch")
STEP_AXIS = Axis("additional steps of the last block")
COSINE_AXIS = Axis("cos(F_i, ∂L/∂h_i)")
RATIO_AXIS = Axis("‖F_i‖ / ‖h_i‖")
ACCURACY_AXIS = Axis("accuracy", "%")
LOSS_AXIS = Axis("cross-entropy", "nats")
ENTROPY_AXIS = Axis("entropy", "nats")


@dataclass(frozen=True)
class PanelDefinition:
    """One panel."""

    kind: PanelKind
    nets: tuple[NetName, ...]
    """Most panels show one network; comparisons show several."""
    slot: Slot
    metric: str
    """The name of a logged metric or, for groups and steps, of the value drawn. Accuracies are shares from 0 to 1 in all sources."""
    y: Axis
    x: Axis = BLOCK_AXIS
    splits: tuple[Split, ...] = SPLITS
    title: str = ""
    """Distinguishes the panel from its neighbours, if the network alone doesn't."""
    scaling: Scaling = "auto"
    """The scale of additional steps: as trained, or the factor that lowers the training loss most."""


@dataclass(frozen=True)
class FigureDefinition:
    """One figure or table."""

    id: str
    title: str
    section: str
    shows: str
    """What the paper's figure shows, in our words."""
    panels: tuple[PanelDefinition, ...] = ()
    """Empty for the table."""


def _four(kind: PanelKind, metric: str, y: Axis, slot: Slot) -> tuple[PanelDefinition, ...]:
    """The paper's four architectures side by side; against epochs only on validation images, as in appendix C."""
    if kind == "by-epoch":
        return tuple(_epochs(name, metric, y, slot) for name in PAPERS_FOUR)
    return tuple(PanelDefinition(kind, (name,), slot, metric, y) for name in PAPERS_FOUR)


def _epochs(name: NetName, metric: str, y: Axis, slot: Slot, title: str = "") -> PanelDefinition:
    return PanelDefinition("by-epoch", (name,), slot, metric, y, EPOCH_AXIS, ("validation",), title)


def _groups(kind: PanelKind, x: Axis) -> tuple[PanelDefinition, ...]:
    """Accuracy, loss and entropy of three groups, on validation and then training images; separate panels because the scales differ."""
    axes = {"accuracy": ACCURACY_AXIS, "loss": LOSS_AXIS, "entropy": ENTROPY_AXIS}
    return tuple(
        PanelDefinition(kind, ("original",), "first", metric, y, x, (split,), f"{metric}, {split}")
        for split in ("validation", "train")
        for metric, y in axes.items()
    )


def _comparison(kind: PanelKind, nets: tuple[NetName, ...], metric: str, y: Axis, title: str) -> PanelDefinition:
    """Several networks in one panel. Norms before training are of training images only, because both splits look alike then."""
    if kind == "before-training":
        return PanelDefinition(kind, nets, "first", metric, y, BLOCK_AXIS, ("train",), title)
    return PanelDefinition(kind, nets, "first", metric, y, EPOCH_AXIS, SPLITS, title)


def _along_training(name: NetName) -> tuple[PanelDefinition, ...]:
    """Figures 18 and 19. The head is plugged in, as in figures 13 to 17, which their text calls similar."""
    return (
        _epochs(name, "cosine_loss_plugged", COSINE_AXIS, "first", "cosine loss"),
        _epochs(name, "l2_ratio", RATIO_AXIS, "first", "ℓ2 ratio"),
        _epochs(name, "early_exit_accuracy", ACCURACY_AXIS, "first", "intermediate accuracy"),
    )


def _steps(scaling: Scaling) -> tuple[PanelDefinition, ...]:
    suffix = "unscaled" if scaling == "none" else "scaled"
    return tuple(
        PanelDefinition("steps", ("original",), "first", metric, y, title=f"{name}, {suffix}", scaling=scaling)
        for metric, y, name in (("cosine_loss", COSINE_AXIS, "cosine loss"), ("l2_ratio", RATIO_AXIS, "ℓ2 ratio"))
    )


_GRADIENT_AXIS = Axis("‖∂L/∂h‖, first block of first / last stage", log=True)
_NORM_AXIS = Axis("‖h_i‖", log=True)
_COMPARED: tuple[NetName, ...] = ("shared-naive", "baseline")

DEFINITIONS: dict[str, FigureDefinition] = {
    figure.id: figure
    for figure in (
        FigureDefinition(
            "fig2", "ℓ2 ratio of every block", "4.2",
            "How much each block changes the hidden state. In the single representation and pooling networks the first block stands out; "
            "with 1×1 shortcut convolutions (original, wide) it stands out less. The curves of training and validation images coincide.",
            _four("by-block", "l2_ratio", RATIO_AXIS, "first"),
        ),
        FigureDefinition(
            "fig3", "Accuracy with one block dropped", "4.2",
            "The first block is indispensable in the single representation and pooling networks; in the original and the wide network no "
            "single block is.",
            _four("drop", "accuracy", ACCURACY_AXIS, "first"),
        ),
        FigureDefinition(
            "fig4", "Cosine loss of every block", "4.1",
            "The output of every block points against the loss gradient, more so in the higher blocks, especially in the deep networks.",
            _four("by-block", "cosine_loss", COSINE_AXIS, "first"),
        ),
        FigureDefinition(
            "fig5", "Accuracy after each block of the last stage, during training", "4.2",
            "With the classifier plugged in after each block of the last stage, accuracy rises gradually from block to block.",
            _four("by-epoch", "early_exit_accuracy", ACCURACY_AXIS, "first"),
        ),
        FigureDefinition(
            "fig6", "Borderline images along the last five blocks", "4.3",
            "The next block already corrects many borderline images, at some cost to those that were already correct; overall accuracy "
            "hardly changes.",
            _groups("groups-by-block", BLOCK_AXIS),
        ),
        FigureDefinition(
            "fig7", "The last block applied 20 more times, scaled", "4.4",
            "Accuracy on borderline images rises from 43 to 53 % (51 images on average, four runs), accuracy on all images rises slightly, "
            "and the training loss falls.",
            _groups("groups-by-step", STEP_AXIS),
        ),
        FigureDefinition(
            "fig8", "Naive sharing against an unshared network of the same size", "4.5",
            "A naively shared ResNet-110 fits the training images as well as ResNet-38 but has lower validation accuracy; its gradients "
            "are far larger in the first stage, and its activations explode before training.",
            (
                _comparison("scalar-by-epoch", _COMPARED, "accuracy", ACCURACY_AXIS, "accuracy"),
                _comparison("scalar-by-epoch", _COMPARED, "gradient_norm_ratio", _GRADIENT_AXIS, "gradient norm ratio"),
                _comparison("before-training", _COMPARED, "activation_norm", _NORM_AXIS, "activations before training"),
            ),
        ),
        FigureDefinition(
            "fig9", "Strategies that repair sharing, one at a time", "4.5",
            "Each strategy helps, unshared statistics most; together they keep the activations before training small.",
            (
                _comparison("scalar-by-epoch", SHARED, "accuracy", ACCURACY_AXIS, "accuracy"),
                _comparison("before-training", SHARED, "activation_norm", _NORM_AXIS, "activations before training"),
            ),
        ),
        FigureDefinition(
            "fig10", "Cosine loss of every block, second data set", "B", "As figure 4.",
            _four("by-block", "cosine_loss", COSINE_AXIS, "second"),
        ),
        FigureDefinition(
            "fig11", "ℓ2 ratio of every block, second data set", "B", "As figure 2.",
            _four("by-block", "l2_ratio", RATIO_AXIS, "second"),
        ),
        FigureDefinition(
            "fig12", "Accuracy with one block dropped, second data set", "B", "As figure 3.",
            _four("drop", "accuracy", ACCURACY_AXIS, "second"),
        ),
        FigureDefinition(
            "fig13", "Cosine loss in the last stage, during training", "C",
            "With the classifier plugged in at each block, the cosine stays negative throughout training.",
            _four("by-epoch", "cosine_loss_plugged", COSINE_AXIS, "first"),
        ),
        FigureDefinition(
            "fig14", "ℓ2 ratio in the last stage, during training", "C", "The ratio tends to grow as training progresses.",
            _four("by-epoch", "l2_ratio", RATIO_AXIS, "first"),
        ),
        FigureDefinition(
            "fig15", "Cosine loss in the last stage, during training, second data set", "C", "As figure 13.",
            _four("by-epoch", "cosine_loss_plugged", COSINE_AXIS, "second"),
        ),
        FigureDefinition(
            "fig16", "ℓ2 ratio in the last stage, during training, second data set", "C", "As figure 14.",
            _four("by-epoch", "l2_ratio", RATIO_AXIS, "second"),
        ),
        FigureDefinition(
            "fig17", "Accuracy after each block of the last stage, during training, second data set", "C", "As figure 5.",
            _four("by-epoch", "early_exit_accuracy", ACCURACY_AXIS, "second"),
        ),
        FigureDefinition(
            "fig18", "Shared ResNet with unshared BatchNorm, during training", "D",
            "Cosine loss, ℓ2 ratio and intermediate accuracy develop as in an unshared network.",
            _along_training("shared-ubn"),
        ),
        FigureDefinition(
            "fig19", "Naively shared ResNet, during training", "D", "The same three metrics of the naively shared network.",
            _along_training("shared-naive"),
        ),
        FigureDefinition(
            "fig20", "Cosine loss and ℓ2 ratio of additional steps", "E",
            "Cosine loss and ℓ2 ratio along the last stage and then along 20 additional steps of its last block. Unscaled, the cosine is "
            "negative only for the first two steps; scaled, for all of them. The line marks the last trained step.",
            (*_steps("none"), *_steps("auto")),
        ),
        FigureDefinition(
            "table1", "Errors and parameters of shared and unshared networks", "4.5",
            "Deep shared networks with unshared BatchNorm do slightly better than a shallow network with as many parameters, and worse "
            "than the unshared network of the same depth. Four runs each.",
        ),
    )
}  # fmt: skip
"""By id, in the paper's order."""


def figure_definition(id: str) -> FigureDefinition:
    """The figure with this id. Raises ConfigurationError naming the ids if it is unknown."""
    if id not in DEFINITIONS:
        raise ConfigurationError(
            f"figure {id!r} is unknown: choose one of {', '.join(DEFINITIONS)} (figure 1 is a drawing)"
        )
    return DEFINITIONS[id]

"""Titles and help texts of the panels of the Blocks page."""

from dataclasses import replace

from iterscope_dashboard.components import PanelText

VERDICTS = {"holds": "as in the paper", "partly": "partly as in the paper", "no": "not as in the paper",
            "untrained": "untrained"}  # fmt: skip
SPREAD = "Mean over images, band: ±1 standard deviation."
CONVENTIONS = {
    "pre-activation": (
        "Nothing follows the addition: F is the complete update of a block.",
        "hᵢ₊₁ = hᵢ + Fᵢ(hᵢ)",
    ),
    "post-activation": (
        "F is the branch output before the addition. A ReLU follows the addition, so the change of h differs from F. The switch "
        "“effective update” measures cosine loss and ℓ2 ratio of that change instead.",
        "hᵢ₊₁ = ReLU(hᵢ + Fᵢ(hᵢ))\neffective update: hᵢ₊₁ − hᵢ",
    ),
    "identity merge": (
        "All activations are inside the branch, and nothing follows the addition: F is the complete update of a block.",
        "hᵢ₊₁ = hᵢ + Fᵢ(hᵢ)",
    ),
}  # keys: the backend's names of the conventions


def spread_text(text: PanelText, seeds: int) -> PanelText:
    """The text of a panel for a mean over several seeds."""
    if seeds == 1:
        return text
    merged = f"Mean over images and {seeds} seeds, band: ±1 standard deviation between seeds."
    return replace(text, help=text.help.replace(SPREAD, merged))


COSINE = PanelText(
    "Cosine loss",
    "Cosine between a block’s output and the loss gradient. Negative: the output points along −∂L/∂h, so it lowers the loss. "
    f"{SPREAD} Diamonds: projection blocks, measured at the shortcut’s output.",
    "cos(Fᵢ(hᵢ), ∂L/∂hᵢ) = Fᵢ · ∂L/∂hᵢ / (‖Fᵢ‖ ‖∂L/∂hᵢ‖)",
    section="4.1",
    figures=(4, 10),
)
RATIO = PanelText(
    "ℓ2 ratio",
    f"How much a block changes the hidden state. Large: it computes new features. Small: it only refines them. {SPREAD}",
    "‖Fᵢ(hᵢ)‖ / ‖hᵢ‖",
    section="4.2",
    figures=(2, 11),
)
DROP = PanelText(
    "Accuracy without block",
    "Accuracy with one block removed at a time (its branch set to 0) and all others as trained; the band is the 95 % interval. "
    "Measured on the latest checkpoint at or before the selected epoch.",
    "Fᵢ := 0,  hᵢ₊₁ = shortcut(hᵢ)",
    section="4.2",
    figures=(3, 12),
)
LINES = PanelText(
    "Over epochs",
    "The selected metric over training, one line per block, coloured by depth. "
    "Hover over a line, or over a block in any other panel, to highlight it.",
    "the selected metric of block i after epoch t",
    section="C",
    figures=(13, 14),
)
HEAT = PanelText(
    "Block × epoch",
    "The same values as a heat map: epochs on the x axis, blocks on the y axis.",
    "the selected metric of block i after epoch t",
    section="C",
    figures=(13, 14),
)
BY = PanelText(
    "Any metric",
    "“Accuracy after block” applies the network’s own head to the hidden state after each block of the last stage: refinement "
    "increases accuracy gradually. “Head plugged in” applies the head directly to the block’s input hᵢ and uses that loss gradient.",
    "accuracy of head(hᵢ₊₁), last stage\ncos(Fᵢ, ∂L(head(hᵢ))/∂hᵢ), last stage",
    section="4.2",
    figures=(5, 13),
)
GRADIENT = PanelText(
    "Gradient norm ratio",
    "Gradient norm at the first block of the first stage, divided by that at the first block of the last stage. Far above 1, "
    "early layers dominate learning.",
    "r = ‖∂L/∂h (first stage)‖ / ‖∂L/∂h (last stage)‖",
    section="4.5",
    figures=(8,),
)
TRAINING = PanelText(
    "Network accuracy",
    "Accuracy over epochs: train on a fixed subset, validation on the whole split.",
    "share of images with argmax p = label",
    section="D",
    figures=(18, 19),
)

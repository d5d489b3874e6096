"""What the panels of the Blocks page say about themselves."""

from dataclasses import replace

from iterscope_dashboard.components import PanelText

VERDICTS = {"holds": "as in the paper", "partly": "partly as in the paper", "no": "not as in the paper",
            "untrained": "untrained"}  # fmt: skip
SPREAD = "Mean over images, band: ±1 standard deviation."
CONVENTIONS = {
    "pre-activation": (
        "Nothing follows the addition: F is all that a block changes.",
        "hᵢ₊₁ = hᵢ + Fᵢ(hᵢ)",
    ),
    "post-activation": (
        "F is the branch before the addition; a ReLU merges it with the shortcut, so the block changes h by something else than F. "
        "The switch “effective update” measures cosine loss and ℓ2 ratio of that change instead.",
        "hᵢ₊₁ = ReLU(hᵢ + Fᵢ(hᵢ))\neffective update: hᵢ₊₁ − hᵢ",
    ),
    "identity merge": (
        "The activations stand inside the branch, and nothing follows the addition: F is all that a block changes.",
        "hᵢ₊₁ = hᵢ + Fᵢ(hᵢ)",
    ),
}  # the backend's names of what merges a branch with its shortcut


def spread_text(text: PanelText, seeds: int) -> PanelText:
    """The same text where the mean is over several seeds."""
    if seeds == 1:
        return text
    merged = f"Mean over images and {seeds} seeds, band: ±1 standard deviation between seeds."
    return replace(text, help=text.help.replace(SPREAD, merged))


COSINE = PanelText(
    "Cosine loss",
    "Does a block move the hidden state downhill? Negative: its output points along −∂L/∂h, so it lowers the loss. "
    f"{SPREAD} Diamonds: projection blocks, measured at the shortcut’s output.",
    "cos(Fᵢ(hᵢ), ∂L/∂hᵢ) = Fᵢ · ∂L/∂hᵢ / (‖Fᵢ‖ ‖∂L/∂hᵢ‖)",
    section="4.1",
    figures=(4, 10),
)
RATIO = PanelText(
    "ℓ2 ratio",
    f"How much does a block change the hidden state? Large: it computes new features. Small: it only refines. {SPREAD}",
    "‖Fᵢ(hᵢ)‖ / ‖hᵢ‖",
    section="4.2",
    figures=(2, 11),
)
DROP = PanelText(
    "Accuracy without block",
    "Each block in turn is removed (its branch set to 0) and the rest left as trained; the band is the 95 % interval. Measured on "
    "the latest checkpoint at or before the chosen epoch.",
    "Fᵢ := 0,  hᵢ₊₁ = shortcut(hᵢ)",
    section="4.2",
    figures=(3, 12),
)
LINES = PanelText(
    "Over epochs",
    "How each block came to be what it is, one line a block; colour is depth. "
    "Point at a line, or at a block in any other panel, to follow it.",
    "the chosen metric of block i after epoch t",
    section="C",
    figures=(13, 14),
)
HEAT = PanelText(
    "Block × epoch",
    "The same values as a map: epochs to the right, blocks upwards.",
    "the chosen metric of block i after epoch t",
    section="C",
    figures=(13, 14),
)
BY = PanelText(
    "Any metric",
    "Accuracy after block puts the network’s own head on the hidden state after each block of the last stage: refinement adds "
    "accuracy a little at a time. With the head plugged in, the gradient is that of the loss right after the block.",
    "accuracy of head(hᵢ₊₁), last stage\ncos(Fᵢ, ∂L(head(hᵢ))/∂hᵢ), last stage",
    section="4.2",
    figures=(5, 13),
)
GRADIENT = PanelText(
    "Gradient norm ratio",
    "Gradient at the first block of the first stage over that at the first block of the last stage: far above 1, the early "
    "layers dominate learning.",
    "r = ‖∂L/∂h (first stage)‖ / ‖∂L/∂h (last stage)‖",
    section="4.5",
    figures=(8,),
)
TRAINING = PanelText(
    "Network accuracy",
    "Accuracy over epochs; train on a fixed subset, validation on its whole split.",
    "share of images with argmax p = label",
    section="D",
    figures=(18, 19),
)

"""What the panels of the Blocks page say about themselves."""

from dataclasses import replace

from dashboard.components import PanelText

SPREAD = "Mean over images, band: ±1 standard deviation."


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
    "Accuracy without one block",
    "Each block in turn is removed (its branch set to 0) and the rest left as trained; bars are 95 % intervals. Measured on "
    "the latest checkpoint at or before the chosen epoch.",
    "Fᵢ := 0,  hᵢ₊₁ = shortcut(hᵢ)",
    section="4.2",
    figures=(3, 12),
)
LINES = PanelText(
    "Over epochs, one line a block",
    "How each block came to be what it is; colour is depth. Point at a line, or at a block in any other panel, to follow it.",
)
HEAT = PanelText("Block × epoch", "The same values as a map: epochs to the right, blocks upwards.")
EXIT = PanelText(
    "Accuracy after block",
    "The network’s own head, put on the hidden state after each block of the last stage: refinement adds accuracy a little at "
    "a time.",
    "accuracy of head(hᵢ₊₁), last stage",
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
    "Network accuracy", "Accuracy over epochs; train on a fixed subset, validation on its whole split."
)

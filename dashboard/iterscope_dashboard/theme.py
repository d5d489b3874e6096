"""Colours, type and the plot template.

Plots are drawn once, in colours that are legible on white and on near-black; text, grid and axes take their colours from CSS
variables (assets/plots.css), so that changing the theme redraws nothing and an exported figure is always black on white.
"""

FONT = "Inter, 'Inter Variable', ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"

MANTINE_THEME = {
    "primaryColor": "indigo",
    "primaryShade": {"light": 8, "dark": 8},
    "autoContrast": True,
    "luminanceThreshold": 0.35,
    "fontFamily": FONT,
    "headings": {"fontFamily": FONT, "fontWeight": "650"},
    "defaultRadius": "md",
    "cursorType": "pointer",
    "respectReducedMotion": True,
    "colors": {
        "dark": [
            "#d5d9e2", "#b4bac7", "#9aa1b1", "#6b7283", "#3d4352", "#2e3341", "#22262f", "#191c23", "#13151b", "#0d0f13",
        ]
    },
}  # fmt: skip

VALIDATION = "#3b78e7"
TRAIN = "#e8710a"
UNTOUCHED = "#8a93a3"
GROUP_COLOURS = {"all": "#3b78e7", "correct": "#12a37f", "borderline": "#d9480f"}
GROUP_DASHES = {"all": "solid", "correct": "dot", "borderline": "dash"}
GROUP_MARKERS = {"all": "circle", "correct": "square", "borderline": "triangle-up"}
SPLIT_COLOURS = {"train": TRAIN, "validation": VALIDATION}
SPLIT_DASHES = {"train": "dot", "validation": "solid"}
CATEGORIES = ("#3b78e7", "#e8710a", "#12a37f", "#c2459b", "#8a6fdf", "#b08900", "#0f9fb5", "#d9480f")

# Sequential, lightness rising throughout (safe for the colour-blind), trimmed so that both ends show on white and on dark.
DEPTH_RAMP = ("#5b4bd3", "#3f74c9", "#2592a8", "#3aa77a", "#86b03f", "#d1ab1c")

INK, MUTED, GRID = "#2b2f38", "#5a6070", "#e6e8ec"


def depth_colour(position: float) -> str:
    """The ramp's colour at 0 (first block) to 1 (last block)."""
    scaled = min(max(position, 0.0), 1.0) * (len(DEPTH_RAMP) - 1)
    low = min(int(scaled), len(DEPTH_RAMP) - 2)
    start, end = (_rgb(DEPTH_RAMP[low]), _rgb(DEPTH_RAMP[low + 1]))
    mixed = [round(a + (b - a) * (scaled - low)) for a, b in zip(start, end, strict=True)]
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def translucent(colour: str, alpha: float) -> str:
    """#rrggbb → rgba(…)."""
    red, green, blue = _rgb(colour)
    return f"rgba({red},{green},{blue},{alpha})"


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _axis() -> dict[str, object]:
    return {
        "gridcolor": GRID, "zeroline": False, "linecolor": GRID, "ticks": "", "automargin": True,
        "title": {"standoff": 8, "font": {"size": 12, "color": MUTED}}, "tickfont": {"size": 11, "color": MUTED},
    }  # fmt: skip


TEMPLATE: dict[str, object] = {
    "layout": {
        "font": {"family": FONT, "size": 12, "color": INK},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "colorway": list(CATEGORIES),
        "margin": {"l": 8, "r": 10, "t": 26, "b": 8},
        "xaxis": _axis(),
        "yaxis": _axis(),
        "legend": {
            "orientation": "h", "x": 1, "xanchor": "right", "y": 1.0, "yanchor": "bottom", "font": {"size": 11},
            "bgcolor": "rgba(0,0,0,0)", "itemwidth": 30,
        },
        "hoverlabel": {"font": {"family": FONT, "size": 12}, "align": "left"},
        "hovermode": "x unified",
        "uirevision": "keep",
    }
}  # fmt: skip

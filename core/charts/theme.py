"""The only home of chart colours. One colour means one thing on every page.

All have a contrast of at least 3:1 against both the light and the dark background, and differ
in lightness or hue for the common colour-vision deficiencies; shape or dash repeats the message
where two of them meet.
"""

from __future__ import annotations

TRAIN = "#3a86d4"
VALIDATION = "#d9730d"
TEST = "#1a9a6c"
BASELINE = "#7f8792"
REMEDY = "#1a9a6c"
ACCENT = "#8b6fd8"
WARNING = "#d64f6b"
EARTH = "#97713c"
PINK = "#c653a8"
"""Where a figure has more series than the others leave colours for."""
SPEAKS_FOR = "#ffa040"
SPEAKS_AGAINST = "#5aa8ff"
"""Of a decision: what speaks for it and against it. Both lie on dark pictures, on either page."""
DIVERGING = ("#2f6fd0", "#8a8f99", "#e07a10")
"""From -1 over 0 to 1."""
PLACES = ("#2f6fd0", "#6b717c", "#ad5c08")
"""From first over the middle to last, under white numbers (at least 4.8:1)."""
ON_PLACES = "#ffffff"
BOX = PLACES[1]
"""Of a box under words in `ON_PLACES`, where it stands for no series."""
CLASS_COLORS = ("#6f5fc4", "#2a9187")

SPLIT_COLORS = {
    "train": TRAIN,
    "validation": VALIDATION,
    "test": TEST,
    "flipped labels": WARNING,
    "true labels": TRAIN,
    "random labels": WARNING,
}
"""Series names that mean the same everywhere, for `marks.series_color`."""

SERIES = (TRAIN, VALIDATION, REMEDY, ACCENT, WARNING, BASELINE)
"""For series without a fixed meaning, in this order."""

PAPER, PAPER_INK, PAPER_FAINT, PAPER_LINE = "#ffffff", "#22242a", "#5c5f68", "#e6eaf1"
"""Of a picture for slides: ground, words, small words, and lines of the grid."""
PAPER_SERIES = (TRAIN, VALIDATION, TEST, ACCENT, WARNING, BASELINE)
"""There: series that a chart gives no colours, as the page's own settings have them."""

INK = "currentColor"
"""Of words and numbers inside a chart: the page's own text, whatever its mode."""
MOST_TINT = 0.65
"""Strongest opacity of a coloured cell under words in `INK`: at least 4.5:1 in both modes."""

FIGURE_HEIGHT = 300
PANEL_HEIGHT = 240


def rgb(color: str) -> tuple[int, int, int]:
    """Split `#rrggbb` into three numbers in [0, 255]."""
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)

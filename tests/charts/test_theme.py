"""Colours against each other, as numbers: what is written must be readable in both modes."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest

from core.charts import theme

CONFIG = tomllib.loads(
    (Path(__file__).resolve().parents[2] / ".streamlit" / "config.toml").read_text("utf-8")
)["theme"]
modes = pytest.mark.parametrize("mode", ["light", "dark"])
LEAST = 4.5
"""Ratio that small text needs (WCAG 2.2, 1.4.3)."""


def mixed(over: str, under: str, opacity: float) -> np.ndarray:
    """A colour laid over another, `(3,)` in [0, 255]."""
    top, ground = (np.array(theme.rgb(color), float) for color in (over, under))
    return opacity * top + (1 - opacity) * ground


def luminance(color: np.ndarray) -> float:
    """Relative luminance of `(3,)` in [0, 255], in [0, 1] (WCAG 2.2)."""
    share = color / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one: np.ndarray, other: np.ndarray) -> float:
    """Ratio of two colours, from 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def solid(color: str) -> np.ndarray:
    return np.array(theme.rgb(color), float)


def test_the_ratio_itself() -> None:
    assert contrast(solid("#000000"), solid("#ffffff")) == pytest.approx(21)
    assert contrast(solid("#777777"), solid("#ffffff")) == pytest.approx(4.48, abs=0.01)


@modes
@pytest.mark.parametrize("color", [theme.WARNING, theme.BASELINE, theme.VALIDATION])
def test_numbers_are_readable_on_cells_of_any_strength(mode: str, color: str) -> None:
    page, ink = CONFIG[mode]["backgroundColor"], solid(CONFIG[mode]["textColor"])
    for opacity in np.linspace(0, theme.MOST_TINT, 29):
        assert contrast(ink, mixed(color, page, opacity)) >= LEAST, opacity


def test_white_is_readable_on_places_and_boxes() -> None:
    first, middle, last = (solid(color) for color in theme.PLACES)
    for one, other in ((first, middle), (middle, last)):
        for share in np.linspace(0, 1, 21):
            ground = share * other + (1 - share) * one
            assert contrast(solid(theme.ON_PLACES), ground) >= LEAST
    assert contrast(solid(theme.ON_PLACES), solid(theme.BOX)) >= LEAST


@modes
@pytest.mark.parametrize("name", ["textColor", "grayTextColor", "linkColor"])
def test_the_pages_text_is_readable(mode: str, name: str) -> None:
    for ground in ("backgroundColor", "secondaryBackgroundColor"):
        found = contrast(solid(CONFIG[mode][name]), solid(CONFIG[mode][ground]))
        assert found >= LEAST, ground

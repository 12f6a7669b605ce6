"""Ink in photographs: found whatever the light, lines, frames and edges around it."""

from __future__ import annotations

import numpy as np
import pytest

from core.data import digit_form, ink
from core.data.ink import Box

HIGH, WIDE = 240, 320


def ring(top: int = 60, left: int = 120, size: int = 80) -> np.ndarray:
    """Where a ring is drawn on a sheet of 240 by 320 pixels."""
    y, x = np.mgrid[:HIGH, :WIDE]
    away = np.hypot(y - top - size / 2 + 0.5, x - left - size / 2 + 0.5)
    found: np.ndarray = (away <= size / 2) & (away > 0.7 * size / 2)
    return found


def sheet(mask: np.ndarray, *, dark: bool = True) -> np.ndarray:
    return np.where(mask, 0.2, 0.9) if dark else np.where(mask, 0.9, 0.2)


def placed(grey: np.ndarray, *, dark: bool = True) -> Box:
    assert ink.is_dark(grey) is dark
    return ink.box(ink.strength(grey, dark=dark), margin=0)


def near(box: Box, left: int, top: int, size: int) -> bool:
    return max(abs(box.left - left), abs(box.top - top), abs(box.size - size)) <= 4


@pytest.mark.parametrize("dark", [True, False])
@pytest.mark.parametrize("slope", [0.0, 0.7])
@pytest.mark.parametrize(("top", "left", "size"), [(60, 120, 80), (2, 40, 236), (190, 10, 40)])
def test_a_ring_is_found_in_any_light(
    dark: bool, slope: float, top: int, left: int, size: int
) -> None:
    light = np.linspace(1, 1 - slope, WIDE)
    assert near(placed(sheet(ring(top, left, size), dark=dark) * light, dark=dark), left, top, size)


def test_a_shadow_with_an_edge_is_not_ink() -> None:
    grey = sheet(ring())
    grey[:, 150:] *= 0.5
    assert near(placed(grey), 120, 60, 80)


def lined() -> np.ndarray:
    grey = sheet(ring())
    grey[30] = grey[200] = 0.3
    return grey


def boxed() -> np.ndarray:
    grey = sheet(ring())
    grey[30:170, [90, 91, 229, 230]] = grey[[30, 31, 168, 169], 90:231] = 0.2
    return grey


def on_a_desk() -> np.ndarray:
    grey = np.full((HIGH, WIDE), 0.3)
    grey[15:-20, 25:-12] = sheet(ring())[15:-20, 25:-12]
    return grey


def dirty() -> np.ndarray:
    grey = sheet(ring())
    grey[10:13, 10:13] = grey[220:224, 300:303] = 0.1
    return grey


@pytest.mark.parametrize("make", [lined, boxed, on_a_desk, dirty])
def test_what_is_not_the_drawing_is_left_out(make) -> None:
    assert near(placed(make()), 120, 60, 80)


def test_pieces_of_one_drawing_stay_together() -> None:
    mask = np.zeros((HIGH, WIDE), bool)
    mask[60:70, 100:160] = mask[75:180, 100:112] = True
    assert near(placed(sheet(mask)), 70, 60, 120)


def test_paper_without_ink_has_none() -> None:
    rng = np.random.default_rng(0)
    for grey in (np.full((HIGH, WIDE), 0.5), np.zeros((HIGH, WIDE)),
                 np.linspace(0.3, 0.9, WIDE) * np.ones((HIGH, 1)),
                 0.6 + rng.normal(0, 0.02, (HIGH, WIDE))):  # fmt: skip
        found = ink.strength(grey, dark=True)
        assert found.shape == grey.shape and not found.any()
        assert ink.box(found) == Box(0, -40, 320)
        assert not digit_form.formed(found, Box(0, -40, 320)).any()


def test_a_square_may_leave_the_picture() -> None:
    values = np.arange(12.0).reshape(3, 4)
    found = ink.cut(values, Box(-1, 1, 4), beyond=-1)
    np.testing.assert_array_equal(
        found, [[-1, 4, 5, 6], [-1, 8, 9, 10], [-1, -1, -1, -1], [-1, -1, -1, -1]]
    )
    assert (ink.cut(values, Box(50, 50, 2), beyond=7) == 7).all()


def test_a_digit_gets_the_form_of_the_training_digits() -> None:
    """All rows used, five or six columns, whole sixteenths, about as much ink."""
    for size in (40, 80, 230):
        grey = sheet(ring(4, 30, size))
        strength = ink.strength(grey, dark=True)
        found = digit_form.formed(strength, ink.box(strength))
        assert found.shape == (8, 8) and found.dtype == np.float32
        np.testing.assert_array_equal(found * 16, np.round(found * 16))
        assert found[0].any() and found[7].any()
        assert not found[:, [0, 7]].any() and found[:, 2].any() and found[:, 5].any()
        assert found.mean() == pytest.approx(digit_form.INK, abs=0.05)
        assert found[3:5, 3:5].max() < 0.3


def test_thin_and_thick_strokes_become_the_same() -> None:
    def bar(width: int) -> np.ndarray:
        mask = np.zeros((HIGH, WIDE), bool)
        mask[20:220, 160 - width : 160 + width] = True
        strength = ink.strength(sheet(mask), dark=True)
        return digit_form.formed(strength, ink.box(strength))

    np.testing.assert_allclose(bar(2), bar(14), atol=0.2)


def test_a_leaning_digit_is_put_upright() -> None:
    mask = np.zeros((HIGH, WIDE), bool)
    for row in range(40, 200):
        mask[row, 220 - row // 2 : 240 - row // 2] = True
    strength = ink.strength(sheet(mask), dark=True)
    found = digit_form.formed(strength, ink.box(strength))
    assert abs(found[0].argmax() - found[7].argmax()) <= 1


def test_any_picture_and_any_square_is_answered() -> None:
    rng = np.random.default_rng(0)
    for _ in range(60):
        shape = rng.integers(8, 70, 2)
        grey = rng.random(shape) ** rng.integers(1, 9)
        if rng.random() < 0.7:
            grey = np.where(rng.random(shape) < 0.02, 0.0, 0.8)
        found = ink.strength(grey, dark=bool(rng.integers(2)))
        assert found.shape == grey.shape and 0 <= found.min() <= found.max() <= 1.5
        square = Box(*(int(n) for n in rng.integers(-20, 60, 2)), int(rng.integers(1, 90)))
        for one in (ink.box(found), square):
            made = digit_form.formed(found, one)
            assert made.shape == (8, 8) and 0 <= made.min() <= made.max() <= 1

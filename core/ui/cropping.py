"""A visitor's picture, cut to what is drawn in it: found by itself, shown, and movable."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from core.charts import raster
from core.data import digit_form, ink, pictures
from core.data.ink import Box

WIDTH = 260
"""Of the picture as it is shown."""
SHARE = {"digits": 0.92, "shapes": 0.42}
"""Of the crop's side that the drawing takes, as in what the networks learned from."""
MADE = {
    "digits": "Paper, shadows and lines are set aside, and the digit gets the width, the thickness "
    "of strokes and the upright stand of those that the network learned from.",
    "shapes": "Paper, shadows and lines are set aside.",
}
PERCENT = 100
BLANK = (
    "Nothing in this picture stands out as drawn: take dark strokes on a light ground, "
    "or the reverse."
)
SIZES = (5, 250)
"""Smallest and largest crop, in percent of the picture's shorter side."""


@dataclass(frozen=True)
class Brought:
    """A picture, and what its controls are called by.

    Attributes:
        grey: `(height, width)` in [0, 1].
        dataset: What the network learned from.
        side: Pixels on a side of what the network takes.
        key: Tells its controls from others'.
        clean: Whether it is made like what the network learned from, if nobody says otherwise.
    """

    grey: np.ndarray
    dataset: str
    side: int
    key: str
    clean: bool = True

    @property
    def unit(self) -> float:
        """Pixels of a percent."""
        return min(self.grey.shape) / PERCENT


def prepared(brought: Brought) -> np.ndarray | None:
    """Ask how a picture is to be cut and read, and return it as the network takes it.

    None, and a sentence, where nothing is drawn in the crop.

    Raises:
        PictureError: If nothing can be made of it.
    """
    if brought.grey.shape == (brought.side, brought.side):
        dark = _dark(brought, pictures.is_dark_on_light(brought.grey))
        return pictures.fitted(brought.grey, brought.side, invert=dark, stretch=True)
    pictures.refuse_narrow(brought.grey)
    shown, asked = st.columns([2, 3], gap="large")
    with asked:
        dark = _dark(brought, ink.is_dark(brought.grey))
        clean = _clean(brought)
        strength = ink.strength(brought.grey, dark=dark)
        box = _moved(brought, _found(brought, strength))
    with shown:
        st.image(raster.with_box(brought.grey, box.left, box.top, box.size), width=WIDTH,
                 alt="Your picture; a frame marks the part that is read")  # fmt: skip
    made = _cleaned(brought, strength, box) if clean else _raw(brought, box, dark)
    if made.any():
        return made
    st.info(BLANK if not strength.any() else "Nothing is drawn inside the crop: move it.")
    return None


def _dark(brought: Brought, guess: bool) -> bool:
    return st.toggle(
        "Dark on light: turn it around", value=guess, key=f"{brought.key}-invert",
        help="The network learned bright shapes on black. Chosen by what stands out.",
    )  # fmt: skip


def _clean(brought: Brought) -> bool:
    return st.toggle(
        "Make it like what it learned from", value=brought.clean, key=f"{brought.key}-clean",
        help=f"{MADE[brought.dataset]} Otherwise the crop is taken as it is, from its background "
        "to its brightest pixel.",
    )  # fmt: skip


def _cleaned(brought: Brought, strength: np.ndarray, box: Box) -> np.ndarray:
    if brought.dataset == "digits":
        return digit_form.formed(strength, box)
    part = ink.cut(strength, box).clip(0, 1)
    return pictures.fitted(part, brought.side, invert=False, stretch=False)


def _raw(brought: Brought, box: Box, dark: bool) -> np.ndarray:
    part = ink.cut(brought.grey, box, pictures.border(brought.grey))
    return pictures.fitted(part, brought.side, invert=dark, stretch=True)


def _found(brought: Brought, strength: np.ndarray) -> tuple[int, int, int]:
    """Where the drawing is: the crop's left and upper edge and its side, in percent."""
    box = ink.box(strength, margin=(1 / SHARE[brought.dataset] - 1) / 2)
    size = int(np.clip(np.ceil(box.size / brought.unit), *SIZES))
    middle = (box.left + box.size / 2) / brought.unit, (box.top + box.size / 2) / brought.unit
    left, top = (max(-PERCENT, round(place - size / 2)) for place in middle)
    return left, top, size


def _moved(brought: Brought, found: tuple[int, int, int]) -> Box:
    """Three sliders, at what was found until somebody moves them."""
    keys = tuple(f"{brought.key}-{name}" for name in ("left", "top", "size"))
    before = f"{brought.key}-found"
    if tuple(st.session_state.get(key) for key in keys) in (
        (None,) * 3,
        st.session_state.get(before),
    ):
        st.session_state.update(zip(keys, found, strict=True))
    st.session_state[before] = found
    high, wide = (round(pixels / brought.unit) for pixels in brought.grey.shape)
    ranges = ((-PERCENT, wide), (-PERCENT, high), SIZES)
    labels = ("Left edge of the crop", "Upper edge of the crop", "Side of the crop")
    values = []
    for key, label, (least, most) in zip(keys, labels, ranges, strict=True):
        values.append(st.slider(label, least, most, key=key, format="%d%%"))
    _reset(keys, found, tuple(values) == found)
    left, top, size = (round(value * brought.unit) for value in values)
    return Box(left, top, max(1, size))


def _reset(keys: tuple[str, ...], found: tuple[int, ...], same: bool) -> None:
    def back() -> None:
        st.session_state.update(zip(keys, found, strict=True))

    st.button("Back to what was found", key=f"{keys[0]}-back", disabled=same, on_click=back,
              icon=":material/center_focus_strong:")  # fmt: skip

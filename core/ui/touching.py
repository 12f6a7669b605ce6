"""Touching the data: a click on a figure's point flips its label, on an empty place adds one.

A figure is no widget of the page library while it is drawn live, so a component without anything to
see listens to the clicks on it. Everything that a pointer can do, buttons can do as well.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import numpy as np
import streamlit as st

from core.data.touched import MOST, Touch, Touched, fits
from core.lab.seeding import numpy_generator

CLASSES = ("violet", "green")
"""What the two classes are called, after `theme.CLASS_COLORS`."""
REACH = 14
"""Within so many pixels a click means a point; within half as many again a finger does."""
JS = """
export default function ({ data, setTriggerValue }) {
  const all = (window.labTouching = window.labTouching || {});
  document.removeEventListener("click", all[data.where]);
  const [left, right, bottom, top] = data.extent;
  const listen = (event) => {
    const figure = event.target.closest(`.st-key-${data.where}`);
    const charts = figure ? figure.querySelectorAll("[data-testid='stVegaLiteChart']") : [];
    const chart = charts[charts.length - 1];  // the visitor's own is the last one
    const drawing = chart && chart.querySelector("svg.marks, canvas.marks");
    if (!drawing || !drawing.contains(event.target)) return;
    const box = drawing.getBoundingClientRect();
    const x = event.clientX - box.left, y = event.clientY - box.top;
    const far = data.points.map(([x1, x2]) => Math.hypot(
      ((x1 - left) / (right - left)) * box.width - x,
      ((top - x2) / (top - bottom)) * box.height - y));
    const nearest = far.indexOf(Math.min(...far));
    const reach = data.reach * (event.pointerType === "touch" ? 1.5 : 1);
    flash(event, figure);
    setTriggerValue("touch", {
      point: far[nearest] <= reach ? nearest : -1,
      x1: left + (x / box.width) * (right - left),
      x2: top - (y / box.height) * (top - bottom),
    });
  };
  all[data.where] = listen;
  document.addEventListener("click", listen);
  return () => document.removeEventListener("click", all[data.where]);
}

function flash(event, figure) {
  if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  const ring = document.createElement("div");
  ring.ariaHidden = "true";
  Object.assign(ring.style, {
    position: "fixed", left: `${event.clientX - 12}px`, top: `${event.clientY - 12}px`,
    width: "24px", height: "24px", borderRadius: "50%", pointerEvents: "none", zIndex: 9,
    border: "2px solid currentColor", color: getComputedStyle(figure).color,
  });
  document.body.append(ring);
  const fade = ring.animate({ opacity: [0.9, 0], transform: ["scale(0.6)", "scale(1.5)"] }, 500);
  fade.onfinish = () => ring.remove();
}
"""


@dataclass(frozen=True)
class Hand:
    """What a visitor's touches are about.

    Attributes:
        key: Names the widgets and the place in the session.
        points: As they are now, touches included.
        extent: Ranges of both coordinates, `(4,)`.
    """

    key: str
    points: Touched
    extent: np.ndarray

    @property
    def n(self) -> int:
        """Points that are there now."""
        return len(self.points.data.y_train)

    def spelled(self, place: int) -> str:
        """A point in words: `at (0.4, −1.2), violet`."""
        x1, x2 = (f"{value:.1f}".replace("-", "−") for value in self.points.data.x_train[place])
        return f"at ({x1}, {x2}), {CLASSES[self.points.data.y_train[place]]}"


def touches(key: str, owner: str) -> tuple[Touch, ...]:
    """What the visitor did so far to these points.

    Args:
        key: As in `Hand`.
        owner: Names the points: touches of other points are forgotten.
    """
    kept: tuple[str, tuple[Touch, ...]] = st.session_state.get(_place(key), ("", ()))
    if kept[0] != owner:
        kept = st.session_state[_place(key)] = (owner, ())
    return kept[1]


def _place(key: str) -> str:
    return f"{key} touches"


def do(key: str, touch: Touch) -> None:
    """Add a touch, up to as many as are kept."""
    owner, before = st.session_state[_place(key)]
    if len(before) < MOST:
        st.session_state[_place(key)] = (owner, (*before, touch))


def undo(key: str, whole: bool = False) -> None:
    """Take the last touch back, or all."""
    owner, before = st.session_state[_place(key)]
    st.session_state[_place(key)] = (owner, () if whole else before[:-1])


@lru_cache(maxsize=1)
def _component() -> Any:
    """Register the component, once, when it is first needed."""
    return st.components.v2.component("touching", js=JS)


def listen(hand: Hand, figure: str) -> None:
    """Take the clicks on a figure's last chart, which fills its place (`regions.WHOLE`).

    Args:
        hand: Whose touches they are.
        figure: Key of the figure's container, as a style name.
    """
    data = {
        "where": figure,
        "points": hand.points.data.x_train.round(3).tolist(),
        "extent": hand.extent.tolist(),
        "reach": REACH,
    }
    key = f"{hand.key}-listens"
    _component()(key=key, data=data, on_touch_change=partial(_came, hand, key))


def _came(hand: Hand, key: str) -> None:
    touch = as_touch(st.session_state[key].get("touch"), chosen(hand.key), hand)
    if touch is not None:
        do(hand.key, touch)


def as_touch(sent: Any, label: int, hand: Hand) -> Touch | None:
    """Check what a browser sent: None unless it is a touch of these points.

    Args:
        sent: Of the component: `point` (its place, -1 for none), `x1`, `x2`.
        label: Class of a point that is added.
        hand: The points.
    """
    if not isinstance(sent, dict) or type(sent.get("point")) is not int:
        return None
    if sent["point"] != -1:
        return sent["point"] if fits(sent["point"], hand.n, hand.extent) else None
    if not all(type(sent.get(name)) in (int, float) for name in ("x1", "x2")):
        return None
    x1, x2 = (float(sent[name]) for name in ("x1", "x2"))
    if not (math.isfinite(x1) and math.isfinite(x2)):
        return None
    touch = (round(x1, 2), round(x2, 2), label)
    return touch if fits(touch, hand.n, hand.extent) else None


def chosen(key: str) -> int:
    """Class of a point that is added."""
    label = st.session_state.get(f"{key}-class")
    return label if label in (0, 1) else 1


def controls(hand: Hand, so_far: Sequence[Touch]) -> None:
    """Draw what a visitor can do besides clicking on the figure.

    Args:
        hand: The points.
        so_far: The touches, in order.
    """
    full = len(so_far) >= MOST
    st.segmented_control(
        "A click on an empty place adds", (0, 1), default=1, required=True,
        format_func=CLASSES.__getitem__, key=f"{hand.key}-class",
    )  # fmt: skip
    with st.container(horizontal=True, gap="xsmall", key=f"{hand.key}-buttons"):
        _button(hand, "Flip a random label", "casino", do, _any(hand, so_far), disabled=full)
        _button(hand, "Undo", "undo", undo, disabled=not so_far)
        _button(hand, "As it was", "restart_alt", undo, True, disabled=not so_far)
        popover = st.popover(
            "By keyboard", icon=":material/keyboard:", type="tertiary", key=f"{hand.key}-exact",
            on_change="rerun",
        )  # fmt: skip
    if popover.open:
        with popover:
            _exactly(hand, full)
    if full:
        st.caption(f"{MOST} changes are as many as are kept.")


def _button(hand: Hand, label: str, icon: str, act: Any, *words: Any, disabled: bool) -> None:
    st.button(
        label, icon=f":material/{icon}:", type="tertiary", key=f"{hand.key}-{icon}",
        on_click=act, args=(hand.key, *words), disabled=disabled,
    )  # fmt: skip


def _any(hand: Hand, so_far: Sequence[Touch]) -> int:
    """A point that nobody chose, another one after each touch."""
    return int(numpy_generator(len(so_far), "touch", hand.key).integers(hand.n))


def _exactly(hand: Hand, full: bool) -> None:
    """Offer to flip a certain point's label, and to add one at a certain place."""
    key = f"{hand.key}-point"
    st.session_state[key] = min(st.session_state.get(key, 1), hand.n)  # Undo takes points away.
    place = int(st.number_input("Point", 1, hand.n, key=key)) - 1
    st.caption(hand.spelled(place))
    _button(hand, "Flip its label", "flip", do, place, disabled=full)
    low1, high1, low2, high2 = (round(float(end), 1) for end in hand.extent)
    middle = (low1 + high1) / 2, (low2 + high2) / 2
    x1 = st.slider("Across", low1, high1, middle[0], 0.1, key=f"{hand.key}-x1")
    x2 = st.slider("Up", low2, high2, middle[1], 0.1, key=f"{hand.key}-x2")
    ends = hand.extent.reshape(2, 2).tolist()
    at = [min(max(x, low), high) for x, (low, high) in zip((x1, x2), ends, strict=True)]
    touch = (round(at[0], 2), round(at[1], 2), chosen(hand.key))
    _button(hand, f"Add a {CLASSES[chosen(hand.key)]} one there", "add", do, touch, disabled=full)

"""A pad to draw on with mouse, pen or finger: white on black, handed over at a network's size."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import streamlit as st

HTML = """
<div class="pad">
  <canvas width="280" height="280" role="img" aria-label="Drawing pad, for mouse, pen or finger">
  </canvas>
  <div class="tools">
    <label>Brush <input class="brush" type="range" min="8" max="80" step="2"></label>
    <button class="explain" type="button">Explain</button>
    <button class="clear" type="button">Clear</button>
  </div>
</div>
"""
CSS = """
.pad { display: flex; flex-wrap: wrap; gap: 1rem; align-items: flex-start;
  font-family: var(--st-font); color: var(--st-text-color); }
canvas { width: 280px; max-width: 100%; height: auto; background: black; cursor: crosshair;
  touch-action: none; border: 1px solid var(--st-border-color);
  border-radius: var(--st-base-radius); }
.tools { display: flex; flex-wrap: wrap; gap: 0.6rem; align-items: center; max-width: 15rem; }
label { display: flex; gap: 0.6rem; align-items: center; width: 100%; font-size: 0.9rem; }
input { accent-color: var(--st-primary-color); width: 9rem; height: 2rem; }
button { font: inherit; font-size: 0.9rem; min-height: 2.5rem; padding: 0.25rem 0.9rem;
  cursor: pointer; color: var(--st-text-color); background: var(--st-background-color);
  border: 1px solid var(--st-border-color); border-radius: var(--st-base-radius); }
button:hover { border-color: var(--st-primary-color); color: var(--st-primary-color); }
button:focus-visible, input:focus-visible { outline: 2px solid var(--st-primary-color); }
"""
JS = """
export default function (component) {
  const { data, parentElement, setStateValue } = component;
  const canvas = parentElement.querySelector("canvas");
  const brush = parentElement.querySelector(".brush");
  const ink = canvas.getContext("2d", { willReadFrequently: true });
  const side = data.side, step = canvas.width / side;
  parentElement.querySelector(".explain").textContent = data.action;

  const blank = () => {
    ink.fillStyle = "black";
    ink.fillRect(0, 0, canvas.width, canvas.height);
  };
  if (canvas.dataset.side !== String(side)) {  // new here, or for another network
    canvas.dataset.side = String(side);
    brush.value = String(data.brush);
    blank();
    (data.pixels || []).forEach((value, i) => {
      ink.fillStyle = `rgb(${value}, ${value}, ${value})`;
      ink.fillRect((i % side) * step, Math.floor(i / side) * step, step, step);
    });
  }

  let last = null;
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * canvas.width,
            ((event.clientY - box.top) / box.height) * canvas.height];
  };
  const stroke = (to) => {
    ink.strokeStyle = "white";
    ink.lineWidth = Number(brush.value);
    ink.lineCap = ink.lineJoin = "round";
    ink.beginPath();
    ink.moveTo(...(last || to));
    ink.lineTo(...to);
    ink.stroke();
    last = to;
  };
  canvas.onpointerdown = (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    last = null;
    stroke(place(event));
  };
  canvas.onpointermove = (event) => {
    if (last) stroke(place(event));
  };
  canvas.onpointerup = canvas.onpointercancel = () => { last = null; };

  parentElement.querySelector(".clear").onclick = () => {
    blank();
    setStateValue("pixels", null);
  };
  parentElement.querySelector(".explain").onclick = () => {
    const all = ink.getImageData(0, 0, canvas.width, canvas.height).data;
    const sums = new Array(side * side).fill(0);
    for (let y = 0; y < canvas.height; y++)
      for (let x = 0; x < canvas.width; x++)
        sums[Math.floor(y / step) * side + Math.floor(x / step)] += all[4 * (y * canvas.width + x)];
    setStateValue("pixels", sums.map((sum) => Math.round(sum / (step * step))));
  };
}
"""


@lru_cache(maxsize=1)
def _pad() -> Any:
    """Register the component, once, when it is first needed."""
    return st.components.v2.component("drawing_pad", html=HTML, css=CSS, js=JS)


def drawing_pad(
    side: int, brush: int, kept: Sequence[int] | None, key: str, action: str = "Explain"
) -> np.ndarray | None:
    """Show the pad.

    Args:
        side: Pixels on a side of the picture it hands over; divides 280.
        brush: Width of a stroke at first, in 280ths of the pad.
        kept: What was drawn before, `side * side` grey values, to begin with.
        key: Of the widget.
        action: Word on the button that hands it over.

    Returns:
        `(side, side)` float32 in [0, 1], or None until the button was pressed.
    """
    data = {"side": side, "brush": brush, "pixels": kept, "action": action}
    found = _pad()(key=key, data=data, on_pixels_change=lambda: None)
    return as_picture(found.pixels, side)


def as_picture(pixels: Any, side: int) -> np.ndarray | None:
    """Check what a browser sent: None unless it is `side * side` whole numbers from 0 to 255."""
    if not isinstance(pixels, list) or len(pixels) != side * side:
        return None
    if not all(type(value) is int and 0 <= value <= 255 for value in pixels):
        return None
    found: np.ndarray = np.array(pixels, np.float32).reshape(side, side) / 255
    return found

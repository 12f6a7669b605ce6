"""Choosing in a figure: a click on a mark sets the display choice that all figures follow.

A figure is no widget of the page library while it is drawn live, so a component without anything to
see listens to the clicks on all of them. The choice is that of the page's own control, so it stands
in the link, and whoever has no pointer uses the control.
"""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Any

import streamlit as st

from core.charts import choosing
from core.lab.experiment import Experiment
from core.lab.settings import knob_of
from core.ui import controls, figures

Anything = Experiment[Any, Any, Any]
REACH = 8
"""Within so many pixels of a mark a click means it; within half as many again a finger does."""
JS = """
const KINDS = ["symbol", "rect", "image", "text"];

export default function ({ data, setTriggerValue }) {
  // A click as down and up in one place: while a run is drawn, what lay under it may be replaced.
  let down = null;
  const press = (event) => (down = [event.clientX, event.clientY]);
  const listen = (event) => {
    if (!down || Math.hypot(event.clientX - down[0], event.clientY - down[1]) > data.reach) return;
    for (const [name, columns] of Object.entries(data.figures)) {
      const figure = event.target.closest(`.st-key-${name}`);
      const drawing = figure && event.target.closest("[data-testid='stVegaLiteChart']");
      const row = drawing && nearest(event, drawing, columns, data.reach);
      if (row) setTriggerValue("chosen", { figure: name, row });
    }
  };
  const quit = () => {
    document.removeEventListener("pointerdown", press);
    document.removeEventListener("pointerup", listen);
  };
  (window.labChoosing || quit)();
  window.labChoosing = quit;
  document.addEventListener("pointerdown", press);
  document.addEventListener("pointerup", listen);
  return quit;
}

function nearest(event, drawing, columns, reach) {
  let best = null;
  for (const element of drawing.querySelectorAll("svg.marks :is(path, image, text)")) {
    const item = element.__data__;
    if (!item || !item.mark || !KINDS.includes(item.mark.marktype)) continue;
    const row = item.datum || {};
    const told = columns.filter((column) => row[column] !== undefined);
    if (!told.length) continue;
    const box = element.getBoundingClientRect();
    const x = Math.max(box.left - event.clientX, 0, event.clientX - box.right);
    const y = Math.max(box.top - event.clientY, 0, event.clientY - box.bottom);
    const far = [Math.hypot(x, y), box.width * box.height];
    const near = far[0] <= reach * (event.pointerType === "touch" ? 1.5 : 1);
    if (near && (!best || far[0] < best.far[0] || (far[0] === best.far[0] && far[1] < best.far[1])))
      best = { far, row: Object.fromEntries(told.map((column) => [column, row[column]])) };
  }
  return best && best.row;
}
"""


@lru_cache(maxsize=1)
def _component() -> Any:
    """Register the component, once, when it is first needed."""
    return st.components.v2.component("choosing", js=JS)


def listen(experiment: Anything) -> None:
    """Take the clicks on the figures of an experiment, where they choose something.

    Args:
        experiment: The one that is shown.
    """
    places = {figures.place_of(experiment.slug, one): one for one in experiment.figures}
    columns = {
        name: [pick.column for pick in one.picks] for name, one in places.items() if one.picks
    }
    if not columns:
        return
    key = f"{experiment.slug}-choosing"
    data = {"figures": columns, "reach": REACH}
    _component()(key=key, data=data, on_chosen_change=partial(_came, experiment, key))


def _came(experiment: Anything, key: str) -> None:
    choose(experiment, st.session_state[key].get("chosen"))


def choose(experiment: Anything, sent: Any) -> None:
    """Set the display choices that a click stands for; anything else changes nothing.

    Args:
        experiment: The one that is shown.
        sent: What the browser sent.
    """
    places = {figures.place_of(experiment.slug, one): one.picks for one in experiment.figures}
    found = choosing.read(sent, places, lambda knob: knob_of(experiment.view, knob).options)
    controls.put(experiment.slug, found)

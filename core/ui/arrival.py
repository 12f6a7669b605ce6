"""Where a visitor arrives: a new page opens at its top, and an answer leads to what it led to.

The page library keeps the place of the page before, and a button that goes takes the keyboard's
place with it. A component without anything to see puts both right.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import streamlit as st

JS = """
export default function ({ data }) {
  const seen = (window.labArrivals = window.labArrivals || {});
  if (seen[data.what] === data.turn) return;
  const first = !(data.what in seen);
  seen[data.what] = data.turn;
  if (data.what === "page") {
    const main = document.querySelector("[data-testid='stMain']");
    if (main && !first && !window.location.hash) main.scrollTo(0, 0);
    return;
  }
  const place = document.querySelector(`.st-key-${data.what}`);
  if (!place) return;
  place.tabIndex = -1;
  place.focus({ preventScroll: true });
}
"""


@lru_cache(maxsize=1)
def _component() -> Any:
    """Register the component, once, when it is first needed."""
    return st.components.v2.component("arrival", js=JS)


def at_page(name: str) -> None:
    """Show a page from its top when it is another one than before.

    Args:
        name: Of the page, as in its address.
    """
    _component()(key="arrival-page", data={"what": "page", "turn": name})


def at_place(key: str, turn: str) -> None:
    """Lead the keyboard, and whoever has the page read out, to a container; once for each turn.

    Args:
        key: Of the container, which stands on the page already; a style name.
        turn: Another one leads there again.
    """
    _component()(key=f"arrival-{key}", data={"what": key, "turn": turn})

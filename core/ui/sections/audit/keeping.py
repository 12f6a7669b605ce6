"""Answers of a visitor that outlive the page: Streamlit forgets a control that is not drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

KEPT = "audit answers"
"""Answers of this session, by the key of their control."""
MOST = 200
"""Answers kept; the oldest go first."""


def asked(
    widget: Callable[..., Any], label: str, *, key: str, options: Sequence[Any] | None = None,
    **more: Any,
) -> Any:  # fmt: skip
    """Draw a control as it was left.

    Args:
        widget: Draws it, `st.selectbox` for instance.
        label: Its label.
        key: Its key, the same whenever the same is asked.
        options: What there is to choose from, if it is a choice.
        more: Whatever else the control takes.
    """
    kept: dict[str, Any] = st.session_state.setdefault(KEPT, {})
    if key not in st.session_state and key in kept:
        value = kept[key]
        if isinstance(value, list):
            value = [one for one in value if options is None or one in options]
        if options is None or isinstance(value, list) or value in options:
            st.session_state[key] = value
    given = more if options is None else {**more, "options": list(options)}
    found = widget(label, key=key, **given)
    kept.pop(key, None)
    kept[key] = found
    while len(kept) > MOST:
        del kept[next(iter(kept))]
    return found


def answer(key: str, usual: Any) -> Any:
    """What was answered, before its control is drawn; `usual` where nothing was."""
    kept: dict[str, Any] = st.session_state.get(KEPT, {})
    return st.session_state.get(key, kept.get(key, usual))

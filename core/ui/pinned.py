"""Compare: a run that the visitor has pinned, beside the one that is on the page now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.lab.experiment import Experiment
from core.lab.intervals import Estimate
from core.lab.settings import Config, View
from core.lab.wording import capital, number, with_interval
from core.store import store
from core.ui import changes, figures, glossary
from core.ui.labels import label_of

Anything = Experiment[Any, Any, Any]
PINNED = "pinned runs"
"""By slug of the experiment, a `Pinned`; one of each, for this visit."""


@dataclass(frozen=True)
class Pinned:
    """A run that others are held against.

    Attributes:
        config: Its settings.
        numbers: Its headline numbers.
    """

    config: Config
    numbers: Mapping[str, Estimate]


def section(
    experiment: Anything, config: Config, view: View, numbers: Mapping[str, Estimate]
) -> None:
    """Offer to pin the run on the page; where another is pinned, set the two side by side.

    Args:
        experiment: Whose run it is.
        config: Its settings.
        view: How both are drawn.
        numbers: Its headline numbers.
    """
    kept: Pinned | None = _all().get(experiment.slug)
    if kept is not None and compares(experiment, config):
        _compared(experiment, kept, (config, view), numbers)
    with st.container(horizontal=True, vertical_alignment="center", key="pin"):
        if kept is None or kept.config != config:
            _button("Pin this run", "keep", experiment, Pinned(config, numbers))
        if kept is not None:
            if kept.config == config:
                st.caption("Pinned. Change a setting: the next run is set beside this one.")
            _button("Unpin", "keep_off", experiment, None)
        glossary.popover(experiment)


def compares(experiment: Anything, config: Config) -> bool:
    """Tell whether another run of the experiment is pinned than the one with these settings."""
    kept = _all().get(experiment.slug)
    return kept is not None and kept.config != config


def pin(slug: str, run: Pinned | None) -> None:
    """Hold the runs that come against this one; None holds them against none."""
    if run is None:
        _all().pop(slug, None)
    else:
        _all()[slug] = run


def _all() -> dict[str, Pinned]:
    kept: dict[str, Pinned] = st.session_state.setdefault(PINNED, {})
    return kept


def _button(label: str, icon: str, experiment: Anything, run: Pinned | None) -> None:
    st.button(
        label,
        icon=f":material/{icon}:",
        type="tertiary",
        key=f"{experiment.slug}-{label.split()[0].lower()}",
        on_click=pin,
        args=(experiment.slug, run),
        help="Keeps its numbers and its figure, to hold the next run against." if run else None,
    )


def _compared(
    experiment: Anything,
    kept: Pinned,
    now: tuple[Config, View],
    numbers: Mapping[str, Estimate],
) -> None:
    config, view = now
    with st.container(key="compared", gap="xsmall"):
        st.markdown(words(experiment, kept, config, numbers))
        found = store.find(experiment, kept.config)
        if found is not None:
            with st.expander("The figure of the pinned run", expanded=True):
                canvas = figures.Canvas(experiment.figures[0], f"{experiment.slug}-pinned")
                canvas.finish(found.record, view)


def words(
    experiment: Anything, kept: Pinned, config: Config, numbers: Mapping[str, Estimate]
) -> str:
    """Tabulate both runs as Markdown: what differs in the settings, and every number of both."""
    found = changes.differences(kept.numbers, numbers)
    changed = capital(changes.settings(experiment, kept.config, config))
    start = f"**Against the pinned run** ({changed})"
    if not found:
        return f"{start}: no number stands in both."
    lines = ["| Number | Pinned | Now | Difference |", "|---|---|---|---|"]
    for name, difference in found.items():
        before, after = kept.numbers[name], numbers[name]
        sides = (number(before.mean, before.unit), number(after.mean, after.unit))
        cells = (label_of(name), *sides, f"**{with_interval(difference)}**")
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([f"{start}, {changes.pairing(found)}:", "", *lines])

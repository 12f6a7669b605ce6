"""What a prompt changed: the headline numbers of the run it led to, against the run before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from core.lab.experiment import Experiment, Prompt
from core.lab.intervals import POINTS, SHARE, Estimate
from core.lab.scores import PerSeed
from core.lab.settings import Config, knob_of
from core.lab.wording import listed, number, with_interval
from core.ui import links
from core.ui.labels import label_of

Anything = Experiment[Any, Any, Any]
SHOWN = "newest numbers"
"""What this visit saw last, an `Earlier`."""
PROMPTED = "prompt followed"
"""What it saw before the prompt that it followed last, and the run that led to."""
MOST = 4
"""Numbers that are compared; the others stand among the headline numbers."""


@dataclass
class Earlier:
    """The numbers of a run that was on the page.

    Attributes:
        slug: Of the experiment.
        config: Its settings.
        numbers: Its headline numbers.
        led_to: Key of the run that a prompt led to from here; empty until that is known.
        prompt: What that prompt says to do and to look for.
    """

    slug: str
    config: Config
    numbers: Mapping[str, Estimate]
    led_to: str = ""
    prompt: str = ""


def follow(slug: str, prompt: Prompt) -> None:
    """Remember, as a prompt is pressed, what stands on the page and what it says to look for."""
    earlier: Earlier | None = st.session_state.get(SHOWN)
    if earlier is not None and earlier.slug == slug:
        said = f"{prompt.label}. {prompt.help}".strip()
        kept = Earlier(slug, earlier.config, earlier.numbers, prompt=said)
        st.session_state[PROMPTED] = kept
    else:
        st.session_state.pop(PROMPTED, None)


def section(
    experiment: Anything, config: Config, numbers: Mapping[str, Estimate], quiet: bool = False
) -> None:
    """Say what the prompt changed, if one led here, and remember these numbers for the next.

    Args:
        experiment: Whose run is on the page.
        config: Its settings.
        numbers: Its headline numbers.
        quiet: Whether nothing is said, because another comparison stands here.
    """
    earlier: Earlier | None = st.session_state.get(PROMPTED)
    st.session_state[SHOWN] = Earlier(experiment.slug, config, numbers)
    if earlier is None or earlier.slug != experiment.slug or earlier.config == config:
        return
    key = experiment.key(config)
    earlier.led_to = earlier.led_to or key
    if earlier.led_to == key and not quiet:
        with st.container(key="changed", gap="xsmall"):
            st.caption(earlier.prompt)  # A finger sees no help on the button.
            st.markdown(words(experiment, earlier, config, numbers))


def words(
    experiment: Anything, earlier: Earlier, config: Config, numbers: Mapping[str, Estimate]
) -> str:
    """List what differs in the settings and in the numbers, those clearly changed first."""
    found = differences(earlier.numbers, numbers)
    clear = list(found)[:MOST]
    how = pairing({name: found[name] for name in clear})
    lines = [
        f"- {label_of(name)}: **{with_interval(found[name])}** "
        f"({number(earlier.numbers[name].mean, earlier.numbers[name].unit)}, now "
        f"{number(numbers[name].mean, numbers[name].unit)})"
        for name in clear
    ]
    changed = settings(experiment, earlier.config, config)
    start = f"**Against the run before** ({changed}), {how}:"
    return "\n".join([start, "", *lines]) if lines else f"{start} no number stands in both."


def differences(before: Mapping[str, Estimate], now: Mapping[str, Estimate]) -> dict[str, Estimate]:
    """Change of every number that stands in both runs, those clearly changed first."""
    found = {name: difference(before[name], now[name]) for name in now if name in before}
    order = sorted(found, key=lambda name: found[name].low <= 0 <= found[name].high)
    return {name: found[name] for name in order}


def pairing(found: Mapping[str, Estimate]) -> str:
    """Say how differences were made, and of which ones it is not so."""
    apart = [label_of(name) for name, one in found.items() if not one.by_seed]
    if len(apart) == len(found):
        return "not paired: intervals of two separate runs"
    return f"paired by seed, but for {listed(apart)}" if apart else "paired by seed"


def settings(experiment: Anything, before: Config, now: Config) -> str:
    """Say which settings differ: `Wrong labels 20% → 40%`, `Width 16 → 32 units`."""
    old, new = before.model_dump(), now.model_dump()
    said = []
    for name in new:
        if old[name] != new[name]:
            knob = knob_of(experiment.config, name)
            said.append(
                f"{knob.label} {links.spelling(knob, old[name])} → "
                f"{links.with_unit(knob, new[name])}"
            )
    return listed(said)


def difference(before: Estimate, now: Estimate) -> Estimate:
    """Change of a number: paired where both runs have the same seeds, else of separate runs.

    Two separate runs are independent, so that half the width of their difference is the root of
    the sum of both squares. Where all seeds change alike a paired interval would be a point; the
    wider one is taken then, too.
    """
    unit = POINTS if now.unit == SHARE else now.unit
    seeds = [seed for seed, _ in now.by_seed]
    if len(seeds) > 1 and seeds == [seed for seed, _ in before.by_seed]:
        values = np.array([[value for _, value in one.by_seed] for one in (before, now)])
        change = values[1] - values[0]
        if np.isfinite(change).all() and np.ptp(change) > 0:
            return PerSeed(tuple(seeds), change, unit).estimate
    mean = now.mean - before.mean
    half = float(np.hypot(before.high - before.low, now.high - now.low)) / 2
    return Estimate(mean, mean - half, mean + half, min(before.n, now.n), "of two runs", unit)

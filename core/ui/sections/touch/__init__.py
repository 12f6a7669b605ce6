"""Touch the data of the capacity experiment: one training set, changed by hand and learned again.

What comes of it is another run than that of the page's settings: it has a name of its own in the
store, and neither claims nor downloads are about it.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from core.challenges.overfitting.capacity.config import WIDTHS, CapacityConfig, CapacityResult
from core.data.by_name import JITTER
from core.data.touched import touched
from core.lab.settings import View
from core.miniature import touched as trained
from core.miniature.moons import extent_of, training_points
from core.miniature.touched import TouchedConfig, TouchedResult
from core.store.store import Record
from core.ui import failures, figures, live, readings, touching

KEY = "capacity-touch"
FIGURE = "figure-miniature-touched-sides"
"""Key of the container of the figure that is touched."""
WORDS = (
    "The first seed's training set of the run above. On its second picture, click a point to flip "
    "its label, or an empty place to add one: five networks learn it as it was and five with "
    "your changes, from the same initial weights. Mend the crosses, or spoil what is right."
)
ABOUT = (
    "Intervals here are over initial weights only: all ten networks share one training set. Your "
    "changes stay in this visit. Figures, claims, link and downloads of this page are about the "
    "settings, without them."
)


@failures.section("touched data", "The touched data could not be learned. Please try again.")
def section(record: Record[Any]) -> None:
    """Draw the whole section; its widgets run nothing else of the page.

    Args:
        record: A finished run of the capacity experiment.
    """
    st.header("Touch the data", anchor="touch-the-data")
    settings = CapacityConfig(**record.config)
    if settings.dataset != "two_moons":
        st.markdown("Only points in the plane can be touched: choose Two moons as the data set.")
        return
    st.markdown(WORDS)
    config = _choose(settings)
    drawn = config.drawn()
    points = touched(drawn, config.touches)
    hand = touching.Hand(KEY, points, extent_of(drawn))
    canvas = figures.Canvas(trained.SIDES, trained.EXPERIMENT.slug)
    touching.controls(hand, config.touches)
    touching.listen(hand, FIGURE)
    said = st.container(key="touched-said")  # As high as the sentence that comes,
    said.empty()  # and there before it: a container without anything in it is not drawn.
    changed = bool(points.yours.any())
    if changed:
        st.caption(ABOUT)
    canvas.words_here()
    with said:
        found = _learned(record, config, canvas, changed)
        if found is not None and changed:
            st.markdown(trained.finding(found))


def _choose(settings: CapacityConfig) -> TouchedConfig:
    """Ask for the width; the rest is as the page's settings have it."""
    width = st.select_slider(
        "Width · units in each hidden layer", WIDTHS, WIDTHS[-1], key=f"{KEY}-width"
    )
    owner = f"{settings.n_train} {settings.label_noise} {settings.first_seed}"
    return TouchedConfig(
        n_train=settings.n_train, label_noise=settings.label_noise, jitter=JITTER,
        depth=settings.depth, width=width, steps=settings.steps, first_seed=settings.first_seed,
        touches=touching.touches(KEY, owner),
    )  # fmt: skip


def _learned(
    record: Record[CapacityResult], config: TouchedConfig, canvas: figures.Canvas, changed: bool
) -> TouchedResult | None:
    """Draw what is learned: stored, of the run above, or trained now; None if that failed."""
    known = None if changed else recorded(record.result, config)
    if known is not None:
        name = (readings.identity(record), config.model_dump_json(exclude={"touches"}))
        canvas.draw_known(name, known, View())
        return known
    found = live.aside(
        trained.EXPERIMENT, config, "Training ten networks", lambda new: canvas.draw(new, View())
    )
    if found is not None:
        canvas.finish(found, View())
    return None if found is None else found.result


def recorded(result: CapacityResult, config: TouchedConfig) -> TouchedResult | None:
    """What the run above knows of the untouched points, without any training.

    Args:
        result: Of the run above.
        config: Its first seed's network of the width is one of the three that are drawn there,
            or nothing is known.
    """
    sizes = result.panels["size"].tolist()
    if config.width not in sizes:
        return None
    place, points = sizes.index(config.width), training_points(config.drawn())
    splits = ("train", "validation")
    values = [1.0 - float(result.panels[split].iloc[place]) for split in splits]
    errors = pd.DataFrame({"step": 0, "seed": config.first_seed, "split": splits, "value": values})
    region, nobody = result.regions[place], errors.iloc[:0]
    return TouchedResult(
        errors, points, region, result.extent, errors, points, region, nobody, 0, 0
    )

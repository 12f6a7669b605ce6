"""What the literature says about learning rates and their neighbours."""

from __future__ import annotations

import numpy as np

from core.challenges.tuning.landscape.config import RATES, LandscapeResult, words_of
from core.lab.claims import Claim, claim
from core.lab.scores import PerSeed

MOMENTUM = {"other_knob": "momentum"}
TENTH = 4
"""Rungs of the rates to a factor of ten."""


def _apart(result: LandscapeResult, rungs: int) -> PerSeed:
    """Mean distance of accuracies with momentum 0.9, some rungs below, from those without."""
    rates = range(TENTH, RATES.index(0.316) + 1)
    gaps = [
        abs(result.accuracy(RATES[at - rungs], 0.9) - result.accuracy(RATES[at], 0.0))
        for at in rates
    ]
    return PerSeed.of(gaps[0].seeds, np.mean([gap.values for gap in gaps], axis=0), gaps[0].unit)


def _below_edge(result: LandscapeResult) -> PerSeed:
    """How many times the picked rate goes into the largest that breaks nothing down."""
    return result.edge(result.usual) / result.picked_rate(result.usual)


CLAIMS: tuple[Claim[LandscapeResult], ...] = (
    claim(
        "rate_matters_more", "The learning rate decides more than the other knob does.",
        "Goodfellow et al. 2016, section 11.4.1",
        lambda r: r.shares()["learning rate"] - r.shares()[words_of(r.other)], above=0,
    ),
    claim(
        "knobs_interact",
        "A learning rate tuned without momentum is wrong with much momentum: kept at momentum "
        "0.99, accuracy falls.",
        "Smith 2018, section 4.3", lambda r: r.carried(), below=0, settings=MOMENTUM,
    ),
    claim(
        "effective_rate",
        "What counts is rate / (1 − momentum): accuracy with momentum 0.9 is nearer to that "
        "without momentum at ten times the rate than to that at the same rate.",
        "Shallue et al. 2019, section 2.2", lambda r: _apart(r, TENTH) - _apart(r, 0), below=0,
        settings=MOMENTUM,
    ),
    claim(
        "just_below_the_edge",
        "The right learning rate lies within a factor of two of the largest one at which "
        "training does not break down.",
        ("Bengio 2012, section 3.1.1", "by a factor of 2"), _below_edge, below=2,
    ),
    claim(
        "range_test_warns",
        "A single run whose learning rate grows shows where it becomes too large: its loss turns "
        "up before the rate at which networks of the sweep break down.",
        "Smith 2017, section 3.3", lambda r: r.lowest() / r.edge(r.usual) - 1.0, below=0,
    ),
)  # fmt: skip

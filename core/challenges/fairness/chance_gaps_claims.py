"""What the literature says about gaps by chance and at crossings, and where our result says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.lab.claims import Claim
from core.lab.intervals import POINTS, SHARE, paired_difference, t_interval
from core.lab.settings import Value

if TYPE_CHECKING:
    from core.challenges.fairness.chance_gaps import ChanceGapsResult

USUAL: dict[str, Value] = {"minority_share": 0.2, "base_rate": 0.5}


def _audited(result: ChanceGapsResult, n: int, world: str, metric: str) -> np.ndarray:
    s = result.audits
    rows = s[(s["n"] == n) & (s.world == world) & (s.metric == metric)]
    return rows["value"].to_numpy()


def wide(result: ChanceGapsResult, n: int) -> np.ndarray:
    """Share of audits of `n` people that see a gap over 10 points where there is none."""
    return _audited(result, n, "no gap", "wide")


def alarms(result: ChanceGapsResult, n: int, world: str) -> np.ndarray:
    """Share of audits whose gap the shuffle test calls more than chance."""
    return _audited(result, n, world, "alarm")


def false_alarms(result: ChanceGapsResult) -> np.ndarray:
    """Share of all audits without a true gap that raise an alarm, one number a seed."""
    s = result.audits
    rows = s[(s.world == "no gap") & (s.metric == "alarm")]
    return rows.groupby("seed")["value"].mean().to_numpy()


def hidden(result: ChanceGapsResult, *, crossed: bool) -> np.ndarray:
    """The network's widest gap, by single attributes or at their crossing, one number a seed."""
    s = result.network
    rows = s[(s.by == "both, crossed") == crossed]
    return rows.groupby("seed")["value"].max().to_numpy()


def _worst(result: ChanceGapsResult, attributes: int) -> np.ndarray:
    s = result.crossings
    return s[(s.attributes == attributes) & (s["n"] == 2000)]["value"].to_numpy()


CLAIMS: tuple[Claim[ChanceGapsResult], ...] = (
    Claim(
        name="small_audits_see_gaps",
        sentence="In audits of 100 people without any true gap, more than one in four sees true "
        "positive rates over 10 points apart.",
        source="Lum, Zhang & Bower 2022, De-biasing bias measurement",
        published="",
        measure=lambda r: t_interval(wide(r, 100), SHARE),
        direction="above",
        threshold=0.25,
        settings=USUAL,
    ),
    Claim(
        name="large_audits_do_not",
        sentence="In audits of 5,000 people fewer than one in twenty does.",
        source="Lum, Zhang & Bower 2022, De-biasing bias measurement",
        published="",
        measure=lambda r: t_interval(wide(r, 5000), SHARE),
        direction="below",
        threshold=0.05,
        settings=USUAL,
    ),
    Claim(
        name="the_shuffle_test_keeps_its_word",
        sentence="Shuffling the groups raises a false alarm in less than 7% of audits of all "
        "sizes, as the level of 5% promises.",
        source="DiCiccio et al. 2020, Evaluating Fairness Using Permutation Tests",
        published="5%",
        measure=lambda r: t_interval(false_alarms(r), SHARE),
        direction="below",
        threshold=0.07,
    ),
    Claim(
        name="the_shuffle_test_finds_true_gaps",
        sentence="Positive control: with 5,000 people it finds a true gap of 10 points in more "
        "than nine audits of ten.",
        source="DiCiccio et al. 2020, Evaluating Fairness Using Permutation Tests",
        published="",
        measure=lambda r: t_interval(alarms(r, 5000, "true gap"), SHARE),
        direction="above",
        threshold=0.9,
        settings={**USUAL, "true_gap": 0.1},
    ),
    Claim(
        name="fair_by_each_attribute",
        sentence="Selection rates can be nearly equal by each attribute, within 10 points.",
        source="Kearns et al. 2018, Preventing Fairness Gerrymandering",
        published="an example",
        measure=lambda r: t_interval(hidden(r, crossed=False), POINTS),
        direction="below",
        threshold=0.1,
        settings={"crossing_bias": 0.4},
    ),
    Claim(
        name="unfair_at_the_crossing",
        sentence="The same decisions are more than 15 points apart where the attributes cross.",
        source="Kearns et al. 2018, Preventing Fairness Gerrymandering",
        published="an example",
        measure=lambda r: t_interval(hidden(r, crossed=True), POINTS),
        direction="above",
        threshold=0.15,
        settings={"crossing_bias": 0.4},
    ),
    Claim(
        name="more_groups_wider_gaps",
        sentence="In a fair world the widest gap grows with the number of groups: 32 against 2, "
        "among 2,000 people.",
        source="Lum, Zhang & Bower 2022, De-biasing bias measurement",
        published="",
        measure=lambda r: paired_difference(_worst(r, 5), _worst(r, 1), POINTS),
        direction="above",
        threshold=0.0,
    ),
)

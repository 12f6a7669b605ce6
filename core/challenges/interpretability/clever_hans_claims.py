"""What the literature says about shortcuts and maps, and where our result says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.lab.claims import Claim
from core.lab.intervals import POINTS, paired_difference

if TYPE_CHECKING:
    import numpy as np

    from core.challenges.interpretability.clever_hans import CleverHansResult


def outcome(result: CleverHansResult, arm: str, test: str) -> np.ndarray:
    """Share of one test's answers in one arm, one number a seed."""
    rows = result.outcomes
    return rows[(rows["arm"] == arm) & (rows["test"] == test)]["value"].to_numpy()


def mass(result: CleverHansResult, arm: str, method: str) -> np.ndarray:
    """Share of one method's map on the corner in one arm, one number a seed."""
    rows = result.masses
    return rows[(rows["arm"] == arm) & (rows["method"] == method)]["value"].to_numpy()


SOURCE = "Lapuschkin et al. 2019, Unmasking Clever Hans Predictors"
PLANTED = {"share": 1.0, "strength": 1.0}

CLAIMS: tuple[Claim[CleverHansResult], ...] = (
    Claim(
        name="the_shortcut_is_taken",
        sentence="A network takes a shortcut that is offered: trained on marked discs, it knows "
        "fewer discs without the mark than a network that never saw one.",
        source=SOURCE,
        published="no number for this setting",
        measure=lambda r: paired_difference(
            outcome(r, "marked", "plain_discs"), outcome(r, "clean", "plain_discs"), POINTS
        ),
        direction="below",
        threshold=0.0,
        settings=PLANTED,
    ),
    Claim(
        name="the_map_gives_it_away",
        sentence="The map gives it away: more of Integrated Gradients lies on the corner than in "
        "the network that never saw the mark.",
        source=SOURCE,
        published="no number for this setting",
        measure=lambda r: paired_difference(
            mass(r, "marked", "Integrated Gradients"),
            mass(r, "clean", "Integrated Gradients"),
            POINTS,
        ),
        direction="above",
        threshold=0.0,
        settings=PLANTED,
    ),
    Claim(
        name="erasing_helps",
        sentence="Taking the shortcut away makes the network learn discs: with the corner black, "
        "it knows more discs without the mark.",
        source=SOURCE,
        published="no number for this setting",
        measure=lambda r: paired_difference(
            outcome(r, "erased", "plain_discs"), outcome(r, "marked", "plain_discs"), POINTS
        ),
        direction="above",
        threshold=0.0,
        settings=PLANTED,
    ),
)

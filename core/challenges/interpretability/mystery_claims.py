"""What the literature says about finding shortcuts, and where our result says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.challenges.interpretability.mystery_detectives import CHANCE
from core.experiment import Claim, Estimate
from core.metrics.intervals import exact_interval, paired_difference
from core.wording import POINTS

if TYPE_CHECKING:
    import numpy as np

    from core.challenges.interpretability.mystery import MysteryResult

PLANTED = {"strength": 1.0, "share": 0.9, "stray": 0.1}
"""Whose turn it is: networks that surely go by the mark, and that have seen stray ones."""
ENOUGH = 16


def found_out(result: MysteryResult, arm: str, detective: str) -> np.ndarray:
    """Whether a detective was right with all its probes, one 0 or 1 a seed."""
    rows = result.answers
    last = rows["probes"] == rows["probes"].max()
    mine = rows[last & (rows["arm"] == arm) & (rows["detective"] == detective)]
    return mine["right"].to_numpy()


def test(result: MysteryResult, arm: str, name: str) -> np.ndarray:
    """Share right in one test of one arm, one number a seed."""
    rows = result.tests
    return rows[(rows["arm"] == arm) & (rows["test"] == name)]["value"].to_numpy()


def _planted_minus_honest(result: MysteryResult, name: str) -> Estimate:
    """Mean over both planted arms, against the honest network of the same seed."""
    if name == "found":
        ours = (test(result, "bright", name) + test(result, "everywhere", name)) / 2
        return paired_difference(ours, test(result, "honest", name), POINTS)
    ours = (test(result, "bright", name) + test(result, "everywhere", name)) / 2
    twin = (
        test(result, "honest", f"{name}_bright") + test(result, "honest", f"{name}_everywhere")
    ) / 2
    return paired_difference(ours, twin, POINTS)


def _stamping_alone(result: MysteryResult) -> Estimate | None:
    """Of networks with a mark everywhere that one of the two named, how many stamping did."""
    ours, theirs = (found_out(result, "everywhere", name) for name in ("stamping", "maps"))
    parted = ours != theirs
    return exact_interval(ours[parted]) if parted.any() else None


CLAIMS: tuple[Claim[MysteryResult], ...] = (
    Claim(
        name="accuracy_is_blind",
        sentence="Accuracy on held-out pictures does not warn: where they carry the mark like the "
        "training pictures, the networks with a shortcut are not 3 points worse than the honest.",
        source="Lapuschkin et al. 2019, Unmasking Clever Hans Predictors",
        published="no number for this setting",
        measure=lambda r: _planted_minus_honest(r, "found"),
        direction="above",
        threshold=-0.03,
        settings=PLANTED,
    ),
    Claim(
        name="the_mark_is_needed",
        sentence="Without its mark, the marked shape is recognised less often than by an honest "
        "network of the same beginnings.",
        source="Geirhos et al. 2020, Shortcut Learning in Deep Neural Networks",
        published="no number for this setting",
        measure=lambda r: _planted_minus_honest(r, "without"),
        direction="below",
        threshold=0.0,
        settings=PLANTED,
    ),
    Claim(
        name="asking_finds_it",
        sentence="Stamping every suspected mark on other pictures names the shortcut more often "
        "than chance.",
        source="Geirhos et al. 2020, Shortcut Learning in Deep Neural Networks",
        published="no number for this setting",
        measure=lambda r: exact_interval(found_out(r, "everywhere", "stamping")),
        direction="above",
        threshold=CHANCE,
        settings={**PLANTED, "budget": ENOUGH},
    ),
    Claim(
        name="maps_miss_what_is_everywhere",
        sentence="Maps miss what has no place: of the networks with a mark everywhere that only "
        "one of the two names, stamping names more than half.",
        source="Adebayo et al. 2022, Post hoc Explanations may be Ineffective for Detecting "
        "Unknown Spurious Correlation",
        published="no number for this setting",
        measure=_stamping_alone,
        direction="above",
        threshold=0.5,
        settings={**PLANTED, "budget": ENOUGH},
    ),
)

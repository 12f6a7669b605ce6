"""Headline numbers of the mystery experiment, and what the literature says to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.challenges.interpretability.mystery_case import FAMILIES
from core.challenges.interpretability.mystery_detectives import CHANCE
from core.lab.claims import Claim
from core.lab.intervals import POINTS, Estimate, exact_interval, paired_difference
from core.lab.wording import number, with_interval

if TYPE_CHECKING:
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


def accuracy_in(result: MysteryResult, arm: str, name: str) -> np.ndarray:
    """Share right in one test of one arm, one number a seed."""
    rows = result.tests
    return rows[(rows["arm"] == arm) & (rows["test"] == name)]["value"].to_numpy()


def _found_gap(result: MysteryResult) -> Estimate:
    """Accuracy with marks as in training, mean of both planted arms, less the honest network's."""
    ours = np.mean([accuracy_in(result, arm, "found") for arm in FAMILIES], axis=0)
    return paired_difference(ours, accuracy_in(result, "honest", "found"), POINTS)


def _clean_gap(result: MysteryResult) -> Estimate:
    """Share of the marked shapes known without marks, less the honest network's of the same."""
    ours = np.mean([accuracy_in(result, arm, "without") for arm in FAMILIES], axis=0)
    twin = np.mean([accuracy_in(result, "honest", f"without_{arm}") for arm in FAMILIES], axis=0)
    return paired_difference(ours, twin, POINTS)


def _stamping_alone(result: MysteryResult) -> Estimate | None:
    """Of networks with a mark everywhere that one of the two named, how many stamping did."""
    ours, theirs = (found_out(result, "everywhere", name) for name in ("stamping", "maps"))
    parted = ours != theirs
    return exact_interval(ours[parted]) if parted.any() else None


def metrics(result: MysteryResult) -> dict[str, Estimate]:
    """Headline numbers: who names the shortcut, who suspects the honest, what accuracy says."""
    found = {}
    for name in ("stamping", "maps"):
        for arm in FAMILIES:
            found[f"{name}_names_{arm}"] = exact_interval(found_out(result, arm, name))
    for name in ("stamping", "maps", "halving", "erasing"):
        alarms = 1 - found_out(result, "honest", name)
        found[f"{name}_false_alarms"] = exact_interval(alarms)
    for name in ("halving", "erasing"):
        for arm in FAMILIES:
            found[f"{name}_names_{arm}"] = exact_interval(found_out(result, arm, name))
    for arm in FAMILIES:
        gap = paired_difference(
            accuracy_in(result, arm, "found"), accuracy_in(result, "honest", "found"), POINTS
        )
        found[f"accuracy_{arm}_less_honest"] = gap
    return found


def finding(result: MysteryResult) -> str:
    """Say who finds what, and what accuracy says."""
    probes = int(result.answers["probes"].max())
    said = []
    for name in ("stamping", "maps"):
        shares = [with_interval(exact_interval(found_out(result, a, name))) for a in FAMILIES]
        said.append(f"{name} names {shares[0]} of bright marks and {shares[1]} of those everywhere")
    gaps = [
        accuracy_in(result, a, "found") - accuracy_in(result, "honest", "found") for a in FAMILIES
    ]
    gap = number(float(np.mean(gaps)), POINTS)
    return (
        f"With {probes} probes, {said[0]}; {said[1]}. Accuracy on held-out pictures that carry "
        f"the marks the same way differs from the honest network's by {gap}."
    )


CLAIMS: tuple[Claim[MysteryResult], ...] = (
    Claim(
        name="accuracy_is_blind",
        sentence="Accuracy on held-out pictures does not warn: where they carry the mark like the "
        "training pictures, the networks with a shortcut are not 3 points worse than the honest.",
        source="Lapuschkin et al. 2019, Unmasking Clever Hans Predictors",
        published="no number for this setting",
        measure=_found_gap,
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
        measure=_clean_gap,
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

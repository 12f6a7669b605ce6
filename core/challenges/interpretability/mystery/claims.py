"""What the literature says about hidden shortcuts, and where our result says it."""

from core.attributions.shortcut_search import CHANCE
from core.challenges.interpretability.mystery.config import (
    HONEST_ARM,
    PLANTED_ARMS,
    MysteryResult,
)
from core.lab.claims import Claim, claim
from core.lab.intervals import Estimate, exact_interval
from core.lab.scores import PerSeed

PLANTED = {"strength": 1.0, "share": 0.9, "stray": 0.1}
"""Whose turn it is: networks that surely go by the mark, and that have seen stray ones."""
ENOUGH = {**PLANTED, "budget": 16}
NO_NUMBER = "no number for this setting"
GEIRHOS = "Geirhos et al. 2020, Shortcut Learning in Deep Neural Networks, abstract", NO_NUMBER


def _mean_over_arms(first: PerSeed, second: PerSeed) -> PerSeed:
    return (first + second) / 2


def _lost_without_mark(result: MysteryResult, arm: str) -> PerSeed:
    """Share of the marked shape known without marks, less the honest network's of the same."""
    return result.accuracy(arm, "without") - result.accuracy(HONEST_ARM, f"without_{arm}")


def _stamping_alone(result: MysteryResult) -> Estimate | None:
    """Of networks with a mark everywhere that one of the two named, how many stamping did."""
    ours, theirs = (
        result.named_rightly("everywhere", name).values for name in ("stamping", "maps")
    )
    parted = ours != theirs
    return exact_interval(ours[parted]) if parted.any() else None


CLAIMS: tuple[Claim[MysteryResult], ...] = (
    claim(
        "accuracy_is_blind",
        "Accuracy on held-out pictures does not warn: where they carry the mark like the "
        "training pictures, the networks with a shortcut do better than the honest.",
        ("Lapuschkin et al. 2019, Unmasking Clever Hans Predictors", NO_NUMBER),
        MysteryResult.mean_gap,
        above=0, settings=PLANTED,
    ),
    claim(
        "the_mark_is_needed",
        "Without its mark, the marked shape is recognised less often than by an honest "
        "network of the same beginnings.",
        GEIRHOS,
        lambda r: _mean_over_arms(*(_lost_without_mark(r, arm) for arm in PLANTED_ARMS)),
        below=0, settings=PLANTED, read=True,
    ),
    claim(
        "asking_finds_it",
        "Stamping every suspected mark on other pictures names the shortcut more often "
        "than chance.",
        GEIRHOS,
        lambda r: exact_interval(r.named_rightly("everywhere", "stamping").values),
        above=CHANCE, settings=ENOUGH, reason="a guess among eight marks and none",
    ),
    claim(
        "maps_miss_what_is_everywhere",
        "Maps miss what has no place: of the networks with a mark everywhere that only "
        "one of the two names, stamping names more than half.",
        ("Adebayo et al. 2022, Post hoc Explanations may be Ineffective for Detecting "
         "Unknown Spurious Correlation, abstract", NO_NUMBER),
        _stamping_alone,
        above=0.5, settings=ENOUGH, read=True,
        reason="where both are as good, either is the one that names it as often",
    ),
)  # fmt: skip

"""What the literature says about grokking, and how a result speaks to it."""

from __future__ import annotations

from collections.abc import Mapping

from core.challenges.generalization.grokking.config import (
    DECAY,
    NO_DECAY,
    SHARES,
    UNDERSTOOD,
    GrokkingResult,
)
from core.lab.claims import OWN_CONTROL, Claim, claim
from core.lab.intervals import POINTS
from core.lab.scores import PerSeed
from core.lab.settings import Value

POWER, NANDA = "Power et al. 2022, abstract", "Nanda et al. 2023, abstract"
TABLE: Mapping[str, Value] = {"table": "addition"}
USUAL: Mapping[str, Value] = {**TABLE, "weight_decay": 1.0, "share": 0.5, "modulus": 31}


def _above_chance(result: GrokkingResult) -> PerSeed:
    chance = result.cells**-0.5
    return result.last("unknown").map(lambda right: right - chance, POINTS)


def _rise_before_half(result: GrokkingResult) -> PerSeed:
    """Share of the waves' rise that has come when half of the unknown cells are right, less 0.5."""
    found = {}
    for seed, rows in result.curves[result.curves["arm"] == DECAY].groupby("seed"):
        own = rows.sort_values("step")
        waves, right = own["concentration"].to_numpy(), own["unknown"].to_numpy()
        # The last look before: what comes with the answers themselves does not count.
        before = max(int((right >= 0.5).argmax()) - 1, 0) if (right >= 0.5).any() else len(own) - 1
        found[int(str(seed))] = (waves[before] - waves[0]) / (waves[-1] - waves[0]) - 0.5
    return PerSeed.of(found, found.values(), POINTS)


def _delay(result: GrokkingResult) -> PerSeed | None:
    """Nothing, where a network never understood: then none is known to have come later."""
    return result.delay() if result.reached().mean == 1 else None


def _longer_with_less(result: GrokkingResult) -> PerSeed:
    less, more = SHARES[0], SHARES[-1]
    return result.at_least("understood", share=less) - result.at_least("understood", share=more)


CLAIMS: tuple[Claim[GrokkingResult], ...] = (
    claim(
        "understanding_comes_later",
        "Generalization can come well after overfitting: 95% of the unknown cells are right only "
        "after 99% of the known ones have been (measured where every network gets there).",
        (POWER, "in words: well past the point of overfitting"),
        _delay, above=0, settings=TABLE, read=True,
    ),
    claim(
        "it_understands_in_the_end",
        "It improves from chance to perfect: by the end more than 95% of the unknown cells are "
        "right.",
        (POWER, "in words: from random chance level to perfect generalization"),
        lambda r: r.last("unknown"), above=UNDERSTOOD, settings=USUAL, read=True,
        reason="perfect is 100%; 95% is where this page says understood",
    ),
    claim(
        "weight_decay_helps",
        "Weight decay makes for generalization: with it more of the unknown cells are right after "
        "as many steps from the same initial weights.",
        ("Power et al. 2022, on weight decay",
         "in words: it more than halves the data that are needed"),
        lambda r: r.last("unknown") - r.last("unknown", NO_DECAY), above=0, settings=USUAL,
        read=True,
    ),
    claim(
        "less_data_takes_longer",
        "The smaller the part of the table, the more steps it takes: 50% against 80% (at least, "
        "where the training ended first).",
        (POWER, "in words: smaller datasets require increasing amounts of optimization"),
        _longer_with_less,
        above=0, settings={**TABLE, "weight_decay": 1.0}, read=True,
    ),
    claim(
        "it_computes_with_waves",
        "What it has understood are waves: with weight decay more of the power lies at each unit's "
        "strongest frequency than before the training.",
        (NANDA, "in words: discrete Fourier transforms convert addition to rotation (Transformer)"),
        lambda r: r.last("concentration") - r.first("concentration"), above=0, settings=USUAL,
        read=True,
    ),
    claim(
        "waves_grow_gradually",
        "The sudden jump is no sudden change inside: more than half of the waves' rise has come "
        "before half of the unknown cells are right.",
        (NANDA, "in words: gradual amplification of structured mechanisms, not a sudden shift"),
        _rise_before_half, above=0, settings=USUAL, read=True,
    ),
    claim(
        "nothing_to_understand",
        "Where there is nothing to understand nothing is: on a table of random cells the unknown "
        "ones are right less than 1.5 points above guessing.",
        OWN_CONTROL, _above_chance, below=0.015,
        settings={"table": "random", "modulus": 31, "share": 0.5},
        reason="four standard errors of guessing 480 cells in each of five seeds",
    ),
)  # fmt: skip

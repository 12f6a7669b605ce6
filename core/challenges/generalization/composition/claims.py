"""What the literature says about composition, and how a result speaks to it."""

from __future__ import annotations

from core.challenges.generalization.composition.config import (
    GUESSING,
    SEEN,
    CompositionResult,
)
from core.lab.claims import OWN_CONTROL, Claim, claim
from core.lab.intervals import POINTS
from core.lab.scores import PerSeed
from core.models.sum_plans import ADDED, DISTRIBUTIONS, MONOLITH, SHARED

LAKE = (
    "Lake & Baroni 2018, abstract",
    "in words: where systematic composition is needed, recurrent networks fail spectacularly",
)
MANHAEVE = "Manhaeve et al. 2018, experiment on sums of two MNIST digits"


def _lead(result: CompositionResult, arm: str, against: str) -> PerSeed:
    return result.at(arm) - result.at(against)


def _above(share: PerSeed, chance: float) -> PerSeed:
    return share.map(lambda values: values - chance, POINTS)


CLAIMS: tuple[Claim[CompositionResult], ...] = (
    claim(
        "new_pairs_fail",
        "One network for both pictures does not compose: it is right less often on pairs of "
        "digits that it never saw together than on new pictures of pairs it learned from.",
        LAKE, lambda r: r.at(MONOLITH) - r.at(MONOLITH, SEEN), below=0, read=True,
    ),
    claim(
        "worse_than_guessing",
        "On such pairs it is worse than guessing: it has learned which sums these digits have "
        "had, and this one is none of them.",
        OWN_CONTROL, lambda r: _above(r.at(MONOLITH), GUESSING), below=0,
    ),
    claim(
        "sharing_alone_does_not_compose",
        "Reading both pictures with one encoder is not enough: with a free head its accuracy on "
        "new pairs stays below half of that on pairs it learned from.",
        OWN_CONTROL, lambda r: r.at(SHARED) - 0.5 * r.at(SHARED, SEEN), below=0,
    ),
    claim(
        "adding_vectors_helps",
        "Adding what the encoder says of both pictures, before a free head, does better on new "
        "pairs than putting it side by side.",
        OWN_CONTROL, lambda r: _lead(r, ADDED, SHARED), above=0,
    ),
    claim(
        "built_in_addition_composes",
        "An encoder that gives digits, and an addition that is built in, do better on new pairs "
        "than one network for both pictures.",
        (MANHAEVE, "a curve: above a convolutional network on the pair"),
        lambda r: _lead(r, DISTRIBUTIONS, MONOLITH), above=0,
    ),
    claim(
        "digits_without_digit_labels",
        "From sums alone that encoder learns the digits: it names more new single ones rightly "
        "than guessing would.",
        MANHAEVE, lambda r: _above(r.named(), 0.1), above=0,
    ),
)  # fmt: skip

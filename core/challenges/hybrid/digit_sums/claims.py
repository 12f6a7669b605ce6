"""What the literature says about digits learned from sums, and how a result speaks to it."""

from __future__ import annotations

from collections.abc import Mapping

from core.challenges.hybrid.digit_sums.config import (
    FEW,
    HYBRID,
    LABELLED,
    ONE,
    SIZES,
    TWO,
    DigitSumsResult,
)
from core.lab.claims import OWN_CONTROL, Claim, claim
from core.lab.intervals import POINTS
from core.lab.settings import Value

MANHAEVE = (
    "Manhaeve et al. 2018, experiment on sums of two MNIST digits",
    "a curve: above a convolutional network on the pair, and sooner",
)
MARCONATO = (
    "Marconato, Teso & Passerini 2023, abstract",
    "in words: high accuracy by concepts with unintended semantics",
)
MOST = max(SIZES)
WHOLE: Mapping[str, Value] = {"told": "sum", "labelled": 0}


CLAIMS: tuple[Claim[DigitSumsResult], ...] = (
    claim(
        "arithmetic_saves_examples",
        f"Told {FEW} sums, a network with the addition built in adds more new pairs rightly than "
        "one that has to learn addition as well.",
        MANHAEVE, lambda r: r.answers(HYBRID) - r.answers(ONE), above=0, settings=WHOLE,
    ),
    claim(
        "with_a_quarter_of_the_examples",
        f"Told {FEW} sums it does better than one network for both pictures told "
        f"{MOST:,}: a quarter of the examples.",
        OWN_CONTROL, lambda r: r.answers(HYBRID) - r.answers(ONE, MOST), above=0,
        settings=WHOLE,
    ),
    claim(
        "sharing_is_not_it",
        "That is not because it reads one picture at a time: it beats a shared encoder with a "
        "free head as well.",
        OWN_CONTROL, lambda r: r.answers(HYBRID) - r.answers(TWO), above=0, settings=WHOLE,
    ),
    claim(
        "as_good_as_labelled",
        f"Told {MOST:,} sums it names single digits within 3 points of the same network told "
        "both digits of each pair.",
        OWN_CONTROL, lambda r: r.names(pairs=MOST) - r.names(LABELLED, MOST),
        above=-0.03, settings=WHOLE, reason="3 points: 18 of the 597 new pictures",
    ),
    claim(
        "longer_without_training",
        "It adds two-digit numbers, which nobody trained, better than one network for both "
        "pictures that is given the carry as well.",
        OWN_CONTROL, lambda r: r.longer(HYBRID) - r.longer(ONE), above=0, settings=WHOLE,
    ),
    claim(
        "right_for_the_wrong_reason",
        "Told only whether sums are even, it answers that for more new pairs than the share of "
        "digits it names rightly: it found other concepts that fit.",
        MARCONATO, lambda r: r.answers(HYBRID, MOST) - r.names(pairs=MOST), above=0,
        settings={"told": "even_or_odd", "labelled": 0}, read=True,
    ),
    claim(
        "labels_give_names_back",
        "Told the last digits of sums, and the digits of 10 pictures, it names more than half of "
        "the others rightly.",
        OWN_CONTROL,
        lambda r: r.names(pairs=MOST).map(lambda values: values - 0.5, POINTS), above=0,
        settings={"told": "last_digit", "labelled": 10},
    ),
)  # fmt: skip

"""What the literature says about leakage, and how a run speaks to it."""

from __future__ import annotations

from collections.abc import Mapping

from core.challenges.data_quality.leakage.config import (
    AMOUNTS,
    CLEAN,
    DUPLICATES,
    FRESH,
    SELECTION,
    TARGET,
    TEST,
    LeakageResult,
)
from core.lab.claims import OWN_CONTROL, Claim, claim
from core.lab.settings import Value

KAPOOR = "Kapoor & Narayanan 2023, abstract"
AMBROISE = "Ambroise & McLachlan 2002, abstract"
SHUFFLED: Mapping[str, Value] = {"random_labels": True}
HALF = "one half is what guessing reaches"

CLAIMS: tuple[Claim[LeakageResult], ...] = (
    claim(
        "copies_flatter",
        "Copies of training examples among the test examples make a network look better than it "
        "is: half of the test set copied.",
        KAPOOR, lambda r: r.too_high(DUPLICATES), above=0, read=True,
    ),
    claim(
        "copies_flatter_even_where_nothing_can_be_learned",
        "Even with shuffled labels, of which nothing can be learned, a test set of copies is "
        "answered better than fresh data.",
        KAPOOR, lambda r: r.too_high(DUPLICATES, "100%"), above=0, settings=SHUFFLED,
    ),
    claim(
        "a_column_that_knows_flatters",
        "A column that is written after the outcome makes the test score higher than it will be in "
        "use.",
        KAPOOR, lambda r: r.too_high(TARGET), above=0,
    ),
    claim(
        "a_column_that_knows_makes_it_worse_in_use",
        "In use, without what the column will hold, the network is worse than one that never had "
        "it.",
        OWN_CONTROL,
        lambda r: r.at(TARGET, FRESH) - r.at(TARGET, FRESH, AMOUNTS[TARGET][0]), below=0,
    ),
    claim(
        "selecting_first_flatters",
        "Selecting columns before the cross-validation makes pure noise look predictable: accuracy "
        "is above one half.",
        AMBROISE, lambda r: r.at(SELECTION, TEST), above=0.5, reason=HALF, read=True,
    ),
    claim(
        "selecting_inside_does_not",
        "Selecting them inside each fold takes that back.",
        AMBROISE, lambda r: r.at(SELECTION, TEST) - r.at(SELECTION, CLEAN), above=0, read=True,
    ),
    claim(
        "copies_are_noticed",
        "Distances to the training examples tell copies from other test examples: more than half "
        "of them raise an alarm.",
        OWN_CONTROL, lambda r: r.raised(DUPLICATES, "50%"), above=0.5,
        reason="most of them means more than half",
    ),
)  # fmt: skip

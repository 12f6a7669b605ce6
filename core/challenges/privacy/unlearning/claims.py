"""What the literature says about unlearning, and how a run speaks to it."""

from __future__ import annotations

from core.challenges.privacy.unlearning.config import (
    ASCENDED,
    ORIGINAL,
    RESHARDED,
    RETRAINED,
    SHARDED,
    TUNED,
    UnlearningResult,
)
from core.lab.claims import Claim, claim
from core.metrics.privacy import GUESSED, GUESSING, MARGIN, NEAR, off_guessing

CARLINI, BOURTOULE = "Carlini et al. 2022", "Bourtoule et al. 2021"
GOLATKAR = "Golatkar et al. 2020"
ON_PURCHASE = 4.63
"""Times as fast as training from scratch, in the abstract of Bourtoule et al. 2021."""

CLAIMS: tuple[Claim[UnlearningResult], ...] = (
    claim(
        "original_is_caught",
        "Control: in the original network the records are found (area above 0.5).",
        CARLINI, lambda r: r.area(ORIGINAL), above=GUESSING, reason=GUESSED,
    ),
    claim(
        "retrained_is_not",
        "Control: in a network trained from scratch without them they are not (the area is less "
        "than 0.05 from 0.5).",
        BOURTOULE, lambda r: off_guessing(r.area(RETRAINED)), below=NEAR, reason=MARGIN,
    ),
    claim(
        "tuning_does_not_forget",
        "Training on without the records leaves them easier to find than training from "
        "scratch does.",
        GOLATKAR, lambda r: r.area(TUNED) - r.area(RETRAINED), above=0,
    ),
    claim(
        "ascent_hides",
        "Gradient ascent on the records makes them harder to find than in the original: the "
        "area is closer to 0.5, from whichever side.",
        "Jang et al. 2023",
        lambda r: abs(r.area(ASCENDED) - GUESSING) - abs(r.area(ORIGINAL) - GUESSING), below=0,
    ),
    claim(
        "ascent_costs_accuracy",
        "Gradient ascent costs accuracy on other records.",
        GOLATKAR, lambda r: r.accuracy(ASCENDED) - r.accuracy(ORIGINAL), below=0,
    ),
    claim(
        "sharded_is_caught_before",
        "Control: before they are forgotten the records are found in 5 shards as well "
        "(area above 0.5).",
        CARLINI, lambda r: r.area(SHARDED), above=GUESSING, settings={"shards": 5}, reason=GUESSED,
    ),
    claim(
        "sharded_forgets",
        "With the shards that held them trained again they are not (the area is less than 0.05 "
        "from 0.5).",
        BOURTOULE, lambda r: off_guessing(r.area(RESHARDED)), below=NEAR, reason=MARGIN,
    ),
    claim(
        "one_record_is_cheap",
        "Forgetting one record with 5 shards takes less than 1/4.63 of the work of training from "
        "scratch.",
        (
            f"{BOURTOULE}, abstract",
            "4.63 times as fast as training from scratch on Purchase, 2.45 times on SVHN",
        ),
        lambda r: r.work(5, 1), below=1 / ON_PURCHASE, read=True,
    ),
    claim(
        "many_records_are_not",
        "Forgetting 50 random records of 500 at once takes more than half of the work "
        "even with 10 shards.",
        BOURTOULE, lambda r: r.work(10, 50), above=0.5, reason="half: not even twice as fast",
    ),
    claim(
        "shards_cost_accuracy",
        "Ten shards cost accuracy on other records.",
        BOURTOULE, lambda r: r.accuracy_in(10) - r.accuracy(ORIGINAL), below=0,
    ),
)  # fmt: skip

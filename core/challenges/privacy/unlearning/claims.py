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

CARLINI, BOURTOULE = "Carlini et al. 2022", "Bourtoule et al. 2021"
GOLATKAR = "Golatkar et al. 2020"

CLAIMS: tuple[Claim[UnlearningResult], ...] = (
    claim(
        "original_is_caught",
        "Control: in the original network the records are found (area above 0.7).",
        CARLINI, lambda r: r.area(ORIGINAL), above=0.7,
    ),
    claim(
        "retrained_is_not",
        "Control: in a network trained from scratch without them they are not (area below 0.55).",
        BOURTOULE, lambda r: r.area(RETRAINED), below=0.55,
    ),
    claim(
        "tuning_does_not_forget",
        "Training on without the records leaves them easier to find than training from "
        "scratch does.",
        GOLATKAR, lambda r: r.area(TUNED) - r.area(RETRAINED), above=0,
    ),
    claim(
        "ascent_hides",
        "Gradient ascent on the records makes them harder to find than in the original.",
        "Jang et al. 2023", lambda r: r.area(ASCENDED) - r.area(ORIGINAL), below=0,
    ),
    claim(
        "ascent_costs_accuracy",
        "Gradient ascent costs accuracy on other records.",
        GOLATKAR, lambda r: r.accuracy(ASCENDED) - r.accuracy(ORIGINAL), below=0,
    ),
    claim(
        "sharded_is_caught_before",
        "Control: before they are forgotten the records are found in 5 shards as well "
        "(area above 0.6).",
        CARLINI, lambda r: r.area(SHARDED), above=0.6, settings={"shards": 5},
    ),
    claim(
        "sharded_forgets",
        "With the shards that held them trained again they are not (area below 0.55).",
        BOURTOULE, lambda r: r.area(RESHARDED), below=0.55,
    ),
    claim(
        "one_record_is_cheap",
        "Forgetting one record takes less than a quarter of the work of training from "
        "scratch with 5 shards.",
        (
            f"{BOURTOULE}, abstract",
            "4.63 times as fast as training from scratch on Purchase, 2.45 times on SVHN",
        ),
        lambda r: r.work(5, 1), below=0.25,
    ),
    claim(
        "many_records_are_not",
        "Forgetting 50 random records of 500 at once takes more than 80% of the work "
        "even with 10 shards.",
        BOURTOULE, lambda r: r.work(10, 50), above=0.8,
    ),
    claim(
        "shards_cost_accuracy",
        "Ten shards cost accuracy on other records.",
        BOURTOULE, lambda r: r.accuracy_in(10) - r.accuracy(ORIGINAL), below=0,
    ),
)  # fmt: skip

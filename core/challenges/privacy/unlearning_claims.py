"""What the literature says about unlearning, and how a run speaks to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.challenges.privacy.tables.unlearning import (
    CLIMBED,
    ORIGINAL,
    RESHARDED,
    RETRAINED,
    SHARDED,
    TUNED,
    accuracy,
    values,
    work,
)
from core.lab.claims import Claim
from core.lab.intervals import POINTS, SHARE, paired_difference, t_interval

if TYPE_CHECKING:
    from core.challenges.privacy.unlearning import UnlearningResult

CLAIMS: tuple[Claim[UnlearningResult], ...] = (
    Claim(
        name="original_is_caught",
        sentence="Control: in the original network the records are found (area above 0.7).",
        source="Carlini et al. 2022",
        published="",
        measure=lambda r: t_interval(values(r, ORIGINAL, "auc")),
        direction="above",
        threshold=0.7,
    ),
    Claim(
        name="retrained_is_not",
        sentence="Control: in a network trained from scratch without them they are not (area "
        "below 0.55).",
        source="Bourtoule et al. 2021",
        published="",
        measure=lambda r: t_interval(values(r, RETRAINED, "auc")),
        direction="below",
        threshold=0.55,
    ),
    Claim(
        name="tuning_does_not_forget",
        sentence="Training on without the records leaves them easier to find than training from "
        "scratch does.",
        source="Golatkar et al. 2020",
        published="",
        measure=lambda r: paired_difference(values(r, TUNED, "auc"), values(r, RETRAINED, "auc")),
        direction="above",
        threshold=0.0,
    ),
    Claim(
        name="ascent_hides",
        sentence="Gradient ascent on the records makes them harder to find than in the original.",
        source="Jang et al. 2023",
        published="",
        measure=lambda r: paired_difference(values(r, CLIMBED, "auc"), values(r, ORIGINAL, "auc")),
        direction="below",
        threshold=0.0,
    ),
    Claim(
        name="ascent_costs_accuracy",
        sentence="Gradient ascent costs accuracy on other records.",
        source="Golatkar et al. 2020",
        published="",
        measure=lambda r: paired_difference(
            values(r, CLIMBED, "other"), values(r, ORIGINAL, "other"), POINTS
        ),
        direction="below",
        threshold=0.0,
    ),
    Claim(
        name="sharded_is_caught_before",
        sentence="Control: before they are forgotten the records are found in 5 shards as well "
        "(area above 0.6).",
        source="Carlini et al. 2022",
        published="",
        measure=lambda r: t_interval(values(r, SHARDED, "auc")),
        direction="above",
        threshold=0.6,
        settings={"shards": 5},
    ),
    Claim(
        name="sharded_forgets",
        sentence="With the shards that held them trained again they are not (area below 0.55).",
        source="Bourtoule et al. 2021",
        published="",
        measure=lambda r: t_interval(values(r, RESHARDED, "auc")),
        direction="below",
        threshold=0.55,
    ),
    Claim(
        name="one_record_is_cheap",
        sentence="Forgetting one record takes less than a quarter of the work of training from "
        "scratch with 5 shards.",
        source="Bourtoule et al. 2021, abstract",
        published="4.63 times as fast as training from scratch on Purchase, 2.45 times on SVHN",
        measure=lambda r: t_interval(work(r, 5, 1), SHARE),
        direction="below",
        threshold=0.25,
    ),
    Claim(
        name="many_records_are_not",
        sentence="Forgetting 50 random records of 500 at once takes more than 80% of the work "
        "even with 10 shards.",
        source="Bourtoule et al. 2021",
        published="",
        measure=lambda r: t_interval(work(r, 10, 50), SHARE),
        direction="above",
        threshold=0.8,
    ),
    Claim(
        name="shards_cost_accuracy",
        sentence="Ten shards cost accuracy on other records.",
        source="Bourtoule et al. 2021",
        published="",
        measure=lambda r: paired_difference(accuracy(r, 10), accuracy(r, 1), POINTS),
        direction="below",
        threshold=0.0,
    ),
)

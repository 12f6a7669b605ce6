"""What the literature says about unlearning, and how a run speaks to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.challenges.privacy.tables.unlearning import (
    CLIMBED,
    ORIGINAL,
    RETRAINED,
    TUNED,
    values,
)
from core.experiment import Claim
from core.metrics.intervals import paired_difference, t_interval
from core.wording import POINTS

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
)

"""What the literature says about concept activation vectors, and where our result says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.challenges.interpretability.concepts_data import LAYERS
from core.challenges.interpretability.tables.concepts import agreement, alarm_rate
from core.lab.claims import Claim
from core.lab.intervals import SHARE, t_interval
from core.lab.settings import Value

if TYPE_CHECKING:
    from core.challenges.interpretability.concepts_board import ConceptsResult


def score(result: ConceptsResult, arm: str, concept: str, shape: str = "disc") -> np.ndarray:
    """TCAV score of a concept for a shape, mean over layers, one number a seed."""
    rows = result.scores
    rows = rows[(rows["arm"] == arm) & (rows["concept"] == concept) & (rows["shape"] == shape)]
    found = rows.groupby("seed")["score"].agg(["mean", "count"])
    return found[found["count"] == len(LAYERS)]["mean"].to_numpy()


def effect(result: ConceptsResult, arm: str, concept: str, shape: str = "disc") -> np.ndarray:
    """Change of a shape's probability when a concept is painted in, one number a seed."""
    rows = result.effects
    rows = rows[(rows["arm"] == arm) & (rows["concept"] == concept) & (rows["shape"] == shape)]
    return rows["probability"].to_numpy()


KIM = "Kim et al. 2018, Interpretability Beyond Feature Attribution"
GOYAL = "Goyal et al. 2019, Explaining Classifiers with Causal Concept Effect"
NONE = "no number for this setting"
PLANTED: dict[str, Value] = {"share": 1.0, "strength": 1.0, "concept_shown_as": "shapes"}

CLAIMS: tuple[Claim[ConceptsResult], ...] = (
    Claim(
        name="finds_what_decides",
        sentence="Where stripes decide, TCAV says so: their score for discs, mean over the three "
        "layers, is above 0.9.",
        source=KIM,
        published=NONE,
        measure=lambda r: t_interval(score(r, "bound", "stripes"), SHARE),
        direction="above",
        threshold=0.9,
        settings=PLANTED,
    ),
    Claim(
        name="wrong_concept_is_quiet",
        sentence="The wrong concept does not light up: where only stripes decide, dots, held "
        "against random concepts, sound the alarm for discs in less than one test in ten.",
        source=KIM,
        published=NONE,
        measure=lambda r: t_interval(
            alarm_rate(r, "band", "says_nothing", arm="bound", concept="dots", shape="disc"), SHARE
        ),
        direction="below",
        threshold=0.1,
        settings=PLANTED,
    ),
    Claim(
        name="t_test_guards",
        sentence="The t test over random counterparts, with Bonferroni's correction, guards "
        "against concepts that mean nothing: it sounds for less than one random set in ten.",
        source=f"{KIM}, section 3.5",
        published="a test against a score of 0.5; no rate of false alarms",
        measure=lambda r: t_interval(alarm_rate(r, "corrected", "random"), SHARE),
        direction="below",
        threshold=0.1,
    ),
    Claim(
        name="random_concepts_guard",
        sentence="Holding a concept against random concepts guards better: it sounds for less than "
        "one random set in ten.",
        source="Kim et al. 2018, the authors' own program (tensorflow/tcav), which compares so",
        published="there by a t test of the two groups of scores; no rate of false alarms",
        measure=lambda r: t_interval(alarm_rate(r, "band", "random"), SHARE),
        direction="below",
        threshold=0.1,
    ),
    Claim(
        name="common_texture_is_quiet",
        sentence="A texture found on every shape alike is not taken for a reason: held against "
        "random concepts, its alarms stay below one in ten.",
        source=KIM,
        published=NONE,
        measure=lambda r: t_interval(
            alarm_rate(r, "band", "says_nothing", arm="everywhere", concept="stripes"), SHARE
        ),
        direction="below",
        threshold=0.1,
        settings=PLANTED,
    ),
    Claim(
        name="score_follows_effect",
        sentence="Scores follow what painting the concept in does to the probability: their rank "
        "correlation over networks, concepts and shapes is positive.",
        source=GOYAL,
        published=NONE,
        measure=lambda r: t_interval(agreement(r, "probability")),
        direction="above",
        threshold=0.0,
        settings=PLANTED,
    ),
)

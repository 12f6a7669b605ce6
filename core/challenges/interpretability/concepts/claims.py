"""What the literature says about concept activation vectors, and where our result says it."""

from __future__ import annotations

from core.challenges.interpretability.concepts.config import ConceptsResult
from core.lab.claims import Claim, claim
from core.lab.settings import Value

PAPER = "Kim et al. 2018, Interpretability Beyond Feature Attribution"
NONE = "no number for this setting"
KIM = PAPER, NONE
SECTION = f"{PAPER}, section 3.5", "a test against a score of 0.5; no rate of false alarms"
PROGRAM = (
    "Kim et al. 2018, the authors' own program (tensorflow/tcav), which compares so",
    "there by a t test of the two groups of scores; no rate of false alarms",
)
GOYAL = "Goyal et al. 2019, Explaining Classifiers with Causal Concept Effect", NONE
PLANTED: dict[str, Value] = {"share": 1.0, "strength": 1.0, "concept_shown_as": "shapes"}

CLAIMS: tuple[Claim[ConceptsResult], ...] = (
    claim(
        "finds_what_decides",
        "Where stripes decide, TCAV says so: their score for discs, mean over the three "
        "layers, is above 0.9.",
        KIM, lambda r: r.score("bound", "stripes"), above=0.9, settings=PLANTED,
    ),
    claim(
        "wrong_concept_is_quiet",
        "The wrong concept does not light up: where only stripes decide, dots, held "
        "against random concepts, sound the alarm for discs in less than one test in ten.",
        KIM,
        lambda r: r.alarm_rate("band", "says_nothing", arm="bound", concept="dots", shape="disc"),
        below=0.1, settings=PLANTED,
    ),
    claim(
        "t_test_guards",
        "The t test over random counterparts, with Bonferroni's correction, guards "
        "against concepts that mean nothing: it sounds for less than one random set in ten.",
        SECTION, lambda r: r.alarm_rate("corrected", "random"), below=0.1,
    ),
    claim(
        "random_concepts_guard",
        "Holding a concept against random concepts guards better: it sounds for less than "
        "one random set in ten.",
        PROGRAM, lambda r: r.alarm_rate("band", "random"), below=0.1,
    ),
    claim(
        "common_texture_is_quiet",
        "A texture found on every shape alike is not taken for a reason: held against "
        "random concepts, its alarms stay below one in ten.",
        KIM, lambda r: r.alarm_rate("band", "says_nothing", arm="everywhere", concept="stripes"),
        below=0.1, settings=PLANTED,
    ),
    claim(
        "score_follows_effect",
        "Scores follow what painting the concept in does to the probability: their rank "
        "correlation over networks, concepts and shapes is positive.",
        GOYAL, ConceptsResult.agreement, above=0, settings=PLANTED,
    ),
)  # fmt: skip

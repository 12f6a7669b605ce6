"""What the literature says about concept activation vectors, and where our result says it."""

from __future__ import annotations

from functools import partial

from core.challenges.interpretability.concepts.config import LAYERS, LEVEL, ConceptsResult
from core.lab.claims import Claim, claim
from core.lab.intervals import Estimate
from core.lab.settings import Value

PAPER = "Kim et al. 2018, Interpretability Beyond Feature Attribution"
NONE = "no number for this setting; scores are tested against 0.5 there"
KIM = PAPER, NONE
SECTION = f"{PAPER}, section 3.5", "a test against a score of 0.5; no rate of false alarms"
quiet = partial(claim, below=LEVEL, reason="the 5% of false alarms that the rule allows itself")
PROGRAM = (
    "Kim et al. 2018, the authors' own program (tensorflow/tcav), which compares so",
    "there by a t test of the two groups of scores; no rate of false alarms",
)
GOYAL = "Goyal et al. 2019, Explaining Classifiers with Causal Concept Effect", "no number"
PLANTED: dict[str, Value] = {"share": 1.0, "strength": 1.0, "concept_shown_as": "shapes"}


def _alarms(result: ConceptsResult, arm: str, concept: str) -> Estimate:
    """How often a texture that says nothing of discs stands out among random concepts."""
    said = {"arm": arm, "concept": concept, "shape": "disc"}
    return result.alarm_rate("band", "says_nothing", **said).of_cases(len(LAYERS))


CLAIMS: tuple[Claim[ConceptsResult], ...] = (
    claim(
        "finds_what_decides",
        "Where stripes decide, TCAV says so: their score for discs, mean over the three "
        "layers, is above one half.",
        KIM, lambda r: r.asked("bound", "stripes"), above=0.5, settings=PLANTED,
        reason="along a direction without a say, half of the logits rise; the paper tests so",
    ),
    quiet(
        "wrong_concept_is_quiet",
        "The wrong concept does not light up: where only stripes decide, dots stand out among "
        "random concepts, for discs, in less than 5% of tests.",
        KIM, lambda r: _alarms(r, "bound", "dots"), settings=PLANTED,
    ),
    quiet(
        "t_test_guards",
        "The t test over random counterparts, with Bonferroni's correction, guards against "
        "concepts that mean nothing: it sounds for less than 5% of random sets.",
        SECTION, lambda r: r.alarm_rate("corrected", "random"),
    ),
    claim(
        "random_concepts_guard",
        "Holding a concept against random concepts guards better than that test: it sounds for "
        "fewer random sets.",
        PROGRAM, lambda r: r.alarm_rate("band", "random") - r.alarm_rate("corrected", "random"),
        below=0,
    ),
    quiet(
        "common_texture_is_quiet",
        "A texture found on every shape alike is not taken for a reason: for discs it stands out "
        "among random concepts in less than 5% of tests.",
        KIM, lambda r: _alarms(r, "everywhere", "stripes"), settings=PLANTED,
    ),
    claim(
        "score_follows_effect",
        "Scores follow what painting the concept in does to the probability: their rank "
        "correlation over networks, concepts and shapes is positive.",
        GOYAL, ConceptsResult.agreement, above=0, settings=PLANTED,
    ),
)  # fmt: skip

"""Concepts: does a network use what a person would call stripes? TCAV, and what keeps it honest."""

from core.challenges.interpretability.concepts.claims import CLAIMS
from core.challenges.interpretability.concepts.config import (
    ConceptsConfig,
    ConceptsResult,
    ConceptsView,
)
from core.challenges.interpretability.concepts.figures import FIGURES
from core.challenges.interpretability.concepts.run import cost, run
from core.lab.experiment import Experiment, Guess, Prompt
from core.lab.intervals import Estimate
from core.lab.wording import with_interval

ASKED = {
    "stripes_that_decide": ("bound", "stripes"),
    "dots": ("bound", "dots"),
    "stripes_everywhere": ("everywhere", "stripes"),
}
"""Concepts the headline numbers speak of, and the network that is asked."""


def metrics(result: ConceptsResult) -> dict[str, Estimate]:
    """Headline numbers: score and effect for discs, and how often nothing sounds the alarm."""
    found = {}
    for name, (arm, concept) in ASKED.items():
        found[f"score_of_{name}"] = result.asked(arm, concept)
        found[f"effect_of_{name}"] = result.effect(arm, concept).estimate
    for name, rule in (("t_test", "t_test"), ("random_concepts", "band")):
        found[f"false_alarms_by_{name}"] = result.alarm_rate(rule, "random").estimate
    found["agreement_with_effect"] = result.agreement().estimate
    return found


def finding(result: ConceptsResult) -> str:
    """Say what the score found, where it was wrong, and what the controls caught."""
    found = {name: with_interval(value) for name, value in metrics(result).items()}
    stripes, dots = list(ASKED)[:2]
    return (
        f"Where only discs are striped, the TCAV score of stripes is {found[f'score_of_{stripes}']}"
        f" and painting them in changes the probability of a disc by "
        f"{found[f'effect_of_{stripes}']}; dots, found on every shape alike, score "
        f"{found[f'score_of_{dots}']} and change it by {found[f'effect_of_{dots}']}. Random "
        f"pictures posing as a concept sound the t test in {found['false_alarms_by_t_test']} of "
        f"tests, and stand out among random concepts in "
        f"{found['false_alarms_by_random_concepts']}."
    )


EXPERIMENT = Experiment(
    title="Concepts",
    question="Does a network use what a person would call stripes, and can a score tell?",
    config=ConceptsConfig,
    view=ConceptsView,
    result=ConceptsResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    smallest=ConceptsConfig(n_train=250, epochs=1, examples=10, random_sets=5),
    claims=CLAIMS,
    varies="all pictures, concept sets and initial weights; both networks of a seed share them",
    guess=Guess(
        "A test of concepts should raise a false alarm in 5% of cases. Given random pictures that "
        "pose as a concept, how often does it?",
        lambda r: r.alarm_rate("t_test", "random"), scale=(0.0, 1.0, 0.05),
    ),
    prompts=(
        Prompt("Stripe only half the discs", {"share": 0.5}, "Stripes that do not always decide."),
        Prompt("Show textures by themselves", {"concept_shown_as": "textures"}, "Without shapes."),
        Prompt("Make do with ten pictures", {"examples": 10}, "Can so few stand for a concept?"),
    ),
)  # fmt: skip

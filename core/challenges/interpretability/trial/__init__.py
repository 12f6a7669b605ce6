"""Explanations on trial: tests that a map can fail, and what passes them without a network."""

from core.challenges.interpretability.trial.claims import CLAIMS
from core.challenges.interpretability.trial.config import (
    BRIGHTNESS,
    TrialConfig,
    TrialResult,
    TrialView,
)
from core.challenges.interpretability.trial.figures import (
    FIGURES,
    clearly_first,
    control_words,
    winners,
)
from core.challenges.interpretability.trial.run import cost, run
from core.lab.experiment import Answer, Experiment, Guess, Prompt
from core.lab.intervals import SHARE, Estimate
from core.lab.scores import per_seed
from core.lab.wording import with_interval

HEADLINES = {
    "grid_brightness": (BRIGHTNESS, "grid"),
    "grid_integrated_gradients": ("Integrated Gradients", "grid"),
    "grid_occlusion": ("Occlusion", "grid"),
    "overlap_brightness": (BRIGHTNESS, "overlap"),
    "infidelity_occlusion": ("Occlusion", "infidelity"),
    "infidelity_random": ("Random map", "infidelity"),
    "completeness_integrated_gradients": ("Integrated Gradients", "completeness"),
    "sensitivity_brightness": (BRIGHTNESS, "sensitivity"),
    "sensitivity_saliency": ("Saliency", "sensitivity"),
}
"""Method and test of the headline numbers: those that tell most."""


def metrics(result: TrialResult) -> dict[str, Estimate]:
    """Headline numbers of the tests that tell most."""
    return {
        "accuracy": per_seed(result.accuracy, SHARE).estimate,
        "agreement_of_tests": result.agreement_of_tests().estimate,
        **{name: result.score(*which).estimate for name, which in HEADLINES.items()},
    }


def finding(result: TrialResult) -> str:
    """Say whether the tests agree, and how the map without a network does."""
    table = result.standings()
    grid = result.score(BRIGHTNESS, "grid").estimate
    together = result.agreement_of_tests().estimate
    return (
        f"{len(winners(table))} of {table['method'].nunique()} maps have the best mean by at least "
        f"one of {table['criterion'].nunique()} tests; in {clearly_first(table)} the first is "
        f"clearly ahead of all others. Two tests order the methods with a mean rank correlation "
        f"of {with_interval(together)}, where 1 would be the same order. "
        f"{control_words(table)}; on four pictures in one grid it puts "
        f"{with_interval(grid)} on the one of the class, where chance is 25%."
    )


EXPERIMENT = Experiment(
    title="Explanations on trial",
    question="Which maps tell the truth about the network, and which only look good?",
    config=TrialConfig,
    view=TrialView,
    result=TrialResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    smallest=TrialConfig(n_train=250, epochs=1, pictures=4),
    claims=CLAIMS,
    guess=Guess(
        "One map is just the picture's brightness, another (Integrated Gradients) explains the "
        "network. Which lies more on the object?",
        lambda r: r.score(BRIGHTNESS, "overlap") - r.score("Integrated Gradients", "overlap"),
        (Answer("The explanation", high=0.0), Answer("Mere brightness", low=0.0)),
    ),
    prompts=(
        Prompt("Try all methods", {"methods": "all"}, "With the three slow ones."),
        Prompt("Try an untrained network", {"epochs": 0}, "Maps where nothing was learned."),
    ),
    version=2,
    varies="all pictures and initial weights; for stability one set of pictures for all seeds",
)  # fmt: skip

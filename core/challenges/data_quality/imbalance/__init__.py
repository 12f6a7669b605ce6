"""A rare class: how accuracy hides that it is missed, and what brings it back."""

from core.challenges.data_quality.imbalance.claims import CLAIMS
from core.challenges.data_quality.imbalance.config import (
    ADJUSTED,
    ARMS,
    FOCAL,
    PLAIN,
    TESTED,
    USUAL,
    ImbalanceConfig,
    ImbalanceResult,
    ImbalanceView,
)
from core.challenges.data_quality.imbalance.figures import FIGURES
from core.challenges.data_quality.imbalance.run import cost, run
from core.lab.experiment import Answer, Experiment, Guess, Prompt
from core.lab.intervals import Estimate
from core.lab.wording import with_interval
from core.metrics.verdicts import by_verdict


def metrics(result: ImbalanceResult) -> dict[str, Estimate]:
    """Headline numbers, where there is one rare example to thirty common ones."""
    arms = [arm for arm in ARMS if arm != PLAIN]
    return {
        "accuracy_plain": result.at("accuracy").estimate,
        "recall_of_the_rare_class_plain": result.at("rare recall").of_cases(TESTED),
        "balanced_accuracy_plain": result.at("balanced accuracy").estimate,
        **{f"gain_{arm.replace(' ', '_')}": result.gain(arm).estimate for arm in arms},
    }


def finding(result: ImbalanceResult) -> str:
    """Say what accuracy hides, and what two arms make of balanced accuracy."""
    accuracy = result.at("accuracy").estimate
    recall = result.at("rare recall").of_cases(TESTED)
    told = [
        by_verdict(
            result.gain(arm).estimate, differs=f"{words} changes it by {{}}",
            unclear=f"{words} does not clearly change it: {{}}",
        )
        for arm, words in ((ADJUSTED, "logit adjustment"), (FOCAL, "the focal loss"))
    ]  # fmt: skip
    return (
        f"With {USUAL} common examples for each rare one, {with_interval(accuracy)} of all answers "
        f"are right, and {with_interval(recall)} of the rare class is found. Balanced accuracy is "
        f"{with_interval(result.at('balanced accuracy').estimate)}; {told[0]}, {told[1]}."
    )


EXPERIMENT = Experiment(
    title="A rare class",
    question="Why does a network with high accuracy miss what is rare?",
    config=ImbalanceConfig,
    view=ImbalanceView,
    result=ImbalanceResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    smallest=ImbalanceConfig(repetitions=5, n_train=500, width=8, steps=150),
    claims=CLAIMS,
    varies="training examples, which of them are rare, initial weights, order of examples, and the "
    "test examples",
    guess=Guess(
        question="One example in 31 is of the rare class, and the network gives 97 of 100 new "
        "examples or more the right class. How much of the rare class does it find?",
        measure=lambda result: result.at("rare recall"),
        answers=(
            Answer("More than 90%", low=0.9),
            Answer("75% to 90%", low=0.75, high=0.9),
            Answer("50% to 75%", low=0.5, high=0.75),
            Answer("Less than half", high=0.5),
        ),
    ),
    prompts=(
        Prompt("Starve the rare class", {"n_train": 500},
               "Sixteen rare examples at 30 to 1, five at 100 to 1: what can be learned?"),
        Prompt("Rescue it with data", {"n_train": 4000}, "Four times the examples, as rare."),
        Prompt("Stop it early", {"steps": 150}, "A quarter of the training: who depends on it?"),
    ),
)  # fmt: skip

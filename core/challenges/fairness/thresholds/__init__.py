"""Thresholds: one per group, all definitions at once, and why they cannot all be had."""

from core.challenges.fairness.gap_words import against_a, gap_left
from core.challenges.fairness.thresholds.claims import CLAIMS
from core.challenges.fairness.thresholds.config import (
    ThresholdsConfig,
    ThresholdsResult,
    ThresholdsView,
)
from core.challenges.fairness.thresholds.figures import FIGURES
from core.challenges.fairness.thresholds.run import TRAINING, cost
from core.lab.experiment import Answer, Experiment, Guess, Prompt
from core.lab.intervals import SHARE, Estimate, t_interval
from core.lab.wording import with_interval


def metrics(result: ThresholdsResult) -> dict[str, Estimate]:
    """Headline numbers at one threshold of 0.5 for both groups."""
    names = ("selection_rate", "true_positive_rate", "false_positive_rate", "precision")
    gaps = {f"{name}_gap": result.gaps()[name].defined for name in names}
    return {**gaps, "calibration_error": t_interval(result.calibration.mean(axis=1), SHARE)}


def finding(result: ThresholdsResult) -> str:
    """Say what one threshold for both groups does, and what equalising costs elsewhere."""
    found = metrics(result)
    tpr = against_a(found["true_positive_rate_gap"])
    fpr = against_a(found["false_positive_rate_gap"], again=True)
    left = gap_left(result.gaps("equal true positive rates")["precision"].defined)
    other = gap_left(result.gaps("equal precision")["false_positive_rate"].defined)
    return (
        f"One threshold of 0.5 for both groups, on scores that are off by "
        f"{with_interval(found['calibration_error'])} on average: the true positive rate of group "
        f"B {tpr}, its false positive rate {fpr}. Bringing true positive rates together leaves "
        f"{left} in precision; bringing precisions together leaves {other} in false positive rates."
    )


EXPERIMENT = Experiment(
    title="Thresholds",
    question="Can the same score be fair in every sense at once?",
    config=ThresholdsConfig,
    view=ThresholdsView,
    result=ThresholdsResult,
    run=TRAINING.run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    smallest=ThresholdsConfig(repetitions=5, n_train=500),
    claims=CLAIMS,
    varies="applicants for training and validation, initial weights and order; the counts of "
    "COMPAS are the same for all",
    guess=Guess(
        "A score means the same in two groups, and one threshold holds for all. Of those who "
        "would repay, who gets the loan more often?",
        lambda r: r.gaps()["true_positive_rate"].defined,
        (Answer("Group A, of which more repay", high=-0.02), Answer("Both alike", -0.02, 0.02),
         Answer("Group B, of which fewer repay", low=0.02)),
    ),
    prompts=(
        Prompt("Give both one base rate", {"base_rate_a": 0.4, "base_rate_b": 0.4}, "Fair now?"),
        Prompt("Know nearly everything", {"signal": 5.0}, "Nearly never wrong: what gap is left?"),
        Prompt("Know next to nothing", {"signal": 0.5}, "The papers tell little: what do gaps do?"),
    ),
)  # fmt: skip

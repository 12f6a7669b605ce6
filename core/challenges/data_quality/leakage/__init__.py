"""Leakage: three ways in which a test knows too much, and how each is noticed."""

from core.challenges.data_quality.leakage.claims import CLAIMS
from core.challenges.data_quality.leakage.config import (
    CLEAN,
    DUPLICATES,
    FRESH,
    SELECTION,
    TARGET,
    TEST,
    USUAL,
    LeakageConfig,
    LeakageResult,
    LeakageView,
)
from core.challenges.data_quality.leakage.figures import FIGURES
from core.challenges.data_quality.leakage.run import cost, run
from core.lab.experiment import Experiment, Guess, Prompt
from core.lab.intervals import Estimate
from core.lab.wording import with_interval


def metrics(result: LeakageResult) -> dict[str, Estimate]:
    """Headline numbers: both scores of each leak, at the amounts fixed in advance."""
    return {
        "test_score_with_copies": result.share(DUPLICATES, TEST),
        "fresh_score_with_copies": result.share(DUPLICATES, FRESH),
        "test_score_with_leaking_column": result.share(TARGET, TEST),
        "score_in_use_with_leaking_column": result.share(TARGET, FRESH),
        "noise_score_selected_first": result.share(SELECTION, TEST),
        "noise_score_on_fresh_rows": result.share(SELECTION, FRESH),
        "noise_score_selected_in_folds": result.share(SELECTION, CLEAN),
        "copies_noticed": result.raised(DUPLICATES, USUAL[DUPLICATES]),
    }


def finding(result: LeakageResult) -> str:
    """Put both scores of each leak side by side."""
    told = {name: with_interval(value) for name, value in metrics(result).items()}
    return (
        f"With {USUAL[DUPLICATES]} of the test set copied from the training set the network scores "
        f"{told['test_score_with_copies']}, on fresh data {told['fresh_score_with_copies']}. "
        "With a column written after the outcome it scores "
        f"{told['test_score_with_leaking_column']}, in use "
        f"{told['score_in_use_with_leaking_column']}. On pure noise, columns selected before the "
        f"cross-validation give {told['noise_score_selected_first']}, selected inside it "
        f"{told['noise_score_selected_in_folds']}."
    )


EXPERIMENT = Experiment(
    title="Leakage",
    question="When does a test score say too much?",
    config=LeakageConfig,
    view=LeakageView,
    result=LeakageResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    smallest=LeakageConfig(repetitions=5, n_train=200, n_patients=50, selected=5),
    claims=CLAIMS,
    varies="training examples and copies, the split of the cells (of the same 569 samples, so that "
    "tests overlap), the column's noise, the noise tables, initial weights; the 1,000 test signals "
    "are the same for all",
    guess=Guess(
        question="A table of 100 rows and 2,000 columns of pure noise; the classes are a coin's. "
        "The 20 best columns are selected, then a model is cross-validated on them. What accuracy "
        "does that report?",
        measure=lambda result: result.at(SELECTION, TEST),
        scale=(0.4, 1.0, 0.05),
    ),
    prompts=(
        Prompt("Give it nothing to learn", {"random_labels": True},
               "Shuffled labels: all that a test set of copies can show is memory."),
        Prompt("Blur the copies", {"copy_noise": 0.2},
               "Are copies that are less exact still an advantage, and are they still noticed?"),
        Prompt("Gather more rows", {"n_patients": 400},
               "Four times the rows of the noise table: how much of the illusion is left?"),
    ),
)  # fmt: skip

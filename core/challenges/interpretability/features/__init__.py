"""Features of a table: what explanations say of columns, against answers that are known."""

from core.challenges.interpretability.features.claims import CLAIMS
from core.challenges.interpretability.features.config import (
    CORRELATIONS,
    EXACT,
    KNOWN,
    MODELS,
    PERMUTATION,
    SAME_CLASS,
    STEERED_BY,
    FeaturesConfig,
    FeaturesResult,
    FeaturesView,
)
from core.challenges.interpretability.features.figures import FIGURES, tiny
from core.challenges.interpretability.features.run import cost, run
from core.lab.experiment import Experiment, Guess, Prompt
from core.lab.intervals import SHARE, Estimate
from core.lab.scores import per_seed
from core.lab.wording import number, with_interval


def metrics(result: FeaturesResult) -> dict[str, Estimate]:
    """Headline numbers of each of the questions."""
    found = {
        "same_class_cells": result.agreed("cells", SAME_CLASS),
        "same_top_column_cells": result.agreed("cells", STEERED_BY),
        "same_top_column_network": result.agreed("network", STEERED_BY),
    }
    for name, method in (("permutation", PERMUTATION), ("integrated_gradients", STEERED_BY)):
        found[f"copy_by_{name}"] = result.share_of_the_copy(method, CORRELATIONS[-1])
    for name, method in (("lime", "LIME"), ("gradient_shap", "GradientSHAP")):
        found[f"error_of_{name}"] = result.error("linear", method)
    found["largest_error_of_the_exact"] = result.worst_of_the_exact()
    for model in KNOWN:
        found[f"rank_by_permutation_{model}"] = result.rank(model, PERMUTATION)
        found[f"rank_by_integrated_gradients_{model}"] = result.rank(model, STEERED_BY)
    for model in sorted(MODELS):
        found[f"accuracy_{model}"] = per_seed(result.accuracy, SHARE, model=model)
    return {name: numbers.estimate for name, numbers in found.items()}


def finding(result: FeaturesResult) -> str:
    """Say how exact the exact methods are, and what another seed changes."""
    exact, lime = result.worst_of_the_exact(), result.error("linear", "LIME")
    same, top = (result.agreed("cells", name).estimate for name in (SAME_CLASS, STEERED_BY))
    return (
        f"On a linear model, {len(EXACT)} methods are off by {tiny(exact.values.max())} of the "
        f"exact answer, LIME by {number(lime.mean, SHARE)}. Networks of other seeds give the same "
        f"class to {with_interval(same)} of the cell samples and name the same most important "
        f"column for {with_interval(top)}."
    )


EXPERIMENT = Experiment(
    title="Features",
    question="Which columns does a model use, and does an explanation know?",
    config=FeaturesConfig,
    view=FeaturesView,
    result=FeaturesResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    smallest=FeaturesConfig(rows=100, steps=100, width=8, explained=8),
    claims=CLAIMS,
    varies="rows drawn, split of the cell nuclei (one table for all seeds) and initial weights",
    guess=Guess(
        "Two networks differ in the seed of their training alone and nearly always agree. For how "
        "many cell samples do they name the same most important column?",
        lambda r: r.agreed("cells", STEERED_BY), scale=(0.0, 1.0, 0.05),
    ),
    prompts=(
        Prompt("Add nearly a copy", {"correlation": 0.99}, "Of two alike, which gets the credit?"),
        Prompt("Learn from 100 rows", {"rows": 100}, "So few that models learn noise, too."),
    ),
)  # fmt: skip

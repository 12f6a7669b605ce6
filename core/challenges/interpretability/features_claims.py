"""What the literature says about explaining tables, and where our result says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.challenges.interpretability.features_data import NOISE, PAIR, TRUTH
from core.challenges.interpretability.features_study import (
    CORRELATIONS,
    PERMUTATION,
    SAME_CLASS,
    STEERED_BY,
)
from core.lab.claims import Claim
from core.lab.intervals import POINTS, SHARE, paired_difference, t_interval
from core.metrics.attribution import rank_correlation

if TYPE_CHECKING:
    from core.challenges.interpretability.features import FeaturesResult

EXACT = (
    "Input x Gradient", "Integrated Gradients", "DeepLift", "Feature Ablation",
    "Shapley sampling", "KernelSHAP",
)  # fmt: skip
"""Methods that must explain a linear model exactly, whatever they draw."""


def error(result: FeaturesResult, model: str, method: str) -> np.ndarray:
    """Relative error of one method on one model, one number a seed."""
    rows = result.errors
    return rows[(rows["model"] == model) & (rows["method"] == method)]["value"].to_numpy()


def worst_of_the_exact(result: FeaturesResult) -> np.ndarray:
    """Largest error of the exact methods on the linear model, one number a seed."""
    return np.max([error(result, "linear", method) for method in EXACT], axis=0)


def importance(result: FeaturesResult, model: str, method: str) -> np.ndarray:
    """Shares of one model's columns by one method, `(seeds, columns)`."""
    rows = result.importance
    rows = rows[(rows["model"] == model) & (rows["method"] == method)]
    return rows["value"].to_numpy().reshape(-1, len(TRUTH))


def rank(result: FeaturesResult, model: str, method: str) -> np.ndarray:
    """Rank correlation with what the columns truly do, one number a seed."""
    found = importance(result, model, method)
    return rank_correlation(found, np.broadcast_to(TRUTH, found.shape))


def share_at(
    result: FeaturesResult, method: str, correlation: float, feature: str = "copy of strong"
) -> np.ndarray:
    """Share of one column at one correlation of the copy, one number a seed."""
    rows = result.correlated
    chosen = (rows["method"] == method) & (rows["correlation"] == correlation)
    return rows[chosen & (rows["feature"] == feature)]["value"].to_numpy()


def agreed(result: FeaturesResult, model: str, method: str, measure: str = "top") -> np.ndarray:
    """Agreement of models that differ in the seed only, one number a seed."""
    rows = result.agreement
    chosen = (rows["model"] == model) & (rows["method"] == method)
    return rows[chosen & (rows["measure"] == measure)]["value"].to_numpy()


def _pair(result: FeaturesResult, model: str) -> np.ndarray:
    return importance(result, model, STEERED_BY)[:, PAIR].sum(1)


CLAIMS: tuple[Claim[FeaturesResult], ...] = (
    Claim(
        name="exact_on_a_linear_model",
        sentence="A linear model has an exact explanation, weight times value, and Integrated "
        "Gradients, DeepLift, ablation, Shapley sampling and KernelSHAP all give it.",
        source="Lundberg & Lee 2017, Corollary 1 (Linear SHAP)",
        published="an identity: error 0",
        measure=lambda r: t_interval(worst_of_the_exact(r)),
        direction="below",
        threshold=0.001,
    ),
    Claim(
        name="lime_is_near_not_exact",
        sentence="LIME, whose weights and penalty are rules of thumb, misses the exact "
        "explanation of a linear model.",
        source="Lundberg & Lee 2017, Section 4.1",
        published="no number",
        measure=lambda r: t_interval(error(r, "linear", "LIME")),
        direction="above",
        threshold=0.01,
    ),
    Claim(
        name="about_the_model",
        sentence="An explanation tells what a model uses, not what matters: the linear model "
        "cannot use the interaction, and its exact explanation gives the pair less than the "
        "network's.",
        source="Fisher, Rudin & Dominici 2019, All Models are Wrong, but Many are Useful",
        published="no number for this setting",
        measure=lambda r: paired_difference(_pair(r, "linear"), _pair(r, "network"), POINTS),
        direction="below",
        threshold=0.0,
    ),
    Claim(
        name="an_unused_copy_is_credited",
        sentence="A column that means nothing by itself gains importance by being correlated "
        "with one that does: more at a correlation of 0.99 than at 0.",
        source="Strobl et al. 2008, Conditional Variable Importance for Random Forests",
        published="no number for networks",
        measure=lambda r: paired_difference(
            share_at(r, PERMUTATION, CORRELATIONS[-1]), share_at(r, PERMUTATION, 0.0), POINTS
        ),
        direction="above",
        threshold=0.0,
    ),
    Claim(
        name="noise_gets_nothing",
        sentence="Shuffling a column of pure noise does next to nothing: less than 2% of the "
        "importance of all columns goes to each.",
        source="Breiman 2001, Random Forests",
        published="no number for networks",
        measure=lambda r: t_interval(
            np.abs(importance(r, "network", PERMUTATION)[:, NOISE]).mean(1), SHARE
        ),
        direction="below",
        threshold=0.02,
        settings={"rows": 500, "noise": 0.5},
    ),
    Claim(
        name="same_answers_other_reasons",
        sentence="Networks that differ in the seed only give nearly the same answers for "
        "different reasons: they agree less on the column that matters most than on the class.",
        source="D'Amour et al. 2022, Underspecification Presents Challenges for Credibility in "
        "Modern Machine Learning",
        published="no number for this setting",
        measure=lambda r: paired_difference(
            agreed(r, "cells", STEERED_BY), agreed(r, "cells", SAME_CLASS), POINTS
        ),
        direction="below",
        threshold=0.0,
    ),
)

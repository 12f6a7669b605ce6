"""What the literature says about explaining tables, and where our result says it."""

from __future__ import annotations

from core.challenges.interpretability.features.config import (
    CORRELATIONS,
    PERMUTATION,
    SAME_CLASS,
    STEERED_BY,
    FeaturesResult,
)
from core.data.known_importance import NOISE, PAIR
from core.lab.claims import Claim, claim
from core.lab.scores import PerSeed

LINEAR_SHAP = "Lundberg & Lee 2017, Corollary 1 (Linear SHAP)", "an identity: error 0"
LIME = "Lundberg & Lee 2017, Section 4.1", "no number"
FISHER = (
    "Fisher, Rudin & Dominici 2019, All Models are Wrong, but Many are Useful",
    "no number for this setting",
)
NETWORKS = "no number for networks"
STROBL = "Strobl et al. 2008, Conditional Variable Importance for Random Forests", NETWORKS
BREIMAN = "Breiman 2001, Random Forests", NETWORKS
DAMOUR = (
    "D'Amour et al. 2022, Underspecification Presents Challenges for Credibility in "
    "Modern Machine Learning",
    "no number for this setting",
)


def _pair(result: FeaturesResult, model: str) -> PerSeed:
    first, second = (result.share(model, STEERED_BY, feature) for feature in PAIR)
    return first + second


def _noise(result: FeaturesResult) -> PerSeed:
    first, second = (abs(result.share("network", PERMUTATION, feature)) for feature in NOISE)
    return (first + second) / 2


CLAIMS: tuple[Claim[FeaturesResult], ...] = (
    claim(
        "exact_on_a_linear_model",
        "A linear model has an exact explanation, weight times value, and Integrated "
        "Gradients, DeepLift, ablation, Shapley sampling and KernelSHAP all give it.",
        LINEAR_SHAP, FeaturesResult.worst_of_the_exact, below=0.001,
    ),
    claim(
        "lime_is_near_not_exact",
        "LIME, whose weights and penalty are rules of thumb, misses the exact "
        "explanation of a linear model.",
        LIME, lambda r: r.error("linear", "LIME"), above=0.01,
    ),
    claim(
        "about_the_model",
        "An explanation tells what a model uses, not what matters: the linear model "
        "cannot use the interaction, and its exact explanation gives the pair less than the "
        "network's.",
        FISHER, lambda r: _pair(r, "linear") - _pair(r, "network"), below=0,
    ),
    claim(
        "an_unused_copy_is_credited",
        "A column that means nothing by itself gains importance by being correlated "
        "with one that does: more at a correlation of 0.99 than at 0.",
        STROBL,
        lambda r: r.share_of_the_copy(PERMUTATION, CORRELATIONS[-1])
        - r.share_of_the_copy(PERMUTATION, 0.0),
        above=0,
    ),
    claim(
        "noise_gets_nothing",
        "Shuffling a column of pure noise does next to nothing: less than 2% of the "
        "importance of all columns goes to each.",
        BREIMAN, _noise, below=0.02, settings={"rows": 500, "noise": 0.5},
    ),
    claim(
        "same_answers_other_reasons",
        "Networks that differ in the seed only give nearly the same answers for "
        "different reasons: they agree less on the column that matters most than on the class.",
        DAMOUR, lambda r: r.agreed("cells", STEERED_BY) - r.agreed("cells", SAME_CLASS), below=0,
    ),
)  # fmt: skip

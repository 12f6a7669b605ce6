"""What the literature says about explaining tables, and where our result says it."""

from __future__ import annotations

from core.challenges.interpretability.features.config import (
    CORRELATIONS,
    PERMUTATION,
    SAME_CLASS,
    STEERED_BY,
    FeaturesResult,
)
from core.data.known_importance import FEATURES, NOISE, PAIR, TRUTH
from core.lab.claims import Claim, claim
from core.lab.scores import PerSeed

LINEAR_SHAP = "Lundberg & Lee 2017, Corollary 1 (Linear SHAP)", "an identity: error 0"
LIME = "Lundberg & Lee 2017, Section 4.1", "no number"
FISHER = (
    "Fisher, Rudin & Dominici 2019, All Models are Wrong, but Many are Useful, abstract",
    "no number for this setting",
)
NETWORKS = "no number for networks"
WEAKEST = min((worth, name) for worth, name in zip(TRUTH, FEATURES, strict=True) if worth > 0)[1]
STROBL = (
    "Strobl et al. 2008, Conditional Variable Importance for Random Forests, abstract", NETWORKS,
)  # fmt: skip
BREIMAN = "Breiman 2001, Random Forests", NETWORKS
DAMOUR = (
    "D'Amour et al. 2022, Underspecification Presents Challenges for Credibility in "
    "Modern Machine Learning, abstract",
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
        reason="numbers of 32 bits round: 0.1% of the answer is room for that and no more",
    ),
    claim(
        "lime_is_near_not_exact",
        "LIME, whose weights and penalty are rules of thumb, misses the exact explanation of a "
        "linear model by more than any method that should be exact.",
        LIME, lambda r: r.error("linear", "LIME") - r.worst_of_the_exact(), above=0,
    ),
    claim(
        "about_the_model",
        "An explanation tells what a model uses, not what matters: the linear model "
        "cannot use the interaction, and its exact explanation gives the pair less than the "
        "network's.",
        FISHER, lambda r: _pair(r, "linear") - _pair(r, "network"), below=0, read=True,
    ),
    claim(
        "an_unused_copy_is_credited",
        "A column that means nothing by itself gains importance by being correlated "
        "with one that does: more at a correlation of 0.99 than at 0.",
        STROBL,
        lambda r: r.share_of_the_copy(PERMUTATION, CORRELATIONS[-1])
        - r.share_of_the_copy(PERMUTATION, 0.0),
        above=0, read=True,
    ),
    claim(
        "noise_gets_nothing",
        "Shuffling a column of pure noise does less than shuffling the weakest column that the "
        "class depends on.",
        BREIMAN, lambda r: _noise(r) - r.share("network", PERMUTATION, WEAKEST), below=0,
    ),
    claim(
        "same_answers_other_reasons",
        "Networks that differ in the seed only give nearly the same answers for "
        "different reasons: they agree less on the column that matters most than on the class.",
        DAMOUR, lambda r: r.agreed("cells", STEERED_BY) - r.agreed("cells", SAME_CLASS), below=0,
        read=True,
    ),
)  # fmt: skip

"""What the literature says about double descent, and how a result speaks to it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from core.challenges.overfitting.double_descent.config import NARROW, DoubleDescentResult
from core.lab.claims import Claim, claim
from core.lab.intervals import Estimate
from core.lab.scores import PerSeed
from core.lab.settings import Value
from core.metrics.families import one_of

RIDGE, DECAY = 0.001, 0.03
"""Strengths that the claims speak about: for random features, and for networks."""
NETWORK_DATA = 300, 600
"""Training examples at which the networks of one width are compared."""
BELKIN = "Belkin et al. 2019, Figure 2"
NAKKIRAN_WIDTH, NAKKIRAN_DATA = "Nakkiran et al. 2020, section 5", "Nakkiran et al. 2020, section 7"
RIDGE_PAPER = "Nakkiran et al. 2021, abstract"
MITIGATES = "in words: tuned, it can mitigate double descent, proven for some linear models"
A_CURVE = "no number, a curve"
FEATURES: Mapping[str, Value] = {"model": "random_features"}
NOISY_NETWORK: Mapping[str, Value] = {
    "model": "network", "n_train": 800, "label_noise": 0.2, "ridge": DECAY, "steps": 8000
}  # fmt: skip
CLEAN_NETWORK: Mapping[str, Value] = {**NOISY_NETWORK, "label_noise": 0.0, "ridge": 0.0}


def _strength(result: DoubleDescentResult) -> float:
    return RIDGE if result.model == "random_features" else DECAY


def _rise(result: DoubleDescentResult, ridge: float = 0.0) -> PerSeed:
    """Error at the peak minus that in the first valley."""
    narrow, critical, _ = result.landmarks
    return result.at(critical, ridge=ridge) - result.at(narrow, ridge=ridge)


def _second_descent(result: DoubleDescentResult) -> Estimate:
    """Widest against the best of the widths below the threshold, picked out of them by its mean."""
    _, critical, widest = result.landmarks
    tried = result.scores["size"][result.scores.sweep == "width"].unique()
    below = [result.at(int(width)) for width in tried if width < critical]
    lead = result.at(widest) - min(below, key=lambda errors: errors.mean)
    return one_of(lead.estimate, len(below))


def _norm_ratio(result: DoubleDescentResult) -> PerSeed:
    _, critical, widest = result.landmarks
    top, wide = (result.at(w, split="weights", metric="norm") for w in (critical, widest))
    return (top / wide).map(np.log10, "powers of ten")


def _more_data(result: DoubleDescentResult) -> PerSeed:
    few, many = NETWORK_DATA
    if result.model == "random_features":
        few, many = round(NARROW * result.fixed_width), result.fixed_width
    return result.at(many, sweep="examples") - result.at(few, sweep="examples")


def _ridge_gain(result: DoubleDescentResult) -> PerSeed:
    critical = result.landmarks[1]
    return result.at(critical, ridge=_strength(result)) - result.at(critical)


CLAIMS: tuple[Claim[DoubleDescentResult], ...] = (
    claim(
        "peak_at_the_threshold",
        "The error on new examples peaks where there are as many random features as training "
        "examples: it is higher there than with 0.4 times as many.",
        (BELKIN, "peak at 10,000 features for 10,000 examples (MNIST)"),
        _rise, above=0, settings=FEATURES,
    ),
    claim(
        "second_descent_goes_lower",
        "Far more features than examples beat every smaller number: the second descent ends below "
        "the best of the widths before the peak (true labels).",
        (BELKIN, A_CURVE), _second_descent, below=0, settings={**FEATURES, "label_noise": 0.0},
    ),
    claim(
        "second_descent_with_wrong_labels",
        "With 20% wrong labels, too, the second descent of random features ends below the best of "
        "the widths before the peak.",
        BELKIN, _second_descent, below=0, settings={**FEATURES, "label_noise": 0.2},
    ),
    claim(
        "weights_longest_at_the_threshold",
        "The weights of the minimum-norm solution are longer at the peak than in the widest model.",
        (BELKIN, A_CURVE), _norm_ratio, above=0, settings=FEATURES,
    ),
    claim(
        "more_data_hurts",
        "More data can hurt: with a fixed number of random features, as many examples as features "
        "are worse than 0.4 times as many.",
        NAKKIRAN_DATA, _more_data, above=0, settings=FEATURES,
    ),
    claim(
        "ridge_lowers_the_peak",
        "A ridge of the right strength (0.001) lowers the error at the peak.",
        (RIDGE_PAPER, MITIGATES), _ridge_gain, below=0, settings=FEATURES, read=True,
    ),
    claim(
        "ridge_makes_wider_better",
        "With that ridge the curve no longer turns up: as many features as examples are better "
        "than 0.4 times as many.",
        (RIDGE_PAPER, MITIGATES),
        lambda r: _rise(r, _strength(r)), below=0, settings=FEATURES, read=True,
    ),
    claim(
        "network_peak_with_wrong_labels",
        "A trained network shows the peak when labels are wrong: with 20% wrong labels 24 hidden "
        "units are worse than 8.",
        NAKKIRAN_WIDTH, _rise, above=0, settings=NOISY_NETWORK,
    ),
    claim(
        "network_descends_again",
        "Past the peak the network's error falls again: 128 hidden units are better than 24 (20% "
        "wrong labels).",
        NAKKIRAN_WIDTH, lambda r: r.at(r.landmarks[2]) - r.at(r.landmarks[1]),
        below=0, settings=NOISY_NETWORK,
    ),
    claim(
        "network_no_peak_with_true_labels",
        "Without wrong labels the network shows no peak: 24 hidden units are no worse than 8, but "
        "better.",
        (NAKKIRAN_WIDTH, "the peak is stronger with wrong labels"),
        _rise, below=0, settings=CLEAN_NETWORK,
    ),
    claim(
        "network_more_data_hurts",
        "More data hurt a network, too: 16 hidden units are worse with 600 examples than with 300 "
        "(20% wrong labels).",
        NAKKIRAN_DATA, _more_data, above=0, settings=NOISY_NETWORK,
    ),
    claim(
        "weight_decay_lowers_the_network_peak",
        "Weight decay of the right strength (ridge 0.03) lowers the network's error at the peak, "
        "24 hidden units.",
        (RIDGE_PAPER, MITIGATES), _ridge_gain, below=0, settings=NOISY_NETWORK, read=True,
    ),
    claim(
        "weight_decay_removes_the_network_peak",
        "With weight decay (ridge 0.03) the network's peak is gone: 24 hidden units are no worse "
        "than 8, but better.",
        (RIDGE_PAPER, MITIGATES), lambda r: _rise(r, _strength(r)), below=0,
        settings=NOISY_NETWORK, read=True,
    ),
)  # fmt: skip

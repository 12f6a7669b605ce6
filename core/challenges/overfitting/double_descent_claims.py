"""What the literature says about double descent, and how a result speaks to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from core.challenges.overfitting.double_descent_reading import errors, landmarks
from core.lab.claims import Claim
from core.lab.intervals import POINTS, Estimate, paired_difference, t_interval
from core.lab.settings import Value

if TYPE_CHECKING:
    from core.challenges.overfitting.double_descent import DoubleDescentResult

NETWORK_EXAMPLES = (300, 600)
"""Training examples at which the networks of one width are compared."""
RIDGE, DECAY = 0.001, 0.03
"""Strengths that the claims speak about: for random features, and for networks."""
BELKIN = "Belkin et al. 2019, Figure 2"
NAKKIRAN = "Nakkiran et al. 2020"
RIDGE_PAPER = "Nakkiran et al. 2021"
FEATURES: Mapping[str, Value] = {"model": "random_features"}
NOISY_FEATURES: Mapping[str, Value] = {**FEATURES, "label_noise": 0.2}
CLEAN_FEATURES: Mapping[str, Value] = {**FEATURES, "label_noise": 0.0}
NOISY_NETWORK: Mapping[str, Value] = {
    "model": "network", "n_train": 800, "label_noise": 0.2, "ridge": DECAY, "steps": 8000
}  # fmt: skip
CLEAN_NETWORK: Mapping[str, Value] = {**NOISY_NETWORK, "label_noise": 0.0, "ridge": 0.0}


def _change(
    result: DoubleDescentResult, to: int, start: int, *, ridge: float = 0.0, sweep: str = "width"
) -> Estimate | None:
    values = errors(result, to, ridge=ridge, sweep=sweep)
    before = errors(result, start, ridge=ridge, sweep=sweep)
    both = len(values) and len(values) == len(before)
    return paired_difference(values, before, POINTS) if both else None


def _features(result: DoubleDescentResult) -> bool:
    return result.model == "random_features"


def _peak(result: DoubleDescentResult) -> Estimate | None:
    narrow, critical, _ = landmarks(result)
    return _change(result, critical, narrow)


def _past_the_peak(result: DoubleDescentResult) -> Estimate | None:
    _, critical, widest = landmarks(result)
    return _change(result, widest, critical)


def _second_descent(result: DoubleDescentResult) -> Estimate | None:
    """Widest against the best of the widths below the threshold: the first valley's best."""
    _, critical, widest = landmarks(result)
    s = result.scores
    tried = s[s.sweep == "width"]["size"].unique()
    means = {int(w): float(errors(result, int(w)).mean()) for w in tried if w < critical}
    return _change(result, widest, min(means, key=lambda w: means[w])) if means else None


def _norm_ratio(result: DoubleDescentResult) -> Estimate | None:
    if not _features(result):
        return None
    _, critical, widest = landmarks(result)
    top, wide = (errors(result, w, split="weights", metric="norm") for w in (critical, widest))
    return t_interval(np.log10(top / wide), "powers of ten")


def _more_data(result: DoubleDescentResult) -> Estimate | None:
    few, many = NETWORK_EXAMPLES
    if _features(result):
        few, many = round(0.4 * result.fixed_width), result.fixed_width
    return _change(result, many, few, sweep="examples")


def _ridge_gain(result: DoubleDescentResult) -> Estimate | None:
    critical = landmarks(result)[1]
    ridged = errors(result, critical, ridge=RIDGE if _features(result) else DECAY)
    plain = errors(result, critical)
    return paired_difference(ridged, plain, POINTS) if len(ridged) else None


def _ridge_slope(result: DoubleDescentResult) -> Estimate | None:
    narrow, critical, _ = landmarks(result)
    return _change(result, critical, narrow, ridge=RIDGE if _features(result) else DECAY)


CLAIMS = (
    Claim(
        name="peak_at_the_threshold",
        sentence="The error on new examples peaks where there are as many random features as "
        "training examples: it is higher there than with 0.4 times as many.",
        source=BELKIN,
        published="peak at 10,000 features for 10,000 examples (MNIST)",
        measure=_peak,
        direction="above",
        threshold=0.0,
        settings=FEATURES,
    ),
    Claim(
        name="second_descent_goes_lower",
        sentence="Far more features than examples beat every smaller number: the second descent "
        "ends below the best of the widths before the peak (true labels).",
        source=BELKIN,
        published="no number, a curve",
        measure=_second_descent,
        direction="below",
        threshold=0.0,
        settings=CLEAN_FEATURES,
    ),
    Claim(
        name="second_descent_with_wrong_labels",
        sentence="With 20% wrong labels, too, the second descent of random features ends below "
        "the best of the widths before the peak.",
        source=BELKIN,
        published="",
        measure=_second_descent,
        direction="below",
        threshold=0.0,
        settings=NOISY_FEATURES,
    ),
    Claim(
        name="weights_longest_at_the_threshold",
        sentence="The weights of the minimum-norm solution are longer at the peak than in "
        "the widest model.",
        source=BELKIN,
        published="no number, a curve",
        measure=_norm_ratio,
        direction="above",
        threshold=0.0,
        settings=FEATURES,
    ),
    Claim(
        name="more_data_hurts",
        sentence="More data can hurt: with a fixed number of random features, as many examples as "
        "features are worse than 0.4 times as many.",
        source=f"{NAKKIRAN}, section 7",
        published="",
        measure=_more_data,
        direction="above",
        threshold=0.0,
        settings=FEATURES,
    ),
    Claim(
        name="ridge_lowers_the_peak",
        sentence="A ridge of the right strength (0.001) lowers the error at the peak.",
        source=RIDGE_PAPER,
        published="no number, curves",
        measure=_ridge_gain,
        direction="below",
        threshold=0.0,
        settings=FEATURES,
    ),
    Claim(
        name="ridge_makes_wider_better",
        sentence="With that ridge the curve no longer turns up: as many features as examples are "
        "better than 0.4 times as many.",
        source=RIDGE_PAPER,
        published="test error falls with size when the ridge is tuned",
        measure=_ridge_slope,
        direction="below",
        threshold=0.0,
        settings=FEATURES,
    ),
    Claim(
        name="network_peak_with_wrong_labels",
        sentence="A trained network shows the peak when labels are wrong: with 20% wrong labels "
        "24 hidden units are worse than 8.",
        source=f"{NAKKIRAN}, section 5",
        published="",
        measure=_peak,
        direction="above",
        threshold=0.0,
        settings=NOISY_NETWORK,
    ),
    Claim(
        name="network_descends_again",
        sentence="Past the peak the network's error falls again: 128 hidden units are better "
        "than 24 (20% wrong labels).",
        source=f"{NAKKIRAN}, section 5",
        published="",
        measure=_past_the_peak,
        direction="below",
        threshold=0.0,
        settings=NOISY_NETWORK,
    ),
    Claim(
        name="network_no_peak_with_true_labels",
        sentence="Without wrong labels the network shows no peak: 24 hidden units are no worse "
        "than 8, but better.",
        source=f"{NAKKIRAN}, section 5",
        published="the peak is stronger with wrong labels",
        measure=_peak,
        direction="below",
        threshold=0.0,
        settings=CLEAN_NETWORK,
    ),
    Claim(
        name="network_more_data_hurts",
        sentence="More data hurt a network, too: 16 hidden units are worse with 600 examples "
        "than with 300 (20% wrong labels).",
        source=f"{NAKKIRAN}, section 7",
        published="",
        measure=_more_data,
        direction="above",
        threshold=0.0,
        settings=NOISY_NETWORK,
    ),
    Claim(
        name="weight_decay_lowers_the_network_peak",
        sentence="Weight decay of the right strength (ridge 0.03) lowers the network's error at "
        "the peak, 24 hidden units.",
        source=RIDGE_PAPER,
        published="",
        measure=_ridge_gain,
        direction="below",
        threshold=0.0,
        settings=NOISY_NETWORK,
    ),
    Claim(
        name="weight_decay_removes_the_network_peak",
        sentence="With weight decay (ridge 0.03) the network's peak is gone: 24 hidden units are "
        "no worse than 8, but better.",
        source=RIDGE_PAPER,
        published="",
        measure=_ridge_slope,
        direction="below",
        threshold=0.0,
        settings=NOISY_NETWORK,
    ),
)

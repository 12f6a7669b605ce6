"""What the literature says about capacity, and where our result says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.lab.experiment import Claim
from core.lab.intervals import paired_difference
from core.lab.wording import POINTS

if TYPE_CHECKING:
    from core.challenges.overfitting.capacity import CapacityResult

MIDDLE = 8
"""The width that the claims hold against the narrowest and the widest, fixed in advance."""


def accuracy(result: CapacityResult, size: int, split: str, sweep: str = "width") -> np.ndarray:
    """Accuracy of one size on one split, one number a seed."""
    s = result.scores
    rows = s[(s.sweep == sweep) & (s["size"] == size) & (s.split == split)]
    return rows[rows.metric == "accuracy"]["value"].to_numpy()


def gap(result: CapacityResult, width: int) -> np.ndarray:
    """Generalization gap: training minus validation accuracy, one number a seed."""
    return accuracy(result, width, "train") - accuracy(result, width, "validation")


CLAIMS: tuple[Claim[CapacityResult], ...] = (
    Claim(
        name="underfitting",
        sentence="A network that is too small cannot even fit its training examples: width 1 "
        "gets fewer of them right than width 128.",
        source="Goodfellow et al. 2016, Figure 5.3",
        published="no number, a curve",
        measure=lambda r: paired_difference(
            accuracy(r, 1, "train"), accuracy(r, 128, "train"), POINTS
        ),
        direction="below",
        threshold=0.0,
    ),
    Claim(
        name="underfitting_on_new_data",
        sentence="The too small network is also worse on new data: width 1 validates worse than "
        "width 8.",
        source="Goodfellow et al. 2016, Figure 5.3",
        published="no number, a curve",
        measure=lambda r: paired_difference(
            accuracy(r, 1, "validation"), accuracy(r, MIDDLE, "validation"), POINTS
        ),
        direction="below",
        threshold=0.0,
    ),
    Claim(
        name="gap_grows",
        sentence="The gap between training and validation accuracy grows with capacity, from "
        "width 8 to width 128.",
        source="Goodfellow et al. 2016, Figure 5.3",
        published="no number, a curve",
        measure=lambda r: paired_difference(gap(r, 128), gap(r, MIDDLE), POINTS),
        direction="above",
        threshold=0.0,
    ),
    Claim(
        name="overfitting",
        sentence="Past the right size, more capacity hurts: with few and noisy examples width "
        "128 validates worse than width 8.",
        source="Goodfellow et al. 2016, Figure 5.3",
        published="no number, a curve",
        measure=lambda r: paired_difference(
            accuracy(r, 128, "validation"), accuracy(r, MIDDLE, "validation"), POINTS
        ),
        direction="below",
        threshold=0.0,
    ),
    Claim(
        name="wider_is_better_on_clean_digits",
        sentence="On clean images the curve does not turn up: width 128 validates better than "
        "width 16, although both fit the training set.",
        source="Neyshabur et al. 2015, Figure 1",
        published="test error falls with width past the interpolation point",
        measure=lambda r: paired_difference(
            accuracy(r, 128, "validation"), accuracy(r, 16, "validation"), POINTS
        ),
        direction="above",
        threshold=0.0,
        settings={"dataset": "digits", "n_train": 400, "label_noise": 0.0},
    ),
)

"""What the literature says about batch sizes, and how a run speaks to it."""

from __future__ import annotations

import math

import numpy as np

from core.challenges.scalability.batch_size.config import (
    BASE,
    GOALS,
    LARGEST,
    SMALLEST,
    BatchSizeResult,
)
from core.lab.claims import Claim, claim
from core.lab.intervals import Estimate
from core.lab.scores import PerSeed
from core.metrics.batch_scaling import KEPT

ABSTRACT = "McCandlish et al. 2018, abstract"
SUMMARY = "McCandlish et al. 2018, summary at openai.com/research/how-ai-training-scales"
EARLY, LATE = GOALS[0], GOALS[-1]
FEWEST = 3
"""Seeds that a claim needs: fewer that reached the goal say nothing of the others."""


def several(found: PerSeed) -> Estimate | None:
    """The mean over the seeds that have a value, where there are enough of them."""
    known = found.defined
    return known if known.n >= FEWEST else None


CLAIMS: tuple[Claim[BatchSizeResult], ...] = (
    claim(
        "small_batches_scale",
        "Among small batches a larger one saves steps nearly in proportion: from 2 to 8.",
        (SUMMARY, "twice the batch in half the time"), lambda r: several(r.saved(LATE, 2, 8)),
        above=math.log(2),
        reason="nearer to a quarter of the steps than to as many, on a scale of ratios", read=True,
    ),
    claim(
        "less_and_less",
        "Four times the batch saves less where batches are large: from 64 to 256 less than from "
        "2 to 8.",
        SUMMARY, lambda r: several(r.saved(LATE, 2, 8) - r.saved(LATE, 64, 256)), above=0,
        read=True,
    ),
    claim(
        "noise_scale_grows",
        "The gradient noise scale grows while the network learns: it is larger at 85% right than "
        "at 55%.",
        ABSTRACT,
        lambda r: several(r.noise_at(LATE).map(np.log) - r.noise_at(EARLY).map(np.log)),
        above=0, read=True,
    ),
    claim(
        "noise_scale_predicts",
        "The mean gradient noise scale on the way tells the critical batch size within a factor of "
        "ten.",
        (ABSTRACT, "in words: it predicts the largest useful batch size"),
        lambda r: several(abs(r.order_of(LATE))), below=1,
        reason="one order of magnitude, as the source compares over six of them", read=True,
    ),
    claim(
        "critical_size_grows",
        "Later goals bear larger batches: the critical batch size is larger at 85% right than at "
        "55%.",
        "McCandlish et al. 2018, section 3",
        lambda r: several(r.critical(LATE).map(np.log) - r.critical(EARLY).map(np.log)), above=0,
    ),
    claim(
        "rate_grows",
        f"Larger batches bear a larger learning rate: best at {LARGEST} above best at {SMALLEST}.",
        "McCandlish et al. 2018, section 2.2",
        lambda r: several(r.rate_grows(LATE)),
        above=0,
    ),
    claim(
        "rate_grows_less_than_in_proportion",
        f"The best learning rate does not grow in proportion: from batches of {SMALLEST} to "
        f"{LARGEST} by fewer than seven doublings.",
        "Shallue et al. 2019, section 4",
        lambda r: several(r.rate_grows(LATE)),
        below=7, reason="in proportion to 128 times the batch it would double seven times",
    ),
    claim(
        "kept_rate_wastes",
        f"With the learning rate of batches of {BASE}, batches of {LARGEST} need more steps than "
        "with one tuned for them.",
        "Shallue et al. 2019, section 4",
        lambda r: several(
            r.steps(LATE, LARGEST, KEPT).map(np.log) - r.steps(LATE, LARGEST).map(np.log)
        ),
        above=0,
    ),
)  # fmt: skip

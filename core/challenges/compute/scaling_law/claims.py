"""What the literature says about scaling laws, and how a run speaks to it."""

from __future__ import annotations

from collections.abc import Mapping

from core.challenges.compute.scaling_law.config import (
    FITTED,
    NOTHING,
    PURE,
    ScalingResult,
)
from core.lab.claims import Claim, claim
from core.lab.settings import Value

KAPLAN, HOFFMANN = "Kaplan et al. 2020", "Hoffmann et al. 2022"
USUAL: Mapping[str, Value] = {"decay": 1.2, "largest": 32, "steps": 1000}
ALL = "an exponent of 1 would mean that all of a larger budget goes into size"

CLAIMS: tuple[Claim[ScalingResult], ...] = (
    claim(
        "nearer_than_nothing",
        "A power law fitted to small networks forecasts the loss of one four times as wide better "
        "than the guess that nothing changes.",
        f"{KAPLAN}, abstract",
        lambda r: abs(r.missed_by(FITTED)) - abs(r.missed_by(NOTHING)), below=0,
        settings=USUAL, read=True,
    ),
    claim(
        "floor_matters",
        "A power law without a floor forecasts too low a loss: some loss no network can avoid.",
        f"{HOFFMANN}, section 3.3", lambda r: r.missed_by(PURE), below=0, settings=USUAL,
    ),
    claim(
        "sample_efficient",
        "Larger networks need less text: four times as wide, half of the text gives a lower loss "
        "than all of it.",
        f"{KAPLAN}, abstract", lambda r: r.loss(r.target, 0.5) - r.loss(r.largest), below=0,
        settings=USUAL, read=True,
    ),
    claim(
        "larger_with_the_budget",
        "The larger the budget of operations, the larger the best network.",
        f"{HOFFMANN}, abstract", lambda r: r.exponent().defined, above=0,
        settings=USUAL, read=True,
    ),
    claim(
        "not_all_into_size",
        "The best network grows more slowly than the budget: some of it goes into more text.",
        (f"{HOFFMANN}, abstract", "in words: size and text are scaled equally, an exponent of 0.5"),
        lambda r: r.exponent().defined, below=1, settings=USUAL, reason=ALL, read=True,
    ),
)  # fmt: skip

"""What the literature says about the price of a training, and how a run speaks to it."""

from __future__ import annotations

import numpy as np

from core.challenges.compute.training_cost.config import COUNT, PILOT, CostResult
from core.lab.claims import OWN_CONTROL, Claim, claim
from core.lab.scores import PerSeed

DEHGHANI = "Dehghani et al. 2021"


def miss(result: CostResult, network: str, way: str) -> PerSeed:
    """Size of the logarithm of how many times as long as forecast it took."""
    return abs(result.off(network, way).map(np.log))


CLAIMS: tuple[Claim[CostResult], ...] = (
    claim(
        "operations_are_not_time",
        "Operations do not tell the time: for one operation a recurrent network, which takes a "
        "signal sample by sample, needs longer than a transformer.",
        "Vaswani et al. 2017, section 1",
        lambda r: r.per_operation("gru") - r.per_operation("transformer"), above=0,
    ),
    claim(
        "forecast_from_operations_is_too_short",
        "Operations over the speed of large matrix products promise too short a training.",
        f"{DEHGHANI}, abstract", lambda r: r.off("transformer", COUNT) - 1, above=0,
    ),
    claim(
        "ten_steps_tell_more",
        "Ten timed steps forecast the time of a recurrent network better than its operations do.",
        OWN_CONTROL, lambda r: miss(r, "gru", PILOT) - miss(r, "gru", COUNT), below=0,
    ),
)  # fmt: skip

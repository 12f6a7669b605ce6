"""Private training on coins: what it costs is what was forecast."""

from __future__ import annotations

import math

import pytest
from torch.utils.flop_counter import FlopCounterMode

from core.attacks.private_training import expected, train_on_coins
from core.data.populations import coins, populate

STEPS, WIDTH, NETWORKS, N_MEMBERS = 5, 16, 8, 250


def test_the_forecast_is_what_torch_counts() -> None:
    people = coins(populate(N_MEMBERS, NETWORKS, 0.1, seed=1), seed=1)
    protections = [(math.inf, 0.0), (1.0, 0.5)]
    counter = FlopCounterMode(display=False)
    with counter:
        networks, work = train_on_coins(people, WIDTH, protections, STEPS, range(NETWORKS))
        assert list(work) == list(range(1, STEPS + 1))
        networks.logits(people.x)
    told = expected(WIDTH, len(protections) * NETWORKS, STEPS, 2 * N_MEMBERS)
    assert told.flops == pytest.approx(counter.get_total_flops(), rel=0.1)

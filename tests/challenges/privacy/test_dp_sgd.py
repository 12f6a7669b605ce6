"""Differential privacy: what is promised by hand, and the lesson on fresh seeds."""

from __future__ import annotations

import math

import pytest

from core.challenges.privacy.dp_sgd import EXPERIMENT
from core.challenges.privacy.dp_sgd.config import CLIPPED, DpSgdConfig
from core.challenges.privacy.dp_sgd.run import promises
from tests.runs import and_shipped, result_of

SAID = {claim.name: claim for claim in EXPERIMENT.claims}


def test_what_is_promised_is_what_the_noise_gives():
    found = {arm: (area, caught) for arm, _, _, area, caught in promises([0, 0, 1, 1, 1, 1])}
    assert found[CLIPPED][0] == 1.0
    assert found["ε = 0.5"][1] == pytest.approx(math.exp(0.5) * 0.01 + 1e-5)


@pytest.mark.parametrize("first_seed", and_shipped(700))
@pytest.mark.parametrize("name", list(SAID))
def test_the_lesson_on_fresh_seeds(first_seed, name):
    result = result_of("privacy/dp_sgd", DpSgdConfig(first_seed=first_seed))
    assert SAID[name].verdict(SAID[name].measure(result)) == "shown"

"""Gradient leakage: the lesson on fresh seeds."""

from __future__ import annotations

import pytest

from core.challenges.privacy.gradient_leakage import EXPERIMENT
from core.challenges.privacy.gradient_leakage.config import GradientLeakageConfig
from core.lab.run import complete


@pytest.fixture(scope="module")
def fresh():
    return complete(EXPERIMENT.run(GradientLeakageConfig(first_seed=600)))


@pytest.mark.parametrize("name", [claim.name for claim in EXPERIMENT.claims])
def test_the_lesson_on_fresh_seeds(fresh, name):
    claim = next(claim for claim in EXPERIMENT.claims if claim.name == name)
    assert claim.verdict(claim.measure(fresh)) == "shown"

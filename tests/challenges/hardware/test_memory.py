"""Memory arithmetic: exact at every rung, and what checkpointing buys."""

from __future__ import annotations

import itertools

import pytest

from core.challenges.hardware.memory import CHECKPOINTED, MemoryConfig, MemoryResult
from core.challenges.hardware.memory.claims import farthest
from core.challenges.hardware.memory.config import ACTIVATIONS, ARMS, DEVICES, PLAIN
from core.lab.settings import View
from tests.runs import and_shipped, figure, found, result_of, smallest

SLUG = "hardware/memory"


def default(first_seed: int) -> MemoryResult:
    result: MemoryResult = result_of(SLUG, MemoryConfig(first_seed=first_seed))
    return result


@pytest.mark.parametrize("first_seed", and_shipped(700, 800, 900))
def test_arithmetic_is_exact_and_checkpointing_saves_for_the_same_gradients(
    first_seed: int,
) -> None:
    result = default(first_seed)
    assert farthest(result).values.max() == 0
    assert result.total(CHECKPOINTED).values.max() < result.total(PLAIN).values.min()
    assert result.gradients["value"].max() < 1e-4
    assert result.slower(CHECKPOINTED).low > 1


@pytest.mark.trained
def test_every_arm_is_counted_once_a_seed() -> None:
    result = smallest(SLUG).result
    assert len(result.sizes) == 4 * len(ARMS) * 5
    assert len(result.times) == len(ARMS) * 5


@pytest.mark.trained
def test_a_larger_memory_holds_a_wider_network_and_answering_takes_the_least() -> None:
    table = figure(found(SLUG), "devices").table(smallest(SLUG).result, View())
    wide = table.pivot(index="device", columns="use", values="width").loc[list(DEVICES)]
    assert (wide.diff().iloc[1:] > 0).all(axis=None)
    assert (wide["to answer"] > wide["to train"]).all()


@pytest.mark.trained
def test_more_examples_at_once_hold_more_activations_and_no_other_part() -> None:
    plans = [default(0).plan(PLAIN)]
    result = smallest(SLUG).result
    assert result.held(ACTIVATIONS).mean < plans[0].activations / 1000
    for one, other in itertools.pairwise(ARMS[:2]):
        assert result.plan(one).weights == result.plan(other).weights

"""Networks that add two digits: their arithmetic by hand, and what they share."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.models.sum_nets import SumNets, sum_of
from core.models.sum_plans import ADDED, DISTRIBUTIONS, PLANS, SHARED


def some_pictures(n: int = 6) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    first, second = torch.rand(2, 2, n, 64, generator=generator)
    return first, second


def test_the_sum_of_two_dice_like_distributions_is_numpys_convolution():
    first, second = torch.rand(2, 3, 4, 10, generator=torch.Generator().manual_seed(1)).softmax(3)
    found = sum_of(first, second).numpy()
    for k in range(3):
        for i in range(4):
            expected = np.convolve(first[k, i].numpy(), second[k, i].numpy())
            np.testing.assert_allclose(found[k, i], expected, atol=1e-6)


@pytest.mark.parametrize("name", PLANS)
def test_a_network_in_a_stack_is_the_network_alone(name):
    first, second = some_pictures()
    both, alone = SumNets(name, (5, 9), 16), SumNets(name, (9,), 16)
    sums = torch.tensor([[3, 4, 5, 6, 7, 8]] * 2)
    for _ in range(3):
        both.learn(first, second, sums)
        alone.learn(first[1:], second[1:], sums[1:])
    torch.testing.assert_close(
        both.logits(first, second)[1], alone.logits(first[1:], second[1:])[0], atol=1e-5, rtol=1e-4
    )


@pytest.mark.parametrize("name", [ADDED, DISTRIBUTIONS])
def test_the_order_of_two_added_pictures_makes_no_difference(name):
    first, second = some_pictures()
    nets = SumNets(name, (1, 2), 16)
    torch.testing.assert_close(nets.logits(first, second), nets.logits(second, first))


def test_the_encoders_of_two_plans_begin_with_the_same_weights():
    one, two = (SumNets(name, (4,), 16) for name in (SHARED, ADDED))
    for mine, other in zip(one.weights[:4], two.weights[:4], strict=True):
        torch.testing.assert_close(mine, other)


def test_learning_lowers_the_loss():
    first, second = some_pictures()
    nets, sums = SumNets(DISTRIBUTIONS, (1, 2), 16), torch.tensor([[0, 3, 18, 7, 5, 9]] * 2)
    for _ in range(200):
        nets.learn(first, second, sums)
    assert (nets.answers(first, second) == sums.numpy()).mean() > 0.9

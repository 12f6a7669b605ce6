"""Networks that add two digits: their arithmetic by hand, and what they share."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.models.sum_nets import SumNets, remainders, sum_of
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


def test_what_is_told_of_a_remainder_is_added_up_over_the_sums():
    sums = torch.rand(2, 3, 19, generator=torch.Generator().manual_seed(3)).softmax(2)
    for modulus in (2, 10):
        expected = [sums[..., rest::modulus].sum(2) for rest in range(modulus)]
        torch.testing.assert_close(remainders(sums, modulus), torch.stack(expected, 2))
    assert remainders(sums, 19) is sums


def test_one_that_is_told_remainders_only_still_has_columns():
    first, second = some_pictures()
    nets = SumNets(DISTRIBUTIONS, (1, 2), 16, modulus=10)
    columns = nets.columns(first, second)
    assert columns.shape == (2, 6, 19)
    torch.testing.assert_close(
        remainders(columns, 10).log(), nets.logits(first, second), atol=1e-5, rtol=1e-5
    )


def test_labelled_digits_are_learned_beside_the_sums():
    first, second = some_pictures()
    digits = torch.tensor([[0, 1, 2, 3, 4, 5]] * 2)
    told, named = (SumNets(DISTRIBUTIONS, (1, 2), 16, modulus=2) for _ in range(2))
    for _ in range(200):
        told.learn(first, second, digits % 2, (first, digits))
        named.learn_digits(first[:, :3], first[:, 3:], digits)
    assert (told.digits(first) == digits.numpy()).mean() > 0.9
    assert (named.digits(first) == digits.numpy()).mean() > 0.9

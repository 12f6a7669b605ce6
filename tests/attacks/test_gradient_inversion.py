"""Reading a batch off its gradient: the gradient against autograd, and both attacks."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.attacks.gradient_inversion import divide, draw_network, match, pair, with_noise

FAR = 0.005
"""Mean squared error of pixels beyond which an image is not recovered."""


@pytest.mark.parametrize("smooth", [True, False])
def test_the_gradient_is_autograds(smooth: bool) -> None:
    network = draw_network(6, 5, 10, smooth, seed=0)
    x, y = torch.rand(4, 6, dtype=torch.float64), torch.tensor([0, 3, 3, 9])
    weights = [w.clone().requires_grad_() for w in network.weights]
    squash = torch.sigmoid if smooth else torch.relu
    logits = squash(x @ weights[0] + weights[1]) @ weights[2] + weights[3]
    torch.nn.functional.cross_entropy(logits, y).backward()
    for ours, weight in zip(network.gradients(x, y), weights, strict=True):
        torch.testing.assert_close(ours, weight.grad)


def test_dividing_a_single_images_gradient_is_exact() -> None:
    network = draw_network(64, 32, 10, False, seed=1)
    x = torch.rand(1, 64, dtype=torch.float64)
    found = divide(network.gradients(x, torch.tensor([4])))
    np.testing.assert_allclose(found, np.repeat(x.numpy(), len(found), axis=0), atol=1e-9)


def test_noise_has_the_size_that_was_asked_for() -> None:
    gradients = [torch.full((100, 100), 2.0, dtype=torch.float64)]
    (noisy,) = with_noise(gradients, 0.5, seed=0)
    assert float((noisy - gradients[0]).std()) == pytest.approx(1.0, abs=0.02)
    (plain,) = with_noise(gradients, 0.0, seed=0)
    assert torch.equal(plain, gradients[0])


def test_candidates_are_paired_whatever_their_order() -> None:
    originals = np.eye(3, 5)
    order = [2, 0, 1]
    found, errors = pair(originals[order], originals)
    np.testing.assert_array_equal(found, originals)
    np.testing.assert_array_equal(errors, 0)


def test_too_few_candidates_leave_some_images_grey() -> None:
    found, errors = pair(np.ones((1, 5)), np.stack([np.zeros(5), np.ones(5)]))
    np.testing.assert_array_equal(found, [[0.5] * 5, [1.0] * 5])
    np.testing.assert_allclose(errors, [0.25, 0])


def test_a_gradient_of_nothing_but_noise_gives_no_image() -> None:
    network = draw_network(64, 32, 10, True, seed=2)
    y = torch.tensor([1])
    rng = torch.Generator().manual_seed(0)
    shapes = [weight.shape for weight in network.weights]
    gradients = [torch.randn(shape, dtype=torch.float64, generator=rng) for shape in shapes]
    original = np.full((1, 64), 0.5)
    search = match(network, gradients, y, seed=2)
    *_, found = search
    assert pair(found, original)[1][0] > FAR

"""Gradient leakage: the gradient against autograd, both attacks, and the lesson on fresh seeds."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.challenges.privacy.gradient_leakage import EXPERIMENT, attack
from core.challenges.privacy.gradient_leakage.config import SAME, GradientLeakageConfig
from core.challenges.privacy.gradient_leakage.figures import ZOOM, mosaic
from core.lab.run import complete


@pytest.mark.parametrize("smooth", [True, False])
def test_the_gradient_is_autograds(smooth):
    network = attack.draw_network(6, 5, smooth, seed=0)
    x, y = torch.rand(4, 6, dtype=torch.float64), torch.tensor([0, 3, 3, 9])
    weights = [w.clone().requires_grad_() for w in network.weights]
    squash = torch.sigmoid if smooth else torch.relu
    logits = squash(x @ weights[0] + weights[1]) @ weights[2] + weights[3]
    torch.nn.functional.cross_entropy(logits, y).backward()
    for ours, weight in zip(network.gradients(x, y), weights, strict=True):
        torch.testing.assert_close(ours, weight.grad)


def test_dividing_a_single_images_gradient_is_exact():
    network = attack.draw_network(64, 32, False, seed=1)
    x = torch.rand(1, 64, dtype=torch.float64)
    found = attack.divide(network.gradients(x, torch.tensor([4])))
    np.testing.assert_allclose(found, np.repeat(x.numpy(), len(found), axis=0), atol=1e-9)


def test_noise_has_the_size_that_was_asked_for():
    gradients = [torch.full((100, 100), 2.0, dtype=torch.float64)]
    (noisy,) = attack.with_noise(gradients, 0.5, seed=0)
    assert float((noisy - gradients[0]).std()) == pytest.approx(1.0, abs=0.02)
    (plain,) = attack.with_noise(gradients, 0.0, seed=0)
    assert torch.equal(plain, gradients[0])


def test_candidates_are_paired_whatever_their_order():
    originals = np.eye(3, 5)
    order = [2, 0, 1]
    found, errors = attack.pair(originals[order], originals)
    np.testing.assert_array_equal(found, originals)
    np.testing.assert_array_equal(errors, 0)


def test_too_few_candidates_leave_some_images_grey():
    found, errors = attack.pair(np.ones((1, 5)), np.stack([np.zeros(5), np.ones(5)]))
    np.testing.assert_array_equal(found, [[0.5] * 5, [1.0] * 5])
    np.testing.assert_allclose(errors, [0.25, 0])


def test_a_gradient_of_nothing_but_noise_gives_no_image():
    network = attack.draw_network(64, 32, True, seed=2)
    y = torch.tensor([1])
    rng = torch.Generator().manual_seed(0)
    shapes = [weight.shape for weight in network.weights]
    gradients = [torch.randn(shape, dtype=torch.float64, generator=rng) for shape in shapes]
    original = np.full((1, 64), 0.5)
    search = attack.match(network, gradients, y, seed=2)
    *_, found = search
    assert attack.pair(found, original)[1][0] > SAME


def test_the_search_finds_the_valley_of_rosenbrock():
    from scipy.optimize import rosen, rosen_der

    search = attack.Search(lambda x: (rosen(x), rosen_der(x)), np.array([-1.2, 1.0]))
    for _ in range(100):
        search.step()
    np.testing.assert_allclose(search.x, [1, 1], atol=1e-6)


def test_a_mosaic_lays_images_in_a_square():
    tile = ZOOM * 8 + 8
    assert mosaic(np.zeros((5, 8, 8), dtype=np.uint8)).shape == (2 * tile, 3 * tile, 4)
    one = mosaic(np.full((1, 8, 8), 7, dtype=np.uint8))
    assert one.shape == (tile, tile, 4)
    assert one[tile // 2, tile // 2].tolist() == [7, 7, 7, 255]
    assert one[0, 0, 3] == 0


@pytest.fixture(scope="module")
def fresh():
    return complete(EXPERIMENT.run(GradientLeakageConfig(first_seed=600)))


@pytest.mark.parametrize("name", [claim.name for claim in EXPERIMENT.claims])
def test_the_lesson_on_fresh_seeds(fresh, name):
    claim = next(claim for claim in EXPERIMENT.claims if claim.name == name)
    assert claim.verdict(claim.measure(fresh)) == "shown"

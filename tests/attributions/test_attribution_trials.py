"""Infidelity, sensitivity and completeness: by hand, against captum called directly, and exact."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from captum.attr import Saliency
from captum.metrics import infidelity, sensitivity_max
from torch import nn

from core.attributions import COVERING, explain, trials
from core.lab.run import complete
from core.metrics.attribution import completeness_error
from core.models.shape_cnn import ShapeCNN

SIDE = 14
TARGETS = np.array([0, 2, 1])


class Linear(nn.Module):
    """Logits that are linear in the pixels, and nothing for black."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = torch.randn(3, SIDE * SIDE, generator=torch.Generator().manual_seed(0))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.flatten(1) @ self.weight.T

    def exact(self, x: np.ndarray) -> np.ndarray:
        """Share of each pixel in the target's logit."""
        return x[:, 0] * self.weight.numpy()[TARGETS].reshape(-1, *x.shape[2:])


@pytest.fixture(scope="module")
def net() -> ShapeCNN:
    return ShapeCNN(4, side=28, seed=3).eval().requires_grad_(False)


def pictures(side: int) -> np.ndarray:
    return np.random.default_rng(0).random((3, 1, side, side)).astype(np.float32)


def by_hand(maps: np.ndarray, covered: trials.Covered) -> list[float]:
    """The formula of Yeh et al. with the best multiple, picture by picture."""
    found = []
    for values, places_, whole, left in zip(
        maps.astype(float), covered.places, covered.whole, covered.left, strict=True
    ):
        foreseen = np.array([values[place].sum() for place in places_])
        change = whole - left
        multiple = (foreseen * change).mean() / (foreseen**2).mean()
        error = ((multiple * foreseen - change) ** 2).mean()
        found.append(float(error / (change**2).mean()))
    return found


def test_infidelity_is_the_formula(net: ShapeCNN) -> None:
    x = pictures(28)
    covered = complete(trials.cover(net, x, TARGETS, seed=1))
    maps = np.random.default_rng(2).normal(size=(3, 28, 28)).astype(np.float32)
    ours = trials.infidelity(maps, covered)
    np.testing.assert_allclose(ours, by_hand(maps, covered), atol=1e-9)
    # Units do not matter, and neither does the sign of all of a map.
    np.testing.assert_allclose(trials.infidelity(-1000 * maps, covered), ours, atol=1e-5)
    assert trials.infidelity(np.zeros_like(maps), covered).tolist() == [1.0] * 3


def test_infidelity_is_captums_called_directly(net: ShapeCNN) -> None:
    x = torch.from_numpy(pictures(28))
    covered = complete(trials.cover(net, x.numpy(), TARGETS, seed=1))
    maps = complete(explain("Saliency", net, x.numpy(), TARGETS, seed=0))
    squares = torch.from_numpy(covered.places).flatten(0, 1)[:, None].float()
    theirs = infidelity(
        net,
        lambda bare: (squares, bare * (1 - squares)),
        x,
        torch.from_numpy(maps)[:, None],
        target=torch.from_numpy(TARGETS),
        n_perturb_samples=trials.SQUARES,
        normalize=True,
    ).numpy()
    change = ((covered.whole[:, None] - covered.left) ** 2).mean(1)
    np.testing.assert_allclose(trials.infidelity(maps, covered), theirs / change, atol=1e-4)


def test_squares_lie_inside_and_nothing_changes_where_nothing_is() -> None:
    x = np.zeros((2, 1, SIDE, SIDE), np.float32)
    covered = complete(trials.cover(Linear(), x, TARGETS[:2], seed=0))
    assert (covered.places.sum((2, 3)) == 16).all()
    assert covered.places.any((0, 1))[2:-2, 2:-2].all()
    assert trials.infidelity(np.ones((2, SIDE, SIDE)), covered).tolist() == [1.0, 1.0]


def test_a_linear_model_is_foreseen_and_added_up_exactly() -> None:
    linear, x = Linear(), pictures(SIDE)
    exact = linear.exact(x)
    covered = complete(trials.cover(linear, x, TARGETS, seed=0))
    assert trials.infidelity(exact, covered).max() < 1e-9
    gained = trials.gained(linear, x, TARGETS)
    assert completeness_error(exact, gained) < 1e-6
    for steps in (1, 2, 9):
        maps = trials.integrated_gradients(linear, x, TARGETS, steps=steps)
        np.testing.assert_allclose(maps, exact, atol=1e-5)
    for method in (*COVERING[1:-1], "Input x Gradient", "Integrated Gradients", "DeepLift"):
        maps = complete(explain(method, linear, x, TARGETS, seed=0))
        assert completeness_error(trials.shared_out(method, maps), gained) < 1e-3, method
    maps = complete(explain("Feature Ablation", linear, x, TARGETS, seed=0))
    assert completeness_error(maps, gained) > 2  # A patch of four pixels counts four times.
    # Occlusion's windows overlap; away from the border every pixel is in as many.
    x[:, :, :3], x[:, :, -3:], x[..., :3], x[..., -3:] = 0, 0, 0, 0
    maps = complete(explain("Occlusion", linear, x, TARGETS, seed=0))
    gained = trials.gained(linear, x, TARGETS)
    assert completeness_error(trials.shared_out("Occlusion", maps), gained) < 1e-3


def test_more_steps_add_up_better(net: ShapeCNN) -> None:
    x = pictures(28)
    gained = trials.gained(net, x, TARGETS)
    errors = [
        completeness_error(trials.integrated_gradients(net, x, TARGETS, steps=steps), gained)
        for steps in (2, 16, 256)
    ]
    assert errors[0] > errors[1] > errors[2] and errors[2] < 0.01


def test_sensitivity_by_hand() -> None:
    maps = np.array([[[3.0, 4.0]], [[0.0, 1.0]], [[0.0, 0.0]]], np.float32)
    noisy = maps.repeat(2, axis=0)
    noisy[1] += [[0.0, 5.0]]  # As long as the first map itself.
    noisy[3] += [[0.5, 0.0]]
    noisy[5] += [[0.0, 2.0]]  # A map of nothing has no length to divide by.
    np.testing.assert_allclose(trials.max_sensitivity(maps, noisy), [1.0, 0.5, 2.0])


def test_sensitivity_is_captums_called_directly(net: ShapeCNN) -> None:
    x = pictures(28)
    copies = torch.from_numpy(trials.noisy_copies(x, seed=4))

    def saliency(bare: Any, target: torch.Tensor) -> tuple[torch.Tensor]:
        pictures = (bare[0] if isinstance(bare, tuple) else bare).detach().requires_grad_()
        return (Saliency(net).attribute(pictures, target),)

    theirs = sensitivity_max(
        saliency,
        torch.from_numpy(x),
        perturb_func=lambda bare: copies,
        n_perturb_samples=trials.COPIES,
        target=torch.from_numpy(TARGETS),
    )
    maps = complete(explain("Saliency", net, x, TARGETS, seed=0))
    targets = TARGETS.repeat(trials.COPIES)
    noisy = complete(explain("Saliency", net, copies.numpy(), targets, seed=0))
    np.testing.assert_allclose(trials.max_sensitivity(maps, noisy), theirs.numpy(), atol=1e-5)


def test_noise_stays_within_its_radius_and_comes_from_the_seed() -> None:
    x = pictures(8)
    copies = trials.noisy_copies(x, seed=0).reshape(3, trials.COPIES, 1, 8, 8)
    size = np.abs(copies - x[:, None])
    assert 0.9 * trials.RADIUS < size.max() <= 1.001 * trials.RADIUS
    np.testing.assert_array_equal(trials.noisy_copies(x, seed=0).reshape(copies.shape), copies)
    assert not np.array_equal(trials.noisy_copies(x, seed=1).reshape(copies.shape), copies)


def test_completeness_by_hand() -> None:
    maps = np.array([[[1.0, 2.0]], [[-1.0, 0.0]]])
    assert completeness_error(maps, np.array([4.0, -2.0])) == pytest.approx(1 / 3)
    assert completeness_error(maps, np.zeros(2)) == float("inf")

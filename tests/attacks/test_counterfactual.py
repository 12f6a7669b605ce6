"""Counterfactuals: the searches against what can be counted for a linear network."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from scipy.optimize import minimize

from core.attacks.counterfactual import ascended, log_odds, nearest_change, random_change
from core.lab.run import complete
from core.lab.seeding import torch_generator

WEIGHTS = torch.tensor([[1.0, -2.0, 0.5, 0.25]])


def linear(x: torch.Tensor) -> torch.Tensor:
    """Two classes; the log odds of the second are `WEIGHTS @ x`."""
    odds = x @ WEIGHTS[0]
    return torch.stack([torch.zeros_like(odds), odds], -1)


def asked(n: int = 6) -> tuple[torch.Tensor, torch.Tensor]:
    """Pictures of four grey pixels and the class to reach."""
    drawn = torch.rand(1, n, 4, generator=torch_generator(0, "test"))
    return 0.35 + 0.1 * drawn, torch.ones(1, n, dtype=torch.int64)


def test_log_odds_are_those_of_the_probabilities() -> None:
    scores = torch.randn(2, 5, 7, generator=torch_generator(0, "scores"))
    target = torch.arange(5).expand(2, 5)
    p = scores.softmax(-1).gather(-1, target.unsqueeze(-1)).squeeze(-1)
    torch.testing.assert_close(log_odds(scores, target), (p / (1 - p)).log())


def test_the_nearest_change_of_a_linear_network_is_the_way_to_its_boundary() -> None:
    """The shortest way to `w @ x = goal` has the length `(goal - w @ x) / |w|`."""
    x, target = asked()
    goal = math.log(0.6 / 0.4)
    search = nearest_change(linear, x, target, sure=0.6, distance="L2", steps=150)
    found = complete(search)
    expected = (goal - x @ WEIGHTS[0]) / WEIGHTS.norm()
    length = (found - x).norm(dim=-1)
    assert (found @ WEIGHTS[0] >= goal - 1e-5).all()
    assert (length >= expected - 1e-5).all()
    torch.testing.assert_close(length, expected, atol=0.02, rtol=0.05)


def test_the_l1_change_of_a_linear_network_moves_the_strongest_pixel_only() -> None:
    x, target = asked()
    goal = math.log(0.5 / 0.5)
    search = nearest_change(linear, x, target, sure=0.5, distance="L1", steps=150)
    change = complete(search) - x
    expected = (goal - x @ WEIGHTS[0]) / 2
    assert (change[..., [0, 2, 3]].abs() < 0.02).all()
    torch.testing.assert_close(change.abs().sum(-1), expected, atol=0.03, rtol=0.05)


def test_the_nearest_change_within_the_box_agrees_with_scipy() -> None:
    """A goal that the box makes expensive: some pixels end at black or white."""
    x, target = asked(3)
    goal = math.log(0.75 / 0.25)
    found = complete(nearest_change(linear, x, target, sure=0.75, distance="L2", steps=300))
    weights = WEIGHTS[0].numpy().astype(float)
    for start, made in zip(x[0].numpy().astype(float), found[0].numpy(), strict=True):
        best = minimize(
            lambda z, start=start: float(((z - start) ** 2).sum()),
            start,
            bounds=[(0, 1)] * 4,
            constraints={"type": "ineq", "fun": lambda z: z @ weights - goal},
        )
        assert np.linalg.norm(made - start) == pytest.approx(best.fun**0.5, rel=0.05)


def test_what_cannot_be_reached_comes_as_close_as_it_gets() -> None:
    x, target = asked(2)
    found = complete(nearest_change(linear, x, target, sure=0.99, distance="L2", steps=150))
    torch.testing.assert_close(
        found, torch.tensor([1.0, 0, 1, 1]).expand(1, 2, 4), atol=0.01, rtol=0
    )


def test_ascended_pictures_go_straight_and_no_further_than_allowed() -> None:
    x, target = asked()
    search = ascended(linear, x, target, (0.1, 0.3), steps=10)
    for length, made in zip((0.1, 0.3), complete(search), strict=True):
        torch.testing.assert_close(
            made, x + length * WEIGHTS[0] / WEIGHTS.norm(), atol=1e-4, rtol=0
        )


def test_a_random_change_is_as_long_as_asked_though_pixels_end() -> None:
    x = (torch.rand(2, 5, 64, generator=torch_generator(0, "x")) > 0.5).float()
    length = torch.linspace(0.1, 2.5, 10).view(2, 5)
    made = random_change(x, length, (3, 4))
    torch.testing.assert_close((made - x).norm(dim=-1), length, atol=1e-3, rtol=0)
    assert made.min() >= 0 and made.max() <= 1
    alone = random_change(x[1:], length[1:], (4,))
    torch.testing.assert_close(alone, made[1:])

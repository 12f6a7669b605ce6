"""Activation maximisation: what each regulariser does to a picture, counted by hand."""

from __future__ import annotations

import torch

from core.lab.run import complete
from core.models.activation_maximisation import PENALTIES, maximised, noise, roughness


def test_roughness_is_counted_by_hand() -> None:
    flat = torch.tensor([0.0, 1.0, 0.0, 3.0])
    assert roughness(flat).item() == (1 + 9) + (0 + 4)


def test_regularisers_do_what_they_say() -> None:
    """Each class scores one pixel: it turns white, and the rest do as the penalty says."""
    identity = torch.eye(4)
    start = torch.full((1, 4, 4), 0.5)
    ways = [PENALTIES[name] for name in ("none", "L2", "smooth")]
    climb = maximised(lambda x: x @ identity, start, torch.ones(1), ways, strength=0.1, steps=80)
    free, small, smooth = complete(climb)[0]
    own = torch.eye(4, dtype=torch.bool)
    torch.testing.assert_close(free[own], torch.ones(4), atol=0.01, rtol=0)
    torch.testing.assert_close(free[~own], torch.full((12,), 0.5), atol=0.01, rtol=0)
    assert (small[~own] < 0.05).all() and (small[own] > 0.95).all()
    assert (smooth[~own] > 0.9).all()


def test_noise_depends_on_its_own_seed_alone() -> None:
    both = noise(3, 16, (5, 6))
    assert both.shape == (2, 3, 16) and not torch.equal(both[0], both[1])
    torch.testing.assert_close(noise(3, 16, (6,))[0], both[1])

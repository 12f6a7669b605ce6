"""The random linear classifier: linear, drawn by its seed, and by no global generator."""

from __future__ import annotations

import torch

from core.models.linear import random_linear


def test_logits_are_linear_in_the_pixels_and_black_gets_none() -> None:
    model, x = random_linear(6, 3, seed=1), torch.rand(2, 1, 2, 3)
    assert model(x).shape == (2, 3)
    torch.testing.assert_close(model(x[:1] + 2 * x[1:]), model(x[:1]) + 2 * model(x[1:]))
    assert not model(torch.zeros(1, 1, 2, 3)).any()
    assert not any(p.requires_grad for p in model.parameters())


def test_the_seed_draws_and_the_global_generator_stays() -> None:
    before = torch.random.get_rng_state()
    first, again, other = (random_linear(6, 3, seed=s)[1].weight for s in (1, 1, 2))
    assert torch.equal(first, again) and not torch.equal(first, other)
    assert first.abs().max() <= 1
    assert torch.equal(torch.random.get_rng_state(), before)

"""What a network that is trained to be robust sees in place of a batch."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from core.attacks.robust_batches import robust_batches
from core.lab.seeding import torch_generator

Y = torch.zeros(400, dtype=torch.int64)


@pytest.fixture
def net() -> nn.Module:
    """Two classes of two pixels; class 0 is lost where the second pixel outshines the first."""
    net = nn.Linear(2, 2, bias=False)
    with torch.no_grad():
        net.weight.copy_(torch.eye(2))
    return net


def test_noise_is_as_large_as_asked_and_not_clipped(net: nn.Module) -> None:
    change = robust_batches("noise", size=0.3, warm_up=1, generator=torch_generator(0, "test"))
    moved = change(net, torch.zeros(400, 2), Y)
    assert moved.std().item() == pytest.approx(0.3, rel=0.1) and moved.min() < 0


def test_attacks_grow_to_their_size_and_go_uphill_in_the_loss(net: nn.Module) -> None:
    change = robust_batches("adversarial", size=0.1, warm_up=2, generator=torch_generator(0, "x"))
    x = torch.full((400, 2), 0.5)
    half, whole = (change(net, x, Y) - x for _ in range(2))
    torch.testing.assert_close(half.abs().max(), torch.tensor(0.05))
    torch.testing.assert_close(whole.abs().max(), torch.tensor(0.1))
    # From a random place, one step of 1.25 sizes: the first pixel falls, the second rises.
    assert (whole[:, 0] < 0).all() and (whole[:, 1] > 0).all()
    assert change(net, torch.zeros(400, 2), Y).min() >= 0

"""Networks for signals: their operations equal torch's own count, and the GRU is torch's GRU."""

from __future__ import annotations

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from core.models.signal_nets import SignalNet
from core.models.signal_plans import CLASSES, NETWORKS, SAMPLES, operations, parameters


def batch(n: int = 6) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    return torch.randn(n, SAMPLES, generator=generator), torch.arange(n) % CLASSES


@pytest.mark.parametrize("width", [8, 16])
@pytest.mark.parametrize("network", NETWORKS)
def test_operations_equal_torchs_count_in_both_passes(network, width):
    net, (x, y) = SignalNet(network, width, 0), batch()
    told = operations(network, width, len(y))
    with FlopCounterMode(display=False) as forward:
        loss = net.loss(x, y)
    with FlopCounterMode(display=False) as backward:
        loss.backward()
    assert forward.get_total_flops() == told["forward"]
    assert backward.get_total_flops() == told["backward"]
    assert sum(weight.numel() for weight in net.weights) == parameters(network, width)


@pytest.mark.parametrize("network", NETWORKS)
def test_every_weight_learns_and_the_loss_falls(network):
    net, (x, y) = SignalNet(network, 16, 0), batch(20)
    before = [weight.detach().clone() for weight in net.weights]
    first = float(net.loss(x, y).detach())
    for _ in range(40):
        loss = net.loss(x, y)
        loss.backward()
        net.update()
    assert float(loss.detach()) < first - 0.2
    assert all((a != b).any() for a, b in zip(before, net.weights, strict=True))


def test_the_recurrent_network_is_torchs_gru():
    net, (x, _) = SignalNet("gru", 7, 3), batch()
    into, bias_in, own, bias_own, head, bias_head = net.weights
    theirs = torch.nn.GRU(1, 7, batch_first=True)
    with torch.no_grad():
        for name, value in (
            ("weight_ih_l0", into.T), ("bias_ih_l0", bias_in), ("weight_hh_l0", own.T),
            ("bias_hh_l0", bias_own),
        ):  # fmt: skip
            getattr(theirs, name).copy_(value)
        last = theirs(x[..., None])[1][0]
        torch.testing.assert_close(net.logits(x), last @ head + bias_head)


def test_the_convolutions_see_all_of_the_signal():
    net, (x, _) = SignalNet("cnn", 8, 0), batch()
    x.requires_grad_()
    net.logits(x).sum().backward()
    assert (x.grad != 0).any(dim=0).all()


def test_weights_are_drawn_by_seed_and_leave_the_global_generator_alone():
    state = torch.get_rng_state()
    one, same, other = (SignalNet("transformer", 8, seed) for seed in (1, 1, 2))
    assert torch.equal(torch.get_rng_state(), state)
    assert all(torch.equal(a, b) for a, b in zip(one.weights, same.weights, strict=True))
    assert not torch.equal(one.weights[0], other.weights[0])

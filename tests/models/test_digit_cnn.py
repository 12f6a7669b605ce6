"""The stacked networks of the digits: against torch's own convolutions, and alone or in a stack."""

from __future__ import annotations

import pytest
import torch
from torch.nn.functional import conv2d

from core.attacks.adversarial_training import train
from core.attacks.method import Method
from core.data.embedded import load_digits
from core.lab.run import complete
from core.models.digit_cnn import NETWORKS, SIDE, Conv, DigitNets, Pool

SEEDS = (3, 4)


def plainly(nets: DigitNets, seed: int, x: torch.Tensor) -> torch.Tensor:
    """The logits of one network by torch's own layers; `x` is `(B, 64)`."""
    place = nets.seeds.index(seed)
    own = [p[place] for p in nets.parameters]
    pairs = list(zip(own[::2], own[1::2], strict=True))
    x = x.view(-1, 1, SIDE, SIDE)
    for layer, (weight, bias) in zip(NETWORKS[nets.network], pairs, strict=False):
        if isinstance(layer, Conv):
            kernel = weight.view(*weight.shape[:2], layer.kernel, layer.kernel)
            x = conv2d(x, kernel, bias, stride=layer.stride, padding=layer.padding).relu()
        elif isinstance(layer, Pool):
            x = x.amax((2, 3))
        else:
            x = (x.flatten(1) @ weight + bias).relu()
    return x.flatten(1) @ pairs[-1][0] + pairs[-1][1]


@pytest.mark.parametrize("network", NETWORKS)
def test_logits_are_those_of_torchs_own_layers(network):
    nets = DigitNets(network, SEEDS)
    x = torch.rand(7, SIDE * SIDE, generator=torch.Generator().manual_seed(0))
    for place, seed in enumerate(SEEDS):
        ours = nets.logits()(x.expand(2, -1, -1))[place]
        torch.testing.assert_close(ours, plainly(nets, seed, x), atol=1e-5, rtol=1e-5)


def test_gradients_of_the_weights_are_those_of_torchs_own_layers():
    nets = DigitNets("cnn", SEEDS)
    x = torch.rand(7, SIDE * SIDE, generator=torch.Generator().manual_seed(0))
    ours = nets.logits(frozen=False)(x.expand(2, -1, -1))[1].square().sum()
    theirs = plainly(nets, SEEDS[1], x).square().sum()
    for a, b in zip(
        torch.autograd.grad(ours, nets.parameters),
        torch.autograd.grad(theirs, nets.parameters),
        strict=True,
    ):
        torch.testing.assert_close(a, b, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("kind", ["standard", "noise", "fgsm", "pgd", "trades"])
def test_a_network_alone_learns_what_it_learns_in_a_stack(kind):
    method = Method(kind, epsilon=0.1, steps=2)
    together, alone = DigitNets("cnn", SEEDS), DigitNets("cnn", SEEDS[1:])
    data = [load_digits(100, seed=seed) for seed in SEEDS]
    complete(train(together, data, method, epochs=2))
    complete(train(alone, data[1:], method, epochs=2))
    for a, b in zip(together.parameters, alone.parameters, strict=True):
        torch.testing.assert_close(a[1], b[0], atol=2e-4, rtol=1e-3)


def test_frozen_logits_have_no_gradient_for_the_weights():
    nets = DigitNets("linear", SEEDS)
    x = torch.rand(2, 3, 64)
    assert not nets.logits()(x).requires_grad
    assert nets.logits(frozen=False)(x).requires_grad

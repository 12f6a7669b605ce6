"""Deep networks side by side: each computes and learns what `torch.nn` does alone."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from core.models.deep_nets import DeepNets
from core.models.deep_plans import Plan

DEPTH, SIZES, BATCH = 3, (5, 8, 4), 16
PLANS = {
    "sigmoid": Plan(), "relu": Plan("ReLU", he=True), "norm": Plan(batch_norm=True),
    "residual": Plan("tanh", residual=True), "adam": Plan(adam=True),
}  # fmt: skip


class Alone(nn.Module):
    """One network of a stack, built of `torch.nn` modules."""

    def __init__(self, nets: DeepNets, place: int) -> None:
        super().__init__()
        plan = nets.plan
        self.residual = plan.residual
        self.act = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "ReLU": torch.relu}[
            plan.activation
        ]
        self.layers = nn.ModuleList(nn.Linear(w.shape[2], w.shape[1]) for w in nets.weights)
        self.norms = nn.ModuleList(
            nn.BatchNorm1d(SIZES[1]) if plan.batch_norm else nn.Identity() for _ in range(DEPTH)
        )
        with torch.no_grad():
            for layer, weight, bias in zip(self.layers, nets.weights, nets.biases, strict=True):
                layer.weight.copy_(weight[place])
                layer.bias.copy_(bias[place, :, 0])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for place in range(DEPTH):
            new = self.act(self.norms[place](self.layers[place](x)))
            x = x + new if self.residual and place else new
        return self.layers[-1](x)


def batch(seed: int, n: int = BATCH) -> tuple[torch.Tensor, torch.Tensor]:
    draw = np.random.default_rng(seed)
    x = torch.from_numpy(draw.normal(size=(2, SIZES[0], n)).astype(np.float32))
    return x, torch.from_numpy(draw.integers(0, SIZES[2], (2, n)))


@pytest.mark.parametrize("name", PLANS)
def test_training_is_that_of_each_network_alone(name):
    nets = DeepNets(PLANS[name], DEPTH, (0, 1), SIZES)
    alone = [Alone(nets, place) for place in range(2)]
    kind = torch.optim.Adam if PLANS[name].adam else torch.optim.SGD
    further = {} if PLANS[name].adam else {"momentum": 0.9}
    steps = [kind(net.parameters(), lr=0.05, **further) for net in alone]
    for step in range(5):
        x, y = batch(step)
        for place, (net, optimizer) in enumerate(zip(alone, steps, strict=True)):
            optimizer.zero_grad()
            nn.functional.cross_entropy(net(x[place].T), y[place]).backward()
            optimizer.step()
        nets.learn(x, y, 0.05)
    x, _ = batch(99)
    for place, net in enumerate(alone):
        with torch.no_grad():
            assert nets.logits(x)[place].T.numpy() == pytest.approx(
                net(x[place].T).numpy(), abs=2e-4
            )


def test_gradient_sizes_are_root_mean_squares_of_autograd():
    nets = DeepNets(Plan(), DEPTH, (0, 1), SIZES)
    alone, (x, y) = Alone(nets, 1), batch(0)
    nn.functional.cross_entropy(alone(x[1].T), y[1]).backward()
    wanted = [float(layer.weight.grad.square().mean().sqrt()) for layer in alone.layers[:-1]]
    assert nets.gradient_sizes(x, y)[:, 1] == pytest.approx(wanted, rel=1e-4)


def test_asked_with_batch_norm_they_use_the_statistics_of_all_training_examples():
    nets = DeepNets(Plan(batch_norm=True), DEPTH, (0, 1), SIZES)
    seen, _ = batch(0, 64)
    x, y = batch(1, 32)
    alone = Alone(nets, 0)
    for norm in alone.norms:
        norm.momentum = 1.0
    with torch.no_grad():
        alone(seen[0].T)
        right = (alone.eval()(x[0].T).argmax(1) == y[0]).double().mean()
    # `BatchNorm1d` keeps the variance with n - 1 in place of n.
    assert nets.accuracy(x, y, seen)[0] == pytest.approx(float(right), abs=1 / 32)


def test_plans_of_one_seed_begin_alike_but_for_scale():
    glorot, he = (DeepNets(plan, DEPTH, (4,), SIZES) for plan in (Plan(), Plan(he=True)))
    for one, other in zip(glorot.weights, he.weights, strict=True):
        ratio = (other / one).detach()
        assert ratio.numpy() == pytest.approx(float(ratio.mean()), rel=1e-5)
    assert Plan(he=True).deviation(8, 8) == pytest.approx(0.5)
    assert Plan().deviation(8, 24) == pytest.approx(0.25)

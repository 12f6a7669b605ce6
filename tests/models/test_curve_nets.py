"""Curve networks: against torch's own modules, alone or in a stack, and what they cost."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.data.generated import make_two_moons
from core.lab.run import complete
from core.models.curve_nets import UNITS, CurveNets
from core.models.curve_plans import BATCH, curve_flops
from core.models.curve_training import far_confidence, train
from tests.operations import Operations

ARMS = ("relu", "tanh", "periodic")
ACTIVATIONS = {"relu": torch.nn.ReLU(), "tanh": torch.nn.Tanh()}


def modules(nets: CurveNets, row: int, unit: str) -> torch.nn.Sequential:
    """The same network of torch's own modules."""
    sizes, act = (1, 8, 8, 1), ACTIVATIONS[unit]
    parts = [torch.nn.Linear(a, b) for a, b in zip(sizes, sizes[1:], strict=False)]
    with torch.no_grad():
        for place, part in enumerate(parts):
            part.weight.copy_(nets.weights[2 * place][row].T)
            part.bias.copy_(nets.weights[2 * place + 1][row, 0])
    return torch.nn.Sequential(parts[0], act, parts[1], act, parts[2])


@pytest.mark.parametrize(("row", "unit"), [(1, "relu"), (3, "tanh")])
@pytest.mark.parametrize("classes", [False, True])
def test_training_is_that_of_torchs_own_modules_and_adam(row, unit, classes):
    nets, rng = CurveNets(ARMS, (4, 7), inputs=1, width=8), np.random.default_rng(0)
    alone = modules(nets, row, unit)
    optimizer = torch.optim.Adam(alone.parameters(), lr=0.01)
    loss = torch.nn.BCEWithLogitsLoss() if classes else torch.nn.MSELoss()
    for _ in range(20):
        x = torch.from_numpy(rng.normal(size=(6, 16, 1)).astype(np.float32))
        y = (x[..., 0] > 0).float() if classes else x[..., 0].sin()
        nets.learn(x, y, 0.01, classes=classes)
        optimizer.zero_grad()
        loss(alone(x[row])[:, 0], y[row]).backward()
        optimizer.step()
    at = np.linspace(-3, 3, 11)[:, None]
    theirs = alone(torch.from_numpy(at.astype(np.float32)))[:, 0].detach().numpy()
    np.testing.assert_allclose(nets.ask(at)[row], theirs, atol=2e-4)


def test_networks_of_one_seed_begin_alike_whatever_their_units():
    nets = CurveNets(ARMS, (4, 7), inputs=2, width=8)
    for weight in nets.weights:
        for arm in range(1, len(ARMS)):
            torch.testing.assert_close(weight[2 * arm : 2 * arm + 2], weight[:2], rtol=0, atol=0)
        assert not torch.equal(weight[0], weight[1])
    first = CurveNets(ARMS, (4,), inputs=1, width=8).weights
    assert not torch.equal(first[0], first[1])


def test_a_network_in_a_stack_is_the_network_alone():
    x, seeds = np.linspace(-1, 1, 40), (4, 7)
    both, alone = (CurveNets(ARMS, some, inputs=1, width=8) for some in (seeds, seeds[1:]))
    for nets, some in ((both, seeds), (alone, seeds[1:])):
        for _ in train(nets, [(x[:, None], x**2)] * len(ARMS) * len(some), some, 15):
            pass
    np.testing.assert_allclose(both.ask(x[:, None])[1::2], alone.ask(x[:, None]), atol=1e-5)


def test_the_periodic_unit_repeats_itself_on_a_slope():
    z = torch.linspace(-4, 4, 9)
    bent = UNITS["periodic"]
    torch.testing.assert_close(bent(z + torch.pi) - bent(z), torch.full_like(z, torch.pi))


def test_it_learns_a_parabola_and_each_network_may_have_its_own_places():
    x, seeds = np.linspace(-1, 1, 50), (1, 2)
    nets = CurveNets(("relu",), seeds, inputs=1, width=16)
    for _ in train(nets, [(x[:, None], x**2)] * 2, seeds, 400):
        pass
    assert np.abs(nets.ask(x[:, None]) - x**2).mean() < 0.05
    own = np.stack([x[:3, None], x[5:8, None]])
    np.testing.assert_allclose(nets.ask(own)[1], nets.ask(x[5:8, None])[1])


def test_operations_are_what_torch_counts():
    x, seeds, steps = np.linspace(-1, 1, 40), (1, 2), 5
    counter = Operations()
    with counter:
        nets = CurveNets(("relu",), seeds, inputs=1, width=16)
        for _ in train(nets, [(x[:, None], x**2)] * 2, seeds, steps):
            pass
        nets.ask(x[:, None])
    assert BATCH == 64
    assert counter.total == 2 * curve_flops(1, 16, steps=steps, asked=len(x))


def test_a_relu_classifier_is_surer_far_away_than_among_its_points():
    moons = [make_two_moons(60, noise=0.3, seed=seed) for seed in (1, 2, 3)]
    sure = complete(far_confidence(("relu", "tanh"), (1, 2, 3), moons, 16))
    assert sure.shape == (6, 7)
    assert ((sure >= 0.5) & (sure <= 1)).all()
    assert (sure[:3, -1] > sure[:3, 0]).all()

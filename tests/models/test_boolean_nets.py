"""Many small networks side by side: each learns as PyTorch teaches it alone."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.models.boolean_nets import ACTIVATIONS, BooleanNets

X = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], dtype=torch.float64)
Y = torch.tensor([0.0, 1.0, 1.0, 0.0], dtype=torch.float64)
WIDTHS = (1, 3)


def one_alone(nets: BooleanNets, place: int, width: int, activation: str) -> torch.nn.Sequential:
    """The same start as a `torch.nn` network of its own."""
    act = {"sigmoid": torch.nn.Sigmoid, "tanh": torch.nn.Tanh, "ReLU": torch.nn.ReLU}[activation]
    alone = torch.nn.Sequential(
        torch.nn.Linear(2, width), act(), torch.nn.Linear(width, 1)
    ).double()
    into, bias, out, last = (one.detach() for one in nets.parameters)
    columns = slice(place * WIDTHS[-1], place * WIDTHS[-1] + width)
    with torch.no_grad():
        alone[0].weight.copy_(into[:, columns].T)
        alone[0].bias.copy_(bias[columns])
        alone[2].weight.copy_(out[place : place + 1, :width])
        alone[2].bias.copy_(last[place : place + 1])
    return alone


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_training_is_that_of_each_network_alone(activation):
    nets = BooleanNets(activation, WIDTHS, (0, 1), 2, 2)
    # Widths come first: places 0 to 3 are one unit wide, 4 to 7 three.
    chosen = {2: 1, 5: 3}
    alone = {place: one_alone(nets, place, width, activation) for place, width in chosen.items()}
    adam = {p: torch.optim.Adam(net.parameters(), lr=0.05) for p, net in alone.items()}
    for _ in range(20):
        nets.learn(X, Y, 0.05)
        for place, net in alone.items():
            adam[place].zero_grad()
            loss = torch.nn.functional.binary_cross_entropy_with_logits(net(X)[:, 0], Y)
            loss.backward()
            adam[place].step()
    with torch.no_grad():
        logits = nets.logits(X)
        for place, net in alone.items():
            assert logits[:, place].numpy() == pytest.approx(net(X)[:, 0].numpy(), abs=1e-7)


def test_a_start_is_the_same_at_every_width_but_for_its_scale():
    nets = BooleanNets("tanh", WIDTHS, (0, 1), 2, 2)
    into, bias, out, _ = (one.detach().numpy() for one in nets.parameters)
    narrow, wide = into[:, : 4 * 3], into[:, 4 * 3 :]
    assert np.array_equal(narrow, wide) and np.array_equal(bias[:12], bias[12:])
    assert out[:4] == pytest.approx(out[4:] * 3**0.5)
    assert not np.array_equal(into[:, :3], into[:, 3:6])


def test_solved_means_every_case_right():
    nets = BooleanNets("ReLU", (2,), (0,), 2, 2)
    into, bias, out, last = nets.parameters
    with torch.no_grad():
        # XOR written down: relu(a + b) - 2 relu(a + b - 1), less a half.
        into.copy_(torch.ones(2, 4))
        bias.copy_(torch.tensor([0.0, -1.0, 0.0, -1.0]))
        out.copy_(torch.tensor([[1.0, -2.0], [1.0, 0.0]]))
        last.copy_(torch.tensor([-0.5, -0.5]))
    assert nets.solved(X, Y).tolist() == [True, False]
    assert nets.right(X, Y).tolist() == [1, 0.75]

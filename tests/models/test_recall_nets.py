"""Networks that recall: their answers and gradients are those of PyTorch's own modules."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from core.lab.run import complete
from core.models.attention import places
from core.models.recall_nets import LARGEST, RecallNets
from core.models.recall_plans import (
    ATTENTION,
    FORGET_BIASES,
    GATED,
    IDENTITY,
    LONG,
    PLAIN,
    STACKS,
    answer_flops,
    training_flops,
)

WIDTH, LENGTH, BATCH = 6, 9, 5
PLACE_OF_ORDER = [1, 2, 0, 3]
"""PyTorch's LSTM has input gate, forget gate, content, output gate."""


def sequences(seeds: int = 2, n: int = BATCH) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(LENGTH, seeds, 2, n, generator=generator)
    return x, (torch.randn(seeds, n, generator=generator) > 0).float()


def theirs(nets: RecallNets, place: int) -> nn.Module:
    """PyTorch's module with the weights of one network of the stack."""
    made = {PLAIN: nn.RNN, IDENTITY: nn.RNN, GATED: nn.GRU, LONG: nn.LSTM}[nets.kind]
    more = {"nonlinearity": "relu"} if nets.kind == IDENTITY else {}
    unit = made(2, WIDTH, **more)
    parts = {"weight_ih_l0": "into", "weight_hh_l0": "back", "bias_ih_l0": "bias"}
    for name, own in parts.items():
        value = nets.weights[own][place].detach()
        if nets.kind == LONG:
            value = value.unflatten(0, (4, WIDTH))[PLACE_OF_ORDER].flatten(0, 1)
        getattr(unit, name).data = value.squeeze(1) if own == "bias" else value
    bias = nets.weights["back bias"][place, :, 0] if nets.kind == GATED else unit.bias_ih_l0 * 0
    unit.bias_hh_l0.data = bias.detach()
    return unit


def answers_of(nets: RecallNets, unit: nn.Module, x: torch.Tensor, place: int) -> torch.Tensor:
    last = unit(x.transpose(1, 2))[0][-1]
    return last @ nets.weights["head"][place, 0].detach() + nets.weights["answer"][place].detach()


@pytest.mark.parametrize("kind", [PLAIN, IDENTITY, GATED, LONG])
def test_answers_and_gradients_are_those_of_pytorchs_modules(kind):
    nets, (x, y) = RecallNets(kind, (0, 1), WIDTH), sequences()
    told, sizes = nets.logits(torch.cat([x] * len(nets.arms), 1)).detach(), nets.gradients(x, y)
    for place in range(2 * len(nets.arms)):
        unit, own = theirs(nets, place), x[:, place % 2].clone().requires_grad_()
        wanted = answers_of(nets, unit, own, place).squeeze()
        assert told[place].numpy() == pytest.approx(wanted.detach().numpy(), abs=1e-5)
        functional.binary_cross_entropy_with_logits(wanted, y[place % 2]).backward()
        size = own.grad.square().mean((1, 2)).sqrt().numpy()
        assert sizes[:, place] == pytest.approx(size, rel=1e-3, abs=1e-9)


@pytest.mark.parametrize("kind", STACKS)
def test_a_network_learns_as_autograd_would_have_it_alone_or_in_a_stack(kind):
    both, alone, (x, y) = (
        RecallNets(kind, (0, 1), WIDTH),
        RecallNets(kind, (1,), WIDTH),
        sequences(),
    )
    before = {name: one.detach().clone() for name, one in both.weights.items()}
    for _ in range(3):
        assert [*both.learn(x, y, 0.01), *alone.learn(x[:, 1:], y[1:], 0.01)] == [None, None]
    for name, one in alone.weights.items():
        stacked = both.weights[name].detach()[1::2]
        assert one.detach().numpy() == pytest.approx(stacked.numpy(), abs=1e-4)
        assert (stacked != before[name][1::2]).any()


@pytest.mark.parametrize("kind", [PLAIN, IDENTITY, LONG])
def test_gradients_written_out_are_those_of_finite_differences(kind):
    nets, (x, y) = RecallNets(kind, (0,), WIDTH), sequences(1)
    own = {name: one.detach().double().requires_grad_() for name, one in nets.weights.items()}
    nets.weights, x = own, x.double()

    def lost(*weights: torch.Tensor) -> torch.Tensor:
        nets.weights = dict(zip(own, weights, strict=True))
        return nets._lost(torch.cat([x] * len(nets.arms), 1), y.double())

    assert torch.autograd.gradcheck(lost, tuple(own.values()), atol=1e-6)


def test_arms_of_a_seed_start_alike_but_for_what_tells_them_apart():
    long, plain, identity = (RecallNets(kind, (4,), WIDTH) for kind in (LONG, PLAIN, IDENTITY))
    gates = long.weights["bias"].detach()[:, 2 * WIDTH : 3 * WIDTH, 0]
    assert gates.unique(dim=1)[:, 0].tolist() == [FORGET_BIASES[arm] for arm in long.arms]
    rest = long.weights["bias"].detach()[:, : 2 * WIDTH]
    assert (rest == rest[0]).all() and (long.weights["back"] == long.weights["back"][0]).all()
    assert (identity.weights["into"] == plain.weights["into"]).all()
    assert (identity.weights["back"][0] == torch.eye(WIDTH)).all()


def test_attention_is_pytorchs_own():
    nets, (x, _) = RecallNets(ATTENTION, (0, 1), WIDTH), sequences()
    own = {name: one[1].detach() for name, one in nets.weights.items()}
    tokens = (own["into"] @ x[:, 1] + own["bias"]).permute(2, 0, 1) + places(LENGTH, WIDTH)
    parts = [tokens @ own[name].T for name in ("query", "key", "value")]
    heard = functional.scaled_dot_product_attention(parts[0][:, -1:], *parts[1:])[:, 0]
    wanted = heard @ own["head"][0] + own["answer"]
    told = nets.logits(x)[1].detach().numpy()
    assert told == pytest.approx(wanted.squeeze().numpy(), abs=1e-5)


def test_long_gradients_are_cut_network_by_network():
    nets, (x, y) = RecallNets(IDENTITY, (0, 1), WIDTH), sequences()
    nets.weights["head"].data[0] *= 1e4
    seen: list[float] = []
    nets._adam.step = lambda rate: seen.extend(  # type: ignore[method-assign]
        torch.stack([w.grad.flatten(1).square().sum(1) for w in nets.weights.values()])
        .sum(0).sqrt().tolist()
    )  # fmt: skip
    complete(nets.learn(x, y, 0.01))
    assert seen[0] == pytest.approx(LARGEST, rel=1e-4) and 0 < seen[1] < LARGEST


@pytest.mark.parametrize("kind", STACKS)
def test_operations_are_those_that_torch_counts(kind):
    from torch.utils.flop_counter import FlopCounterMode

    nets, (x, y) = RecallNets(kind, (0,), 16), sequences(1)
    with FlopCounterMode(display=False) as answering:
        nets.right(x, y)
    with FlopCounterMode(display=False) as learning:
        complete(nets.learn(x, y, 0.01))
    each = BATCH * len(nets.arms)
    assert answering.get_total_flops() == pytest.approx(
        each * answer_flops(kind, LENGTH, 16), rel=0.1
    )
    assert learning.get_total_flops() == pytest.approx(
        each * training_flops(kind, LENGTH, 16), rel=0.1
    )


def test_rightly_named_symbols_are_counted():
    nets, x = RecallNets(PLAIN, (0, 1), WIDTH), sequences(n=40)[0]
    with torch.no_grad():
        said = (nets.logits(x) > 0).float()
    assert nets.right(x, said).tolist() == [40, 40]
    half = torch.where(torch.arange(40) < 10, said, 1 - said)
    assert np.array_equal(nets.right(x, half), [10, 10])

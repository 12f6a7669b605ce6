"""Networks that read signals, stacked: the answers are those of PyTorch's own modules."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from core.lab.run import complete
from core.models.mnist1d_nets import Mnist1dNets
from core.models.mnist1d_plans import CHANNELS, FLOPS, LENGTH, MEMORY, SHAPES

KINDS = tuple(SHAPES)


def signals(n: int = 7) -> torch.Tensor:
    draws = np.random.default_rng(0).normal(size=(2, n, LENGTH))
    return torch.from_numpy(draws.astype(np.float32))


def of(nets: Mnist1dNets, name: str) -> torch.Tensor:
    """A parameter of the second network."""
    return nets.parameters[name][1].detach()


def dense(nets: Mnist1dNets, name: str, x: torch.Tensor) -> torch.Tensor:
    return x @ of(nets, name) + of(nets, f"{name} bias")


def as_mlp(nets: Mnist1dNets, x: torch.Tensor) -> torch.Tensor:
    return dense(nets, "head", dense(nets, "2", dense(nets, "1", x).relu()).relu())


def as_cnn(nets: Mnist1dNets, x: torch.Tensor) -> torch.Tensor:
    """`nn.Conv1d` has channels before places; the last layer here reads places before channels."""
    shown = x[:, None]
    for name, kernel in (("1", 5), ("2", 3), ("3", 3)):
        layer = nn.Conv1d(shown.shape[1], CHANNELS, kernel, stride=2, padding=1)
        # Rows of ours are (channel, place in the kernel).
        layer.weight.data = of(nets, name).T.reshape(CHANNELS, shown.shape[1], kernel)
        layer.bias.data = of(nets, f"{name} bias")[0]
        shown = layer(shown).relu()
    return dense(nets, "head", shown.transpose(1, 2).flatten(1))


def as_gru(nets: Mnist1dNets, x: torch.Tensor) -> torch.Tensor:
    unit = nn.GRU(1, MEMORY, batch_first=True, bidirectional=True)
    for way, suffix in enumerate(("", "_reverse")):
        for name, part in (("into", "ih"), ("back", "hh")):
            getattr(unit, f"weight_{part}_l0{suffix}").data = of(nets, name)[way].T.contiguous()
            getattr(unit, f"bias_{part}_l0{suffix}").data = of(nets, f"{name} bias")[way, 0]
    return dense(nets, "head", unit(x[:, :, None])[0].flatten(1))


@pytest.mark.parametrize("kind", KINDS)
def test_answers_are_those_of_pytorchs_modules(kind):
    nets, x = Mnist1dNets(kind, (0, 1)), signals()
    theirs = {
        "logistic": lambda n, one: dense(n, "head", one), "mlp": as_mlp, "cnn": as_cnn,
        "gru": as_gru,
    }[kind](nets, x[1])  # fmt: skip
    with torch.no_grad():
        assert nets.logits(x)[1].numpy() == pytest.approx(theirs.detach().numpy(), abs=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_a_network_learns_alike_alone_and_in_a_stack(kind):
    both, alone, x = Mnist1dNets(kind, (0, 1)), Mnist1dNets(kind, (1,)), signals(20)
    y = torch.arange(20).remainder(10).expand(2, -1)
    for _ in range(3):
        complete(both.learn(x, y, 0.01))
        complete(alone.learn(x[1:], y[1:], 0.01))
    for name, own in alone.parameters.items():
        assert own[0].detach().numpy() == pytest.approx(of(both, name).numpy(), abs=1e-4)


def test_accuracy_counts_all_signals_piece_by_piece():
    nets, x = Mnist1dNets("logistic", (0, 1)), signals(3000)
    with torch.no_grad():
        wanted = nets.logits(x).argmax(2)
    wrong = (wanted + 1) % 10
    half = torch.where(torch.arange(3000) < 1500, wanted, wrong)
    assert complete(nets.accuracy(x, half)).tolist() == [0.5, 0.5]


def test_operations_are_those_of_the_layers():
    """Counted by PyTorch's own counter where it counts: matrix products."""
    from torch.utils.flop_counter import FlopCounterMode

    for kind in KINDS:
        with FlopCounterMode(display=False) as counter, torch.no_grad():
            Mnist1dNets(kind, (0,)).logits(signals()[:1])
        assert counter.get_total_flops() / 7 == pytest.approx(FLOPS[kind], rel=0.1)


def test_gradients_of_the_recurrent_unit_are_those_of_autograd():
    nets, x = Mnist1dNets("gru", (0, 1)), signals()
    y = torch.arange(7).remainder(10).expand(2, -1)
    loss = nn.functional.cross_entropy(nets.logits(x)[1], y[1])
    loss.backward()
    unit = nn.GRU(1, MEMORY, batch_first=True, bidirectional=True)
    names = {f"weight_ih_l0{s}": ("into", w) for w, s in enumerate(("", "_reverse"))}
    names |= {f"weight_hh_l0{s}": ("back", w) for w, s in enumerate(("", "_reverse"))}
    names |= {f"bias_ih_l0{s}": ("into bias", w) for w, s in enumerate(("", "_reverse"))}
    names |= {f"bias_hh_l0{s}": ("back bias", w) for w, s in enumerate(("", "_reverse"))}
    for theirs, (own, way) in names.items():
        value = of(nets, own)[way]
        getattr(unit, theirs).data = value[0] if "bias" in own else value.T.contiguous()
    told = dense(nets, "head", unit(x[1, :, :, None])[0].flatten(1))
    nn.functional.cross_entropy(told, y[1]).backward()
    for theirs, (own, way) in names.items():
        gradient = nets.parameters[own].grad[1, way]
        gradient = gradient[0] if "bias" in own else gradient.T
        assert gradient.numpy() == pytest.approx(getattr(unit, theirs).grad.numpy(), abs=1e-6)

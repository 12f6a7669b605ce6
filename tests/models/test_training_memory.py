"""Memory of a training step: what is counted is what arithmetic says, to the byte."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest
import torch
from torch.nn.functional import cross_entropy

from core.models.memory_arithmetic import Plan, even_segments, widest_within
from core.models.training_memory import TYPES, Counted, Trained, bytes_of

PLAN = Plan(inputs=12, width=16, depth=6, classes=5, batch=32, optimizer="adam")


def made(plan: Plan) -> tuple[Trained, torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(plan.batch, plan.inputs, generator=generator).to(TYPES[plan.item])
    y = torch.randint(plan.classes, (plan.batch,), generator=generator)
    return Trained(plan.sizes, plan.optimizer, plan.item, seed=0), x, y


@pytest.mark.parametrize("segments", [(), (3, 3), (2, 2, 2), (4, 1, 1), (1, 5)])
@pytest.mark.parametrize("item", [4, 2])
@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
def test_bytes_are_those_of_the_arithmetic(
    segments: tuple[int, ...], item: int, optimizer: str
) -> None:
    plan = replace(PLAN, segments=segments, item=item, optimizer=optimizer)
    net, x, y = made(plan)
    with Counted(net.parameters) as counted:
        net.accumulate(x, y, segments=segments)
    assert counted.peak == plan.activations
    assert bytes_of(net.parameters) == bytes_of([p.grad for p in net.parameters]) == plan.weights
    assert bytes_of(net.state) == plan.state
    net.update(0.01)


def test_nothing_is_left_when_the_step_is_done() -> None:
    net, x, y = made(PLAN)
    counted = Counted(net.parameters)
    for segments in ((), (3, 3)):
        with counted:
            net.accumulate(x, y, segments=segments)
        assert counted._now == 0


@pytest.mark.parametrize(("parts", "segments"), [(1, (2, 2, 2)), (4, ()), (4, (3, 3))])
def test_gradients_are_the_same_however_they_are_computed(
    parts: int, segments: tuple[int, ...]
) -> None:
    net, x, y = made(PLAN)
    wanted = torch.autograd.grad(net.loss(x, y), net.parameters)
    net.accumulate(x, y, parts, segments)
    for p, gradient in zip(net.parameters, wanted, strict=True):
        torch.testing.assert_close(p.grad, gradient, rtol=1e-4, atol=1e-7)


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
def test_steps_are_those_of_torch(optimizer: str) -> None:
    net, x, y = made(replace(PLAN, optimizer=optimizer))
    layers = [part for a, b in zip(PLAN.sizes, PLAN.sizes[1:], strict=False)
              for part in (torch.nn.Linear(a, b), torch.nn.ReLU())][:-1]  # fmt: skip
    peer = torch.nn.Sequential(*layers)
    for own, its in zip(net.parameters, peer.parameters(), strict=True):
        its.data = own.detach().clone()
    momentum = 0.9 if optimizer == "momentum" else 0.0
    kinds = {"adam": torch.optim.Adam(peer.parameters(), lr=0.01)}
    steps = kinds.get(optimizer, torch.optim.SGD(peer.parameters(), lr=0.01, momentum=momentum))
    for _ in range(3):
        net.accumulate(x, y)
        net.update(0.01)
        steps.zero_grad()
        cross_entropy(peer(x), y).backward()
        steps.step()
    for own, its in zip(net.parameters, peer.parameters(), strict=True):
        torch.testing.assert_close(own.detach(), its.detach(), rtol=1e-4, atol=1e-6)


def test_a_small_network_by_hand() -> None:
    """Layers of 3 x 2, 3 x 2 and 3 x 2 numbers: 18; float32, Adam, 4 examples."""
    plan = Plan(inputs=2, width=2, depth=2, classes=2, batch=4, optimizer="adam")
    assert plan.weights == 72
    assert plan.state == 144 + 4
    assert plan.activations == 4 * 4 * (2 + 2 + 2) + 4 * 4 * 2 + 4 * 8 + 4
    assert plan.total == 144 + 148 + plan.activations


@pytest.mark.parametrize(
    ("depth", "wanted"), [(1, (1,)), (4, (2, 2)), (8, (3, 3, 2)), (9, (3,) * 3)]
)
def test_segments_are_even(depth: int, wanted: tuple[int, ...]) -> None:
    assert even_segments(depth) == wanted


@pytest.mark.parametrize("training", [True, False])
def test_the_widest_network_fits_and_a_wider_one_does_not(training: bool) -> None:
    width = widest_within(1e6, PLAN, training=training)
    sizes = [replace(PLAN, width=w) for w in (width, width + 1)]
    needs = [plan.total if training else plan.to_run for plan in sizes]
    assert needs[0] <= 1e6 < needs[1]
    assert widest_within(10, PLAN, training=training) == 0


FRESH = """
import sys, torch
from core.models.training_memory import Trained
x, y = torch.zeros(4, 3), torch.zeros(4, dtype=torch.long)
Trained((3, 5, 5, 5, 2), "sgd", 4, seed=0).accumulate(x, y, segments=(1, 2))
sys.exit("sympy" in sys.modules)
"""


def test_computing_a_segment_again_does_not_import_a_whole_algebra_system() -> None:
    """It would stay in memory for good: 35 MB."""
    assert subprocess.run([sys.executable, "-c", FRESH], check=False).returncode == 0

"""Networks under many treatments at once, against autograd and against each alone."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy

from core.attacks.treated_training import (
    LEARNING_RATE,
    TreatedNets,
    Treatment,
    forward,
    pruned,
    rounded,
)
from core.lab.run import complete

RNG = np.random.default_rng(0)
X = RNG.random((1, 32, 6), dtype=np.float32)
Y = RNG.integers(0, 3, 32)
TARGETS = np.eye(3, dtype=np.float32)[Y]
PLAIN = Treatment(4, X, TARGETS)
ALL = {
    "plain": PLAIN,
    "decay": replace(PLAIN, weight_decay=2.0),
    "dropout": replace(PLAIN, dropout=0.5),
    "attacked": replace(PLAIN, epsilon=0.1),
    "private": replace(PLAIN, clip=0.5, noise=1.0),
    "stopping": replace(PLAIN, picking=(X[0, :9], Y[:9]), patience=2),
    "another": replace(PLAIN, seed=9),
    "weighted": replace(PLAIN, weights=np.where(Y == 0, 3.0, 0.2).astype(np.float32)),
    "variants": replace(PLAIN, x=RNG.random((3, 32, 6), dtype=np.float32)),
}


def trained(*treatments: Treatment, steps: int = 40) -> TreatedNets:
    nets = TreatedNets(treatments, 8, steps)
    complete(nets.train())
    return nets


def test_every_network_is_the_same_alone_as_in_company() -> None:
    together = trained(*ALL.values())
    for place, (name, treatment) in enumerate(ALL.items()):
        alone = trained(treatment)
        torch.testing.assert_close(alone.first[0], together.first[place], rtol=0, atol=2e-5)
        assert alone.ended[0] == together.ended[place]
        if name not in ("plain", "stopping"):
            assert float((together.first[0] - together.first[place]).abs().max()) > 1e-4, name


@pytest.mark.parametrize("weights", [None, np.linspace(0, 2, 32, dtype=np.float32)])
@pytest.mark.parametrize("clip", [math.inf, 0.3])
def test_a_step_is_that_of_autograd_example_by_example(
    clip: float, weights: np.ndarray | None
) -> None:
    """The batch is the whole set: its order does not matter, and one step of Adam is its sign."""
    treatment = replace(PLAIN, clip=clip, weights=weights)
    nets = TreatedNets([treatment], 8, 1)
    before = [weight[0].clone().requires_grad_() for weight in (nets.first, nets.second)]
    total = [torch.zeros_like(weight) for weight in before]
    counted = [1.0] * 32 if weights is None else weights.tolist()
    for x, y, counts in zip(torch.from_numpy(X[0]), torch.from_numpy(Y), counted, strict=True):
        scores = forward(before[0][None], before[1][None], x[None])[0]
        slopes = torch.autograd.grad(counts * cross_entropy(scores, y[None]), before)
        norm = math.sqrt(sum(float(slope.square().sum()) for slope in slopes))
        for sum_, slope in zip(total, slopes, strict=True):
            sum_ += slope * min(1.0, clip / max(norm, 1e-12))
    own = []
    nets._adam.step = lambda rate: own.extend([nets.first.grad[0], nets.second.grad[0]])  # type: ignore[method-assign, index, union-attr]
    complete(nets.train())
    for mine, theirs in zip(own, total, strict=True):
        torch.testing.assert_close(mine, theirs / 32, rtol=1e-4, atol=1e-6)


def test_decay_shrinks_weights_and_no_biases() -> None:
    plain, decayed = (TreatedNets([ALL[name]], 8, 1) for name in ("plain", "decay"))
    start = plain.first[0].clone()
    complete(plain.train())
    complete(decayed.train())
    apart = (plain.first - decayed.first)[0]
    torch.testing.assert_close(apart[:-1], 2.0 * LEARNING_RATE * start[:-1], rtol=1e-3, atol=1e-6)
    assert not apart[-1].any()


def test_stopping_keeps_what_was_best_and_tells_when_it_ended() -> None:
    """What is picked on has wrong labels only: the better the fit, the worse; it ends at once."""
    wrong = (X[0], (Y + 1) % 3)
    nets = trained(replace(PLAIN, picking=wrong, patience=1), PLAIN, steps=200)
    loss = [
        float(cross_entropy(scores, torch.from_numpy(wrong[1])))
        for scores in nets.answers(torch.from_numpy(X[0]))
    ]
    assert nets.ended[0] < 0.2
    assert nets.ended[1] == 1
    assert loss[0] < loss[1]


def test_pruning_takes_the_smallest_weights_of_each_network() -> None:
    layer = torch.tensor([[[1.0, -4.0], [3.0, 2.0], [0.1, 0.1]], [[8.0, 5.0], [-6.0, 7.0], [0, 9]]])
    assert pruned(layer, 0.5).tolist() == [
        [[0.0, -4.0], [3.0, 0.0], [layer[0, 2, 0], layer[0, 2, 1]]],
        [[8.0, 0.0], [0.0, 7.0], [0.0, 9.0]],
    ]
    assert pruned(layer, 0.0) is layer


def test_rounding_leaves_as_many_values_as_the_bits_tell_apart() -> None:
    layer = torch.linspace(-1, 1, 81).view(1, 9, 9)
    for bits in (2, 3, 8):
        found = rounded(layer, bits)
        assert len(found[:, :-1].unique()) <= 2**bits - 1
        assert torch.equal(found[:, -1], layer[:, -1])
        step = float(layer[:, :-1].abs().max()) / (2 ** (bits - 1) - 1)
        assert float((found - layer).abs().max()) <= step / 2 + 1e-6

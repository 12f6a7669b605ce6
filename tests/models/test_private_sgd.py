"""Private training: clipping and noise against autograd, and what a copy starts from."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from core.models.private_sgd import PrivateNetworks, Protection, poisson_batch, train, with_ones

N, D, WIDTH, CLASSES = 12, 5, 4, 3


def data(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(2, N, D)).astype(np.float32)
    return x, rng.integers(0, CLASSES, size=(2, N))


def one_step(
    protections: list[Protection], rate: float = 1.0, learning_rate: float = 1.0
) -> tuple[tuple[torch.Tensor, torch.Tensor], PrivateNetworks]:
    networks = PrivateNetworks(D, WIDTH, CLASSES, len(protections), [1, 2])
    before = networks.first.clone(), networks.second.clone()
    x, y = data()
    for _ in train(
        networks,
        x,
        y,
        protections=protections,
        sample_rate=rate,
        steps=1,
        learning_rate=learning_rate,
        seeds=[1, 2],
    ):
        pass  # fmt: skip
    return before, networks


def per_example(
    first: torch.Tensor, second: torch.Tensor, x: np.ndarray, y: np.ndarray
) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """Gradients of each example's loss by autograd, one after the other."""
    found = []
    for one, label in zip(torch.from_numpy(x), torch.from_numpy(y), strict=True):
        a, b = first.clone().requires_grad_(), second.clone().requires_grad_()
        logits = with_ones(torch.relu(with_ones(one[None]) @ a)) @ b
        torch.nn.functional.cross_entropy(logits, label[None]).backward()
        found.append((a.grad, b.grad))
    return found


@pytest.mark.parametrize("clip", [math.inf, 0.3, 1.0])
def test_clipped_sums_are_autograds(clip):
    (first, second), networks = one_step([Protection(clip)])
    x, y = data()
    for k in range(2):
        grads = per_example(first[0, k], second[0, k], x[k], y[k])
        norms = [math.sqrt(float(a.square().sum() + b.square().sum())) for a, b in grads]
        scales = [min(1.0, clip / norm) for norm in norms]
        for layer, (before, after) in enumerate(
            ((first, networks.first), (second, networks.second))
        ):
            mean = sum(s * g[layer] for s, g in zip(scales, grads, strict=True)) / N
            torch.testing.assert_close(before[0, k] - after[0, k], mean, rtol=1e-4, atol=1e-6)


def test_noise_has_the_size_of_the_promise():
    quiet, loud = Protection(0.5), Protection(0.5, 4.0)
    _, networks = one_step([quiet, loud], learning_rate=N)
    noise = torch.cat([(w[0] - w[1]).flatten() for w in (networks.first, networks.second)])
    assert float(noise.std()) == pytest.approx(0.5 * 4.0, rel=0.2)


def test_arms_do_not_touch_each_other():
    _, alone = one_step([Protection(0.5, 1.0)])
    _, together = one_step([Protection(), Protection(0.5, 1.0)])
    torch.testing.assert_close(together.first[1], alone.first[0])


def test_batches_are_poisson_samples():
    tosses = torch.tensor([[0.05, 0.5, 0.15], [0.9, 0.8, 0.7]])
    index, chosen = poisson_batch(tosses, 0.2)
    assert sorted(index[0][chosen[0] > 0].tolist()) == [0, 2]
    assert chosen.sum(1).tolist() == [2, 0]


def test_absent_rows_leave_no_trace():
    x, y = data()
    present = np.arange(N) % 2 == np.arange(2)[:, None]
    weights = []
    for value in (0.0, 7.0):
        networks = PrivateNetworks(D, WIDTH, CLASSES, 1, [1, 2])
        filled = np.where(present[..., None], x, np.float32(value))
        options = {"protections": [Protection(1.0, 0.5)], "sample_rate": 0.5, "steps": 20}
        for _ in train(
            networks,
            filled,
            np.where(present, y, 0),
            **options,
            learning_rate=0.5,
            seeds=[1, 2],
            present=present,
        ):
            pass  # fmt: skip
        weights.append(networks.first)
    assert torch.equal(*weights)


def test_a_copy_leaves_the_original_alone():
    networks = PrivateNetworks(3, 4, 2, 1, [0])
    copy, before = networks.copied(), networks.first.clone()
    x, y = np.ones((1, 6, 3), dtype=np.float32), np.zeros((1, 6), dtype=np.int64)
    for _ in train(
        copy,
        x,
        y,
        protections=[Protection()],
        sample_rate=1.0,
        steps=2,
        learning_rate=0.1,
        seeds=[0],
    ):
        pass  # fmt: skip
    assert torch.equal(networks.first, before)
    assert not torch.equal(copy.second, networks.second)


@pytest.mark.parametrize(("rate", "falls"), [(0.1, True), (-0.1, False)])
def test_below_zero_the_learning_rate_climbs(rate, falls):
    networks = PrivateNetworks(3, 4, 2, 1, [0])
    x, y = np.ones((1, 6, 3), dtype=np.float32), np.zeros((1, 6), dtype=np.int64)

    def margin() -> float:
        z = networks.logits(x[0])[0, 0]
        return float(z[0, 0] - z[0, 1])

    before = margin()
    for _ in train(
        networks,
        x,
        y,
        protections=[Protection()],
        sample_rate=1.0,
        steps=3,
        learning_rate=rate,
        seeds=[0],
    ):
        pass  # fmt: skip
    assert (margin() > before) == falls

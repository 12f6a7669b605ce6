"""The gradient noise scale against gradients of single examples, and against batches."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.metrics.gradient_noise import noise_scale


def layers(rng: np.random.Generator, *sizes: int) -> list[np.ndarray]:
    pairs = zip(sizes, sizes[1:], strict=False)
    return [rng.normal(size=(i + 1, o)).astype(np.float32) / i**0.5 for i, o in pairs]


def gradients(weights: list[np.ndarray], x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Every example's gradient of its cross-entropy, by torch, `(n, parameters)`."""
    blocks = [torch.tensor(w, dtype=torch.float64, requires_grad=True) for w in weights]
    found = []
    for one, label in zip(torch.tensor(x, dtype=torch.float64), y, strict=True):
        z = one
        for place, block in enumerate(blocks):
            z = torch.cat([z, torch.ones(1, dtype=z.dtype)]) @ block
            z = torch.relu(z) if place < len(blocks) - 1 else z
        loss = torch.nn.functional.cross_entropy(z[None], torch.tensor([label]))
        parts = torch.autograd.grad(loss, blocks)
        found.append(np.concatenate([part.numpy().ravel() for part in parts]))
    return np.array(found)


@pytest.mark.parametrize("sizes", [(3, 4), (5, 7, 3), (4, 6, 5, 3)])
def test_it_is_the_trace_over_the_square_of_the_mean(sizes):
    rng = np.random.default_rng(0)
    weights = layers(rng, *sizes)
    x, y = rng.normal(size=(12, sizes[0])), rng.integers(0, sizes[-1], 12)
    each = gradients(weights, x, y)
    wanted = np.trace(np.cov(each.T)) / (each.mean(0) ** 2).sum()
    assert noise_scale(weights, x, y) == pytest.approx(wanted, rel=1e-9)


def test_it_agrees_with_the_estimate_from_two_batch_sizes():
    """McCandlish et al. 2018, appendix A.1: norms of mean gradients of small and large batches."""
    rng = np.random.default_rng(1)
    weights = layers(rng, 4, 8, 3)
    x, y = rng.normal(size=(400, 4)), rng.integers(0, 3, 400)
    each = gradients(weights, x, y)

    def norm(batch: int) -> float:
        picked = rng.integers(0, len(each), (3000, batch))
        return float((each[picked].mean(1) ** 2).sum(1).mean())

    small, large = norm(4), norm(64)
    square = (64 * large - 4 * small) / 60
    trace = (small - large) / (1 / 4 - 1 / 64)
    assert noise_scale(weights, x, y) == pytest.approx(trace / square, rel=0.1)


def test_examples_that_agree_have_no_noise_and_opposite_ones_endless():
    weights = [np.zeros((3, 2), dtype=np.float32)]
    x = np.array([[1.0, 2.0]] * 4)
    assert noise_scale(weights, x, np.zeros(4, dtype=int)) == pytest.approx(0, abs=1e-12)
    assert noise_scale(weights, x, np.array([0, 1, 0, 1])) == float("inf")

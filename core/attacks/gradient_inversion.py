"""What a gradient says about the batch it was computed on, and two ways to read it.

Importing this does not import torch; the first network does.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linear_sum_assignment

from core.engine.lbfgs import Lbfgs
from core.lab.seeding import numpy_generator, torch_generator

if TYPE_CHECKING:
    import torch

ROUNDS = 25
ITERATIONS = 4
"""L-BFGS iterations in each round; a run pauses between rounds."""
EVALUATIONS = 110
"""Of value and slope in one search, about: at least one an iteration, until it ends."""
FOUND = 1e-14
"""Squared distance, as a share of the gradient's square, at which the search ends."""
SPREAD = 0.5
"""Initial weights are uniform in ±SPREAD, as in the code of Zhu et al. 2019."""


@dataclass(frozen=True)
class Network:
    """One hidden layer, never trained: the attack works best before training.

    Attributes:
        weights: Input to hidden `(d, width)`, its bias, hidden to output `(width, n_classes)`, its
            bias; float64.
        smooth: Sigmoid units (the matching attack differentiates twice), else ReLU.
    """

    weights: tuple[torch.Tensor, ...]
    smooth: bool

    def gradients(self, x: torch.Tensor, y: torch.Tensor) -> list[torch.Tensor]:
        """Gradient of the mean cross-entropy, written out so that it can be differentiated.

        Args:
            x: Inputs, `(n, d)` float64.
            y: Labels, `(n,)`.

        Returns:
            One tensor for each of `weights`.
        """
        import torch

        first, first_bias, second, second_bias = self.weights
        before = x @ first + first_bias
        hidden = torch.sigmoid(before) if self.smooth else torch.relu(before)
        slope = hidden * (1 - hidden) if self.smooth else (before > 0).to(before)
        target = torch.nn.functional.one_hot(y, second.shape[1])
        out = (torch.softmax(hidden @ second + second_bias, dim=1) - target) / len(y)
        error = (out @ second.T) * slope
        return [x.T @ error, error.sum(0), hidden.T @ out, out.sum(0)]


def draw_network(n_inputs: int, width: int, n_classes: int, smooth: bool, seed: int) -> Network:
    """Draw the weights that attacker and victim share, see `Network`."""
    import torch

    rng = torch_generator(seed, "gradient leakage", "weights", str(smooth))
    shapes = ((n_inputs, width), (width,), (width, n_classes), (n_classes,))
    drawn = [torch.rand(shape, generator=rng, dtype=torch.float64) for shape in shapes]
    return Network(tuple(SPREAD * (2 * w - 1) for w in drawn), smooth)


def with_noise(gradients: list[torch.Tensor], noise: float, seed: int) -> list[torch.Tensor]:
    """Add normal noise whose size is a share of the gradient's own root mean square."""
    import torch

    size = torch.cat([g.flatten() for g in gradients]).square().mean().sqrt()
    rng = torch_generator(seed, "gradient leakage", "noise")
    draws = [torch.randn(g.shape, generator=rng, dtype=torch.float64) for g in gradients]
    return [g + noise * size * z for g, z in zip(gradients, draws, strict=True)]


def divide(gradients: list[torch.Tensor]) -> np.ndarray:
    """Read inputs off the first layer: weight gradient divided by bias gradient, unit by unit.

    A unit that was active for one example only gives exactly that example.

    Returns:
        One candidate per unit with a bias gradient, `(n_units, d)`, clipped to [0, 1].
    """
    weight, bias = (g.numpy() for g in gradients[:2])
    alive = np.abs(bias) > 1e-12
    return np.asarray((weight[:, alive] / bias[alive]).T.clip(0, 1))


def match(
    network: Network, gradients: list[torch.Tensor], y: torch.Tensor, seed: int
) -> Generator[np.ndarray, None, np.ndarray]:
    """Search for inputs that give the same gradient (Zhu et al. 2019), with L-BFGS.

    Labels are known: Zhao et al. 2020 read them off the last layer's gradient.

    Args:
        network: Whose gradient it is; smooth.
        gradients: What is known of the batch, as `Network.gradients` gives it.
        y: Its labels, `(n,)`.
        seed: Of the inputs that the search starts from.

    Yields:
        The inputs so far, `(n, d)` in [0, 1], after every round.

    Returns:
        The last of them.
    """
    import torch

    scale = sum(float(g.square().sum()) for g in gradients)
    rng = numpy_generator(seed, "gradient leakage", "start", len(y))
    shape = (len(y), network.weights[0].shape[0])

    def distance(flat: np.ndarray) -> tuple[float, np.ndarray]:
        x = torch.tensor(flat.reshape(shape), requires_grad=True)
        pairs = zip(network.gradients(x, y), gradients, strict=True)
        total = torch.stack([(a - b).square().sum() for a, b in pairs]).sum() / scale
        (slope,) = torch.autograd.grad(total, x)
        return float(total.detach()), slope.numpy().ravel()

    search = Lbfgs(distance, rng.random(shape).ravel(), FOUND)
    for _ in range(ROUNDS):
        for _ in range(ITERATIONS):
            search.step()
        yield search.x.reshape(shape).clip(0, 1)
    return search.x.reshape(shape).clip(0, 1)


def match_flops(n: int, n_inputs: int, width: int, n_classes: int) -> float:
    """Operations that `match` takes for a batch of `n`, about."""
    return EVALUATIONS * 12.0 * n * width * (n_inputs + n_classes)


def pair(found: np.ndarray, originals: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give each original a different candidate, so that the mean squared errors are smallest.

    A gradient knows no order, so neither does what is read off it.

    Args:
        found: Candidates, `(m, d)`; when there are too few, grey images are added.
        originals: `(n, d)`.

    Returns:
        The candidates chosen, `(n, d)`, and each one's mean squared error, `(n,)`.
    """
    missing = max(0, len(originals) - len(found))
    found = np.concatenate([found, np.full((missing, originals.shape[1]), 0.5)])
    errors = ((found[:, None] - originals[None]) ** 2).mean(axis=2)
    rows, columns = linear_sum_assignment(errors)
    order = rows[np.argsort(columns)]
    return found[order], errors[order, np.arange(len(originals))]

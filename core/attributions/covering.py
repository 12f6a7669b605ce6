"""Explaining a decision by covering parts of the picture and watching the score.

The same numbers as captum's classes of these names with the same draws (a test holds them
together), in one batch per picture: captum prepares every covered picture by itself, which takes
longer than the network. Draws come from torch's global generator, as captum's do: the caller sets
it (`core.attributions.borrowed_generators`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from torch import Tensor, nn

PATCHES = 7
"""A picture is cut into this many patches a side; at least one pixel each."""
PERMUTATIONS = 8
SURROGATE_SAMPLES = 200
RIDGE = 1.0
"""Penalty of LIME's linear model, as in its authors' own package."""
ENDS = 1e6
"""KernelSHAP's weight of the whole picture and of the black one; of all others it is 1."""
CHUNK = 64
"""Covered pictures that go through the network at once: few enough for the processor's cache."""


def patch_mask(side: int) -> np.ndarray:
    """Number the patches of a picture: `(side, side)` int64, rows first."""
    rows = np.arange(side) // max(1, side // PATCHES)
    return rows[:, None] * (rows[-1] + 1) + rows[None, :]


def n_patches(side: int) -> int:
    """Patches of a picture of this side."""
    return int(patch_mask(side).max()) + 1


def feature_ablation(net: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    """What the score loses when one patch is covered."""
    import torch

    shown = 1 - torch.eye(_count(x))
    whole = _scores(net, x, y, torch.ones(1, _count(x)))
    return _painted(whole - _scores(net, x, y, shown), x)


def shapley_sampling(net: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    """What a patch adds when patches are uncovered one by one, mean over random orders."""
    import torch

    n = _count(x)
    orders = torch.stack([torch.randperm(n) for _ in range(PERMUTATIONS)])
    place = orders.argsort(1)
    shown = place[:, None, :] <= torch.arange(n)[None, :, None]
    black = _scores(net, x, y, torch.zeros(1, n)).expand(PERMUTATIONS, 1)
    after = _scores(net, x, y, shown.reshape(-1, n).float()).view(PERMUTATIONS, n)
    added = torch.cat([black, after], 1).diff(dim=1)
    return _painted(added.gather(1, place).mean(0), x)


def kernel_shap(net: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    """Shapley values as the weights of a linear model of which patches are shown."""
    import torch

    n = _count(x)
    shown, weight = _shapley_draws(n), torch.ones(SURROGATE_SAMPLES)
    weight[:2] = ENDS
    return _painted(linear_weights(shown, _scores(net, x, y, shown), weight, ridge=0.0), x)


def lime(net: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    """Weights of a linear model fitted where covered pictures still resemble the whole."""
    import torch

    n = _count(x)
    shown = torch.bernoulli(torch.full((SURROGATE_SAMPLES, n), 0.5))
    covered = _covered(x, shown).flatten(1)
    distance = 1 - torch.nn.functional.cosine_similarity(x.detach().flatten(1), covered)
    weight = torch.exp(-(distance**2) / 2)
    return _painted(linear_weights(shown, _scores(net, x, y, shown), weight, ridge=RIDGE), x)


def linear_weights(x: Tensor, y: Tensor, weight: Tensor, *, ridge: float) -> Tensor:
    """Fit a weighted ridge regression with an intercept and return its weights.

    It stands in for scikit-learn's, which would cost every process 100 MB.

    Args:
        x: `(n, d)`.
        y: `(n,)`.
        weight: `(n,)`, positive.
        ridge: Penalty on the squared weights for weights that sum to n; 0 gives the shortest
            least-squares solution.

    Returns:
        `(d,)` float32.
    """
    import torch

    x, y, weight = x.double(), y.double(), weight.double()
    weight = weight / weight.sum()
    x = x - weight @ x
    y = y - weight @ y
    scaled = x * weight[:, None]
    gram = x.T @ scaled + ridge / len(y) * torch.eye(x.shape[1], dtype=x.dtype)
    return (torch.linalg.pinv(gram, hermitian=True) @ (scaled.T @ y)).float()


def _shapley_draws(n: int) -> Tensor:
    """Which patches are shown, `(SURROGATE_SAMPLES, n)`: all, none, then by Shapley's kernel."""
    import torch

    sizes = torch.arange(n, dtype=torch.float)
    chance = torch.tensor(n - 1) / (sizes * (n - sizes))
    chance[0] = 0.0
    chance = (chance / chance.sum())[None]
    counts, noise = [], []
    for _ in range(SURROGATE_SAMPLES - 2):  # in turns, as captum draws them
        counts.append(torch.multinomial(chance, 1, True))
        noise.append(torch.randn(1, n))
    drawn = torch.cat(noise)
    order = drawn.sort(1).values
    threshold = order.gather(1, n - torch.cat(counts) - 1)
    return torch.cat([torch.ones(1, n), torch.zeros(1, n), (drawn > threshold).float()])


def _count(x: Tensor) -> int:
    return n_patches(x.shape[-1])


def _covered(x: Tensor, shown: Tensor) -> Tensor:
    """One picture with patches covered in black: `(len(shown), 1, side, side)`."""
    import torch

    patches = torch.from_numpy(patch_mask(x.shape[-1]))
    return x.detach() * shown[:, patches][:, None]


def _scores(net: nn.Module, x: Tensor, y: Tensor, shown: Tensor) -> Tensor:
    """Logit of the target for each way of covering, `(len(shown),)`."""
    import torch

    with torch.no_grad():
        found = [net(_covered(x, part))[:, int(y[0])] for part in shown.split(CHUNK)]
    return torch.cat(found)


def _painted(values: Tensor, x: Tensor) -> Tensor:
    """Give every pixel its patch's value: the shape of `x`."""
    import torch

    return values[torch.from_numpy(patch_mask(x.shape[-1]))][None, None]

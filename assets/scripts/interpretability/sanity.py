"""Does a map change when the network forgets? Maps of a trained and of a destroyed network.

After Adebayo et al. (2018), Sanity Checks for Saliency Maps: weights are drawn anew layer by layer,
from the output down, and every map is compared with that of the trained network.
Run this file with python (needs torch, numpy, pandas, scipy; downloads nothing).
"""

import numpy as np
import pandas as pd
import torch
from scipy import stats
from torch import nn

SEEDS = range(5)
N_TRAIN, N_EXPLAINED, SIDE, STROKES, EPOCHS, BATCH, PEAK_RATE = 1500, 12, 28, 8, 6, 64, 0.01
Y, X = np.mgrid[0:SIDE, 0:SIDE]


def pictures(n, rng):
    """A disc, ring, square, triangle or cross, somewhere among short strokes that mean nothing."""
    labels, found = rng.integers(0, 5, n), rng.normal(0, 0.08, (n, SIDE, SIDE))
    for picture, label in zip(found, labels, strict=True):
        for _ in range(STROKES):
            y, x, turn = rng.uniform(0, SIDE), rng.uniform(0, SIDE), rng.uniform(0, np.pi)
            along = (X - x) * np.cos(turn) + (Y - y) * np.sin(turn)
            across = (Y - y) * np.cos(turn) - (X - x) * np.sin(turn)
            stroke = (abs(along) <= rng.uniform(1, 2.5)) & (abs(across) <= 0.6)
            picture[stroke] = rng.uniform(0.3, 0.8)
        r = rng.uniform(4, 6.5)
        dx, dy = X - rng.uniform(r + 1, SIDE - 2 - r), Y - rng.uniform(r + 1, SIDE - 2 - r)
        far, reach = np.hypot(dx, dy), np.maximum(abs(dx), abs(dy))
        shape = (
            far <= r, (far <= r) & (far >= r - 2.2), reach <= 0.87 * r,
            (dy <= 0.75 * r) & (dy >= 1.9 * abs(dx) - r),
            (np.minimum(abs(dx), abs(dy)) <= 1.3) & (reach <= r),
        )[label]  # fmt: skip
        picture[shape] = rng.uniform(0.5, 1.0) + rng.normal(0, 0.04, shape.sum())
    return torch.tensor(found.clip(0, 1)[:, None], dtype=torch.float32), torch.tensor(labels)


def trained(x, y):
    """Three convolutions, the largest value of each channel, and a linear layer."""
    net = nn.Sequential(
        nn.Conv2d(1, 8, 5, stride=2, padding=2), nn.ReLU(),
        nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(),
        nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(32, 5),
    )  # fmt: skip
    optimizer = torch.optim.Adam(net.parameters(), fused=True)
    batches = [b for _ in range(EPOCHS) for b in torch.randperm(len(y)).split(BATCH)[:-1]]
    for step, batch in enumerate(batches, start=1):
        done = step / len(batches)
        # The rate rises for a quarter of the training, then falls.
        optimizer.param_groups[0]["lr"] = PEAK_RATE * min(done / 0.25, (1.01 - done) / 0.75)
        optimizer.zero_grad()
        nn.functional.cross_entropy(net(x[batch]), y[batch]).backward()
        optimizer.step()
    return net


def saliency(net, x, y):
    """How the score of each picture's class changes with each pixel."""
    x = x.clone().requires_grad_()
    return torch.autograd.grad(net(x).gather(1, y[:, None]).sum(), x)[0]


def integrated_gradients(net, x, y, steps=32):
    """Mean gradient on the way from black to the picture, times the picture."""
    return x * sum(saliency(net, (k + 0.5) / steps * x, y) for k in range(steps)) / steps


def guided_backprop(net, x, y):
    """The gradient, but on the way back only what speaks for the class passes an activation."""

    def speaks_for(layer, into, out):
        return (into[0].clamp(min=0),)

    hooks = [net[k].register_full_backward_hook(speaks_for) for k in (1, 3, 6)]
    found = saliency(net, x, y)
    for hook in hooks:
        hook.remove()
    return found


def grad_cam(net, x, y):
    """The last convolution's channels, weighted by their mean gradient: a coarse map."""
    channels = net[:7](x).detach()
    weights = saliency(net[7:], channels, y).mean((2, 3), keepdim=True)
    coarse = (weights * channels).sum(1, keepdim=True).relu()
    return nn.functional.interpolate(coarse, (SIDE, SIDE), mode="bilinear")


def alike(a, b):
    """Mean rank correlation of the sizes in two sets of maps; a map that is constant has none."""
    a, b = (stats.rankdata(m.detach().abs().flatten(1).numpy(), axis=1) for m in (a, b))
    a, b = a - a.mean(1, keepdims=True), b - b.mean(1, keepdims=True)
    size = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    return ((a * b).sum(1) / np.where(size > 0, size, 1)).mean()


torch.set_num_threads(1)
rows, methods = [], (saliency, integrated_gradients, guided_backprop, grad_cam)
for seed in SEEDS:
    rng = np.random.default_rng(seed)
    torch.manual_seed(seed)
    net = trained(*pictures(N_TRAIN, rng))
    x, _ = pictures(N_EXPLAINED, rng)
    y = net(x).argmax(1)  # The trained network's answers stay what is explained.
    before = [method(net, x, y) for method in methods]
    for redrawn, place in enumerate((9, 5, 2, 0), start=1):
        net[place].reset_parameters()
        for method, then in zip(methods, before, strict=True):
            name, now = method.__name__.replace("_", " "), method(net, x, y)
            rows.append((seed, name, redrawn, alike(then, now)))
found = pd.DataFrame(rows, columns=["seed", "method", "redrawn", "alike"])
print(found.pivot_table(index="method", columns="redrawn", values="alike").round(2))
for name, values in found[found["redrawn"] == 4].groupby("method", sort=False)["alike"]:
    n, mean = len(values), values.mean()
    half = stats.t.ppf(0.975, n - 1) * values.std() / n**0.5  # 95% t interval over seeds.
    print(f"left of {name}: {mean:.4f} [{mean - half:.4f}, {mean + half:.4f}] over {n} seeds")

"""Which pixels made the network decide so? Four ways to draw a map, and how far they agree.

Krishna et al. (2022), The Disagreement Problem in Explainable Machine Learning; maps of Simonyan
et al. (2014, gradient), Shrikumar et al. (2016, times the input), Smilkov et al. (2017, SmoothGrad)
and Sundararajan et al. (2017, Integrated Gradients). The lab itself compares thirteen methods.
Run this file with python (needs torch, numpy, pandas, scipy; downloads nothing).
"""

import numpy as np
import pandas as pd
import torch
from scipy import stats
from torch import nn

SEEDS = range(5)
N_TRAIN, N_NEW, SIDE, STROKES = 1500, 400, 28, 8
EPOCHS, BATCH, PEAK_RATE = 6, 64, 0.01
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
    # Whole batches only: the rest of each pass is left out.
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
    score = net(x).gather(1, y[:, None]).sum()
    return torch.autograd.grad(score, x)[0]


def integrated_gradients(net, x, y, steps=32):
    """Mean gradient on the way from black to the picture, times the picture."""
    return x * sum(saliency(net, (k + 0.5) / steps * x, y) for k in range(steps)) / steps


def input_x_gradient(net, x, y):
    """What the score would lose pixel by pixel, if it were a straight line."""
    return x * saliency(net, x, y)


def smooth_grad(net, x, y, copies=16):
    """Mean gradient of noisy copies: what is there by chance averages out."""
    return sum(saliency(net, x + 0.15 * torch.randn(x.shape), y) for _ in range(copies)) / copies


torch.set_num_threads(1)
methods, rows = (saliency, input_x_gradient, smooth_grad, integrated_gradients), []
for seed in SEEDS:
    rng = np.random.default_rng(seed)
    torch.manual_seed(seed)
    net = trained(*pictures(N_TRAIN, rng))
    x, y = pictures(N_NEW, rng)
    right = net(x).argmax(1) == y
    # Explained are three mistakes, and the first right answers of three classes.
    firsts = [torch.nonzero(right & (y == label))[0].item() for label in range(5)]
    places = [*torch.nonzero(~right)[:3, 0].tolist(), *sorted(firsts)[:3]]
    maps = {method.__name__: method(net, x[places], y[places]) for method in methods}
    maps["brightness"] = x[places]  # A control that knows nothing of the network.
    sizes = [{k: m[i].abs().flatten().numpy() for k, m in maps.items()} for i in range(len(places))]
    # How alike two maps order the pixels of one picture, mean over the pictures.
    alike = sum(pd.DataFrame(one).corr("spearman") for one in sizes) / len(places)
    among = alike.loc["saliency":"integrated_gradients", "saliency":"integrated_gradients"]
    rows.append({
        "accuracy": right.float().mean().item(),
        "agreement of four methods": among.to_numpy()[np.triu_indices(4, k=1)].mean(),
        "integrated gradients with brightness": alike["integrated_gradients"]["brightness"],
        "saliency with brightness": alike["saliency"]["brightness"],
    })  # fmt: skip
print(alike.round(2).to_string())  # Of the last network.
for name, values in pd.DataFrame(rows).items():
    n, mean = len(values), values.mean()
    half = stats.t.ppf(0.975, n - 1) * values.std() / n**0.5  # 95% t interval over seeds.
    print(f"{name}: {mean:.4f} [{mean - half:.4f}, {mean + half:.4f}] over {n} seeds")

"""How large should the network be? Few points, a fifth of them labelled wrongly.

After Goodfellow, Bengio and Courville (2016), Deep Learning, Figure 5.3: training accuracy rises
with capacity, accuracy on new examples first rises and then falls.
Run this file with python (needs torch, numpy, pandas, scipy; downloads nothing).
"""

import numpy as np
import pandas as pd
import torch
from scipy import stats
from torch import nn

SEEDS = range(10)
WIDTHS = (1, 8, 128)
N_TRAIN, N_NEW, WRONG = 100, 1000, 0.2
STEPS, BATCH, LEARNING_RATE = 600, 32, 0.01


def two_moons(n, rng):
    """Two half circles that interlock, one per class, blurred so that they overlap."""
    label = rng.integers(0, 2, n)
    angle = rng.uniform(0, np.pi, n)
    x = np.where(label == 0, np.cos(angle), 1 - np.cos(angle))
    y = np.where(label == 0, np.sin(angle), 0.5 - np.sin(angle))
    points = np.column_stack([x, y]) + rng.normal(0, 0.3, (n, 2))
    return torch.tensor(points, dtype=torch.float32), torch.tensor(label, dtype=torch.float32)


def with_wrong_labels(y, rng):
    """Exactly a share of the labels becomes the other class."""
    y = y.clone()
    wrong = rng.permutation(len(y))[: round(WRONG * len(y))]
    y[wrong] = 1 - y[wrong]
    return y


def trained(width, x, y):
    """Two hidden layers of this width, trained with Adam."""
    net = nn.Sequential(
        nn.Linear(2, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU(), nn.Linear(width, 1)
    )
    optimizer = torch.optim.Adam(net.parameters(), LEARNING_RATE, fused=True)
    # Examples come in a new random order each time all have been seen.
    epochs = STEPS * BATCH // len(y) + 1
    order = torch.cat([torch.randperm(len(y)) for _ in range(epochs)])
    for step in range(STEPS):
        batch = order[step * BATCH : (step + 1) * BATCH]
        loss = nn.functional.binary_cross_entropy_with_logits(net(x[batch])[:, 0], y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return net


def accuracy(net, x, y):
    """Share of examples on the right side: above 0 the network says class 1."""
    with torch.no_grad():
        return ((net(x)[:, 0] > 0) == (y == 1)).float().mean().item()


def report(name, values):
    """Print the mean over seeds and its 95% t interval: mean +- t(n-1) * s / sqrt(n)."""
    n, mean = len(values), np.mean(values)
    half = stats.t.ppf(0.975, n - 1) * np.std(values, ddof=1) / n**0.5
    print(f"{name}: {mean:.4f} [{mean - half:.4f}, {mean + half:.4f}] over {n} seeds")


torch.set_num_threads(1)  # Networks this small are slower on several cores than on one.
rows = []
for seed in SEEDS:
    rng = np.random.default_rng(seed)
    x, y_true = two_moons(N_TRAIN, rng)
    y = with_wrong_labels(y_true, rng)
    x_new, y_new = two_moons(N_NEW, rng)
    # The gap compares like with like: new examples whose labels are wrong as often.
    y_new_as_wrong = with_wrong_labels(y_new, rng)
    for width in WIDTHS:
        # All widths of a seed see the same points, so that differences are due to the width.
        torch.manual_seed(seed)
        net = trained(width, x, y)
        train = accuracy(net, x, y)
        gap = train - accuracy(net, x_new, y_new_as_wrong)
        rows.append((seed, width, train, accuracy(net, x_new, y_new), gap))

found = pd.DataFrame(rows, columns=["seed", "width", "train", "new", "gap"])
table = found.pivot(index="seed", columns="width")
for width in WIDTHS:
    report(f"validation accuracy on true labels width {width}", table["new"][width])
for width in WIDTHS[1:]:
    report(f"generalization gap width {width}", table["gap"][width])
# The question of the page: does the widest do worse on new points than the middle one?
report("width 128 minus width 8", table["new"][128] - table["new"][8])

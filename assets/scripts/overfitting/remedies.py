"""Which remedies against overfitting help? One network that overfits, and one remedy at a time.

More data; noise on the inputs (Bishop 1995, Training with Noise is Equivalent to Tikhonov
Regularization); decoupled weight decay (Loshchilov and Hutter 2019, AdamW); early stopping
(Prechelt 1998, Early Stopping - But When?).
Run this file with python (needs torch, numpy, pandas, scipy; downloads nothing).
"""

import copy

import numpy as np
import pandas as pd
import torch
from scipy import stats
from torch import nn

SEEDS = range(10)
N_TRAIN, N_NEW, WRONG, WIDTH = 100, 1000, 0.2, 32
STEPS, BATCH, LEARNING_RATE = 600, 32, 0.01
LOOK_EVERY, PATIENCE = 20, 3
"""Early stopping looks every 20 steps and gives up after 3 looks without a new best."""


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


def loss_of(net, x, y):
    """Mean cross-entropy."""
    return nn.functional.binary_cross_entropy_with_logits(net(x)[:, 0], y)


def accuracy(net, x, y):
    """Share of examples on the right side: above 0 the network says class 1."""
    with torch.no_grad():
        return ((net(x)[:, 0] > 0) == (y == 1)).float().mean().item()


def trained(x, y, stopping, noise=0.0, decay=0.0):
    """Train for all steps; also return the network that early stopping would have kept."""
    net = nn.Sequential(
        nn.Linear(2, WIDTH), nn.ReLU(), nn.Linear(WIDTH, WIDTH), nn.ReLU(), nn.Linear(WIDTH, 1)
    )
    weights = [p for p in net.parameters() if p.ndim == 2]
    biases = [p for p in net.parameters() if p.ndim == 1]
    # Decay shrinks weights; a bias only shifts, so that shrinking it makes nothing simpler.
    groups = [{"params": weights, "weight_decay": decay}, {"params": biases, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, LEARNING_RATE, fused=True)
    order = torch.cat([torch.randperm(len(y)) for _ in range(STEPS * BATCH // len(y) + 1)])
    best, kept, waited = np.inf, None, 0
    for step in range(STEPS + 1):
        if step % LOOK_EVERY == 0 and waited < PATIENCE:
            with torch.no_grad():
                now = loss_of(net, *stopping).item()
            waited = 0 if now < best else waited + 1
            if now < best:
                best, kept = now, copy.deepcopy(net)
        batch = order[step * BATCH : (step + 1) * BATCH]
        if step < STEPS:
            moved = x[batch] + noise * torch.randn(len(batch), 2)
            optimizer.zero_grad()
            loss_of(net, moved, y[batch]).backward()
            optimizer.step()
    return net, kept


def report(name, values):
    """Print the mean over seeds and its 95% t interval: mean +- t(n-1) * s / sqrt(n)."""
    n, mean = len(values), np.mean(values)
    half = stats.t.ppf(0.975, n - 1) * np.std(values, ddof=1) / n**0.5
    print(f"{name}: {mean:.4f} [{mean - half:.4f}, {mean + half:.4f}] over {n} seeds")


torch.set_num_threads(1)  # Networks this small are slower on several cores than on one.
rows = []
for seed in SEEDS:
    rng = np.random.default_rng(seed)
    x, y_true = two_moons(4 * N_TRAIN, rng)
    few = with_wrong_labels(y_true[:N_TRAIN], rng)
    many = torch.cat([few, with_wrong_labels(y_true[N_TRAIN:], rng)])
    x_new, y_new = two_moons(N_NEW, rng)
    # What picks the moment to stop must not measure the result as well: halve the new examples.
    stopping, x_test, y_test = (x_new[::2], y_new[::2]), x_new[1::2], y_new[1::2]
    y_test_as_wrong = with_wrong_labels(y_test, rng)
    nets = {}
    arms = {"no remedy": {}, "augmentation": {"noise": 0.3}, "weight decay": {"decay": 1.0}}
    for arm, options in arms.items():
        torch.manual_seed(seed)  # Every remedy starts from the same weights.
        nets[arm], stopped = trained(x[:N_TRAIN], few, stopping, **options)
        nets.setdefault("early stopping", stopped)  # Read off the network without a remedy.
    torch.manual_seed(seed)
    nets["more data"], _ = trained(x, many, stopping)
    gap = accuracy(nets["no remedy"], x[:N_TRAIN], few)
    gap -= accuracy(nets["no remedy"], x_test, y_test_as_wrong)
    rows.append({"gap": gap, **{arm: accuracy(net, x_test, y_test) for arm, net in nets.items()}})

found = pd.DataFrame(rows, index=SEEDS)
report("validation accuracy on true labels no remedy", found["no remedy"])
report("generalization gap no remedy", found["gap"])
for arm in ("more data", "augmentation", "weight decay", "early stopping"):
    report(f"gain {arm}", found[arm] - found["no remedy"])

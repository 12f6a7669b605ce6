"""What does it take to make a network misread a digit? Noise, one step, and many small steps.

FGSM after Goodfellow, Shlens and Szegedy (2015), Explaining and Harnessing Adversarial Examples;
PGD after Madry et al. (2018), Towards Deep Learning Models Resistant to Adversarial Attacks.
Run this file with python (needs torch, numpy, pandas, scipy, scikit-learn; downloads nothing).
"""

import numpy as np
import pandas as pd
import torch
from scipy import stats
from sklearn.datasets import load_digits
from torch import nn

SEEDS = range(5)
N_TRAIN, N_TEST = 1200, 200
EPOCHS, BATCH, LEARNING_RATE = 10, 50, 0.005
EPSILON, STEPS = 0.1, 20
"""No attack moves a pixel by more than a tenth of the way from black to white."""


def trained(x, y):
    """Two convolutions and a linear layer, trained with Adam and a rate that falls to zero."""
    net = nn.Sequential(
        nn.Conv2d(1, 16, 4, stride=2, padding=1), nn.ReLU(),
        nn.Conv2d(16, 32, 4, stride=2, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(128, 10),
    )  # fmt: skip
    optimizer = torch.optim.Adam(net.parameters(), LEARNING_RATE, fused=True)
    falling = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.0, EPOCHS * len(y) // BATCH)
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(y)).split(BATCH):
            loss = nn.functional.cross_entropy(net(x[batch]), y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            falling.step()
    return net


def right(net, x, y):
    """Which images are classified correctly."""
    with torch.no_grad():
        return net(x).argmax(1) == y


def uphill(net, x, y):
    """Which way each pixel has to change for the loss to grow: the sign of its gradient."""
    x = x.clone().requires_grad_()
    loss = nn.functional.cross_entropy(net(x), y, reduction="sum")
    (gradient,) = torch.autograd.grad(loss, x)
    return gradient.sign()


def noise(net, x, y):
    """Every pixel up or down by EPSILON, by the toss of a coin."""
    coins = torch.randint(0, 2, x.shape) * 2 - 1
    return right(net, (x + EPSILON * coins).clamp(0, 1), y)


def fgsm(net, x, y):
    """The same size of change, but each pixel where it hurts: one step, no search."""
    return right(net, (x + EPSILON * uphill(net, x, y)).clamp(0, 1), y)


def pgd(net, x, y):
    """Many small steps uphill, each pulled back to within EPSILON of the image."""
    moved = (x + EPSILON * (2 * torch.rand(x.shape) - 1)).clamp(0, 1)
    withstood = right(net, moved, y)
    for _ in range(STEPS):
        moved = moved + 2.5 * EPSILON / STEPS * uphill(net, moved, y)
        moved = torch.clamp(moved, x - EPSILON, x + EPSILON).clamp(0, 1)
        withstood &= right(net, moved, y)  # Fooled once is fooled: the attacker keeps that image.
    return withstood


def report(name, values):
    """Print the mean over seeds and its 95% t interval: mean +- t(n-1) * s / sqrt(n)."""
    n, mean = len(values), np.mean(values)
    half = stats.t.ppf(0.975, n - 1) * np.std(values, ddof=1) / n**0.5
    print(f"{name}: {mean:.4f} [{mean - half:.4f}, {mean + half:.4f}] over {n} seeds")


torch.set_num_threads(1)  # Networks this small are slower on several cores than on one.
images, digits = load_digits(return_X_y=True)
images = torch.tensor(images / 16, dtype=torch.float32).view(-1, 1, 8, 8)  # Black 0, white 1.
digits = torch.tensor(digits)

rows = []
for seed in SEEDS:
    torch.manual_seed(seed)
    order = torch.randperm(len(digits))
    own, new = order[:N_TRAIN], order[N_TRAIN : N_TRAIN + N_TEST]
    net = trained(images[own], digits[own])
    row = {"clean accuracy": right(net, images[new], digits[new])}
    for attack in (noise, fgsm, pgd):
        row[f"accuracy under {attack.__name__}"] = attack(net, images[new], digits[new])
    rows.append({name: one.float().mean().item() for name, one in row.items()})

found = pd.DataFrame(rows, index=SEEDS)
for name in found:
    report(name, found[name])

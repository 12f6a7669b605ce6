"""Can a network learn labels that mean nothing? True labels against shuffled ones.

After Zhang, Bengio, Hardt, Recht and Vinyals (2017), Understanding Deep Learning Requires
Rethinking Generalization, Figure 1 and Table 1: here on scikit-learn's digits in place of CIFAR-10.
Run this file with python (needs torch, numpy, pandas, scipy, scikit-learn; downloads nothing).
"""

import numpy as np
import pandas as pd
import torch
from scipy import stats
from sklearn.datasets import load_digits
from torch import nn

SEEDS = range(10)
N_TRAIN, N_NEW = 128, 300
WIDTH, BATCH, LEARNING_RATE = 128, 32, 0.005
MOST_EPOCHS = 200
"""A network that has not learned all its labels by then is given up."""


def accuracy(net, x, y):
    """Share of examples whose largest output is the label's."""
    with torch.no_grad():
        return (net(x).argmax(1) == y).float().mean().item()


def until_all_right(net, x, y):
    """Train until every training label is right; return how many passes that took."""
    optimizer = torch.optim.Adam(net.parameters(), LEARNING_RATE, fused=True)
    for epoch in range(MOST_EPOCHS):
        if accuracy(net, x, y) == 1.0:
            return epoch
        for batch in torch.randperm(len(y)).split(BATCH):
            loss = nn.functional.cross_entropy(net(x[batch]), y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return MOST_EPOCHS


def report(name, values):
    """Print the mean over seeds and its 95% t interval: mean +- t(n-1) * s / sqrt(n)."""
    n, mean = len(values), np.mean(values)
    half = stats.t.ppf(0.975, n - 1) * np.std(values, ddof=1) / n**0.5
    print(f"{name}: {mean:.4f} [{mean - half:.4f}, {mean + half:.4f}] over {n} seeds")


torch.set_num_threads(1)  # Networks this small are slower on several cores than on one.
images, digits = load_digits(return_X_y=True)
images = torch.tensor(images / 16, dtype=torch.float32)  # From whole sixteenths to [0, 1].
digits = torch.tensor(digits)

rows = []
for seed in SEEDS:
    # A seed draws its own split, order of examples and first weights.
    order = torch.randperm(len(digits), generator=torch.Generator().manual_seed(seed))
    own, new = order[:N_TRAIN], order[N_TRAIN : N_TRAIN + N_NEW]
    # Shuffling keeps how often each digit occurs and takes away what the images say about it.
    shuffle = torch.randperm(N_TRAIN, generator=torch.Generator().manual_seed(1000 + seed))
    for labels, y in (("true", digits[own]), ("random", digits[own][shuffle])):
        torch.manual_seed(seed)  # Both begin with the same weights.
        net = nn.Sequential(
            nn.Linear(64, WIDTH), nn.ReLU(),
            nn.Linear(WIDTH, WIDTH), nn.ReLU(), nn.Linear(WIDTH, 10),
        )  # fmt: skip
        epochs = until_all_right(net, images[own], y)
        train = accuracy(net, images[own], y)
        rows.append((seed, labels, train, accuracy(net, images[new], digits[new]), epochs))

found = pd.DataFrame(rows, columns=["seed", "labels", "train", "new", "epochs"])
table = found.pivot(index="seed", columns="labels")
for labels in ("true", "random"):
    report(f"training accuracy {labels} labels", table["train"][labels])
    report(f"validation accuracy {labels} labels", table["new"][labels])
    report(f"epochs to fit {labels} labels", table["epochs"][labels])
# How many times as long random labels take: ratios are averaged as logarithms.
ratio = table["epochs"]["random"] / table["epochs"]["true"]
report("log of epochs random over true", np.log(ratio))

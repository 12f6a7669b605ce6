"""Can one score be fair in every sense at once? Two groups that differ only in how many repay.

After Chouldechova (2017), Fair Prediction with Disparate Impact, and Hardt, Price and Srebro
(2016), Equality of Opportunity in Supervised Learning: where base rates differ, equal error rates
and equal precision exclude each other. The applicants are drawn in this script.
Run this file with python (needs torch, numpy, pandas, scipy; downloads nothing).
"""

import numpy as np
import pandas as pd
import torch
from scipy import stats
from torch import nn

SEEDS = range(10)
BASE_RATE = {"A": 0.5, "B": 0.3}
SIGNAL = 1.5
"""How far the papers of those who repay lie from the others', in standard deviations."""
N_TRAIN, N_NEW = 2000, 4000
STEPS, BATCH, LEARNING_RATE = 300, 128, 0.005
THRESHOLDS = np.linspace(0, 1, 101)


def applicants(n, rng):
    """Half of them of group B; two papers say the same about repaying in both groups."""
    group = rng.choice(["A", "B"], n)
    repays = rng.random(n) < np.where(group == "A", BASE_RATE["A"], BASE_RATE["B"])
    papers = rng.normal(0, 1, (n, 2)) + SIGNAL / 2**0.5 * repays[:, None]
    x = np.column_stack([papers, group == "B"])
    return pd.DataFrame({"group": group, "repays": repays}), torch.tensor(x, dtype=torch.float32)


def trained(x, y):
    """A small network whose output is a score between 0 and 1."""
    net = nn.Sequential(nn.Linear(3, 16), nn.ReLU(), nn.Linear(16, 1))
    optimizer = torch.optim.Adam(net.parameters(), LEARNING_RATE, fused=True)
    order = torch.cat([torch.randperm(len(y)) for _ in range(STEPS * BATCH // len(y) + 1)])
    for step in range(STEPS):
        batch = order[step * BATCH : (step + 1) * BATCH]
        loss = nn.functional.binary_cross_entropy_with_logits(net(x[batch])[:, 0], y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return net


def rates(people, threshold):
    """What one group gets if everybody with this score or more is given the loan."""
    given, repays = people["score"] >= threshold, people["repays"]
    return {
        "selection rate": given.mean(),
        "true positive rate": given[repays].mean(),  # Of those who would repay.
        "false positive rate": given[~repays].mean(),  # Of those who would not.
        "precision": repays[given].mean(),  # Of the loans given.
    }


def calibration_error(people):
    """How far a score of 0.3 is from 3 in 10 repaying, over ten bins weighted by their people."""
    bins = np.minimum((people["score"] * 10).astype(int), 9)
    off = people["score"] - people["repays"]
    return off.groupby(bins).sum().abs().sum() / len(people)


def report(name, values):
    """Print the mean over seeds and its 95% t interval: mean +- t(n-1) * s / sqrt(n)."""
    n, mean = len(values), np.mean(values)
    half = stats.t.ppf(0.975, n - 1) * np.std(values, ddof=1) / n**0.5
    print(f"{name}: {mean:.4f} [{mean - half:.4f}, {mean + half:.4f}] over {n} seeds")


torch.set_num_threads(1)  # Networks this small are slower on several cores than on one.
rows = []
for seed in SEEDS:
    rng = np.random.default_rng(seed)
    torch.manual_seed(seed)
    train, x = applicants(N_TRAIN, rng)
    net = trained(x, torch.tensor(train["repays"].to_numpy(), dtype=torch.float32))
    people, x = applicants(N_NEW, rng)
    with torch.no_grad():
        people["score"] = torch.sigmoid(net(x)[:, 0]).numpy().astype(float)
    a, b = people[people["group"] == "A"], people[people["group"] == "B"]

    # One threshold for both groups. Every gap is group B's rate minus group A's.
    of_a, of_b = rates(a, 0.5), rates(b, 0.5)
    row = {f"{name} gap": of_b[name] - of_a[name] for name in of_a}
    row["calibration error"] = (calibration_error(a) + calibration_error(b)) / 2

    # A threshold of its own for group B, so that as many of those who would repay get the loan.
    wanted = of_a["true positive rate"]
    off = [abs(rates(b, line)["true positive rate"] - wanted) for line in THRESHOLDS]
    equal = rates(b, THRESHOLDS[np.argmin(off)])
    row["precision gap at equal true positive rates"] = equal["precision"] - of_a["precision"]
    rows.append(row)

found = pd.DataFrame(rows, index=SEEDS)
for name in found:
    report(name, found[name])

"""What do remedies for unfairness cost in accuracy? Here the record is biased, not the people.

Before training: reweighing (Kamiran and Calders 2012). In training: a penalty on the gap of the
mean scores, and an adversary who reads the group from the score (Zhang, Lemoine and Mitchell 2018).
After training: a threshold for each group (Hardt, Price and Srebro 2016).
Run this file with python (needs torch, numpy, pandas, scipy; downloads nothing).
"""

import numpy as np
import pandas as pd
import torch
from scipy import stats
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy

SEEDS = range(10)
ERASED = 0.4
"""Share of group B's repaid loans that are on record as not repaid."""
APART = 1.5
"""How far apart the two groups live, in standard deviations of the postcode."""
N_TRAIN, N_NEW = 2000, 2000
STEPS, BATCH, LEARNING_RATE = 300, 256, 0.01
ARMS = {
    "no remedy": {},
    "reweighing": {"reweigh": True},
    "the penalty": {"penalty": 10.0},
    "the adversary": {"adversary": 3.0},
}


def applicants(n, rng):
    """Both groups repay alike; the record hides some of what group B repaid."""
    group = (rng.random(n) < 0.5).astype(float)
    merit = rng.normal(0, 1, n)
    repays = merit + rng.normal(0, 0.5, n) > 0
    recorded = repays & ~((group == 1) & (rng.random(n) < ERASED))
    papers = merit + rng.normal(0, 0.5, n), rng.normal(0, 0.5, n)  # The second says nothing.
    postcode = APART * (group - 0.5) + rng.normal(0, 1, n)
    x = np.column_stack([*papers, postcode, group])
    return [torch.tensor(part, dtype=torch.float32) for part in (x, group, recorded, repays)]


def reweighed(y, group):
    """Weights under which label and group are independent: P(group) P(label) / P(group, label)."""
    weights = torch.ones(len(y))
    for g in (0, 1):
        for label in (0, 1):
            cell = (group == g) & (y == label)
            expected = (group == g).float().mean() * (y == label).float().mean()
            weights[cell] = expected / cell.float().mean()
    return weights


def trained(x, y, group, reweigh=False, penalty=0.0, adversary=0.0):
    """A small network that learns from the record, with one remedy or none."""
    net = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 1))
    critic = torch.zeros(2, requires_grad=True)  # The adversary: group from slope * output + bias.
    optimizer = torch.optim.Adam(net.parameters(), LEARNING_RATE, fused=True)
    critics = torch.optim.Adam([critic], 3 * LEARNING_RATE)  # It must not fall behind.
    weights = reweighed(y, group) if reweigh else torch.ones(len(y))
    per_epoch = len(y) // BATCH
    for step in range(STEPS):
        if step % per_epoch == 0:
            order = torch.randperm(len(y))
        batch = order[step % per_epoch * BATCH :][:BATCH]
        out, b = net(x[batch])[:, 0], group[batch] == 1
        loss = cross_entropy(out, y[batch], weights[batch])
        if penalty:
            score = torch.sigmoid(out)
            loss = loss + penalty * (score[b].mean() - score[~b].mean()) ** 2
        if adversary:
            loss = loss - adversary * cross_entropy(critic[0] * out + critic[1], group[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if adversary:  # Its turn: it learns from the same outputs, and leaves the network alone.
            critics.zero_grad()
            cross_entropy(critic[0] * out.detach() + critic[1], group[batch]).backward()
            critics.step()
    return net


def report(name, values):
    """Print the mean over seeds and its 95% t interval: mean +- t(n-1) * s / sqrt(n)."""
    n, mean = len(values), np.mean(values)
    half = stats.t.ppf(0.975, n - 1) * np.std(values, ddof=1) / n**0.5
    print(f"{name}: {mean:.4f} [{mean - half:.4f}, {mean + half:.4f}] over {n} seeds")


torch.set_num_threads(1)  # Networks this small are slower on several cores than on one.
rows = []
for seed in SEEDS:
    rng = np.random.default_rng(seed)
    x, group, recorded, _ = applicants(N_TRAIN, rng)
    x_new, group_new, _, repays = applicants(N_NEW, rng)
    row = {}
    for arm, options in ARMS.items():
        torch.manual_seed(seed)  # Every remedy starts from the same weights.
        net = trained(x, recorded, group, **options)
        with torch.no_grad():
            old, new = net(x)[:, 0], net(x_new)[:, 0]
        row[arm] = ((new > 0) == (repays == 1)).float().mean().item()  # By the truth.
        if arm == "no remedy":
            chosen = (new > 0).float()
            row["gap"] = (chosen[group_new == 1].mean() - chosen[group_new == 0].mean()).item()
            # Each group's own threshold, at which as large a share of it is chosen as of all.
            share = (old > 0).float().mean()
            lines = torch.stack([torch.quantile(old[group == g], 1 - share) for g in (0, 1)])
            right = (new > lines[group_new.long()]) == (repays == 1)
            row["equal selection"] = right.float().mean().item()
    rows.append(row)

found = pd.DataFrame(rows, index=SEEDS)
report("accuracy without remedy", found["no remedy"])
report("selection gap without remedy", found["gap"])
for arm in ("reweighing", "the penalty", "the adversary", "equal selection"):
    report(f"accuracy gained by {arm}", found[arm] - found["no remedy"])

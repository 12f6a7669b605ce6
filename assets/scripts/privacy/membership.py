"""Can an attacker tell whose record was in the training set? A loss threshold and shadow networks.

The threshold after Yeom et al. (2018), Privacy Risk in Machine Learning; the shadow networks (LiRA)
after Carlini et al. (2022), Membership Inference Attacks From First Principles.
Run this file with python (needs torch, numpy, pandas, scipy; downloads nothing).
"""

import numpy as np
import pandas as pd
import torch
from scipy import stats
from torch import nn

SEEDS = range(5)
NETWORKS = 16
"""Each is trained on its own random half of the records and attacked with the others' help."""
N_RECORDS, FEATURES, INFORMATIVE, CLASSES, WRONG = 1000, 40, 10, 10, 0.1
WIDTH, STEPS, BATCH, LEARNING_RATE = 64, 300, 50, 0.01


def records(rng):
    """Ten classes of two clusters each, around corners of a cube; a tenth of the labels wrong."""
    corners = rng.choice([-1.2, 1.2], (CLASSES, 2, INFORMATIVE))
    label, cluster = rng.integers(0, CLASSES, N_RECORDS), rng.integers(0, 2, N_RECORDS)
    x = rng.normal(0, 1, (N_RECORDS, FEATURES))
    x[:, :INFORMATIVE] += corners[label, cluster]
    wrong = rng.random(N_RECORDS) < WRONG
    label = np.where(wrong, (label + rng.integers(1, CLASSES, N_RECORDS)) % CLASSES, label)
    return torch.tensor(x, dtype=torch.float32), torch.tensor(label)


def trained(x, y):
    """One hidden layer, trained long enough to learn its records by heart."""
    net = nn.Sequential(nn.Linear(FEATURES, WIDTH), nn.ReLU(), nn.Linear(WIDTH, CLASSES))
    optimizer = torch.optim.Adam(net.parameters(), LEARNING_RATE, fused=True)
    order = torch.cat([torch.randperm(len(y)) for _ in range(STEPS * BATCH // len(y))])
    for batch in order.split(BATCH):
        loss = nn.functional.cross_entropy(net(x[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return net


def confidence(logits, y):
    """Log odds of the record's label: it orders records as the loss does, but is near normal."""
    log_p = torch.log_softmax(logits.double(), dim=1)
    own = log_p.gather(1, y[:, None])
    others = log_p.scatter(1, y[:, None], -torch.inf).logsumexp(1)
    return (own[:, 0] - others).numpy()


def log_density(value, shadows, chosen):
    """How well a confidence fits the shadows that were (or were not) trained on the record.

    A normal law for each record: its own mean, and one variance for all, since shadows are few.
    """
    n = chosen.sum(axis=0)
    overall = shadows[chosen].mean()
    mean = np.where(n > 0, (shadows * chosen).sum(axis=0) / np.maximum(n, 1), overall)
    variance = ((shadows - mean) ** 2 * chosen).sum() / np.maximum(n - 1, 0).sum()
    spread = np.sqrt(variance * (1 + 1 / np.maximum(n, 1)))  # The mean itself is uncertain.
    return stats.norm.logpdf(value, mean, spread)


def area(member, score):
    """Chance that a member scores above another record: the area under the ROC curve."""
    ranks = stats.rankdata(score.ravel())[member.ravel()]
    n_in, n_out = member.sum(), (~member).sum()
    return (ranks.sum() - n_in * (n_in + 1) / 2) / (n_in * n_out)


def caught(member, score, false_alarms=0.01):
    """Share of the members above a threshold that accuses 1% of the others."""
    others = np.sort(score[~member])[::-1]
    return (score[member] > others[int(false_alarms * len(others))]).mean()


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
    x, y = records(rng)
    member = np.argsort(rng.random((NETWORKS, N_RECORDS)), axis=1) < N_RECORDS // 2
    nets = [trained(x[torch.tensor(mine)], y[torch.tensor(mine)]) for mine in member]
    with torch.no_grad():
        logits = [net(x) for net in nets]
    right = np.stack([(one.argmax(1) == y).numpy() for one in logits])
    score = np.stack([confidence(one, y) for one in logits])
    ratio = np.empty_like(score)
    for target in range(NETWORKS):
        # The attacker has the other networks, and knows who was in which of their training sets.
        shadows = np.delete(score, target, axis=0), np.delete(member, target, axis=0)
        inside = log_density(score[target], shadows[0], shadows[1])
        ratio[target] = inside - log_density(score[target], shadows[0], ~shadows[1])
    gap = right[member].mean() - right[~member].mean()
    rows.append((gap, area(member, score), area(member, ratio), caught(member, ratio)))

names = "generalization gap", "auc loss threshold", "auc shadow networks", "caught at 1 percent"
found = pd.DataFrame(rows, index=SEEDS, columns=names)
for name in names:
    report(name, found[name])

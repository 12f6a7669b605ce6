"""What does a proof of privacy cost, and what does it buy? Clipped gradients and noise, attacked.

DP-SGD after Abadi et al. (2016), Deep Learning with Differential Privacy; its accounting after
Mironov, Talwar and Zhang (2019), Renyi Differential Privacy of the Sampled Gaussian Mechanism; the
attack is LiRA of Carlini et al. (2022), with the networks of the same seed as shadows.
Run this file with python (needs torch, numpy, pandas, scipy; downloads nothing).
"""

import numpy as np
import pandas as pd
import torch
from scipy import optimize, stats
from scipy.special import logsumexp

SEEDS, NETWORKS, N_RECORDS, N_ATTACKED, N_NEW = range(5), 8, 2000, 1000, 500
FEATURES, CLASSES, WRONG = 40, 10, 0.1
WIDTH, STEPS, BATCH, LEARNING_RATE, MOMENTUM = 32, 150, 100, 0.1, 0.9
CLIP, DELTA, RATE = 1.0, 1e-5, BATCH / (N_RECORDS // 2)
"""Longest gradient of a record; chance of a failing proof, and of a record to be in a batch."""


def epsilon_of(noise, wanted=0.0):
    """What so much noise promises: the best bound over orders of Renyi's divergence."""
    z = np.linspace(-15 * noise, 32 + 15 * noise, 4001)
    density = stats.norm.logpdf(z, 0, noise) + np.log(z[1] - z[0])
    # A batch with the record against one without: the record is in it with chance RATE.
    ratio = np.logaddexp(np.log1p(-RATE), np.log(RATE) + (2 * z - 1) / (2 * noise**2))
    found = []
    for order in np.arange(1.1, 32, 0.1):
        divergence = STEPS * logsumexp(density + order * ratio) / (order - 1)  # Steps add up.
        found.append(divergence + np.log1p(-1 / order) - np.log(DELTA * order) / (order - 1))
    return min(found) - wanted


def records(n, rng):
    """Ten classes of two clusters each, around corners of a cube; a tenth of the labels wrong."""
    corners = rng.choice([-1.2, 1.2], (CLASSES, 2, 10))
    label, cluster = rng.integers(0, CLASSES, n), rng.integers(0, 2, n)
    x = rng.normal(0, 1, (n, FEATURES))
    x[:, :10] += corners[label, cluster]
    moved = rng.integers(1, CLASSES, n) * (rng.random(n) < WRONG)
    return torch.tensor(x, dtype=torch.float32), torch.tensor((label + moved) % CLASSES)


def with_one(x):
    """A further column of ones: what biases, the last row of a matrix, are multiplied with."""
    return torch.cat([x, torch.ones(len(x), 1)], dim=1)


def outputs(weights, x):
    """One hidden layer of ReLU units."""
    return with_one(torch.relu(with_one(x) @ weights[0])) @ weights[1]


def gradients(weights, x, y):
    """One gradient per record, not their mean: what a layer reads, times its error."""
    read = with_one(x)
    hidden = with_one(torch.relu(read @ weights[0]))
    error = torch.softmax(hidden @ weights[1], dim=1) - torch.eye(CLASSES)[y]
    back = (error @ weights[1][:-1].T) * (hidden[:, :-1] > 0)
    return read[:, :, None] * back[:, None, :], hidden[:, :, None] * error[:, None, :]


def trained(x, y, clip, noise):
    """SGD with momentum in which no record can pull the weights further than `clip`."""
    shapes = (FEATURES, WIDTH), (WIDTH, CLASSES)
    weights = [(2 * torch.rand(n + 1, m) - 1) / n**0.5 for n, m in shapes]
    speed = [torch.zeros_like(w) for w in weights]
    for _ in range(STEPS):
        batch = torch.rand(len(y)) < RATE  # Each record joins by a toss of its own.
        each = gradients(weights, x[batch], y[batch])
        shorter = (clip / sum(g.square().sum((1, 2)) for g in each).sqrt()).clamp(max=1.0)
        for k, g in enumerate(each):
            total = torch.tensordot(shorter, g, 1) + noise * clip * torch.randn(g.shape[1:])
            # Divided by the expected size: who was in the batch must not tell.
            speed[k] = MOMENTUM * speed[k] + total / BATCH
            weights[k] -= LEARNING_RATE * speed[k]
    return weights


def log_density(value, shadows, chosen):
    """How well a confidence fits shadows trained on the record, or not: normal, one variance."""
    n = chosen.sum(axis=0)
    own = (shadows * chosen).sum(axis=0) / np.maximum(n, 1)
    mean = np.where(n > 0, own, shadows[chosen].mean())
    variance = ((shadows - mean) ** 2 * chosen).sum() / np.maximum(n - 1, 0).sum()
    return stats.norm.logpdf(value, mean, np.sqrt(variance * (1 + 1 / np.maximum(n, 1))))


torch.set_num_threads(1)  # Networks this small are slower on several cores than on one.
arms = {"unprotected": (1e9, 0.0), "clipped": (CLIP, 0.0)}
for epsilon in (8, 2):  # Look for the noise whose promise is this epsilon.
    arms[f"epsilon {epsilon}"] = CLIP, optimize.brentq(epsilon_of, 0.3, 30, epsilon, xtol=1e-3)
rows = []
for seed in SEEDS:
    rng = np.random.default_rng(seed)
    x, y = records(N_RECORDS + N_NEW, rng)
    member = rng.random((NETWORKS, N_RECORDS)) < 0.5  # Each joins each training set by a coin.
    inside, places = member[:, :N_ATTACKED], [torch.tensor(np.flatnonzero(m)) for m in member]
    for arm, protection in arms.items():
        torch.manual_seed(seed)  # All protections start from the same weights.
        nets = [trained(x[mine], y[mine], *protection) for mine in places]
        right = [outputs(n, x[N_RECORDS:]).argmax(1) == y[N_RECORDS:] for n in nets]
        p = torch.stack([outputs(n, x[:N_ATTACKED]).double().softmax(1) for n in nets])
        log_odds = torch.logit(p[:, torch.arange(N_ATTACKED), y[:N_ATTACKED]], 1e-12).numpy()
        ratio = np.empty_like(log_odds)
        for k in range(NETWORKS):
            others, theirs = np.delete(log_odds, k, axis=0), np.delete(inside, k, axis=0)
            ratio[k] = log_density(log_odds[k], others, theirs)
            ratio[k] -= log_density(log_odds[k], others, ~theirs)
        wins = stats.mannwhitneyu(ratio[inside], ratio[~inside]).statistic
        area = wins / (inside.sum() * (~inside).sum())  # Chance that a member scores above another.
        rows.append((seed, arm, area, torch.stack(right).float().mean().item()))

found = pd.DataFrame(rows, columns=["seed", "arm", "auc", "accuracy"])
table = found.pivot(index="seed", columns="arm")
for name in [(number, arm) for arm in arms for number in ("auc", "accuracy")]:
    n, mean = len(table), table[name].mean()
    half = stats.t.ppf(0.975, n - 1) * table[name].std() / n**0.5  # 95% t interval over seeds.
    print(f"{' '.join(name)}: {mean:.4f} [{mean - half:.4f}, {mean + half:.4f}] over {n} seeds")

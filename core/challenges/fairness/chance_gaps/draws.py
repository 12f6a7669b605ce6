"""What chance draws: audits of fair and unfair deciders, crossed groups, applicants."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np

from core.challenges.fairness.chance_gaps.config import CROSSED, SIZES, WORLDS, ChanceGapsConfig
from core.data.dataset import Dataset
from core.lab.seeding import numpy_generator
from core.metrics.fairness import difference, divided

RATE = 0.7
"""True positive rate of group A, and of group B where there is no gap."""
WIDE = 0.1
AUDITS = 120
SHUFFLES = 199
MOST_ATTRIBUTES = 6
CROSSED_SIZES = (500, 2000, 10_000)
NOISE = 0.5


def simulated(config: ChanceGapsConfig, seed: int) -> Iterator[list[tuple[object, ...]]]:
    """Audit deciders of both worlds at every size.

    Yields:
        Rows `seed`, `n`, `world`, `metric`, `value`.
    """
    for n, world in product(SIZES, WORLDS):
        gap = config.true_gap if world == "true gap" else 0.0
        rng = numpy_generator(seed, "audits", n, world)
        hits, able = audits(n, config.minority_share, config.base_rate, gap, rng)
        seen = difference(divided((hits, able)))
        p = shuffle_test(hits, able, rng)
        yield [
            (seed, n, world, "wide", float(np.mean(seen > WIDE))),
            (seed, n, world, "alarm", float(np.mean(p <= 0.05))),
        ]


def audits(
    n: int, share: float, base_rate: float, gap: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Draw audits of `n` people.

    Args:
        n: People per audit.
        share: Of group B.
        base_rate: Share who would repay.
        gap: How much lower group B's true positive rate is.
        rng: Source of randomness.

    Returns:
        How many of those who would repay were selected, and how many they are, each
        `(audits, 2)`; at least one per group.
    """
    cells = [(1 - share) * base_rate, share * base_rate]
    drawn = rng.multinomial(n, [*cells, 1 - sum(cells)], size=AUDITS)[:, :2]
    able = np.maximum(drawn, 1)
    return rng.binomial(able, [RATE, RATE - gap]), able


def shuffle_test(hits: np.ndarray, able: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """P-value of every audit's gap against groups dealt at random, `(audits,)`."""
    all_hits, everybody = hits.sum(axis=1), able.sum(axis=1)
    dealt = rng.hypergeometric(
        all_hits, everybody - all_hits, able[:, 0], size=(SHUFFLES, len(hits))
    )
    pairs = np.stack([dealt, all_hits - dealt], axis=-1)
    by_chance = difference(divided((pairs, np.broadcast_to(able, pairs.shape))))
    seen = difference(divided((hits, able)))
    return (1 + (by_chance >= seen - 1e-12).sum(axis=0)) / (SHUFFLES + 1)


def crossings(base_rate: float, seed: int) -> list[tuple[object, ...]]:
    """Widest gap between crossed groups that are all selected alike, on average.

    Returns:
        Rows `seed`, `attributes`, `n`, `value`.
    """
    rows: list[tuple[object, ...]] = []
    for n, attributes in product(CROSSED_SIZES, range(1, MOST_ATTRIBUTES + 1)):
        rng = numpy_generator(seed, "crossed", n, attributes)
        groups = 2**attributes
        sizes = rng.multinomial(n, np.full(groups, 1 / groups), size=AUDITS)
        picked = rng.binomial(sizes, base_rate)
        rows.append((seed, attributes, n, float(difference(divided((picked, sizes))).mean())))
    return rows


def people(n_train: int, n_validation: int, bias: float, seed: int) -> tuple[Dataset, np.ndarray]:
    """Draw applicants with two attributes whose record is biased where exactly one holds.

    Returns:
        Inputs: two papers and the attributes; and the attributes of the validation applicants,
        `(n, 2)` in {0, 1}.
    """
    parts = [
        _drawn(n, bias, numpy_generator(seed, "crossing", split))
        for n, split in ((n_train, "train"), (n_validation, "validation"))
    ]
    (x, true, recorded), (x_val, true_val, _) = parts
    data = Dataset("crossing", x, recorded, x_val, true_val, 2, recorded != true)
    return data, x_val[:, 2:].astype(np.int64)


def _drawn(n: int, bias: float, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    normal, sides = rng.normal(size=(n, 4)), rng.integers(0, 2, (n, 2))
    merit = normal[:, 0]
    true = (merit + NOISE * normal[:, 1] > 0).astype(np.int64)
    struck = (sides.sum(axis=1) == 1) & (rng.random(n) < bias)
    papers = merit[:, None] + NOISE * normal[:, 2:]
    x = np.concatenate([papers, sides], axis=1).astype(np.float32)
    return x, true, np.where(struck, 0, true)


def crossed_gap(called: np.ndarray, sides: np.ndarray) -> dict[str, float]:
    """Widest gap in selection rates by each attribute and by both.

    Args:
        called: Decisions `(n,)`.
        sides: Attributes `(n, 2)` in {0, 1}.
    """
    groups = {
        "first attribute": sides[:, 0],
        "second attribute": sides[:, 1],
        CROSSED: sides[:, 0] * 2 + sides[:, 1],
    }
    return {
        by: float(np.ptp([called[group == g].mean() for g in np.unique(group)]))
        for by, group in groups.items()
    }

"""Applicants for a loan in two groups, drawn from laws whose bias is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.data.dataset import Dataset
from core.lab.seeding import numpy_generator

NOISE = 0.5
"""Standard deviation of chance in repaying, and of both papers of an applicant."""
N_VALIDATION = 2000
"""Of `make_applicants`."""
GROUP_COLUMN, PROXY_COLUMN = 3, 2


@dataclass(frozen=True)
class World:
    """What is wrong in a world, one knob for each cause of bias; the defaults are a fair one.

    Attributes:
        base_rate_gap: How much lower the mean merit of group B is, in standard deviations.
        label_bias: Share of group B's repaid loans that are on record as not repaid.
        minority_share: Share of group B among the training examples, in (0, 1).
        other_signs: How far group B's merit shows in the second paper instead of the first: 0
            not at all, 1 entirely.
        measurement_noise: Standard deviation of extra noise on group B's papers.
        proxy: Distance of the groups' mean postcode, in its standard deviations.
    """

    base_rate_gap: float = 0.0
    label_bias: float = 0.0
    minority_share: float = 0.5
    other_signs: float = 0.0
    measurement_noise: float = 0.0
    proxy: float = 0.0


@dataclass(frozen=True)
class Applicants:
    """Training and validation applicants.

    Attributes:
        data: Four inputs: two papers, postcode, group; trained on labels on record, validated on
            true ones.
        group: Of the validation applicants, `(n,)` in {0, 1}; 1 is group B.
        recorded: What the record says of them, `(n,)`.
        train_group: Group of the training applicants, `(n_train,)`.
        train_true: True labels of the training applicants, `(n_train,)`.
    """

    data: Dataset
    group: np.ndarray
    recorded: np.ndarray
    train_group: np.ndarray
    train_true: np.ndarray

    @property
    def training(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Inputs, labels on record and groups of the training applicants."""
        return self.data.x_train, self.data.y_train, self.train_group

    @property
    def truths(self) -> dict[str, np.ndarray]:
        """Labels of the validation applicants: the true ones, and those on record."""
        return {"true": self.data.y_validation, "recorded": self.recorded}


def make_applicants(
    world: World, n_train: int, seed: int, *, sees_group: bool = True
) -> Applicants:
    """Draw applicants.

    The same seed draws the same persons in every world: worlds differ by their causes only.

    Args:
        world: The law.
        n_train: Training applicants.
        seed: Of the run.
        sees_group: Whether the fourth input is the group; else it is 0 for everybody.

    Returns:
        Validation applicants are half of each group, so that both are measured equally well.
    """
    parts = [
        _people(world, n_train, world.minority_share, seed, "train"),
        _people(world, N_VALIDATION, 0.5, seed, "validation"),
    ]
    if not sees_group:
        for x, *_ in parts:
            x[:, GROUP_COLUMN] = 0
    (x, true, recorded, group), (x_val, true_val, recorded_val, group_val) = parts
    data = Dataset("applicants", x, recorded, x_val, true_val, 2, recorded != true)
    return Applicants(data, group_val, recorded_val, group, true)


def _people(
    world: World, n: int, share: float, seed: int, split: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    rng = numpy_generator(seed, "applicants", split)
    uniform, normal = rng.random((n, 2)), rng.normal(size=(n, 7))
    group = (uniform[:, 0] < share).astype(np.int64)
    merit = normal[:, 0] - world.base_rate_gap * group
    true = (merit + NOISE * normal[:, 1] > 0).astype(np.int64)
    erased = (group == 1) & (true == 1) & (uniform[:, 1] < world.label_bias)
    shown = np.where(group == 1, world.other_signs, 0.0)
    blur = world.measurement_noise * group
    papers = [
        (1 - shown) * merit + NOISE * normal[:, 2] + blur * normal[:, 3],
        shown * merit + NOISE * normal[:, 4] + blur * normal[:, 5],
    ]
    postcode = world.proxy * (group - 0.5) + normal[:, 6]
    x = np.stack([*papers, postcode, group], axis=1).astype(np.float32)
    return x, true, np.where(erased, 0, true), group


def make_loans(
    base_rates: tuple[float, float], signal: float, n_train: int, n_validation: int, seed: int
) -> Dataset:
    """Draw applicants of two groups that differ in how many of them repay, and in nothing else.

    Args:
        base_rates: Share of group A and of group B that would repay.
        signal: Distance of the papers of those who repay from the others', in their standard
            deviations.
        n_train: Training applicants.
        n_validation: Validation applicants.
        seed: Of the run.

    Returns:
        Three inputs: two papers, each with its part of the distance, and the group, 1 for B.
    """
    parts = [
        _loans(base_rates, signal, n, numpy_generator(seed, "thresholds", split))
        for n, split in ((n_train, "train"), (n_validation, "validation"))
    ]
    (x, y), (x_val, y_val) = parts
    return Dataset("loans", x, y, x_val, y_val, 2, np.zeros(n_train, dtype=bool))


def _loans(
    base_rates: tuple[float, float], signal: float, n: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    uniform, normal = rng.random((n, 2)), rng.normal(size=(n, 2))
    group = (uniform[:, 0] < 0.5).astype(np.int64)
    y = (uniform[:, 1] < np.array(base_rates)[group]).astype(np.int64)
    papers = normal + (signal / 2**0.5) * y[:, None]
    return np.column_stack([papers, group]).astype(np.float32), y


def make_crossed_applicants(
    n_train: int, n_validation: int, bias: float, seed: int
) -> tuple[Dataset, np.ndarray]:
    """Draw applicants with two attributes whose record is biased where exactly one holds.

    Args:
        n_train: Training applicants.
        n_validation: Validation applicants.
        bias: Share of the repaid loans of those that are on record as not repaid.
        seed: Of the run.

    Returns:
        Inputs: two papers and the attributes; and the attributes of the validation applicants,
        `(n_validation, 2)` in {0, 1}.
    """
    parts = [
        _crossed(n, bias, numpy_generator(seed, "crossing", split))
        for n, split in ((n_train, "train"), (n_validation, "validation"))
    ]
    (x, true, recorded), (x_val, true_val, _) = parts
    data = Dataset("crossing", x, recorded, x_val, true_val, 2, recorded != true)
    return data, x_val[:, 2:].astype(np.int64)


def _crossed(n: int, bias: float, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    normal, sides = rng.normal(size=(n, 4)), rng.integers(0, 2, (n, 2))
    merit = normal[:, 0]
    true = (merit + NOISE * normal[:, 1] > 0).astype(np.int64)
    struck = (sides.sum(axis=1) == 1) & (rng.random(n) < bias)
    papers = merit[:, None] + NOISE * normal[:, 2:]
    x = np.concatenate([papers, sides], axis=1).astype(np.float32)
    return x, true, np.where(struck, 0, true)


def make_audits(
    n: int, able: Sequence[float], rates: Sequence[float], audits: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Draw audits of true positive rates, as counts.

    Args:
        n: People per audit.
        able: Share of all people that is of each group and would repay, `(groups,)`, sum at most 1.
        rates: True positive rate of each group.
        audits: How many.
        rng: Source of randomness.

    Returns:
        How many of those who would repay were selected, and how many they are, each
        `(audits, groups)`; where they are none the group has no such rate.
    """
    able_drawn = rng.multinomial(n, [*able, 1 - sum(able)], size=audits)[:, : len(able)]
    return rng.binomial(able_drawn, rates), able_drawn

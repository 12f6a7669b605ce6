"""Applicants for a loan, drawn from a law in which every cause of bias has a knob of its own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.data.dataset import Dataset
from core.lab.seeding import numpy_generator

N_VALIDATION = 2000
NOISE = 0.5
"""Standard deviation of chance in repaying, and of both papers of an applicant."""
GROUP_COLUMN, PROXY_COLUMN = 3, 2


@dataclass(frozen=True)
class World:
    """What is wrong in a world; the defaults are a fair one.

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


def draw(world: World, n_train: int, seed: int, *, sees_group: bool = True) -> Applicants:
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

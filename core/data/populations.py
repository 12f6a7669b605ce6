"""The records of this page, and who is trained on which."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from core.data.clusters import N_CLASSES, draw_clusters
from core.data.dataset import Dataset
from core.lab.seeding import numpy_generator

N_VALIDATION = 500


@dataclass(frozen=True)
class Population:
    """Records of which every network sees a random half.

    Attributes:
        x: Inputs, `(n, 40)`.
        y: Labels as given, some of them wrong, `(n,)`.
        is_member: Which network was trained on which record, `(n_networks, n)` bool.
        x_validation: Inputs that no network is trained on, `(500, 40)`.
        y_validation: Their labels.
    """

    x: np.ndarray
    y: np.ndarray
    is_member: np.ndarray
    x_validation: np.ndarray
    y_validation: np.ndarray

    def dataset(self, network: int) -> Dataset:
        """What one network is trained and validated on."""
        mine = self.is_member[network]
        return Dataset(
            "clusters", self.x[mine], self.y[mine], self.x_validation, self.y_validation,
            N_CLASSES, np.zeros(int(mine.sum()), dtype=bool),
        )  # fmt: skip


def populate(
    n_members: int, n_networks: int, label_noise: float, seed: int, random_labels: bool = False
) -> Population:
    """Draw records, and a random half of them for each network.

    Args:
        n_members: Records each network is trained on; there are twice as many.
        n_networks: Networks, each with its own half, drawn independently.
        label_noise: Chance of a wrong label.
        seed: Of the run.
        random_labels: Replace every label by a random one: then there is nothing but the single
            records to learn.
    """
    n = 2 * n_members
    x, y = draw_clusters(N_VALIDATION + n, label_noise=label_noise, seed=seed)
    if random_labels:
        y = numpy_generator(seed, "privacy", "random labels").permutation(y)
    halves = np.zeros((n_networks, n), dtype=bool)
    for network in range(n_networks):
        rng = numpy_generator(seed, "privacy", "half", n, network)
        halves[network, rng.permutation(n)[:n_members]] = True
    rest = slice(N_VALIDATION, None)
    return Population(x[rest], y[rest], halves, x[:N_VALIDATION], y[:N_VALIDATION])


def coins(people: Population, seed: int) -> Population:
    """The same records; each joins each training set by its own toss of a fair coin.

    With sets of a fixed size, somebody's absence is somebody else's presence. The promise of
    differential privacy is about one record more or less, and so is this draw.
    """
    shape = people.is_member.shape
    tosses = numpy_generator(seed, "privacy", "coins", shape[1]).random(shape)
    return replace(people, is_member=tosses < 0.5)

"""Data sets of classification by name, drawn alike."""

from __future__ import annotations

from typing import Literal

from core.data.dataset import Dataset
from core.data.embedded import load_digits, load_mnist1d
from core.data.generated import make_two_moons

DatasetName = Literal["two_moons", "digits", "mnist1d"]
DRAWN_ANEW = (
    "Two moons: new points for each seed. Digits: each seed splits the same 1,797, so held-out "
    "sets overlap. MNIST-1D: all seeds share one held-out set"
)
"""What a seed changes in held-out examples, and what it does not."""
JITTER = 0.3
"""Noise of the two moons' coordinates: they overlap, so that no classifier is perfect."""


def draw(name: DatasetName, n_train: int, label_noise: float, seed: int) -> Dataset:
    """Draw a data set; see the functions it calls for their shapes and ranges.

    Args:
        name: Of the data set.
        n_train: Training examples.
        label_noise: Share of the training labels replaced by a wrong one, in [0, 1].
        seed: Of the run.
    """
    if name == "two_moons":
        return make_two_moons(n_train, noise=JITTER, label_noise=label_noise, seed=seed)
    load = load_digits if name == "digits" else load_mnist1d
    return load(n_train, label_noise=label_noise, seed=seed)

"""Examples set apart: what picks a model must not measure it; wrong labels are looked at alone.

A model, or a moment to stop, that was chosen on some examples is flattered by them.
"""

from __future__ import annotations

import numpy as np

from core.data.dataset import Dataset, with_validation
from core.lab.seeding import numpy_generator

Examples = tuple[np.ndarray, np.ndarray]
"""Inputs and labels."""
NOISY = "noisy"
"""Name of validation examples whose labels are as often wrong as the training labels."""


def alternate_halves(data: Dataset) -> tuple[Dataset, Examples]:
    """Halve the validation examples: one half picks when to stop, the other is reported.

    Returns:
        The data with every second validation example, and the others.
    """
    picking = data.x_validation[::2], data.y_validation[::2]
    return with_validation(data, slice(1, None, 2)), picking


def stopping_halves(data: Dataset, share: float, seed: int) -> tuple[Dataset, dict[str, Examples]]:
    """Cut the validation examples in two: early stopping sees one half, the other measures.

    Args:
        data: As drawn.
        share: Of wrong labels in the noisy copy of the first half, in [0, 1].
        seed: Of the run.

    Returns:
        The data with the first half as validation examples; and, by name, their `"noisy"` copy
        and the `"test"` examples of the second half.
    """
    rng = numpy_generator(seed, "stopping", data.name)
    order = rng.permutation(len(data.y_validation))
    stopping, test = np.array_split(order, 2)
    kept = with_validation(data, stopping)
    measured = data.x_validation[test], data.y_validation[test]
    return kept, {"noisy": _mislabelled(kept, share, rng), "test": measured}


def noisy_copy(data: Dataset, share: float, seed: int) -> dict[str, Examples]:
    """The validation examples with labels that are wrong as often as the training labels.

    A generalization gap compares training examples with new ones of the same distribution, wrong
    labels included.

    Args:
        data: Its validation labels are true.
        share: Of wrong labels, in [0, 1].
        seed: Of the run.

    Returns:
        The copy, named `NOISY`; nothing where no label is wrong, since the validation examples
        themselves are such new ones then.
    """
    if not share:
        return {}
    return {NOISY: _mislabelled(data, share, numpy_generator(seed, "noisy copy", data.name))}


def _mislabelled(data: Dataset, share: float, rng: np.random.Generator) -> Examples:
    y = data.y_validation
    wrong = rng.permutation(len(y))[: round(share * len(y))]
    noisy = y.copy()
    noisy[wrong] = (y[wrong] + rng.integers(1, data.n_classes, size=len(wrong))) % data.n_classes
    return data.x_validation, noisy


def by_correctness(data: Dataset, true_labels: np.ndarray) -> list[Examples]:
    """Split the training examples by whether their label was replaced.

    Args:
        data: With wrong labels, or without.
        true_labels: What the labels were, `(n_train,)` int.

    Returns:
        Those with a correct label; and, if any label is wrong, those with a wrong one, first with
        the wrong and then with the true label.
    """
    correct, wrong = ~data.flipped, data.flipped
    found = [(data.x_train[correct], data.y_train[correct])]
    if wrong.any():
        x = data.x_train[wrong]
        found += [(x, data.y_train[wrong]), (x, true_labels[wrong])]
    return found

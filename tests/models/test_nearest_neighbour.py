"""The nearest known example, counted by hand."""

from __future__ import annotations

import torch

from core.models.nearest_neighbour import (
    class_means,
    class_of_nearest,
    distance_to_class,
    first_of_each,
    nearest_unlike,
)

KNOWN, LABELS = torch.tensor([[[0.0], [0.2], [0.9]]]), torch.tensor([[0, 1, 1]])
X = torch.tensor([[[0.05], [0.5]]])


def test_distances_and_nearest_examples_are_counted_by_hand() -> None:
    apart = distance_to_class(X, torch.tensor([[1, 0]]), KNOWN, LABELS)
    torch.testing.assert_close(apart, torch.tensor([[0.15, 0.5]]))
    assert distance_to_class(X, torch.tensor([[2, 2]]), KNOWN, LABELS).isinf().all()
    assert class_of_nearest(X, KNOWN, LABELS).tolist() == [[0, 1]]
    real, target = nearest_unlike(X, torch.tensor([[0, 1]]), KNOWN, LABELS)
    assert target.tolist() == [[1, 0]]
    torch.testing.assert_close(real.flatten(), torch.tensor([0.2, 0.0]))


def test_means_and_firsts_of_classes() -> None:
    means = class_means(KNOWN, LABELS, 3).flatten()
    torch.testing.assert_close(means, torch.tensor([0.0, 0.55, 0.0]))
    firsts = first_of_each(KNOWN, LABELS, 2).flatten()
    torch.testing.assert_close(firsts, torch.tensor([0.0, 0.2]))

"""Losses of a stack's models, as what they make of cross-entropy's derivative.

All of them have the derivative of cross-entropy by the logits, times a weight of the example.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch

from core.engine.loss import Loss

LEAST = 1e-12
"""Probabilities count as this at least where their logarithm is taken."""


class Losses:
    """The losses of the models of one stack."""

    def __init__(self, losses: Sequence[Loss], n_classes: int, n_outputs: int) -> None:
        """Lay out one row per model.

        Args:
            losses: In the order of the stack's rows.
            n_classes: Of all models.
            n_outputs: 1 for two classes, else one per class.
        """
        self._single = n_outputs == 1
        self._robust = torch.tensor([loss.robust for loss in losses]).view(-1, 1, 1)
        self._focus = torch.tensor([loss.focus for loss in losses]).view(-1, 1, 1)
        self._class_weights = _rows([loss.class_weights for loss in losses], n_classes, 1.0)
        offsets = _rows([loss.offsets for loss in losses], n_classes, 0.0)
        self._offsets = offsets[:, 1:] - offsets[:, :1] if self._single else offsets

    def shift(self, logits: torch.Tensor) -> None:
        """Add the offsets to logits `(K, outputs, batch)`, in place."""
        logits.add_(self._offsets)

    def weights(self, probability: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        """What the derivative of each example's cross-entropy is multiplied with.

        Args:
            probability: Of class 1, or of each class, `(K, outputs, batch)`.
            target: The label, or one column per class, same shape.

        Returns:
            `(K, 1, batch)`.
        """
        if self._single:
            of_label = 1 - (probability - target).abs()
            weight = torch.where(target > 0, self._class_weights[:, 1:], self._class_weights[:, :1])
        else:
            of_label = (probability * target).sum(1, keepdim=True)
            weight = (self._class_weights * target).sum(1, keepdim=True)
        of_label = of_label.clamp(LEAST, 1)
        rest = (1 - of_label).clamp_min(LEAST)
        slope = self._focus * of_label * rest ** (self._focus - 1) * of_label.log()
        return weight * of_label**self._robust * (rest**self._focus - slope)


def _rows(given: Sequence[Sequence[float]], n_classes: int, usual: float) -> torch.Tensor:
    return torch.tensor([list(own) or [usual] * n_classes for own in given]).unsqueeze(2)

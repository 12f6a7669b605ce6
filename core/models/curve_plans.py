"""What `curve_nets` cost, without torch."""

from __future__ import annotations

BATCH, CLASS_STEPS = 64, 500
"""Of `core.models.curve_training`: examples a step, and steps of classifiers."""


def curve_flops(inputs: int, width: int, *, steps: int, asked: int) -> float:
    """Operations of one network with two hidden layers and one answer.

    Args:
        inputs: Numbers that it is given; nothing asks what they should have been.
        width: Units of each hidden layer.
        steps: Of training.
        asked: Further answers.
    """
    first, later = 2.0 * inputs * width, 2.0 * width * (width + 1)
    return steps * BATCH * (2 * first + 3 * later) + asked * (first + later)

"""Shapes of the networks that read signals, and what they cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Kind = Literal["logistic", "mlp", "cnn", "gru"]
LENGTH, CLASSES = 40, 10
UNITS = 100
"""In each hidden layer of the multilayer perceptron."""
CHANNELS = 25
"""Of each convolution."""
MEMORY = 6
"""Numbers that a recurrent unit keeps, in each direction."""
PLACES = (19, 10, 5)
"""Where each convolution looks: every second sample."""


def _dense(name: str, inputs: int, outputs: int) -> dict[str, tuple[tuple[int, ...], int]]:
    return {name: ((inputs, outputs), inputs), f"{name} bias": ((1, outputs), inputs)}


SHAPES: Mapping[Kind, Mapping[str, tuple[tuple[int, ...], int]]] = {
    "logistic": _dense("head", LENGTH, CLASSES),
    "mlp": {
        **_dense("1", LENGTH, UNITS), **_dense("2", UNITS, UNITS), **_dense("head", UNITS, CLASSES),
    },
    "cnn": {
        **_dense("1", 5, CHANNELS), **_dense("2", 3 * CHANNELS, CHANNELS),
        **_dense("3", 3 * CHANNELS, CHANNELS), **_dense("head", PLACES[-1] * CHANNELS, CLASSES),
    },
    "gru": {
        "into": ((2, 1, 3 * MEMORY), MEMORY), "into bias": ((2, 1, 3 * MEMORY), MEMORY),
        "back": ((2, MEMORY, 3 * MEMORY), MEMORY), "back bias": ((2, 1, 3 * MEMORY), MEMORY),
        **_dense("head", 2 * LENGTH * MEMORY, CLASSES),
    },
}  # fmt: skip
"""By name, the shape of each parameter of one network, and the inputs that scale its first draw."""
FLOPS: Mapping[Kind, float] = {
    "logistic": 2.0 * LENGTH * CLASSES,
    "mlp": 2.0 * (LENGTH * UNITS + UNITS**2 + UNITS * CLASSES),
    "cnn": 2.0 * CHANNELS * (5 * PLACES[0] + 75 * (PLACES[1] + PLACES[2]) + PLACES[2] * CLASSES),
    "gru": 2.0 * LENGTH * 2 * MEMORY * (3 * MEMORY + CLASSES),
}
"""Operations of one answer, in matrix products."""

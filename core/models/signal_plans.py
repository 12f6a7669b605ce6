"""What four networks for signals of 40 samples cost: parameters, operations, memory; no PyTorch."""

from __future__ import annotations

from typing import NamedTuple

SAMPLES, CLASSES = 40, 10
PATCH = 4
"""Samples that are one token of the transformer."""
TOKENS = SAMPLES // PATCH
BLOCKS = 2


class Product(NamedTuple):
    """Matrix products of one layer for one signal.

    Attributes:
        rows: How often the layer is applied: samples, pixels or tokens.
        inputs: Numbers that each application reads.
        outputs: Numbers that it gives.
        weights: Parameters of the layer with its biases; 0 where both factors are activations.
        first: Whether it reads the signal itself, of which no gradient is needed.
    """

    rows: int
    inputs: int
    outputs: int
    weights: int
    first: bool = False

    @property
    def forward(self) -> float:
        """Operations: a multiplication and an addition each."""
        return 2.0 * self.rows * self.inputs * self.outputs

    @property
    def backward(self) -> float:
        """Operations for the gradients of both factors, or of the weights alone."""
        return self.forward * (1 if self.first else 2)


def _dense(rows: int, inputs: int, outputs: int, first: bool = False) -> Product:
    return Product(rows, inputs, outputs, (inputs + 1) * outputs, first)


def products(network: str, width: int) -> tuple[Product, ...]:
    """The matrix products of a network.

    Args:
        network: `mlp`: two hidden layers. `cnn`: three convolutions of stride 2. `gru`: one
            recurrent layer, a sample at a time. `transformer`: two blocks over ten patches.
        width: Hidden units, channels, or numbers of a token.

    Raises:
        KeyError: If there is no such network.
    """
    w, head = width, _dense(1, width, CLASSES)
    block = (
        _dense(TOKENS, w, 3 * w), Product(TOKENS, w, TOKENS, 0), Product(TOKENS, TOKENS, w, 0),
        _dense(TOKENS, w, w), _dense(TOKENS, w, 2 * w), _dense(TOKENS, 2 * w, w),
    )  # fmt: skip
    plans = {
        "mlp": (_dense(1, SAMPLES, w, first=True), _dense(1, w, w)),
        "cnn": (_dense(20, 5, w, first=True), _dense(10, 3 * w, w), _dense(5, 3 * w, w)),
        # The state before the first sample is no result of weights, so nothing goes back into it.
        "gru": (
            _dense(SAMPLES, 1, 3 * w, first=True), Product(1, w, 3 * w, 0, first=True),
            _dense(SAMPLES - 1, w, 3 * w),
        ),
        "transformer": (_dense(TOKENS, PATCH, w, first=True), *(block * BLOCKS)),
    }  # fmt: skip
    return (*plans[network], head)


NETWORKS = ("mlp", "cnn", "gru", "transformer")
ADAM_PER_PARAMETER = 13
"""Operations of Adam on one parameter: two moments, their corrections, a root and a division."""


def operations(network: str, width: int, batch: int) -> dict[str, float]:
    """Operations of one training step by phase: matrix products, and Adam's elementwise ones.

    Args:
        network: As in `products`.
        width: As there.
        batch: Signals in a step.
    """
    layers = products(network, width)
    return {
        "forward": batch * sum(layer.forward for layer in layers),
        "backward": batch * sum(layer.backward for layer in layers),
        "optimizer": float(ADAM_PER_PARAMETER * parameters(network, width)),
    }


def parameters(network: str, width: int) -> int:
    """Weights and biases of a network."""
    placed = TOKENS * width if network == "transformer" else 0
    return placed + sum(layer.weights for layer in products(network, width))

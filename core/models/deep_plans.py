"""What the layers of `deep_nets` do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Plan:
    """One way to build and train a deep network.

    Attributes:
        activation: Of the hidden layers.
        he: Whether weights have variance 2 / inputs, which ReLU needs to keep the size of its
            signals (He et al. 2015); else 2 / (inputs + outputs) (Glorot & Bengio 2010).
        batch_norm: Whether sums are normalised over the batch before the activation.
        residual: Whether a layer's outputs are added to its inputs, from the second layer on.
        adam: Whether Adam trains it; else gradient descent with momentum.
    """

    activation: Literal["sigmoid", "tanh", "ReLU"] = "sigmoid"
    he: bool = False
    batch_norm: bool = False
    residual: bool = False
    adam: bool = False

    def deviation(self, inputs: int, outputs: int) -> float:
        """Standard deviation of the weights between so many units."""
        return float((2 / (inputs if self.he else inputs + outputs)) ** 0.5)

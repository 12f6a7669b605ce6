"""What one model of a sweep is trained on, and how."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from core.data.dataset import Dataset
from core.engine.loss import CROSS_ENTROPY, Loss

Augmentation = Literal["none", "noise", "shift", "roll_and_scale"]
Optimizer = Literal["adam", "sgd"]
Precision = Literal["float32", "bfloat16"]
NARROWEST = 8
"""Hidden layers are stored at this width at least; the units that are not there stay zero."""


@dataclass(frozen=True)
class Job:
    """One model of a sweep: a ReLU network, its data and its training.

    Attributes:
        data: What it learns from. Jobs that share the same arrays share the memory.
        seed: Of the initial weights, the order of the examples and every other draw.
        hidden: Widths of the hidden layers; `()` is logistic regression.
        learning_rate: Step size, over 0.
        growth: Factor of the learning rate from one step to the next, over 0: over 1 it is a range
            test, which has no weight decay.
        weight_decay: Decoupled (AdamW): before each step, weights but not biases shrink by
            `learning_rate * weight_decay` of themselves. At least 0.
        dropout: Share of hidden activations zeroed in training, in [0, 1).
        label_smoothing: Share of each training target spread evenly over all classes, in [0, 1].
        batch_norm: Normalise each hidden layer before its activation; the layer then has no
            bias of its own. Evaluation uses running statistics (momentum 0.1).
        augmentation: Fresh random changes of every training batch. `"noise"`: Gaussian with
            standard deviation `strength`. `"shift"`: square images moved by up to `strength`
            whole pixels each way, zero filled. `"roll_and_scale"`: signals rolled by up to
            `strength` whole samples each way, then multiplied by a factor drawn uniformly
            from `1 ± 0.05 * strength` (at most `1 ± 0.5`).
        augmentation_strength: In the unit above, at least 0.
        optimizer: `"adam"` (betas 0.9 and 0.999, epsilon 1e-8) or `"sgd"`.
        momentum: Of SGD, in [0, 1).
        batch_size: Examples per step; at most all of them.
        loss: What training minimises; cross-entropy by default. Label smoothing goes with
            cross-entropy only.
        watch: Further named sets `(x, y)` to evaluate.
        initial: Weights to start from instead of drawn ones: for the first layers, or for all,
            `(inputs + 1, outputs)` each, biases in the last row, as `Fit.weights` gives them.
        scores_train: Whether it is evaluated on its training examples too: of runs that look often
            it is the larger part of the work.
        precision: What a training step computes with. `"bfloat16"`: activations, their gradients
            and all matrix products have 16 bits, the weights that the optimizer changes 32
            (Micikevicius et al. 2018). Scores are computed with 32 bits. Without batch norm.
    """

    data: Dataset
    seed: int
    hidden: tuple[int, ...]
    learning_rate: float = 0.01
    weight_decay: float = 0.0
    dropout: float = 0.0
    label_smoothing: float = 0.0
    batch_norm: bool = False
    augmentation: Augmentation = "none"
    augmentation_strength: float = 0.0
    optimizer: Optimizer = "adam"
    momentum: float = 0.0
    batch_size: int = 32
    loss: Loss = CROSS_ENTROPY
    watch: Mapping[str, tuple[np.ndarray, np.ndarray]] = field(default_factory=dict)
    initial: Sequence[np.ndarray] = ()
    scores_train: bool = True
    growth: float = 1.0
    precision: Precision = "float32"

    def __post_init__(self) -> None:
        """Refuse settings outside their range.

        Raises:
            ValueError: Naming the setting.
        """
        ranges = {
            "learning_rate": self.learning_rate > 0,
            "weight_decay": self.weight_decay >= 0,
            "growth": self.growth == 1 or (self.growth > 0 and not self.weight_decay),
            "dropout": 0 <= self.dropout < 1,
            "label_smoothing": 0 <= self.label_smoothing <= 1,
            "augmentation_strength": self.augmentation_strength >= 0,
            "momentum": 0 <= self.momentum < 1,
            "batch_size": self.batch_size >= 1,
            "loss": self.loss.fits(self.data.n_classes)
            and not (self.label_smoothing and self.loss != CROSS_ENTROPY),
            "hidden": all(width >= 1 for width in self.hidden),
            "data": len(self.data.y_train) >= 1,
            "watch": not {"train", "validation"} & set(self.watch),
            "initial": self._initial_fits(),
            "precision": self.precision == "float32" or not self.batch_norm,
        }
        wrong = [name for name, holds in ranges.items() if not holds]
        if wrong:
            raise ValueError(f"out of range: {', '.join(wrong)}")
        if self.batch_norm and self.batch < 2:
            raise ValueError("batch norm needs batches of at least 2 examples")

    def _initial_fits(self) -> bool:
        layers = itertools.pairwise(self.sizes)
        wanted = [(inputs + 1, outputs) for inputs, outputs in layers][: len(self.initial)]
        return [layer.shape for layer in self.initial] == wanted

    @property
    def batch(self) -> int:
        """Examples per step: `batch_size`, or all of them if there are fewer."""
        return min(self.batch_size, len(self.data.y_train))

    @property
    def n_outputs(self) -> int:
        """One logit for two classes, else one per class."""
        return 1 if self.data.n_classes == 2 else self.data.n_classes

    @property
    def sizes(self) -> tuple[int, ...]:
        """Layer widths from input to output, for example `(2, 32, 32, 1)`."""
        return (self.data.n_features, *self.hidden, self.n_outputs)

    @property
    def splits(self) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """Everything it is evaluated on, by name."""
        data = self.data
        train = {"train": (data.x_train, data.y_train)} if self.scores_train else {}
        return {**train, "validation": (data.x_validation, data.y_validation), **self.watch}


def stored_width(width: int) -> int:
    """Width at which a hidden layer is stored: the next power of two, at least `NARROWEST`.

    It depends on the layer alone and never on the other models of a sweep, so that a model has
    the same arithmetic in every company.
    """
    return max(NARROWEST, 1 << (width - 1).bit_length())

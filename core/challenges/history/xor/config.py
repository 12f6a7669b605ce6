"""What the XOR experiment can be set to, and what it measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from core.lab.recorder import table
from core.lab.scores import PerSeed, per_seed, rows_where
from core.lab.settings import Config, ladder

WIDTHS = (1, 2, 3, 4, 6, 8, 16)
ACTIVATIONS = ("sigmoid", "tanh", "ReLU")
MARGINS = (0.02, 0.05, 0.1, 0.2, 0.4)
UPDATES, BOUND = "updates made", "Novikoff's bound"
WIRED, ALONE, LEARNED = "wired by hand", "perceptron", "two hidden units, learned"
WAYS = (WIRED, ALONE, LEARNED)
"""Of 1943, 1958 and 1986: what answers the cases of the task."""
TASKS = {"xor": "XOR", "parity": "the parity of three bits"}
FUNCTIONS = {
    "never": (0, 0, 0, 0), "a and b": (0, 0, 0, 1), "a, not b": (0, 0, 1, 0), "a": (0, 0, 1, 1),
    "b, not a": (0, 1, 0, 0), "b": (0, 1, 0, 1), "a or b": (0, 1, 1, 1),
    "neither": (1, 0, 0, 0), "not b": (1, 0, 1, 0), "a or not b": (1, 0, 1, 1),
    "not a": (1, 1, 0, 0), "b or not a": (1, 1, 0, 1), "not both": (1, 1, 1, 0),
    "always": (1, 1, 1, 1), "XOR": (0, 1, 1, 0), "both or neither": (1, 0, 0, 1),
}  # fmt: skip
"""All Boolean functions of two bits: their values at 00, 01, 10 and 11."""


class XorConfig(Config):
    """What is trained."""

    task: Literal["xor", "parity"] = "xor"
    """XOR: true where exactly one of two bits is set. Parity: true where an odd number of three
    bits is set. Neither can be told by a single line or plane."""
    starts: int = ladder(10, 25, 50, default=50, label="Starts")
    """How many networks each seed starts at every width, each from weights of its own."""
    steps: int = ladder(150, 300, 600, default=300, label="Training steps")
    """Updates of the weights of the networks with a hidden layer, each on all cases (Adam)."""
    learning_rate: float = ladder(0.005, 0.02, 0.05, 0.2, default=0.05)
    """Step size of Adam. The perceptron has none."""
    n_features: int = ladder(2, 10, 50, default=10, label="Inputs of the perceptron")
    """Numbers in each of the cases that the perceptron is to part by a plane."""
    n_cases: int = ladder(20, 50, 100, default=100, label="Cases to part")
    """How many such cases there are."""


@dataclass(frozen=True)
class XorResult:
    """What was measured.

    Attributes:
        solved: `activation`, `width`, `seed`, `value`: share of the starts whose network answers
            every case rightly in the end, in [0, 1].
        gates: `function`, `seed`, `updates` (how often the perceptron's weights changed), and
            whether a whole pass went by without a wrong answer, `learned`: 0 or 1.
        parted: `margin`, `seed`, `measure` (`UPDATES` or `BOUND`), `value`.
        right: `way` (one of `WAYS`), `seed`, `value`: share of the task's cases answered rightly;
            of the learned networks, the mean over all starts with two hidden sigmoid units.
        starts: Networks behind each share.
        task: What the networks learn, in words.
    """

    solved: pd.DataFrame = table("activation", "width", "seed", "value")
    gates: pd.DataFrame = table("function", "seed", "updates", "learned")
    parted: pd.DataFrame = table("margin", "seed", "measure", "value")
    right: pd.DataFrame = table("way", "seed", "value")
    starts: int = 1
    task: str = TASKS["xor"]

    def share(self, activation: str, width: int) -> PerSeed:
        """Share of the starts that end in a solution."""
        return per_seed(self.solved, "share", activation=activation, width=width)

    def cases_right(self, way: str) -> PerSeed:
        """Share of the task's cases answered rightly."""
        return per_seed(self.right, "share", way=way)

    def learned(self) -> PerSeed:
        """How many of the sixteen functions the perceptron learns."""
        found = self.gates.groupby("seed")["learned"].sum()
        return PerSeed.of(found.index, found)

    def nearest_to_bound(self) -> PerSeed:
        """Largest share of the updates that the theorem allows, over the margins."""
        wide = (
            rows_where(self.parted, {"measure": UPDATES}),
            rows_where(self.parted, {"measure": BOUND}),
        )
        made, most = (part.pivot(index="seed", columns="margin", values="value") for part in wide)
        found = np.asarray((made / most).max(axis=1), dtype=float)
        return PerSeed.of(made.index, found, "share")

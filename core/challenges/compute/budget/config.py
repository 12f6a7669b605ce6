"""Which networks compete for a budget of operations, and what a visitor may choose."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from core.engine.cost import step_flops
from core.engine.job import Precision
from core.lab.intervals import SHARE
from core.lab.recorder import table
from core.lab.scores import NotMeasuredError, PerSeed, per_seed, rows_where
from core.lab.settings import Config, View, ladder
from core.metrics.milestones import first_reached

FEATURES, CLASSES, BATCH, RATE = 40, 10, 32, 0.01
"""Of MNIST-1D; and of the usual training: examples of a step, and Adam's learning rate."""
WIDTHS, DEPTHS, EXAMPLES = (8, 24, 64), (1, 2, 3), (250, 1000, 4000)
MIDDLE = {"width": 24, "depth": 2, "examples": 4000}
"""The network on which the ways to save operations are tried."""
OPERATIONS, SECONDS = "operations", "seconds"
BUDGETS = tuple(10 ** (6.5 + k / 2) for k in range(6))
TIMES = (0.01, 0.02, 0.03, 0.06, 0.1, 0.2, 0.3)
"""Budgets in processor seconds."""
TIMED = ("width", "depth", "arm", "seed", "value")
BEST, YOURS = "chosen by validation", "your choice"
USUAL, END, SHORT = "usual training", "trained to the end", "bfloat16"


class Arm(NamedTuple):
    """How a network is trained."""

    rate: float = RATE
    batch: int = BATCH
    precision: Precision = "float32"


ARMS = {
    USUAL: Arm(), "learning rate / 3": Arm(RATE / 3), "learning rate × 3": Arm(3 * RATE),
    "batch / 4": Arm(batch=BATCH // 4), "batch × 4": Arm(batch=4 * BATCH),
    SHORT: Arm(precision="bfloat16"),
}  # fmt: skip
GOAL = 0.8
"""Share of the best accuracy of the usual training that all arms have to reach."""


class BudgetConfig(Config):
    """What is trained."""

    steps: int = ladder(100, 300, 1000, default=1000, unit="steps", label="Longest training")
    """Every network of the ladder is trained so long; shorter trainings are read off on the way."""
    label_noise: float = ladder(0.0, 0.2, default=0.0, label="Wrong labels", unit="share")
    """Share of the training labels that are replaced by a wrong one."""


class BudgetView(View):
    """Your own choice, which is drawn beside the best one."""

    above = True
    budget: Literal[
        "10 million", "100 million", "1 billion", "0.03 seconds", "0.1 seconds", "0.3 seconds"
    ] = "100 million"
    """Operations that you may spend, or seconds of the processor: as many steps as they pay for,
    with the network below."""
    width: int = ladder(*WIDTHS, default=64, unit="units")
    """Units of each hidden layer of your network."""
    depth: int = ladder(DEPTHS[0], DEPTHS[-1], default=1, unit="layers")
    """Hidden layers of your network."""
    examples: int = ladder(EXAMPLES[0], EXAMPLES[-1], default=4000)
    """Training examples that your network sees again and again."""

    @property
    def paid_in(self) -> str:
        """`OPERATIONS` or `SECONDS`."""
        return SECONDS if self.budget.endswith(SECONDS) else OPERATIONS

    @property
    def amount(self) -> float:
        """The budget as a number."""
        value, unit = self.budget.split()
        return float(value) * {"million": 1e6, "billion": 1e9}.get(unit, 1.0)


def sizes(width: int, depth: int) -> tuple[int, ...]:
    """Layer widths from input to output."""
    return (FEATURES, *[width] * depth, CLASSES)


def parameters(width: int, depth: int) -> int:
    """Weights and biases."""
    layers = sizes(width, depth)
    return sum((a + 1) * b for a, b in zip(layers, layers[1:], strict=False))


@dataclass(frozen=True)
class BudgetResult:
    """How every network did on its way.

    Attributes:
        curves: `width`, `depth`, `examples`, `arm` (of `ARMS`), `seed`, `step`, `validation` and
            `test`: accuracies on two halves of the held-out examples.
        times: `width`, `depth`, `arm`, `seed`, `value`: processor seconds of one training step of
            one network by itself.
    """

    curves: pd.DataFrame = table(
        "width", "depth", "examples", "arm", "seed", "step", "validation", "test"
    )
    times: pd.DataFrame = table(*TIMED)

    def step_seconds(self, width: int, depth: int, arm: str = USUAL) -> PerSeed:
        """Processor seconds of a step, of one network by itself."""
        return per_seed(self.times, SECONDS, width=width, depth=depth, arm=arm)

    def spent_by(self, **labels: Any) -> pd.DataFrame:
        """The rows with these labels that follow some training, and what it took.

        `operations` are counted; `seconds` are the steps times what one took in this seed, NaN as
        long as none was timed.
        """
        return rows_where(self._spent, labels)

    @cached_property
    def _spent(self) -> pd.DataFrame:
        rows = self.curves[self.curves["step"] > 0]
        timed = self.times[list(TIMED)].itertuples(index=False)
        took = {tuple(key): value for *key, value in timed}
        each = list(rows[list(TIMED[:-1])].itertuples(index=False, name=None))
        worth = [operations(width, depth, ARMS[arm].batch) for width, depth, arm, _ in each]
        return rows.assign(
            operations=rows["step"] * np.array(worth, dtype=float),
            seconds=rows["step"] * np.array([took.get(key, np.nan) for key in each], dtype=float),
        )

    def best(self, budget: float, paid_in: str = OPERATIONS, /, **choice: int) -> pd.DataFrame:
        """For each seed the moment of a network that a budget pays for and validation prefers.

        Among equals the cheaper one.

        Args:
            budget: Operations of training, or its seconds.
            paid_in: Which of them.
            choice: Width, depth, examples, where they are given.
        """
        rows = self.spent_by(arm=USUAL, **choice)
        rows = rows[rows[paid_in] <= budget]
        ordered = rows.sort_values(["validation", paid_in], ascending=[False, True])
        return ordered.groupby("seed", as_index=False).first()

    def test(self, budget: float, paid_in: str = OPERATIONS, /, **choice: int) -> PerSeed:
        """Its accuracy on the half that chose nothing."""
        return self._of(self.best(budget, paid_in, **choice), "test")

    def optimism(self, budget: float) -> PerSeed:
        """Accuracy of the best choice where it was chosen, less that on the other half."""
        return self._of(self.best(budget), "validation") - self.test(budget)

    def lost(self, budget: float, **choice: int) -> PerSeed:
        """Accuracy that a choice leaves behind, against the best one."""
        return self.test(budget) - self.test(budget, **choice)

    def _of(self, rows: pd.DataFrame, column: str) -> PerSeed:
        return PerSeed.of(rows["seed"], rows[column], SHARE)

    def growth(self, column: str) -> PerSeed:
        """With which power of the budget the best choice's size grows.

        Args:
            column: `"parameters"`, `"examples"` or `"seen"`: examples, repeated ones counted.
        """
        spent = self.spent()
        found = {}
        for seed, rows in spent.groupby("seed"):
            over = np.log(rows[["spent", column]].to_numpy(dtype=float))
            found[int(str(seed))] = np.polyfit(over[:, 0], over[:, 1], 1)[0]
        return PerSeed.of(found, found.values())

    def spent(self, paid_in: str = OPERATIONS) -> pd.DataFrame:
        """What the best choice of each seed and budget, `spent`, consists of."""
        budgets = BUDGETS if paid_in == OPERATIONS else TIMES
        parts = [self.best(budget, paid_in).assign(spent=budget) for budget in budgets]
        if all(part.empty for part in parts):
            raise NotMeasuredError(f"no budget in {paid_in} buys anything yet")
        found = pd.concat([part for part in parts if len(part)])
        counts = [parameters(w, d) for w, d in zip(found["width"], found["depth"], strict=True)]
        return found.assign(parameters=counts, seen=found["step"] * BATCH)

    def to_the_goal(self, arm: str, paid_in: str = OPERATIONS) -> PerSeed:
        """What it takes until an arm has four fifths of the best accuracy of the usual training.

        NaN for seeds in which it never is. `END` is the usual training, all of it.
        """
        usual = self._middle(USUAL, "validation")
        if arm == END:
            return PerSeed.of(usual, self._middle(USUAL, paid_in).iloc[-1])
        values, spent = self._middle(arm, "validation"), self._middle(arm, paid_in)
        found = [
            first_reached(spent[s].to_numpy(), values[[s]].to_numpy(), GOAL * usual[s].max())[0]
            for s in values
        ]
        return PerSeed.of(values, found)

    def multiple(self, arm: str, paid_in: str = OPERATIONS) -> PerSeed:
        """The same as a multiple of what the usual training needs."""
        return self.to_the_goal(arm, paid_in) / self.to_the_goal(USUAL, paid_in)

    def last(self, arm: str) -> PerSeed:
        """Accuracy at the end of the training, on the half that is reported."""
        end = self._middle(arm, "test").iloc[-1]
        return PerSeed.of(end.index, end, SHARE)

    def _middle(self, arm: str, column: str) -> pd.DataFrame:
        rows = self.spent_by(arm=arm, **MIDDLE)
        if rows.empty:
            raise NotMeasuredError(f"nothing was measured of {arm}")
        return rows.pivot(index="step", columns="seed", values=column)


def operations(width: int, depth: int, batch: int) -> float:
    """Of one step of training."""
    return step_flops(sizes(width, depth), batch)

"""What the experiment on leakage can be set to, and what it measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from core.lab.intervals import SHARE, Estimate, pooled_interval
from core.lab.recorder import table
from core.lab.scores import NotMeasuredError, PerSeed, per_seed, rows_where
from core.lab.settings import Config, View, ladder, repetitions

DUPLICATES, TARGET, SELECTION = "duplicates", "target leak", "selection first"
SHARES = (0.0, 0.1, 0.25, 0.5, 1.0)
"""Of the test examples that are copies of training examples."""
SPREADS = (0.0, 2.0, 1.0, 0.5, 0.25)
"""Noise of the column that is written after the outcome, in its own unit (the outcome is 0 or 1);
the first stands for a table without the column."""
COLUMNS = (20, 100, 500, 2000)
"""Columns of pure noise among which the best are selected."""
AMOUNTS = {
    DUPLICATES: tuple(f"{share:.0%}" for share in SHARES),
    TARGET: ("no column", *(f"{spread:g}" for spread in SPREADS[1:])),
    SELECTION: tuple(f"{n:,}" for n in COLUMNS),
}
"""How much leaks, in words, from least to most."""
USUAL = {DUPLICATES: "50%", TARGET: "0.25", SELECTION: "2,000"}
"""At which claims and headline numbers are read, fixed in advance."""
NAMES = {
    DUPLICATES: "half the tests are copies", TARGET: "a column that knows",
    SELECTION: "selected, then tested",
}  # fmt: skip
"""Of the leaks at these amounts."""
TEST, FRESH, CLEAN = "the test that leaks", "fresh data", "the test done right"


class LeakageConfig(Config):
    """What is trained, and what leaks."""

    repetitions: int = repetitions(default=10)

    n_train: int = ladder(200, 500, 1000, 2000, default=500, label="Signals to train on")
    """Training examples of the network whose test set holds copies of them (MNIST-1D)."""
    random_labels: bool = False
    """Whether the signals get labels that are shuffled, so that there is nothing to learn but the
    single examples. Fresh data are then one in ten right by chance."""
    copy_noise: float = ladder(
        0.0, 0.02, 0.05, 0.1, 0.2, default=0.05, label="Noise on the copies", unit="SD"
    )
    """Standard deviation of what is added to each copy, in the signal's own unit (its standard
    deviation is about 1): how exact the copies are."""
    n_patients: int = ladder(50, 100, 200, 400, default=100, label="Rows of the noise table")
    """Rows of the table of pure noise, half of them of each class."""
    selected: int = ladder(5, 10, 20, 50, 100, default=20, label="Columns selected")
    """How many columns of pure noise are kept: those most correlated with the class."""


class LeakageView(View):
    """How it is drawn."""

    leak: Literal["duplicates", "target_leak", "selection_first"] = "duplicates"
    """Duplicates: copies of training examples among the test examples. Target leak: a column that
    is written after the outcome. Selection first: the best columns are chosen with all rows, and
    then the model is cross-validated."""

    @property
    def name(self) -> str:
        """Of the leak, as in a result."""
        return self.leak.replace("_", " ")


@dataclass(frozen=True)
class LeakageResult:
    """What was measured.

    Attributes:
        scores: `leak`, `amount` in words, `score` (`TEST`, `FRESH` or `CLEAN`), `seed`, `value`:
            accuracy in [0, 1], of so many `cases`. `CLEAN`, of the selection only, chooses columns
            in each fold.
        alarms: What the detector of each leak does: `leak`, `amount`, `seed`, `leaks` whether it
            should raise an alarm, `alarms` that it raised, `cases` that it was asked about.
    """

    scores: pd.DataFrame = table("leak", "amount", "score", "seed", "value", "cases")
    alarms: pd.DataFrame = table("leak", "amount", "seed", "leaks", "alarms", "cases")

    def at(self, leak: str, score: str, amount: str = "") -> PerSeed:
        """One score, where so much leaks."""
        wanted = amount or USUAL[leak]
        return per_seed(self.scores, SHARE, leak=leak, amount=wanted, score=score)

    def share(self, leak: str, score: str, amount: str = "") -> Estimate:
        """As `at`, with an interval that stays open where all answers of all seeds are right."""
        rows = rows_where(self.scores, {"leak": leak, "score": score})
        return self.at(leak, score, amount).of_cases(int(rows["cases"].iloc[0]))

    def too_high(self, leak: str, amount: str = "") -> PerSeed:
        """How far the test score lies above that on fresh data."""
        return self.at(leak, TEST, amount) - self.at(leak, FRESH, amount)

    def raised(self, leak: str, amount: str = "", *, leaks: bool = True) -> Estimate:
        """Share of the cases in which the detector of a leak raises an alarm.

        Args:
            leak: Which leak.
            amount: How much leaks; all amounts when empty.
            leaks: Of the cases that leak (hit rate), or of those that do not (false alarms).

        Raises:
            NotMeasuredError: If there is no such case.
        """
        wanted = {"leak": leak, "leaks": leaks, **({"amount": amount} if amount else {})}
        rows = rows_where(self.alarms, wanted)
        if rows.empty:
            raise NotMeasuredError(f"no case of {leak}")
        sums = rows.groupby("seed")[["alarms", "cases"]].sum()
        return pooled_interval(sums["alarms"].tolist(), sums["cases"].tolist())

"""What the race can be set to, and what it measures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd

from core.lab.intervals import POINTS, SHARE
from core.lab.recorder import columned
from core.lab.scores import PerSeed, one_a_seed
from core.lab.settings import Config, View, ladder, repetitions

KNOBS: Mapping[str, tuple[float, ...]] = {
    "learning rate": tuple(float(f"{10 ** (power / 2):.3g}") for power in range(-8, 2)),
    "width": (4, 8, 16, 32),
    "momentum": (0.0, 0.5, 0.9),
    "weight decay": (0.0, 0.01, 0.1),
}
"""What is searched: every knob, and the settings that it can have, in order."""
USUAL: Mapping[str, float] = {"momentum": 0.9, "weight decay": 0.0}
"""Of the knobs that are not searched."""
USELESS = 4
"""Settings of a knob that does nothing."""
PICKING, FRESH = "examples that pick", "fresh examples"
MEASURES = (PICKING, FRESH)
EXPECTED = "random, expected"
"""What random search finds in expectation over all it may draw: a whole table tells it exactly."""
WHOLE_TABLE, ONE_SEARCH = "all settings measured", "fANOVA from one random search"
N_TRAIN, N_FRESH = 200, 400
STUDY = "race"
"""Name of the study in the journal file."""


class RaceConfig(Config):
    """What is trained, and who searches how long."""

    repetitions: int = repetitions(default=10)

    dataset: Literal["digits", "mnist1d"] = "digits"
    """Digits: 8x8 images, ten classes. MNIST-1D: signals of 40 samples, ten classes, hard for
    small networks."""
    knobs: int = ladder(2, 3, 4, default=4, label="Knobs that matter")
    """How many knobs are searched: learning rate and width, then momentum, then weight decay. The
    others stay where they usually are."""
    useless_knobs: int = ladder(0, 1, 2, default=0, label="Knobs that do nothing")
    """Further knobs with four settings each that change nothing. The searches do not know."""
    budget: int = ladder(12, 24, 36, default=36, unit="trainings", label="Budget")
    """What each search may spend, in whole trainings. Successive halving and Hyperband may end a
    training early and start more of them."""
    searches: int = ladder(1, 2, 4, default=2, unit="per method", label="Searches")
    """How often each method searches the same networks, each time from another seed of its own."""
    n_validation: int = ladder(50, 100, 200, default=200, label="Validation examples")
    """How many examples tell the searches how good a setting is."""
    steps: int = ladder(45, 90, 180, default=90, label="Training steps")
    """Updates of the weights in a whole training (stochastic gradient descent)."""

    @property
    def space(self) -> dict[str, int]:
        """Knob -> number of its rungs, useless ones last."""
        real = {name: len(KNOBS[name]) for name in list(KNOBS)[: self.knobs]}
        return real | {f"useless {place + 1}": USELESS for place in range(self.useless_knobs)}

    @property
    def real(self) -> tuple[str, ...]:
        """The knobs that are searched and change something."""
        return tuple(KNOBS)[: self.knobs]

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the table of all settings: rungs of each real knob."""
        return tuple(len(KNOBS[name]) for name in self.real)


class RaceView(View):
    """Where the searches' picks are judged."""

    above = True
    judged: Literal["picking", "fresh"] = "picking"
    """Picking: the validation examples, the only ones that the searches see. Fresh: test examples
    that had no say."""

    @property
    def measure(self) -> str:
        """As the tables have it."""
        return PICKING if self.judged == "picking" else FRESH


@dataclass(frozen=True)
class RaceResult:
    """What was measured.

    Attributes:
        regrets: `method` (`EXPECTED` among them), `trainings` spent, `measure`, `seed`, `value`:
            accuracy of the network that searching all settings would have picked, less that of
            the search's own pick so far, mean over the searches; in [-1, 1].
        tried: `method`, `seed`, `value`: settings that a search looked at, whole or in part.
        shares: `source`, `knob`, `seed`, `value`: of what single knobs explain.
        asked: The first search of each method on the first seed's networks: `method`, `spent`
            trainings when a trial ended, `accuracy` then, `ended` ("whole", "cut short").
        answers: The first seed's accuracy at every setting, picking and fresh, `(*shape, 2)`.
        journal: The first search by TPE, as a journal file of Optuna.
        budget: Whole trainings.
    """

    regrets: pd.DataFrame = field(
        metadata=columned("method", "trainings", "measure", "seed", "value")
    )
    tried: pd.DataFrame = field(metadata=columned("method", "seed", "value"))
    shares: pd.DataFrame = field(metadata=columned("source", "knob", "seed", "value"))
    asked: pd.DataFrame = field(metadata=columned("method", "spent", "accuracy", "ended"))
    answers: np.ndarray
    journal: str
    budget: int

    def regret(self, method: str, measure: str = PICKING, trainings: int | None = None) -> PerSeed:
        """How far a method's pick is behind, by default when its budget is spent."""
        at = {"method": method, "measure": measure, "trainings": trainings or self.budget}
        return one_a_seed(self.regrets, at, POINTS)

    def lead(self, method: str, measure: str = PICKING) -> PerSeed:
        """How much better a method's pick is than random search's is expected to be, by seed."""
        return self.regret(EXPECTED, measure) - self.regret(method, measure)

    def looked_at(self, method: str) -> PerSeed:
        """How many settings a search tried."""
        return one_a_seed(self.tried, {"method": method})

    def share(self, knob: str, source: str = ONE_SEARCH) -> PerSeed:
        """How much of what single knobs explain is this one's."""
        return one_a_seed(self.shares, {"source": source, "knob": knob}, SHARE)

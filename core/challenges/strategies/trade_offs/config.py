"""The remedies and their strengths, the measures, and what was measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pandas as pd

from core.lab.intervals import POINTS, SHARE
from core.lab.recorder import columned
from core.lab.scores import PerSeed, per_seed
from core.lab.settings import Config, View, ladder, repetitions

PLAIN, NOTHING = "plain", "nothing"
LEVELS = ("weak", "medium", "strong")
TIMES = "times"
TEACHERS = 3
"""Networks whose mean answer a distilled one learns from."""
WIDTH = 64
Levels = tuple[Mapping[str, Any], Mapping[str, Any], Mapping[str, Any]]


@dataclass(frozen=True)
class Recipe:
    """How a network is made: one remedy, two together, or none.

    Attributes:
        decay: Decoupled weight decay.
        dropout: Share of hidden units left out in training.
        turned: Most degrees by which pictures to learn from are turned; they are also moved, by up
            to a pixel for 20 degrees.
        patience: Looks without a new best before training stops; 0 never stops.
        corrected: Share of the wrong labels that somebody has put right.
        grown: Times as many examples.
        members: Networks that answer together.
        temperature: Of the teachers' answers; 0 learns from the labels.
        epsilon: Size of the attack that it learns from.
        noise: On the clipped gradients, as a multiple of their largest norm; 0 clips nothing.
        pruned: Share of the weights set to zero afterwards.
        bits: Of each weight.
        rare: Share of the loss that the rare group gets; 0 weighs every example alike.
    """

    decay: float = 0.0
    dropout: float = 0.0
    turned: float = 0.0
    patience: int = 0
    corrected: float = 0.0
    grown: int = 1
    members: int = 1
    temperature: float = 0.0
    epsilon: float = 0.0
    noise: float = 0.0
    pruned: float = 0.0
    bits: int = 32
    rare: float = 0.0


def _levels(name: str, *values: float) -> Levels:
    weak, medium, strong = ({name: value} for value in values)
    return weak, medium, strong


REMEDIES: Mapping[str, Levels] = {
    "weight decay": _levels("decay", 0.5, 2.0, 5.0),
    "dropout": _levels("dropout", 0.2, 0.5, 0.8),
    "augmentation": _levels("turned", 10.0, 20.0, 40.0),
    "early stopping": _levels("patience", 6, 3, 1),
    "label cleaning": _levels("corrected", 0.3, 0.6, 1.0),
    "more data": _levels("grown", 2, 3, 4),
    "ensemble": _levels("members", 2, 3, 4),
    "distillation": _levels("temperature", 1.0, 2.0, 4.0),
    "adversarial training": _levels("epsilon", 0.03, 0.06, 0.12),
    "private gradients": _levels("noise", 0.5, 1.0, 2.0),
    "group reweighting": _levels("rare", 0.35, 0.5, 0.75),
    "pruning": _levels("pruned", 0.3, 0.5, 0.75),
    "low precision": _levels("bits", 16, 8, 4),
}
"""Each from weak to strong. Half of the loss is as much as the other group gets: both count alike
though one is rare. 8 bits are int8."""
BEHIND: Mapping[str, str] = {
    "weight decay": "overfitting/remedies",
    "dropout": "overfitting/remedies",
    "augmentation": "generalization/shift",
    "early stopping": "overfitting/training_time",
    "label cleaning": "data_quality/label_noise",
    "more data": "data_quantity/forecast",
    "ensemble": "generalization/shift",
    "distillation": "hardware/fitting",
    "adversarial training": "adversarial/robust_accuracy",
    "private gradients": "privacy/dp_sgd",
    "group reweighting": "generalization/shortcuts",
    "pruning": "hardware/fitting",
    "low precision": "hardware/fitting",
}
"""The experiment of the lab that looks at a remedy more closely."""


@dataclass(frozen=True)
class Measure:
    """One column of the matrix.

    Attributes:
        better: 1 where more is better, -1 where less is.
        unit: `SHARE`, `POINTS` for a difference of shares, or `TIMES`: a ratio to the plain
            network, which is 1; else a number of its own in [-1, 1].
        words: What it is.
        timed: Whether it is a time, so another one on another machine.
    """

    better: int
    unit: str
    words: str
    timed: bool = False

    @property
    def exact(self) -> bool:
        """Whether it is counted, not measured."""
        return self.unit == TIMES and not self.timed


MEASURES: Mapping[str, Measure] = {
    "accuracy": Measure(1, SHARE, "on new pictures, as often on their side"),
    "gap": Measure(-1, POINTS, "training minus new accuracy, labels as often wrong"),
    "shifted": Measure(1, SHARE, "accuracy under the shift that is chosen"),
    "calibration": Measure(-1, SHARE, "expected calibration error, labels as often wrong"),
    "attacked": Measure(1, SHARE, "accuracy under an attack (PGD) on each picture"),
    "leak": Measure(-1, "", "area under the ROC curve of telling members from others"),
    "worst group": Measure(1, SHARE, "accuracy on upright pictures or on those on their side, "
                           "whichever is lower"),
    "group gap": Measure(-1, POINTS, "accuracy on upright pictures minus on those on their side"),
    "stability": Measure(1, "", "rank correlation of a picture's saliency map with that of a "
                         "noisy copy"),
    "training": Measure(-1, TIMES, "operations of training, against plain"),
    "answering": Measure(-1, TIMES, "operations of one answer, against plain"),
    "latency": Measure(-1, TIMES, "time of one answer, against plain", timed=True),
    "size": Measure(-1, TIMES, "bytes of the weights, against plain"),
}  # fmt: skip
"""In the order of the columns."""


class TradeOffsConfig(Config):
    """What is trained and measured."""

    repetitions: int = repetitions(default=10)

    strength: Literal["weak", "medium", "strong"] = "medium"
    """Of every remedy. The stored result is of the medium one."""
    partner: Literal[
        "nothing", "weight decay", "dropout", "augmentation", "early stopping", "label cleaning",
        "ensemble", "adversarial training", "private gradients", "group reweighting",
        "low precision",
    ] = "nothing"  # fmt: skip
    """A second remedy, at the same strength, that all others are combined with."""
    label_noise: float = ladder(0.0, 0.1, 0.2, 0.3, default=0.2, label="Wrong labels", unit="share")
    """Share of the training labels replaced by a wrong one."""
    n_train: int = ladder(100, 200, 300, default=200, label="Training examples")
    """How many pictures each network learns from."""
    shift: Literal["rotation", "noise", "blur", "missing patch"] = "rotation"
    """What pictures in "shifted" went through: turned by 30 degrees to either side, noise of
    standard deviation 0.3, a blur over 1.2 pixels, or a black square of 4 x 4 pixels."""
    attack: float = ladder(
        0.03, 0.06, 0.1, 0.15, default=0.06, label="Size of the attack", unit="per pixel"
    )
    """Largest change of a pixel, which lies in [0, 1], by an attack on a trained network."""
    steps: int = ladder(100, 300, 600, default=600, label="Training steps")
    """Updates of the weights, each on a batch of 32 examples."""


class TradeOffsView(View):
    """What is drawn below the matrix."""

    measure: Literal[
        "accuracy", "gap", "shifted", "calibration", "attacked", "leak", "worst group",
        "group gap", "stability", "training", "answering", "latency", "size",
    ] = "leak"  # fmt: skip
    """The column that is drawn in full."""


@dataclass(frozen=True)
class TradeOffsResult:
    """What was measured.

    Attributes:
        cells: `remedy` (`plain` among them), `measure`, `seed`, `value`, as `MEASURES` has it.
        partner: The second remedy, or `nothing`.
        finished: False while the training goes on: some measures are still to come.
    """

    cells: pd.DataFrame = field(metadata=columned("remedy", "measure", "seed", "value"))
    partner: str
    finished: bool

    def value(self, remedy: str, measure: str) -> PerSeed:
        """What networks with a remedy reach; raises `NotMeasuredError` where there are none."""
        unit = MEASURES[measure].unit
        unit = "" if unit == TIMES else unit
        return per_seed(self.cells, unit, remedy=remedy, measure=measure)

    def change(self, remedy: str, measure: str) -> PerSeed:
        """A remedy against the plain network, seed by seed."""
        return self.value(remedy, measure) - self.value(PLAIN, measure)

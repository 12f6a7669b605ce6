"""Five small networks on forty noisy points: the smallest honest look at overfitting."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import altair as alt
import numpy as np
import pandas as pd

from core.charts import kinds, marks, regions
from core.data.generated import make_two_moons
from core.engine.job import Job
from core.engine.sweep import Planned, Trained, sweep
from core.lab.experiment import Experiment, Figure
from core.lab.intervals import POINTS, SHARE, Estimate
from core.lab.scores import PerSeed, per_seed
from core.lab.settings import Config, View, ladder
from core.lab.wording import number, with_interval
from core.metrics.verdicts import by_verdict

STEPS, EVALUATIONS = 360, 18
N_TRAIN, JITTER = 40, 0.35
GRID = 48
"""Points on a side of the map of the first network's decisions."""
HEIGHT = 230
ALIKE = 0.02
"""A gap of at most two points, with its whole interval, counts as none."""


class MoonsConfig(Config):
    """The one choice."""

    width: int = ladder(1, 2, 4, 8, 16, 32, 64, default=32, unit="units in each of two layers")
    """How large the networks are. Few units can draw only simple borders, many can draw any."""


@dataclass(frozen=True)
class MoonsResult:
    """What was measured.

    Attributes:
        errors: `step`, `seed`, `split`, `value`: share of examples classified wrongly, in [0, 1].
        points: The first seed's training points: `x1`, `x2`, `label`.
        region: The first network's probability of class 1 on a grid, `(GRID, GRID)`, first row
            at the top.
        extent: `x1` and `x2` ranges of the grid, `(4,)`.
    """

    errors: pd.DataFrame
    points: pd.DataFrame
    region: np.ndarray
    extent: np.ndarray

    def error(self, split: str) -> PerSeed:
        """Share of wrong answers at the last step."""
        return per_seed(self.errors, SHARE, split=split, step=self.errors["step"].max())


def plan(config: MoonsConfig) -> Iterator[Planned]:
    """One network per seed."""
    for seed in config.seeds:
        data = make_two_moons(N_TRAIN, noise=JITTER, seed=seed)
        yield {"seed": seed}, Job(data, seed, (config.width, config.width))


def read(config: MoonsConfig, trained: Trained) -> MoonsResult:
    """The errors so far, and the first network's decisions."""
    curves = trained.curves()
    curves = curves[curves["metric"] == "accuracy"].reset_index(drop=True)
    errors = curves.assign(value=1.0 - curves["value"])[["step", "seed", "split", "value"]]
    data = trained.fit.jobs[0].data
    x = data.x_train
    points = pd.DataFrame({"x1": x[:, 0], "x2": x[:, 1], "label": data.y_train.astype(str)})
    extent = regions.extent_around(x.astype(float))
    logits = trained.fit.logits(regions.grid_of(extent, GRID), jobs=[0])
    return MoonsResult(errors, points, regions.probabilities(logits, GRID)[0], extent)


def metrics(result: MoonsResult) -> dict[str, Estimate]:
    """Both errors at the end, and the generalization gap: training minus validation accuracy."""
    train, validation = result.error("train"), result.error("validation")
    return {
        "training_error": train.of_cases(N_TRAIN),
        "validation_error": validation.estimate,
        "generalization_gap": (validation - train).estimate,
    }


def finding(result: MoonsResult) -> str:
    """Say what the networks did with their own points and with new ones."""
    found = metrics(result)
    held = by_verdict(
        found["generalization_gap"], ALIKE,
        differs=f"{_ahead(found['generalization_gap'])}, a generalization gap of {{}}",
        equal="What they learned holds for new points as well as for their own, to within "
        f"{number(ALIKE, POINTS).lstrip('+')}: a generalization gap of {{}}",
        unclear="Whether they know their own points better than new ones stays open, with a "
        "generalization gap of {}",
    )  # fmt: skip
    return (
        f"{held}. Wrong are {with_interval(found['training_error'])} of the points they were "
        f"trained on and {with_interval(found['validation_error'])} of new ones."
    )


def _ahead(gap: Estimate) -> str:
    own = "They get more of their own points right than of new ones"
    return own if gap.low > 0 else "They get more of new points right than of their own"


def decisions_caption(table: pd.DataFrame, view: View) -> str:
    """Say what is drawn."""
    return (
        f"Points: the {len(table)} training examples of the first seed, two classes. Background: "
        "the class the network would choose there, fainter where it is unsure."
    )


def errors_caption(table: pd.DataFrame, view: View) -> str:
    """Say where both errors end."""
    end = table[table.step == table.step.max()].set_index("split")["mean"]
    return (
        f"After {int(table.step.max())} steps, {number(float(end['train']), 'share')} of the "
        f"training points and {number(float(end['validation']), 'share')} of new points are wrong. "
        "Bands: 95% intervals over the seeds."
    )


SHAPE = alt.Shape(
    "label:N", legend=None, scale=alt.Scale(domain=["0", "1"], range=["circle", "triangle-up"])
)
NOT_BELOW_ZERO = alt.Scale(domainMin=0)
FIGURES: tuple[Figure[MoonsResult, View], ...] = (
    Figure(
        name="decisions",
        title="What the first network decides",
        table=lambda result, view: result.points.round(3),
        underlay=lambda result, view: regions.images([result.region], result.extent),
        chart=lambda view: regions.decision_regions(
            SHAPE, [alt.Tooltip("label:N", title="class")], HEIGHT, size=55, stroke=0.7
        ),
        caption=decisions_caption,
        live=True,
    ),
    kinds.lines(
        "error_curves", "Wrong answers while training",
        lambda result, view: result.errors, by=("step", "split"),
        x=alt.X("step:Q", title="training step"),
        y=alt.Y("mean:Q", title="wrong answers", axis=alt.Axis(format=".0%"), scale=NOT_BELOW_ZERO),
        color=marks.series_color("split", ("train", "validation")),
        caption=errors_caption, seeds=False, height=HEIGHT, live=True,
    ),
)  # fmt: skip
TRAINING = sweep(plan, read, steps=STEPS, evaluations=EVALUATIONS)
EXPERIMENT = Experiment(
    slug="miniature/moons",
    title="A miniature",
    question="How large should a network be for forty points?",
    config=MoonsConfig,
    view=View,
    result=MoonsResult,
    run=TRAINING.run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=TRAINING.cost,
    smallest=MoonsConfig(width=2),
    varies="training points, new points, initial weights and order of the points",
)

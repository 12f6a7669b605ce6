"""Five small networks on forty noisy points: the smallest honest look at overfitting."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import altair as alt
import numpy as np
import pandas as pd

from core.charts import kinds, marks, regions
from core.data.dataset import Dataset
from core.data.generated import make_two_moons
from core.engine.job import Job
from core.engine.sweep import Planned, Trained, sweep
from core.engine.training import Fit
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
N_NEW = 200
"""New points of which those are drawn that the first network gets wrong."""
LEARNED, MISSED, YOURS = "training", "new, got wrong", "yours"
"""Kinds of points: a visitor's own are training points that were changed or added by hand."""
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
        points: The first seed's training points, and those of the first `N_NEW` new ones in sight
            that its network gets wrong: `x1`, `x2`, `label` (of the class given), `kind`, and
            `given` ("true label" or "wrong label").
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
    extent = extent_of(trained.fit.jobs[0].data)
    points = points_of(trained.fit, 0, extent)
    return MoonsResult(errors, points, region_of(trained.fit, 0, extent), extent)


def extent_of(data: Dataset) -> np.ndarray:
    """Ranges of both coordinates that are drawn, `(4,)`: those of the training points."""
    return regions.extent_around(data.x_train.astype(float))


def region_of(fit: Fit, job: int, extent: np.ndarray) -> np.ndarray:
    """A network's probability of class 1 on a grid, `(GRID, GRID)`."""
    logits = fit.logits(regions.grid_of(extent, GRID), jobs=[job])
    found: np.ndarray = regions.probabilities(logits, GRID)[0]
    return found


def points_of(
    fit: Fit, job: int, extent: np.ndarray, yours: np.ndarray | None = None
) -> pd.DataFrame:
    """A network's training points, and the new ones that it gets wrong; see `MoonsResult`.

    Args:
        fit: The networks.
        job: Which of them.
        extent: What is drawn; the new points are the first that lie in it.
        yours: Which of the training points a visitor changed or added, `(n_train,)` bool.
    """
    data = fit.jobs[job].data
    near = np.flatnonzero(_inside(data.x_validation, extent))[:N_NEW]
    new, truth = data.x_validation[near], data.y_validation[near]
    wrong = (fit.logits(new, jobs=[job])[0, :, 0] > 0) != truth
    missed = _rows(new[wrong], truth[wrong]).assign(kind=MISSED, given="true label")
    return pd.concat([training_points(data, yours), missed], ignore_index=True)


def training_points(data: Dataset, yours: np.ndarray | None = None) -> pd.DataFrame:
    """The training points as `MoonsResult.points` has them; `yours` as in `points_of`."""
    own = np.zeros(len(data.y_train), dtype=bool) if yours is None else yours
    given = np.where(data.flipped, "wrong label", "true label")
    kind = np.where(own, YOURS, LEARNED)
    return _rows(data.x_train, data.y_train).assign(kind=kind, given=given)


def _rows(x: np.ndarray, labels: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"x1": x[:, 0], "x2": x[:, 1], "label": labels.astype(str)})


def _inside(x: np.ndarray, extent: np.ndarray) -> np.ndarray:
    """Which examples `(n, 2)` lie in what is drawn, `(n,)` bool."""
    both: np.ndarray = (x >= extent[[0, 2]]) & (x <= extent[[1, 3]])
    return both[:, 0] & both[:, 1]


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
        equal="What the networks learned holds for new points as well as for their own, to "
        f"within {number(ALIKE, POINTS).lstrip('+')}: a generalization gap of {{}}",
        unclear="Whether the networks know their own points better than new ones stays open, "
        "with a generalization gap of {}",
    )  # fmt: skip
    return (
        f"{held}. Wrong are {with_interval(found['training_error'])} of the points they were "
        f"trained on and {with_interval(found['validation_error'])} of new ones."
    )


def _ahead(gap: Estimate) -> str:
    own = "The networks get more of their own points right than of new ones"
    return own if gap.low > 0 else "The networks get more of new points right than of their own"


def decisions_table(result: MoonsResult, view: View) -> pd.DataFrame:
    """The points, with the sign that each is drawn as."""
    points = result.points.round(3)
    return points.assign(sign=points["label"].where(points["kind"] != MISSED, "cross"))


def decisions_caption(table: pd.DataFrame, view: View) -> str:
    """Say what is drawn."""
    missed, yours = ((table["kind"] == kind).sum() for kind in (MISSED, YOURS))
    ringed = f" Ringed: {'the one' if yours == 1 else f'the {yours}'} that you changed or added."
    return (
        f"Circles and triangles: the {len(table) - missed} training examples of the first seed, "
        f"two classes.{ringed if yours else ''} Crosses: the {missed} of {N_NEW} new points that "
        "the network gets wrong, in the colour of their class. Background: the class it would "
        "choose there, fainter where it is unsure."
    )


def errors_caption(table: pd.DataFrame, view: View) -> str:
    """Say where both errors end."""
    end = table[table.step == table.step.max()].set_index("split")["mean"]
    return (
        f"After {int(table.step.max())} steps, {number(float(end['train']), 'share')} of the "
        f"training points and {number(float(end['validation']), 'share')} of new points are wrong. "
        "Bands: 95% intervals over the seeds."
    )


CROSS = "M-1,-.6L-.6,-1L0,-.4L.6,-1L1,-.6L.4,0L1,.6L.6,1L0,.4L-.6,1L-1,.6L-.4,0Z"
SIGN = alt.Shape(
    "sign:N",
    legend=None,
    scale=alt.Scale(domain=["0", "1", "cross"], range=["circle", "triangle-up", CROSS]),
)
TOLD = [alt.Tooltip("label:N", title="class"), alt.Tooltip("kind:N", title="point")]


def decisions_chart(view: View) -> alt.LayerChart:
    """The points over the picture of the network's decisions; a visitor's own have a ring."""
    base = regions.decision_regions(SIGN, TOLD, HEIGHT, size=55, stroke=0.7)
    return alt.layer(base, regions.rings(f"datum.kind == '{YOURS}'")).properties(
        height=HEIGHT, padding=regions.WHOLE
    )


NOT_BELOW_ZERO = alt.Scale(domainMin=0)
FIGURES: tuple[Figure[MoonsResult, View], ...] = (
    Figure(
        name="decisions",
        title="What the first network decides",
        table=decisions_table,
        underlay=lambda result, view: regions.images([result.region], result.extent),
        chart=decisions_chart,
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
    version=2,
    varies="training points, new points, initial weights and order of the points",
)

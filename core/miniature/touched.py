"""What a visitor's own changes to the training points do: networks trained with and without them.

An `Experiment` outside the registry: it shares the trainer thread, its bounds and the store, and
its results stand under a name of their own, never under that of an experiment's settings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from pydantic import Field, field_validator

from core.charts import regions, theme
from core.data import touched as touches_of
from core.data.dataset import Dataset
from core.data.generated import make_two_moons
from core.data.touched import Touch, Touched
from core.engine.job import Job
from core.engine.sweep import SPLITS, Planned, Trained, sweep
from core.lab.experiment import Experiment, Figure
from core.lab.intervals import SHARE, Estimate
from core.lab.scores import PerSeed, per_seed
from core.lab.settings import Config, View
from core.lab.wording import how_many, listed, number, with_interval
from core.metrics.verdicts import by_verdict
from core.miniature.moons import (
    ALIKE,
    EVALUATIONS,
    JITTER,
    MISSED,
    N_TRAIN,
    STEPS,
    YOURS,
    MoonsResult,
    extent_of,
    points_of,
    region_of,
)

BEFORE, AFTER = "as it was", "with your changes"
OWN = "yours"
"""Name of the visitor's own points among what is evaluated."""


class TouchedConfig(Config):
    """Which points, touched how, and which networks learn from them."""

    n_train: int = Field(default=N_TRAIN, ge=1, le=1000)
    """Points that are drawn."""
    label_noise: float = Field(default=0.0, ge=0, le=1)
    """Share of their labels that is wrong."""
    jitter: float = Field(default=JITTER, ge=0, le=1)
    """Noise of their coordinates."""
    depth: int = Field(default=2, ge=1, le=6)
    """Hidden layers."""
    width: int = Field(default=32, ge=1, le=128)
    """Units in each."""
    steps: int = Field(default=STEPS, ge=1, le=2400)
    """Of training."""
    touches: tuple[Touch, ...] = Field(default=(), max_length=touches_of.MOST)
    """What the visitor did, in order."""

    @field_validator("*", mode="after")
    @classmethod
    def _on_a_rung(cls, value: Any, info: Any) -> Any:
        """Nothing here has rungs; the bounds are the fields' own."""
        return value

    def drawn(self) -> Dataset:
        """The points as they are drawn: those of the first seed."""
        return make_two_moons(
            self.n_train, noise=self.jitter, label_noise=self.label_noise, seed=self.first_seed
        )

    def touched(self) -> Touched:
        """The points with the visitor's changes."""
        return touches_of.touched(self.drawn(), self.touches)


@dataclass(frozen=True)
class TouchedResult(MoonsResult):
    """What was measured; the inherited fields are about the networks with the changes.

    Attributes:
        before: `errors` of the networks without the changes.
        points_before: Their `points`.
        region_before: Their `region`.
        followed: `step`, `seed`, `value`: share of the visitor's own points that are answered with
            the visitor's labels; without rows where there are none.
        turned: Labels that the visitor changed.
        added: Points that the visitor added.
    """

    before: pd.DataFrame
    points_before: pd.DataFrame
    region_before: np.ndarray
    followed: pd.DataFrame
    turned: int
    added: int

    def error_before(self, split: str) -> PerSeed:
        """Share of wrong answers at the last step, without the changes."""
        return per_seed(self.before, SHARE, split=split, step=self.before["step"].max())

    @property
    def obeyed(self) -> PerSeed:
        """Share of the visitor's own points that got the visitor's label at the last step."""
        return per_seed(self.followed, SHARE, step=self.followed["step"].max())


def plan(config: TouchedConfig) -> Iterator[Planned]:
    """Networks from the same initial weights on the points as they were, and with the changes."""
    changed = config.touched()
    own = changed.data.x_train[changed.yours], changed.data.y_train[changed.yours]
    watch = {OWN: own} if changed.yours.any() else {}
    drawn, hidden = config.drawn(), (config.width,) * config.depth
    for seed in config.seeds:
        yield {"arm": BEFORE, "seed": seed}, Job(drawn, seed, hidden)
    for seed in config.seeds:
        yield {"arm": AFTER, "seed": seed}, Job(changed.data, seed, hidden, watch=watch)


def read(config: TouchedConfig, trained: Trained) -> TouchedResult:
    """The errors so far, and what the first network of each kind decides."""
    changed = config.touched()
    curves = trained.curves((*SPLITS, *((OWN,) if changed.yours.any() else ())))
    curves = curves[curves["metric"] == "accuracy"]
    own = curves[(curves["split"] == OWN) & (curves["arm"] == AFTER)]
    errors = curves[curves["split"] != OWN].assign(value=lambda rows: 1.0 - rows["value"])
    columns = ["step", "seed", "split", "value"]
    of = {arm: rows[columns].reset_index(drop=True) for arm, rows in errors.groupby("arm")}
    extent, after = extent_of(config.drawn()), len(config.seeds)
    return TouchedResult(
        errors=of[AFTER],
        points=points_of(trained.fit, after, extent, changed.yours),
        region=region_of(trained.fit, after, extent),
        extent=extent,
        before=of[BEFORE],
        points_before=points_of(trained.fit, 0, extent),
        region_before=region_of(trained.fit, 0, extent),
        followed=own[["step", "seed", "value"]].reset_index(drop=True),
        turned=changed.turned,
        added=changed.added,
    )


def metrics(result: TouchedResult) -> dict[str, Estimate]:
    """Both errors with the changes, and the change of the error on new points, paired."""
    new = result.error("validation")
    return {
        "training_error": result.error("train").estimate,
        "validation_error": new.estimate,
        "change_of_validation_error": (new - result.error_before("validation")).estimate,
    }


def said(turned: int, added: int) -> str:
    """What the visitor did: `1 label flipped and 2 points added by you`."""
    parts = [f"{how_many(turned, 'label')} flipped"] if turned else []
    parts += [f"{how_many(added, 'point')} added"] if added else []
    return f"{listed(parts)} by you" if parts else "no change"


def finding(result: TouchedResult) -> str:
    """Say what the changes did to new points, and whether the networks follow them."""
    found = metrics(result)
    change = found["change_of_validation_error"]
    way = "more" if change.mean > 0 else "fewer"
    effect = by_verdict(
        change, ALIKE,
        differs=f"{way} new points are wrong than before, a change of {{}}",
        equal="new points hardly notice, a change of {}",
        unclear="whether new points are worse off stays open, with a change of {}",
    )  # fmt: skip
    start = f"With **{said(result.turned, result.added)}**, {effect}"
    now = with_interval(found["validation_error"])
    then = number(result.error_before("validation").mean, SHARE)
    end = f"Wrong are {now} of new points now ({then} before)"
    if result.followed.empty:
        return f"{start}. {end}."
    cases = result.turned + result.added
    obeyed = with_interval(result.obeyed.of_cases(cases))
    return f"{start}. {end}. Of your own points, {obeyed} are answered as you labelled them."


def sides_table(result: TouchedResult, view: View) -> pd.DataFrame:
    """The training points of both kinds of networks, each under what those get wrong."""
    sides = (
        (BEFORE, result.points_before, result.error_before),
        (AFTER, result.points, result.error),
    )
    found = []
    for name, points, error in sides:
        own, new = (number(error(split).mean, SHARE) for split in ("train", "validation"))
        panel = f"{name.capitalize()}: own {own} wrong, new {new}"
        found.append(points[points["kind"] != MISSED].round(3).assign(panel=panel))
    return pd.concat(found, ignore_index=True)


def sides_images(result: TouchedResult, view: View) -> dict[str, pd.DataFrame]:
    """What the first network of each kind decides."""
    panels = list(dict.fromkeys(sides_table(result, view)["panel"]))
    return regions.images((result.region_before, result.region), result.extent, panel=panels)


def sides_caption(table: pd.DataFrame, view: View) -> str:
    """Say which points are the visitor's."""
    sizes = table.groupby("panel", sort=False)["kind"].agg(["size", lambda k: (k == YOURS).sum()])
    (before, _), (after, yours) = sizes.to_numpy()
    return (
        f"First the {before} training points as they were; then {after} with your changes, of "
        f"which {yours} {'is' if yours == 1 else 'are'} yours (ringed)."
    )


def sides_chart(view: View) -> alt.LayerChart:
    """Training points over the picture of a network's decisions; one panel."""
    shapes = alt.Scale(domain=["true label", "wrong label"], range=["circle", "cross"])
    told = [alt.Tooltip("label:N", title="class given"), alt.Tooltip("given:N", title="is a")]
    shape = alt.Shape("given:N", scale=shapes, legend=None)
    base = regions.decision_regions(shape, told, theme.PANEL_HEIGHT, size=45, stroke=0.6)
    return alt.layer(base, regions.rings(f"datum.kind == '{YOURS}'")).properties(
        height=theme.PANEL_HEIGHT, padding=regions.WHOLE
    )


TRAINING = sweep(plan, read, evaluations=EVALUATIONS)
SIDES: Figure[TouchedResult, View] = Figure(
    "sides", "Before and after", sides_table, sides_chart, sides_caption,
    sides_images, live=True, panels=True,
    note="Background: the class that the first network would choose, fainter where it is unsure. "
    "Points: what it was trained on, in the colour of the class given; a cross has a wrong label.",
)  # fmt: skip
EXPERIMENT = Experiment(
    slug="miniature/touched",
    title="Touched data",
    question="What do a few labels change?",
    config=TouchedConfig,
    view=View,
    result=TouchedResult,
    run=TRAINING.run,
    metrics=metrics,
    finding=finding,
    figures=(SIDES,),
    cost=TRAINING.cost,
    smallest=TouchedConfig(width=2, steps=30, touches=(0,)),
    varies="initial weights and order of the points; the points are the same for all",
)
"""Before and after a visitor's changes; see `core.ui.touching`."""

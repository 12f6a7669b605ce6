"""Features of a table: what explanations say of columns, against answers that are known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from core.challenges.interpretability.charts import features as charts
from core.challenges.interpretability.features_claims import (
    CLAIMS,
    agreed,
    error,
    rank,
    share_at,
    worst_of_the_exact,
)
from core.challenges.interpretability.features_study import (
    CORRELATIONS,
    PERMUTATION,
    SAME_CLASS,
    STEERED_BY,
    Study,
)
from core.challenges.interpretability.tables import features as tables
from core.lab.experiment import Experiment, Figure, Preset
from core.lab.intervals import SHARE, Estimate, t_interval
from core.lab.run import Cost, Run
from core.lab.settings import Config, View, ladder
from core.lab.wording import number, with_interval


class FeaturesConfig(Config):
    """What is drawn, trained and explained."""

    correlation: float = ladder(*CORRELATIONS, default=0.9, label="Correlation of the copy")
    """How closely the column "copy of strong" follows "strong". The class is drawn without it."""
    noise: float = ladder(0.0, 0.25, 0.5, 1.0, 2.0, default=0.5)
    """Standard deviation of what is added to the true score before its sign becomes the class."""
    rows: int = ladder(100, 200, 500, 1000, 2000, default=500, label="Training rows")
    """How many rows of the known table the models learn from."""
    width: int = ladder(8, 16, 32, 64, 128, default=32, unit="units")
    """Units of the networks' hidden layer."""
    steps: int = ladder(100, 200, 400, 800, 1600, default=400, label="Training steps")
    """Steps of training, each with 32 rows."""
    explained: int = ladder(8, 16, 32, 64, default=16, label="Explained rows")
    """How many new rows every method explains."""


class FeaturesView(View):
    """How it is drawn."""

    log_axis: bool = False
    """Whether errors are spaced by their ratio, so that small ones can be told apart."""
    agreement: Literal["top", "ranks"] = "top"
    """Top: how often two models name the same most important column of a row. Ranks: how alike
    they order its columns."""


@dataclass(frozen=True)
class FeaturesResult:
    """What was measured.

    Attributes:
        errors: `seed`, `model`, `method`, `value`: distance from the exact explanations of the
            rows over their length, at least 0; of a network, from its Shapley values.
        importance: `seed`, `model`, `method`, `feature`, `value`: share of the importance of all
            columns; a little below 0 where shuffling a column helped.
        correlated: `seed`, `method`, `correlation`, `feature`, `value`: the same by correlation,
            of networks.
        agreement: `seed`, `model`, `measure` (`"top"` or `"ranks"`), `method`, `value`: mean over
            pairs of models that differ in the seed of training only.
        accuracy: `seed`, `model`, `value` in [0, 1] on rows never trained on.
    """

    errors: pd.DataFrame
    importance: pd.DataFrame
    correlated: pd.DataFrame
    agreement: pd.DataFrame
    accuracy: pd.DataFrame


def run(config: FeaturesConfig) -> Run[FeaturesResult]:
    """Train everything side by side, then ask it."""
    study = Study(config)
    yield study.snapshot("drawing the tables")
    yield from study.train()
    yield from study.ask()
    return study.result()


def metrics(result: FeaturesResult) -> dict[str, Estimate]:
    """Headline numbers of each of the questions."""
    found = {
        "same_class_cells": t_interval(agreed(result, "cells", SAME_CLASS), SHARE),
        "same_top_column_cells": t_interval(agreed(result, "cells", STEERED_BY), SHARE),
        "same_top_column_network": t_interval(agreed(result, "network", STEERED_BY), SHARE),
    }
    for name, method in (("permutation", PERMUTATION), ("integrated_gradients", STEERED_BY)):
        shares = share_at(result, method, CORRELATIONS[-1])
        found[f"copy_by_{name}"] = t_interval(shares, SHARE)
    for name, method in (("lime", "LIME"), ("gradient_shap", "GradientSHAP")):
        found[f"error_of_{name}"] = t_interval(error(result, "linear", method))
    found["largest_error_of_the_exact"] = t_interval(worst_of_the_exact(result))
    for model in ("linear", "network"):
        found[f"rank_by_permutation_{model}"] = t_interval(rank(result, model, PERMUTATION))
        found[f"rank_by_integrated_gradients_{model}"] = t_interval(rank(result, model, STEERED_BY))
    for model, rows in result.accuracy.groupby("model", sort=True):
        found[f"accuracy_{model}"] = t_interval(rows["value"], SHARE)
    return found


def finding(result: FeaturesResult) -> str:
    """Say how exact the exact methods are, and what another seed changes."""
    exact, lime = worst_of_the_exact(result), error(result, "linear", "LIME")
    same = t_interval(agreed(result, "cells", SAME_CLASS), SHARE)
    top = t_interval(agreed(result, "cells", STEERED_BY), SHARE)
    return (
        f"On a linear model, six methods are off by at most {number(float(exact.max()), SHARE)} of "
        f"the exact answer, LIME by {number(float(lime.mean()), SHARE)}. But networks of other "
        f"seeds that give the same class to {with_interval(same)} of the cell samples name the "
        f"same most important column for {with_interval(top)}."
    )


def cost(config: FeaturesConfig) -> Cost:
    """Expected cost: training, the questions, and two linear fits a row."""
    models = config.repetitions * (len(CORRELATIONS) + 8)
    steps = models * config.steps * 32 * 60.0 * config.width
    asked = config.repetitions * (0.3 + 0.002 * config.width + 0.02 * config.explained)
    return Cost(flops=steps + 1e7 * asked, seconds=0.4 + steps / 4e9 + asked)


EXPERIMENT = Experiment(
    title="Features",
    question="Which columns does a model use, and does an explanation know?",
    config=FeaturesConfig,
    view=FeaturesView,
    result=FeaturesResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=(
        Figure(
            name="importance",
            title="How important each column is",
            table=tables.importance,
            chart=charts.importance,
            caption=tables.importance_caption,
            live=True,
            note="Permutation: how much worse the model does with this column shuffled. "
            "Integrated Gradients and Saliency: mean size over rows. Compare the order, not the "
            "lengths: each has a scale of its own. The pair acts only together, copy and noise not "
            "at all.",
            panels=True,
        ),
        Figure(
            name="errors",
            title="Distance from the exact explanation",
            table=tables.errors,
            chart=charts.errors,
            caption=tables.errors_caption,
            live=True,
            note="Exact: weight times value for the linear model; for the network its Shapley "
            "values, from every subset of the columns. Saliency is a slope and no share of "
            "the answer. Shuffled has the right numbers on the wrong columns.",
            panels=True,
        ),
        Figure(
            name="ranking",
            title="Do they order the columns as the truth does?",
            table=tables.ranking,
            chart=charts.ranking,
            caption=tables.ranking_caption,
            live=True,
            note="1 is the true order; 0.97 is the best that can be expected, since columns that "
            "do nothing are tied. Shuffled is the control.",
            panels=True,
        ),
        Figure(
            name="correlated",
            title="A column that is not used, but correlated",
            table=tables.correlated,
            chart=charts.correlated,
            caption=tables.correlated_caption,
            live=True,
            note="Networks on the known table, each trained anew. The class depends on “strong” "
            "and never on its copy.",
            panels=True,
        ),
        Figure(
            name="agreement",
            title="Do models of other seeds give the same reasons?",
            table=tables.agreement,
            chart=charts.agreement,
            caption=tables.agreement_caption,
            live=True,
            note="Same class: how often they give the same answer. The models learn from the same "
            "rows; only their first weights and the order of the rows differ. Shuffled is the "
            "control. Some columns of the cell nuclei say nearly the same.",
        ),
    ),
    cost=cost,
    smallest=FeaturesConfig(rows=100, steps=100, width=8, explained=8),
    claims=CLAIMS,
    presets=(
        Preset("Nearly a copy", {"correlation": 0.99}, "Two columns that say the same."),
        Preset("Few rows", {"rows": 100}, "So that models learn noise, too."),
    ),
)

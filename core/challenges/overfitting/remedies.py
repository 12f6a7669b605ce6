"""Remedies: the same overfitting network, once as it is and once with each remedy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from core.challenges.overfitting import remedies_words as words
from core.challenges.overfitting.charts import remedies as charts
from core.challenges.overfitting.data import DatasetName
from core.challenges.overfitting.remedies_arms import (
    BASELINE,
    EVALUATIONS,
    PATIENCE,
    STOPPING,
    Arm,
    arms,
    handed_over,
    jobs,
)
from core.challenges.overfitting.remedies_claims import CLAIMS
from core.challenges.overfitting.tables import remedies as tables
from core.engine.cost import expected_cost
from core.lab.experiment import Experiment, Figure, Preset
from core.lab.intervals import POINTS, Estimate, t_interval
from core.lab.run import Cost, Run, Snapshot, relay
from core.lab.settings import Config, View, ladder, repetitions
from core.lab.wording import with_interval

if TYPE_CHECKING:
    from core.engine.training import Fit

SHAPES = {"two_moons": (2, 1, 1000), "digits": (64, 10, 597), "mnist1d": (40, 10, 1000)}
"""Inputs, outputs and validation examples of each data set."""


class RemediesConfig(Config):
    """What is trained."""

    repetitions: int = repetitions(default=10)

    dataset: DatasetName = "two_moons"
    """Two moons: points in the plane, two overlapping classes. Digits: 8x8 images, ten classes.
    MNIST-1D: signals of 40 samples, ten classes, hard for small networks."""
    n_train: int = ladder(50, 100, 200, 500, default=100, label="Training examples")
    """How many examples each network learns from; "more data" gets 2, 4 and 8 times as many."""
    label_noise: float = ladder(0.0, 0.1, 0.2, 0.3, default=0.2, label="Wrong labels")
    """Share of the training labels replaced by a wrong one. Validation labels stay true."""
    width: int = ladder(16, 32, 64, default=32, unit="units")
    """Units in each of the two hidden layers; "smaller" has a half, a quarter, an eighth."""
    steps: int = ladder(300, 600, 1200, default=600, label="Training steps")
    """Updates of the weights, each on a batch of 32 examples (Adam, learning rate 0.01)."""


class RemediesView(View):
    """How it is drawn."""

    metric: Literal["accuracy", "loss"] = "accuracy"
    """Accuracy: share of examples classified correctly. Loss: mean cross-entropy, which also
    punishes being confident and wrong."""
    strength: Literal["weak", "medium", "strong", "all"] = "medium"
    """Which strength of each remedy is compared. Medium was set in advance, the same for every
    data set; whoever picks the best of several after looking flatters the remedy."""
    remedy: Literal[
        "weight decay", "dropout", "augmentation", "label smoothing", "early stopping",
        "batch norm", "smaller network", "more data", "augmentation + decay", "four together",
    ] = "weight decay"  # fmt: skip
    """Whose strengths and training curve are drawn. "Four together" is augmentation, weight
    decay, dropout and label smoothing at once."""


@dataclass(frozen=True)
class RemediesResult:
    """What was measured.

    Attributes:
        arms: One row per arm and seed: `remedy`, `level` ("off", "weak", "medium", "strong"),
            `label`, `setting` (the strength in words), `seed`.
        curves: Scores over the training, `(2 splits, 2 metrics, n_evaluations, len(arms))`:
            training and validation; accuracy in [0, 1] and loss in nats. The validation
            examples are those that no remedy has seen.
        steps: Training step of each evaluation, `(n_evaluations,)`.
        finished: False while the training goes on.
    """

    arms: pd.DataFrame
    curves: np.ndarray
    steps: np.ndarray
    finished: bool


def run(config: RemediesConfig) -> Run[RemediesResult]:
    """Train every remedy at every strength on every seed's data, all at once."""
    from core.engine.training import fit

    yield Snapshot(0, config.steps, "drawing the data")
    every = arms(config)
    trained = jobs(config, [arm for arm in every if arm.remedy != STOPPING])
    labels = _labels(config, every)
    phase = f"training {len(trained)} networks"
    fitted = yield from relay(
        fit(trained, steps=config.steps, evaluate_every=config.steps // EVALUATIONS),
        lambda p: Snapshot(p.step, p.total, phase, _partial(config, labels, p.fit)),
    )
    return _read(config, labels, fitted, finished=True)


def _partial(
    config: RemediesConfig, labels: pd.DataFrame, fit: Fit
) -> Callable[[], RemediesResult] | None:
    """How to read what is known so far; None before the first evaluation."""
    if len(fit.evaluated_steps) == 0:
        return None
    return lambda: _read(config, labels, fit, finished=False)


def _labels(config: RemediesConfig, every: Sequence[Arm]) -> pd.DataFrame:
    """Name the columns of the curves: the trained arms first, then early stopping."""
    ordered = sorted(every, key=lambda arm: arm.remedy == STOPPING)
    rows = [(a.remedy, a.level, a.label, a.setting, s) for a in ordered for s in config.seeds]
    return pd.DataFrame(rows, columns=["remedy", "level", "label", "setting", "seed"])


def _read(
    config: RemediesConfig, labels: pd.DataFrame, fit: Fit, *, finished: bool
) -> RemediesResult:
    curves = np.array([
        [fit.curve(split, metric) for metric in tables.METRICS] for split in tables.SPLITS
    ])  # fmt: skip
    n = config.repetitions
    watched = fit.curve("stopping", "loss")[:, :n]
    stopped = [curves[..., handed_over(watched, wait), np.arange(n)] for wait in PATIENCE]
    return RemediesResult(
        arms=labels,
        curves=np.concatenate([curves, *stopped], axis=-1),
        steps=np.array(fit.evaluated_steps),
        finished=finished,
    )


def metrics(result: RemediesResult) -> dict[str, Estimate]:
    """Headline numbers: no remedy, and what four remedies add at medium strength."""
    train, validation = (
        tables.final(result, split, "accuracy", BASELINE, "off") for split in tables.SPLITS
    )
    found = {
        "validation_accuracy_no_remedy": tables.baseline(result, "validation", "accuracy"),
        "generalization_gap_no_remedy": t_interval(train - validation, POINTS),
    }
    for remedy in ("more data", "augmentation", "weight decay", STOPPING):
        gain = tables.gain(result, remedy)
        if gain is not None:
            found[f"gain_{remedy.replace(' ', '_')}"] = gain
    return found


def finding(result: RemediesResult) -> str:
    """Say which remedies help here and which do not, from the numbers."""
    train, validation = (tables.baseline(result, split, "accuracy") for split in tables.SPLITS)
    view = RemediesView()
    text = (
        f"Without a remedy the network fits {with_interval(train)} of its training labels and "
        f"gets {with_interval(validation)} of new examples right. "
        f"{words.verdicts(tables.effects(result, view), 'accuracy')}"
    )
    by_loss = tables.effects(result, view.changed(metric="loss"))
    calmer = set(by_loss[by_loss["verdict"] == tables.HELPS]["label"])
    by_accuracy = tables.effects(result, view)
    not_helped = by_accuracy[by_accuracy["verdict"] != tables.HELPS]["label"]
    only_loss = [label for label in not_helped if label in calmer]
    if not only_loss:
        return text
    names = ", ".join(only_loss)
    return f"{text} With a lower validation loss but no clearly higher accuracy: {names}."


def cost(config: RemediesConfig) -> Cost:
    """Expected cost of all arms."""
    inputs, outputs, n_validation = SHAPES[config.dataset]
    trained = [arm for arm in arms(config) if arm.remedy != STOPPING]
    costs = []
    for width in {arm.width for arm in trained}:
        n_trains = [arm.n_train for arm in trained if arm.width == width]
        costs.append(
            expected_cost(
                (inputs, width, width, outputs),
                n_jobs=config.repetitions * len(n_trains),
                steps=config.steps,
                evaluations=EVALUATIONS + 1,
                n_evaluated=n_validation // 2 + sum(n_trains) // len(n_trains),
            )
        )
    return Cost(sum(c.flops for c in costs), sum(c.seconds for c in costs))


EXPERIMENT = Experiment(
    title="Remedies",
    question="Which remedies against overfitting help here?",
    config=RemediesConfig,
    view=RemediesView,
    result=RemediesResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=(
        Figure(
            name="effects",
            title="What each remedy changes",
            table=tables.effects,
            underlay=tables.effect_seeds,
            chart=charts.effect_intervals,
            caption=words.effects,
            live=True,
            note="On validation examples; right of zero is better. Dot: mean difference to the "
            "network without a remedy, seed by seed (small points). Bar: 95% interval; a bar that "
            "touches zero settles nothing, and of 20 useless remedies one bar misses zero by "
            "chance. Half of the validation examples pick when to stop early; all scores come "
            "from the other half.",
        ),
        Figure(
            name="strengths",
            title="How strong should it be?",
            table=tables.strengths,
            underlay=tables.strength_seeds,
            chart=charts.strength_ladder,
            caption=words.strengths,
            note="The same remedy, ever stronger, against the network without it (off). Batch norm "
            "and the combinations have one strength only.",
        ),
        Figure(
            name="gaps",
            title="The generalization gap, before and after",
            table=tables.gaps,
            underlay=tables.gap_ends,
            chart=charts.gap_spans,
            caption=words.gaps,
            note="A remedy can close the gap from both sides: new examples better, or its own "
            "training examples worse. Training labels count as given, wrong ones included; "
            "validation labels are true, so with wrong labels validation can come out ahead.",
        ),
        Figure(
            name="learning_curves",
            title="While it trains",
            table=tables.learning_curves,
            chart=charts.curve_lines,
            caption=words.learning_curves,
            live=True,
            note="Early stopping is drawn as the weights it would hand over at that moment.",
        ),
    ),
    cost=cost,
    smallest=RemediesConfig(repetitions=5, n_train=50, width=16, steps=300),
    claims=CLAIMS,
    presets=(
        Preset("Augmentation on signals", {
            "dataset": "mnist1d", "n_train": 500, "label_noise": 0.0, "width": 64, "steps": 1200,
        }),
        Preset("Clean digits", {
            "dataset": "digits", "n_train": 100, "label_noise": 0.0, "width": 32, "steps": 600,
        }),
        Preset("Clean moons", {"dataset": "two_moons", "n_train": 100, "label_noise": 0.0}),
    ),
)  # fmt: skip

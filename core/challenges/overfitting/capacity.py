"""Capacity: the same data, ever larger networks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from core.challenges.overfitting.capacity_claims import CLAIMS, MIDDLE, accuracy, gap
from core.challenges.overfitting.charts import capacity as charts
from core.challenges.overfitting.data import DatasetName, draw
from core.challenges.overfitting.tables import capacity as tables
from core.engine.cost import expected_cost
from core.lab.experiment import (
    Config,
    Cost,
    Estimate,
    Experiment,
    Figure,
    Preset,
    Run,
    Snapshot,
    View,
    ladder,
    relay,
    repetitions,
)
from core.lab.intervals import paired_difference, t_interval
from core.lab.wording import POINTS, SHARE, hedged, with_interval

if TYPE_CHECKING:
    from core.engine.training import Fit, Job

WIDTHS = (1, 2, 3, 4, 6, 8, 16, 32, 64, 128)
DEPTHS = (1, 2, 3, 4, 6)
EVALUATIONS = 30
"""How often the models are evaluated on the way."""
GRID = 64
"""Points on a side of the map of a model's decisions."""


class CapacityConfig(Config):
    """What is trained."""

    repetitions: int = repetitions(default=10)

    dataset: DatasetName = "two_moons"
    """Two moons: points in the plane, two overlapping classes. Digits: 8x8 images, ten classes.
    MNIST-1D: signals of 40 samples, ten classes, hard for small networks."""
    n_train: int = ladder(25, 50, 100, 200, 400, 800, default=100, label="Training examples")
    """How many examples each network learns from. Fewer are easier to memorise."""
    label_noise: float = ladder(0.0, 0.05, 0.1, 0.2, 0.3, 0.4, default=0.2, label="Wrong labels")
    """Share of the training labels replaced by a wrong one. Validation labels stay true."""
    depth: int = ladder(1, 2, 3, 4, default=2, unit="hidden layers")
    """Hidden layers of the networks whose width is varied."""
    width: int = ladder(2, 4, 8, 16, 32, 64, default=16, unit="units")
    """Units in each hidden layer of the networks whose depth is varied."""
    steps: int = ladder(150, 300, 600, 1200, 2400, default=600, label="Training steps")
    """Updates of the weights, each on a batch of 32 examples (Adam, learning rate 0.01)."""


class CapacityView(View):
    """How it is drawn."""

    metric: Literal["accuracy", "loss"] = "accuracy"
    """Accuracy: share of examples classified correctly. Loss: mean cross-entropy, which also
    punishes being confident and wrong."""


@dataclass(frozen=True)
class CapacityResult:
    """What was measured.

    Attributes:
        scores: `sweep` ("width" or "depth"), `size`, `seed`, `split`, `metric`, `value`
            (accuracy in [0, 1], loss in nats), at the end of training.
        regions: Probability of class 1 on a grid over the plane, `(3, GRID, GRID)`, first row
            at the top; empty unless the data are in the plane.
        points: The first seed's training points: `x1`, `x2`, `label`, `flipped`.
        panels: The three models drawn: `panel`, `size`, `train` and `validation` accuracy, and
            the `mean` validation accuracy over the seeds.
        extent: `x1` and `x2` ranges of the grid, `(4,)`.
    """

    scores: pd.DataFrame
    regions: np.ndarray
    points: pd.DataFrame
    panels: pd.DataFrame
    extent: np.ndarray


def run(config: CapacityConfig) -> Run[CapacityResult]:
    """Train every width and every depth on every seed's data, all at once."""
    from core.engine.training import fit

    yield Snapshot(0, config.steps, "drawing the data")
    jobs, labels = _jobs(config)
    phase = f"training {len(jobs)} networks"
    fitted = yield from relay(
        fit(jobs, steps=config.steps, evaluate_every=config.steps // EVALUATIONS),
        lambda p: Snapshot(p.step, p.total, phase, _partial(config, labels, p.fit)),
    )
    return _read(config, labels, fitted)


def _partial(
    config: CapacityConfig, labels: pd.DataFrame, fit: Fit
) -> Callable[[], CapacityResult] | None:
    return (lambda: _read(config, labels, fit)) if len(fit.evaluated_steps) else None


def _jobs(config: CapacityConfig) -> tuple[list[Job], pd.DataFrame]:
    from core.engine.training import Job

    data = {s: draw(config.dataset, config.n_train, config.label_noise, s) for s in config.seeds}
    plan = [("width", width, (width,) * config.depth) for width in WIDTHS]
    plan += [("depth", depth, (config.width,) * depth) for depth in DEPTHS]
    rows = [(sweep, size, seed, hidden) for sweep, size, hidden in plan for seed in config.seeds]
    jobs = [Job(data[seed], seed, hidden) for _, _, seed, hidden in rows]
    labels = pd.DataFrame([row[:3] for row in rows], columns=["sweep", "size", "seed"])
    return jobs, labels


def _read(config: CapacityConfig, labels: pd.DataFrame, fit: Fit) -> CapacityResult:
    scores = tables.scores(labels, {
        (split, metric): fit.curve(split, metric)[-1]
        for split in ("train", "validation")
        for metric in ("accuracy", "loss")
    })  # fmt: skip
    if config.dataset != "two_moons":
        nothing = pd.DataFrame({"panel": []}), np.zeros((0, GRID, GRID), dtype=np.float32)
        return CapacityResult(scores, nothing[1], nothing[0], nothing[0], np.zeros(0))
    panels = tables.panels(scores, config.first_seed)
    data = fit.jobs[0].data
    extent = tables.extent(data.x_train)
    regions = _regions(fit, panels["job"].tolist(), extent)
    points = tables.points(data)
    return CapacityResult(scores, regions, points, panels.drop(columns="job"), extent)


def _regions(fit: Fit, jobs: Sequence[int], extent: np.ndarray) -> np.ndarray:
    x1 = np.linspace(extent[0], extent[1], GRID)
    x2 = np.linspace(extent[3], extent[2], GRID)
    grid = np.stack(np.meshgrid(x1, x2), axis=-1).reshape(-1, 2).astype(np.float32)
    logits = fit.logits(grid, jobs=jobs).reshape(len(jobs), GRID, GRID)
    return (1 / (1 + np.exp(-logits.clip(-30, 30)))).astype(np.float32)


def metrics(result: CapacityResult) -> dict[str, Estimate]:
    """Headline numbers: validation accuracy and gap of the narrowest, a middle and the widest."""
    found = {}
    for width in (WIDTHS[0], MIDDLE, WIDTHS[-1]):
        found[f"validation_accuracy_width_{width}"] = t_interval(
            accuracy(result, width, "validation"), SHARE
        )
    for width in (MIDDLE, WIDTHS[-1]):
        found[f"generalization_gap_width_{width}"] = t_interval(gap(result, width), POINTS)
    return found


def _widest_best(result: CapacityResult) -> str:
    """Whether the widest is clearly ahead of every other width, seed by seed."""
    own = accuracy(result, WIDTHS[-1], "validation")
    ahead = {w: paired_difference(own, accuracy(result, w, "validation")) for w in WIDTHS[:-1]}
    rivals = [f"width {w}" for w, lead in ahead.items() if lead.low <= 0]
    if not rivals:
        return "still validates best of all: here larger is better"
    return f"still validates best on average{hedged(rivals)}"


def finding(result: CapacityResult) -> str:
    """Say what the widths did, from the numbers."""
    narrow = t_interval(accuracy(result, WIDTHS[0], "train"), SHARE)
    means = {w: float(accuracy(result, w, "validation").mean()) for w in WIDTHS}
    best = max(means, key=lambda w: means[w])
    widest = t_interval(gap(result, WIDTHS[-1]), POINTS)
    drop = paired_difference(
        accuracy(result, WIDTHS[-1], "validation"), accuracy(result, best, "validation"), POINTS
    )
    start = (
        f"One unit per layer gets {with_interval(narrow)} of its own training examples right. "
        f"The widest network leaves a gap of {with_interval(widest)} between training and "
        "validation"
    )
    if best == WIDTHS[-1]:
        return f"{start}, and {_widest_best(result)}."
    lost = "loses" if drop.high < 0 else "does not clearly lose"
    return (
        f"{start}. Against width {best}, the best on validation by its mean, it {lost}: "
        f"{with_interval(drop)}."
    )


def cost(config: CapacityConfig) -> Cost:
    """Expected cost of the whole sweep."""
    inputs, outputs = {"two_moons": (2, 1), "digits": (64, 10), "mnist1d": (40, 10)}[config.dataset]
    hidden = [(width,) * config.depth for width in WIDTHS]
    hidden += [(config.width,) * depth for depth in DEPTHS]
    validation = 597 if config.dataset == "digits" else 1000
    parts = [
        expected_cost(
            (inputs, *layers, outputs),
            n_jobs=config.repetitions,
            steps=config.steps,
            evaluations=EVALUATIONS + 1,
            n_evaluated=config.n_train + validation,
        )
        for layers in hidden
    ]
    return Cost(sum(part.flops for part in parts), sum(part.seconds for part in parts))


EXPERIMENT = Experiment(
    title="Capacity",
    question="How large should the network be?",
    config=CapacityConfig,
    view=CapacityView,
    result=CapacityResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=(
        Figure(
            name="decision_regions",
            title="What three of the networks decide",
            table=tables.region_points,
            underlay=tables.region_images,
            chart=charts.decision_regions,
            caption=tables.regions_caption,
            live=True,
            panels=True,
            note="Background: the class the network would choose at each place, fainter where it "
            "is unsure. Points: the first seed's training examples; a cross has a wrong label.",
        ),
        Figure(
            name="score_by_width",
            title="Training and validation against width",
            table=tables.by_width,
            underlay=tables.by_width_seeds,
            chart=charts.score_by_width,
            caption=tables.width_caption,
            live=True,
            note="Line: mean over the seeds; band: its 95% interval; faint dots: single seeds. "
            "Training accuracy counts the labels given, wrong ones included; validation labels "
            "are true.",
        ),
        Figure(
            name="gap_by_width",
            title="The generalization gap against width",
            table=tables.gap_by_width,
            chart=charts.gap_by_width,
            caption=tables.gap_caption,
        ),
        Figure(
            name="score_by_depth",
            title="Training and validation against depth",
            table=tables.by_depth,
            underlay=tables.by_depth_seeds,
            chart=charts.score_by_depth,
            caption=tables.depth_caption,
        ),
        Figure(
            name="gap_by_depth",
            title="The generalization gap against depth",
            table=tables.gap_by_depth,
            chart=charts.gap_by_depth,
            caption=tables.gap_caption,
        ),
    ),
    cost=cost,
    smallest=CapacityConfig(n_train=25, steps=150, depth=1, width=2),
    claims=CLAIMS,
    presets=(
        Preset(
            "Overfit more",
            {"n_train": 100, "label_noise": 0.4, "steps": 1200},
            "More wrong labels and longer training: more to memorise, more time to do it.",
        ),
        Preset("Fix it with data", {"n_train": 800}, "Eight times the examples, all else equal."),
        Preset(
            "Clean images",
            {"dataset": "digits", "n_train": 400, "label_noise": 0.0},
            "Here the widest network is the best one.",
        ),
    ),
)

"""Five small networks on forty noisy points: the smallest honest look at overfitting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.data.dataset import Dataset
from core.data.generated import make_two_moons
from core.engine.cost import expected_cost
from core.lab.experiment import Experiment, Figure
from core.lab.intervals import POINTS, SHARE, Estimate, paired_difference, t_interval
from core.lab.run import Cost, Run, Snapshot, relay
from core.lab.settings import Config, View, ladder
from core.lab.wording import with_interval
from core.miniature import drawing

if TYPE_CHECKING:
    from core.engine.training import Fit

STEPS, EVERY = 360, 20
N_TRAIN, JITTER = 40, 0.35
GRID = 48
"""Points on a side of the map of the first network's decisions."""


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


def run(config: MoonsConfig) -> Run[MoonsResult]:
    """Train one network per seed, all at once."""
    from core.engine.training import Job, fit

    data = [make_two_moons(N_TRAIN, noise=JITTER, seed=seed) for seed in config.seeds]
    hidden = (config.width, config.width)
    jobs = [Job(d, seed, hidden) for d, seed in zip(data, config.seeds, strict=True)]
    fitted = yield from relay(
        fit(jobs, steps=STEPS, evaluate_every=EVERY),
        lambda p: Snapshot(
            p.step, p.total, f"training {len(jobs)} networks", lambda: _read(config, data[0], p.fit)
        ),
    )
    return _read(config, data[0], fitted)


def _read(config: MoonsConfig, data: Dataset, fit: Fit) -> MoonsResult:
    parts = []
    for split in ("train", "validation"):
        wrong = 1.0 - fit.curve(split, "accuracy")
        steps, models = np.indices(wrong.shape)
        columns = {
            "step": np.asarray(fit.evaluated_steps)[steps.ravel()],
            "seed": np.asarray(config.seeds)[models.ravel()],
        }
        parts.append(pd.DataFrame({**columns, "split": split, "value": wrong.ravel()}))
    x, label = data.x_train, data.y_train.astype(str)
    points = pd.DataFrame({"x1": x[:, 0], "x2": x[:, 1], "label": label})
    extent = np.array([x[:, 0].min(), x[:, 0].max(), x[:, 1].min(), x[:, 1].max()], dtype=float)
    extent += np.array([-0.3, 0.3, -0.3, 0.3])
    return MoonsResult(pd.concat(parts, ignore_index=True), points, _region(fit, extent), extent)


def _region(fit: Fit, extent: np.ndarray) -> np.ndarray:
    x1 = np.linspace(extent[0], extent[1], GRID)
    x2 = np.linspace(extent[3], extent[2], GRID)
    grid = np.stack(np.meshgrid(x1, x2), axis=-1).reshape(-1, 2).astype(np.float32)
    logits = fit.logits(grid, jobs=[0]).reshape(GRID, GRID)
    probability: np.ndarray = 1 / (1 + np.exp(-logits.clip(-30, 30)))
    return probability.astype(np.float32)


def _final(result: MoonsResult, split: str) -> np.ndarray:
    """Error at the last step, one number a seed."""
    last = result.errors[result.errors.step == result.errors.step.max()]
    values: np.ndarray = last[last.split == split]["value"].to_numpy()
    return values


def metrics(result: MoonsResult) -> dict[str, Estimate]:
    """Both errors at the end, and the gap between them."""
    train, validation = _final(result, "train"), _final(result, "validation")
    return {
        "training_error": t_interval(train, SHARE),
        "validation_error": t_interval(validation, SHARE),
        "generalization_gap": paired_difference(validation, train, POINTS),
    }


def finding(result: MoonsResult) -> str:
    """Say what the networks did with their own points and with new ones."""
    found = metrics(result)
    gap = found["generalization_gap"]
    held = (
        "They learned their own points better than the rule behind them"
        if gap.low > 0.02
        else "What they learned holds for new points about as well as for their own"
    )
    return (
        f"{held}: {with_interval(found['training_error'])} of the points they were trained on "
        f"come out wrong, and {with_interval(found['validation_error'])} of new ones."
    )


def cost(config: MoonsConfig) -> Cost:
    """Expected cost of the five networks."""
    sizes = (2, config.width, config.width, 1)
    return expected_cost(sizes, n_jobs=config.repetitions, steps=STEPS)


EXPERIMENT = Experiment(
    slug="miniature/moons",
    title="A miniature",
    question="How large should a network be for forty points?",
    config=MoonsConfig,
    view=View,
    result=MoonsResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=(
        Figure(
            name="decisions",
            title="What the first network decides",
            table=drawing.points,
            underlay=drawing.picture,
            chart=drawing.decisions,
            caption=drawing.decisions_caption,
            live=True,
        ),
        Figure(
            name="error_curves",
            title="Share of wrong answers while training",
            table=drawing.errors,
            chart=drawing.error_curves,
            caption=drawing.errors_caption,
            live=True,
        ),
    ),
    cost=cost,
    smallest=MoonsConfig(width=2),
)

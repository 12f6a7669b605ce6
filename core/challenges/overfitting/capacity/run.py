"""Every width and every depth on every seed's data, trained side by side."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from core.challenges.overfitting.capacity.config import (
    DEPTHS,
    GRID,
    WIDTHS,
    CapacityConfig,
    CapacityResult,
)
from core.charts import regions
from core.data.by_name import draw
from core.data.dataset import Dataset
from core.data.held_out import NOISY, noisy_copy
from core.engine.job import Job
from core.engine.sweep import SPLITS, Planned, Trained, sweep
from core.lab.wording import number


def plan(config: CapacityConfig) -> Iterator[Planned]:
    """One network per size and seed: widths at the chosen depth, then depths at the width."""
    noise = config.label_noise
    data = {s: draw(config.dataset, config.n_train, noise, s) for s in config.seeds}
    watch = {s: noisy_copy(data[s], noise, s) for s in config.seeds}
    shapes = [("width", width, (width,) * config.depth) for width in WIDTHS]
    shapes += [("depth", depth, (config.width,) * depth) for depth in DEPTHS]
    for name, size, hidden in shapes:
        for seed in config.seeds:
            job = Job(data[seed], seed, hidden, watch=watch[seed])
            yield {"sweep": name, "size": size, "seed": seed}, job


def read(config: CapacityConfig, trained: Trained) -> CapacityResult:
    """The scores so far, and three of the first seed's networks where they can be drawn."""
    scores = trained.scores((*SPLITS, NOISY) if config.label_noise else SPLITS)
    if config.dataset != "two_moons":
        nothing = pd.DataFrame({"panel": []}), np.zeros((0, GRID, GRID), dtype=np.float32)
        return CapacityResult(scores, nothing[1], nothing[0], nothing[0], np.zeros(0))
    panels, jobs = drawn(scores, config.first_seed)
    data = trained.fit.jobs[0].data
    extent = regions.extent_around(data.x_train)
    logits = trained.fit.logits(regions.grid_of(extent, GRID), jobs=jobs)
    decided = regions.probabilities(logits, GRID)
    return CapacityResult(scores, decided, _points(data), panels, extent)


def drawn(scores: pd.DataFrame, seed: int) -> tuple[pd.DataFrame, list[int]]:
    """Pick the three models to draw: narrowest, lowest validation loss on average, widest.

    Returns:
        `panel` (heading), `size`, `train` and `validation` accuracy of the model of `seed`,
        and `mean` validation accuracy over the seeds; and their places among the jobs.
    """
    widths = scores[scores.sweep == "width"]
    means = widths[widths.split == "validation"].groupby(["metric", "size"])["value"].mean()
    sizes = [WIDTHS[0], int(means["loss"].iloc[1:-1].idxmin()), WIDTHS[-1]]
    own = widths[(widths.metric == "accuracy") & (widths.seed == seed)]
    one = own.set_index(["size", "split"])["value"]
    rows = []
    for size in sizes:
        train, new = float(one[size, "train"]), float(one[size, "validation"])
        heading = f"Width {size}: train {number(train, 'share')}, new {number(new, 'share')}"
        rows.append((heading, size, train, new, float(means["accuracy", size])))
    trained = own[own.split == "train"].reset_index().set_index("size")["index"]
    places = [int(trained[size]) for size in sizes]
    return pd.DataFrame(rows, columns=["panel", "size", "train", "validation", "mean"]), places


def _points(data: Dataset) -> pd.DataFrame:
    columns = {"x1": data.x_train[:, 0], "x2": data.x_train[:, 1]}
    shown = np.where(data.flipped, "wrong label", "true label")
    return pd.DataFrame({**columns, "label": data.y_train.astype(str), "given": shown})


TRAINING = sweep(plan, read)

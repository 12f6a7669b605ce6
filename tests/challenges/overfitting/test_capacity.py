"""The capacity experiment: its tables on hand-made scores, its lesson on fresh seeds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.challenges.overfitting import capacity
from core.challenges.overfitting.capacity import EXPERIMENT
from core.challenges.overfitting.capacity.config import (
    DEPTHS,
    GRID,
    WIDTHS,
    CapacityConfig,
    CapacityResult,
)
from core.challenges.overfitting.capacity.run import drawn
from core.engine.sweep import ScoreView
from core.lab.run import complete
from tests import runs
from tests.runs import and_shipped, figure, result_of

BLOCKS = and_shipped(300, 600, 900)
SLUG = "overfitting/capacity"


def hand_made(seeds: int = 2, noisy: bool = False) -> CapacityResult:
    """Training accuracy is 0.6 + width/1000, validation 0.7 at width 8 and 0.5 elsewhere.

    On noisy validation labels 0.3 of it is lost.
    """
    rows = []
    for sweep, sizes in (("width", WIDTHS), ("depth", DEPTHS)):
        for size in sizes:
            for seed in range(seeds):
                validation = 0.7 if size == 8 else 0.5
                rows += [
                    (sweep, size, seed, "train", "accuracy", 0.6 + size / 1000),
                    (sweep, size, seed, "validation", "accuracy", validation + seed / 100),
                    (sweep, size, seed, "train", "loss", 0.5),
                    (sweep, size, seed, "validation", "loss", 1.0 if size == 8 else 2.0),
                ]
                if noisy:
                    rows += [
                        (sweep, size, seed, "noisy", "accuracy", validation + seed / 100 - 0.3),
                        (sweep, size, seed, "noisy", "loss", 3.0),
                    ]
    columns = ["sweep", "size", "seed", "split", "metric", "value"]
    empty = pd.DataFrame({"panel": []})
    scores = pd.DataFrame(rows, columns=columns)
    return CapacityResult(scores, np.zeros((0, GRID, GRID)), empty, empty, np.zeros(0))


def test_gap_is_training_minus_validation_accuracy():
    gap = figure(EXPERIMENT, "gap_by_width").table(hand_made(), ScoreView()).set_index("size")
    # seeds 0 and 1 validate at 0.70 and 0.71; training is 0.608
    assert gap.loc[8, "mean"] == pytest.approx(0.608 - 0.705)
    assert gap.loc[8, "n"] == 2


def test_with_wrong_labels_the_gap_is_to_labels_that_are_as_wrong():
    result, view = hand_made(noisy=True), ScoreView()
    gap = figure(EXPERIMENT, "gap_by_width").table(result, view).set_index("size")
    assert gap.loc[8, "mean"] == pytest.approx(0.608 - 0.405)
    assert result.gap_at(8).mean == pytest.approx(0.608 - 0.405)
    loss = figure(EXPERIMENT, "gap_by_width").table(result, ScoreView(metric="loss"))
    assert loss["mean"].tolist() == pytest.approx([2.5] * len(WIDTHS))
    scores = figure(EXPERIMENT, "score_by_width").table(result, view)
    assert set(scores["split"]) == {"train", "validation", "validation, noisy labels"}


def test_gap_in_loss_is_validation_minus_training():
    gap = (
        figure(EXPERIMENT, "gap_by_width")
        .table(hand_made(), ScoreView(metric="loss"))
        .set_index("size")
    )
    assert gap.loc[8, "mean"] == pytest.approx(0.5)
    assert gap.loc[1, "mean"] == pytest.approx(1.5)


def test_captions_name_the_best_size():
    result, view = hand_made(), ScoreView()
    by_width = figure(EXPERIMENT, "score_by_width")
    caption = by_width.caption(by_width.table(result, view), view)
    assert "best at width 8 (70.5%)" in caption
    assert "50.5% at width 128" in caption


def test_finding_says_when_the_widest_is_best():
    result = hand_made()
    s = result.scores
    widest = (s["size"] == 128) & (s.split == "validation") & (s.metric == "accuracy")
    s.loc[widest, "value"] = 0.9
    assert "validates best of all widths" in capacity.finding(result)
    assert "best of all" not in capacity.finding(hand_made())


def test_panels_are_narrowest_lowest_loss_and_widest():
    panels, places = drawn(hand_made().scores, seed=0)
    assert panels["size"].tolist() == [1, 8, 128]
    assert panels["validation"].tolist() == [0.5, 0.7, 0.5]
    assert panels["train"].tolist() == pytest.approx([0.601, 0.608, 0.728])
    rows = hand_made().scores.loc[places]
    assert rows["size"].tolist() == [1, 8, 128] and set(rows["seed"]) == {0}


@pytest.fixture(scope="module")
def smallest() -> CapacityResult:
    return runs.smallest(SLUG).result


@pytest.mark.trained
def test_every_size_and_seed_is_measured(smallest):
    counts = smallest.scores.groupby("sweep").size()
    seeds = EXPERIMENT.smallest.repetitions
    # Three splits: training, validation with true labels and with noisy ones; two metrics.
    assert counts["width"] == len(WIDTHS) * seeds * 6
    assert counts["depth"] == len(DEPTHS) * seeds * 6


@pytest.mark.trained
def test_accuracy_of_the_drawn_models_matches_their_regions(smallest):
    """The picture shows the very models that the numbers are about."""
    x1 = np.linspace(smallest.extent[0], smallest.extent[1], GRID)
    x2 = np.linspace(smallest.extent[3], smallest.extent[2], GRID)
    for region, panel in zip(smallest.regions, smallest.panels.itertuples(), strict=True):
        column = np.abs(smallest.points["x1"].to_numpy()[:, None] - x1).argmin(axis=1)
        row = np.abs(smallest.points["x2"].to_numpy()[:, None] - x2).argmin(axis=1)
        called = (region[row, column] > 0.5).astype(int)
        agreement = (called == smallest.points["label"].astype(int)).mean()
        # A point near the border may fall on the other side of its nearest grid place.
        assert agreement == pytest.approx(panel.train, abs=0.09)


@pytest.mark.parametrize("block", BLOCKS)
def test_the_lesson_holds_on_seeds_that_chose_nothing(block):
    config = CapacityConfig(first_seed=block)
    result = result_of(SLUG, config)
    verdicts = {
        c.name: c.verdict(c.measure(result)) for c in EXPERIMENT.claims if c.applies(config)
    }
    # A width-1 network that learns at all finds the best straight cut, which on some blocks of
    # seeds is too close to the rest for ten repetitions to tell: not always shown, never denied.
    assert verdicts.pop("underfitting_on_new_data") in ("shown", "not shown")
    assert verdicts == {"underfitting": "shown", "gap_grows": "shown", "overfitting": "shown"}


@pytest.mark.lesson
@pytest.mark.parametrize("block", [300])
def test_on_clean_digits_the_widest_is_best(block):
    claim = next(c for c in EXPERIMENT.claims if c.name == "wider_is_better_on_clean_digits")
    config = CapacityConfig(first_seed=block, **claim.settings)
    result = complete(EXPERIMENT.run(config))
    assert claim.verdict(claim.measure(result)) == "shown"

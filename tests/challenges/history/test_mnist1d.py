"""The MNIST-1D table: its names, differences counted by hand, and its lesson."""

from __future__ import annotations

import pandas as pd
import pytest

from core.challenges.history.mnist1d import EXPERIMENT
from core.challenges.history.mnist1d.config import (
    AS_IS,
    KINDS,
    ORDERS,
    PUBLISHED,
    SHUFFLED,
    Mnist1dConfig,
    Mnist1dResult,
)
from core.challenges.history.mnist1d.run import share_of_peak
from core.lab.settings import View
from tests import runs
from tests.runs import and_shipped, figure, result_of

SLUG = "history/mnist1d"


def hand_made() -> Mnist1dResult:
    """As published but for the GRU, which gets ten points less; seeds a tenth of a point apart."""
    rows = [
        (kind, order, step, seed, (value - 0.1 * (kind == "GRU") + seed / 1000) * (step > 0))
        for (kind, order), value in PUBLISHED.items() for step in (0, 100) for seed in range(5)
    ]  # fmt: skip
    return Mnist1dResult(pd.DataFrame(rows, columns=["kind", "order", "step", "seed", "value"]))


def test_metrics_are_named_after_the_table():
    names = set(EXPERIMENT.metrics(hand_made()))
    assert names == {
        *(f"test_accuracy[{kind}]" for kind in ("logistic", "mlp", "cnn", "gru")),
        *(f"test_accuracy[{kind}_shuffled]" for kind in ("logistic", "mlp", "cnn", "gru")),
    }


def test_the_last_step_counts_and_shuffling_is_paired():
    result = hand_made()
    assert result.accuracy("cnn").values.tolist() == [0.94 + seed / 1000 for seed in range(5)]
    assert result.shuffling("cnn").values.tolist() == pytest.approx([-0.38] * 5)
    assert result.from_published("gru").mean == pytest.approx(-0.098)


def test_captions_tell_what_is_reproduced_and_what_is_not():
    result, view = hand_made(), View()
    published = figure(EXPERIMENT, "published")
    caption = published.caption(published.table(result, view), view)
    equal, different = caption.split(" Clearly different: ")
    assert "CNN in order (+0.2 points)" in equal and "GRU" not in equal
    assert different == "GRU in order (−9.8 points) and GRU shuffled (−9.8 points)."
    shuffling = figure(EXPERIMENT, "shuffling")
    told = shuffling.caption(shuffling.table(result, view), view)
    assert "About equal (to three points): logistic (+0.0 points) and MLP (+0.0 points)." in told


def test_the_rate_rises_to_its_peak_and_falls():
    assert share_of_peak(0.3) == pytest.approx(1.0)
    assert share_of_peak(0.15) == pytest.approx(0.5)
    assert 0 < share_of_peak(1.0) < 0.02


@pytest.mark.trained
def test_every_network_is_tested_from_the_start_to_the_end():
    result = runs.smallest(SLUG).result
    counts = result.curves.groupby(["kind", "order"]).size()
    assert len(counts) == len(KINDS) * len(ORDERS) and counts.nunique() == 1
    assert result.curves["step"].max() == EXPERIMENT.smallest.steps
    # Ten classes, weights drawn at random: about a tenth is right before training.
    first = result.curves[result.curves["step"] == 0]
    assert first.groupby("kind")["value"].mean().between(0.05, 0.16).all()


@pytest.mark.parametrize("block", and_shipped(300, 600))
def test_the_lesson_holds_on_seeds_that_chose_nothing(block):
    result = result_of(SLUG, Mnist1dConfig(first_seed=block))
    order = [result.accuracy(kind).estimate for kind in ("logistic", "mlp", "gru", "cnn")]
    assert all(one.high < other.low for one, other in zip(order[:2], order[1:3], strict=True))
    assert order[1].high < order[3].low
    assert (result.accuracy("cnn", SHUFFLED) - result.accuracy("mlp", SHUFFLED)).estimate.high < 0
    assert result.shuffling("cnn").estimate.high < -0.2 < result.shuffling("logistic").estimate.low
    assert result.accuracy("cnn", AS_IS).mean > 0.85

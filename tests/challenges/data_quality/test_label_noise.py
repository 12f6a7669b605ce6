"""Wrong labels: what is counted by hand, and the lesson on fresh seeds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.challenges.data_quality import label_noise
from core.challenges.data_quality.label_noise import EXPERIMENT
from core.challenges.data_quality.label_noise.config import (
    ARMS,
    KEEP,
    PANELS,
    PRUNE,
    RATES,
    LabelNoiseConfig,
    LabelNoiseResult,
    LabelNoiseView,
)
from core.challenges.data_quality.label_noise.run import examples
from core.lab.run import complete
from core.lab.scores import NotMeasuredError
from core.metrics.precision_recall import detected
from core.models.label_errors import Suspects
from tests.runs import figure, first_now, smallest

SIZES = np.array([25, 50, 100, 200, 400])


def hand_made(kept: float = 0.7, seeds: int = 2) -> LabelNoiseResult:
    """With a fifth of the labels wrong all is kept for `kept`; dropping suspects adds 0.1."""
    accuracies = {KEEP: kept, **dict.fromkeys(ARMS[1:], kept + 0.1)}
    scores = [
        (arm, rate, seed, 0.9 if not rate else value + seed / 1000)
        for arm, value in accuracies.items()
        for rate in RATES
        for seed in range(seeds)
    ]
    curve = [
        (size, seed, value)
        for size, value in zip(SIZES.tolist(), (0.5, 0.6, 0.7, 0.8, 0.9), strict=True)
        for seed in range(seeds)
    ]
    found = [
        (rate, seed, metric, 0.8 if rate or metric == "suspects" else np.nan, 100 if rate else 0)
        for rate in RATES
        for seed in range(seeds)
        for metric in ("precision", "recall", "auc", "suspects")
    ]
    return LabelNoiseResult(
        np.zeros((0, 8, 8), dtype=np.uint8), 400,
        pd.DataFrame(scores, columns=["arm", "rate", "seed", "value"]),
        pd.DataFrame(curve, columns=["size", "seed", "value"]),
        pd.DataFrame(found, columns=["rate", "seed", "metric", "value", "cases"]),
        pd.DataFrame(columns=["rate", "panel", "place", "given", "true", "suggested"]),
    )  # fmt: skip


def test_the_exchange_rate_is_what_is_lost_per_per_cent():
    result = hand_made()
    # 0.7 and 0.701 on a curve that reaches 0.7 with 100 of 400: 300 for 20 per cent.
    assert result.worth().values == pytest.approx([100, 100 * 2**0.01])
    assert result.price().values[0] == pytest.approx(300 / 20)
    assert "each per cent costs 15" in figure(EXPERIMENT, "worth").caption(
        figure(EXPERIMENT, "worth").table(result, LabelNoiseView()), LabelNoiseView()
    )
    assert EXPERIMENT.guess.answers[2].judged(EXPERIMENT.guess.measured(result)) == "right"


def test_below_the_curve_there_is_no_exchange_rate_and_it_is_said():
    result = hand_made(kept=0.4)
    with pytest.raises(NotMeasuredError):
        result.price()
    assert "worse than with 25 true labels" in label_noise.finding(result)
    assert EXPERIMENT.guess.measured(result) is None
    told = figure(EXPERIMENT, "worth")
    assert "no number" in told.caption(told.table(result, LabelNoiseView()), LabelNoiseView()) or (
        "fewest" in told.caption(told.table(result, LabelNoiseView()), LabelNoiseView())
    )


def test_gains_are_paired_against_keeping_all():
    result = hand_made()
    assert result.gain(PRUNE).values == pytest.approx([0.1, 0.1])
    table = figure(EXPERIMENT, "gains").table(result, LabelNoiseView())
    assert table["arm"].tolist() == list(ARMS[1:])
    assert set(table["verdict"]) == {"better"}


def test_suspects_are_counted_by_hand():
    wrong, found = np.array([1, 1, 1, 0, 0]) == 1, np.array([1, 1, 0, 1, 0]) == 1
    doubt = -np.arange(5) / 5
    assert detected(wrong, found, doubt) == {
        "precision": pytest.approx(2 / 3), "recall": pytest.approx(2 / 3), "auc": 1.0,
        "suspects": pytest.approx(0.6),
    }  # fmt: skip
    none = detected(np.zeros(5, dtype=bool), found, doubt)
    assert none["precision"] == 0 and np.isnan(none["recall"]) and np.isnan(none["auc"])


def test_pictures_are_the_least_believed_of_each_kind():
    given, true = np.array([1, 1, 0, 0]), np.array([0, 1, 1, 1])
    suspects = Suspects(np.array([True, True, False, True]), np.array([0.3, 0.2, 0.9, 0.1]))
    assert examples(given != true, suspects) == [
        (PANELS[0], 3), (PANELS[0], 0), (PANELS[1], 1), (PANELS[2], 2),
    ]  # fmt: skip


def test_precision_and_recall_agree_with_scikit_learn():
    from sklearn.metrics import precision_score, recall_score, roc_auc_score

    rng = np.random.default_rng(0)
    wrong, found, quality = rng.random(300) < 0.2, rng.random(300) < 0.3, rng.random(300).round(2)
    mine = detected(wrong, found, -quality)
    assert mine["precision"] == pytest.approx(precision_score(wrong, found))
    assert mine["recall"] == pytest.approx(recall_score(wrong, found))
    assert mine["auc"] == pytest.approx(roc_auc_score(wrong, -quality))


@pytest.mark.trained
def test_shown_images_have_the_labels_that_are_told():
    result = smallest("data_quality/label_noise").result
    found = result.shown[result.shown["panel"] == PANELS[0]]
    alarms = result.shown[result.shown["panel"] == PANELS[1]]
    assert len(found) and (found["given"] != found["true"]).all()
    assert (alarms["given"] == alarms["true"]).all()
    assert len(result.images) == len(result.shown) == result.shown["place"].max() + 1


@pytest.mark.parametrize("block", first_now(500, 600, 700))
def test_the_lesson_holds_on_seeds_that_chose_nothing(block):
    config = LabelNoiseConfig(first_seed=block, repetitions=5)
    result = complete(EXPERIMENT.run(config))
    verdicts = {
        c.name: c.verdict(c.measure(result)) for c in EXPERIMENT.claims if c.applies(config)
    }
    assert verdicts["wrong_labels_hurt"] == "shown"
    assert verdicts["mistakes_are_found"] == "shown"
    assert verdicts["cleaning_helps"] == "shown"

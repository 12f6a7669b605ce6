"""The forecast: scores counted by hand, the order of events, the lesson on fresh seeds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.challenges.data_quantity.forecast import EXPERIMENT
from core.challenges.data_quantity.forecast.config import (
    FORMS,
    NOTHING,
    OFFSET,
    PURE,
    ForecastConfig,
    ForecastResult,
    ForecastView,
)
from core.challenges.data_quantity.forecast.run import MOST_ROWS, groups, plan, pool, resamples
from core.lab.run import complete
from tests.runs import figure, first_now

SIZES, TARGET = (25, 35, 50, 71, 100, 141, 200), 800


def hand_made(measured: tuple[float, ...] = (0.05, 0.09)) -> ForecastResult:
    """Forecast 0.06 with a band from 0.04 to 0.08; each forecaster has two curves."""
    errors, laws, forecasts = [], [], []
    for seed, end in enumerate(measured):
        for draw in (0, 1):
            known = [(seed, draw, size, 1 / size**0.5) for size in SIZES]
            errors += [*known, (seed, draw, TARGET, end + (0.01 if draw else -0.01))]
        laws += [(seed, 200, 0.07, 0.06, 0.08), (seed, TARGET, 0.06, 0.04, 0.08)]
        said = {OFFSET: 0.06, PURE: 0.03, NOTHING: 0.07}
        forecasts += [(seed, form, value) for form, value in said.items()]
    return ForecastResult(
        pd.DataFrame(errors, columns=["seed", "draw", "size", "value"]),
        pd.DataFrame(laws, columns=["seed", "size", "mean", "low", "high"]),
        pd.DataFrame(forecasts, columns=["seed", "form", "value"]),
        np.array(SIZES), TARGET,
    )  # fmt: skip


def test_a_band_that_holds_the_measured_error_is_counted():
    result = hand_made()
    assert result.scored()["inside"].tolist() == [True, False]
    assert result.coverage().mean == 0.5
    assert result.missed_by().values.tolist() == pytest.approx([0.01, -0.03])
    assert result.missed_by(NOTHING).values.tolist() == pytest.approx([0.02, -0.02])


def test_scores_lie_around_what_was_measured_and_say_on_which_side():
    scores, view = figure(EXPERIMENT, "scores"), ForecastView()
    table = scores.table(hand_made(), view)
    assert table["mean"].tolist() == pytest.approx([0.01, -0.03])
    assert table["low"].tolist() == pytest.approx([-0.01, -0.05])
    assert "1 of 2 bands hold" in scores.caption(table, view)
    assert "1 too optimistic" in scores.caption(table, view)
    table = scores.table(hand_made((0.03, 0.05)), view)
    assert "1 too pessimistic" in scores.caption(table, view)


def test_the_curve_is_that_of_the_forecaster_who_is_chosen():
    curve = figure(EXPERIMENT, "curve")
    for number, (end, held) in enumerate(((0.05, "inside"), (0.09, "outside")), start=1):
        view = ForecastView(forecaster=number)
        table = curve.table(hand_made(), view)
        assert table["mean"].iloc[-1] == pytest.approx(0.06)
        told = curve.caption(table, view)
        assert f"{100 * end:.1f}%, {held}" in told


def test_the_finding_says_whether_the_law_is_nearer_than_nothing_changing():
    assert "by 1 points nearer on average" in EXPERIMENT.finding(hand_made((0.06, 0.06)))
    assert "by 1 points further on average" in EXPERIMENT.finding(hand_made((0.07, 0.07)))
    assert "not clearly nearer" in EXPERIMENT.finding(hand_made((0.06, 0.07)))


@pytest.mark.trained
def test_the_forecast_knows_nothing_of_the_target():
    """Bands and forecasts are there before a model at the target is measured, and stay."""
    before = None
    run = EXPERIMENT.run(EXPERIMENT.smallest)
    while True:
        try:
            snapshot = next(run)
        except StopIteration as stop:
            result = stop.value
            break
        if snapshot.partial is not None:
            partial = snapshot.partial()
            all_there = len(partial.forecasts) == 3 * EXPERIMENT.smallest.repetitions
            # How soon a training reports is a matter of time: the first report may have errors.
            assert all_there or (partial.errors["size"] < partial.target).all()
            before = partial if all_there and before is None else before
    assert before is not None
    pd.testing.assert_frame_equal(before.forecasts, result.forecasts)
    pd.testing.assert_frame_equal(before.laws, result.laws)
    assert set(result.forecasts["form"]) == set(FORMS)
    known = result.errors[result.errors["size"] == result.largest].groupby("seed")["value"].mean()
    assert result.forecast(NOTHING).values.tolist() == pytest.approx(known.tolist())


@pytest.mark.trained
def test_the_forecaster_that_is_drawn_first_is_forecast_first():
    """Its curves are trained alone, and its law stands before the others are trained."""
    first = EXPERIMENT.smallest.first_seed
    learning = ends = None
    for snapshot in EXPERIMENT.run(EXPERIMENT.smallest):
        if snapshot.partial is not None:
            partial = snapshot.partial()
            learning = partial if learning is None else learning
            if len(partial.forecasts):
                ends = partial
                break
    assert learning is not None and ends is not None
    assert set(learning.errors["seed"]) == {first}
    assert set(ends.forecasts["seed"]) == set(ends.errors["seed"]) == {first}


def test_within_a_draw_the_small_set_lies_in_the_large_one_and_models_begin_alike():
    config = EXPERIMENT.smallest
    seed = config.first_seed
    found = dict(plan(config, (config.sizes[0], config.target), [seed]))
    small, large = found[seed, 0, config.sizes[0]], found[seed, 0, config.target]
    n = config.sizes[0]
    np.testing.assert_array_equal(small.data.x_train, large.data.x_train[:n])
    assert small.seed == large.seed
    other = found[seed, 1, n]
    assert other.seed != small.seed
    assert (other.data.x_train != small.data.x_train).any()
    assert len(pool(config.dataset, seed).y_train) >= config.target


def test_resamples_take_whole_curves():
    curves = np.array([[0.4, 0.2], [0.8, 0.6]])
    means = {tuple(np.round(mean, 6)) for mean, _ in resamples(curves, 0)}
    assert means == {(0.4, 0.2), (0.8, 0.6), (0.6, 0.4)}
    assert {round(factor, 6) for _, factor in resamples(curves, 0)} == {0.5, 1.0, 1.5}


@pytest.mark.parametrize("block", first_now(300, 600, 900))
def test_the_lesson_holds_on_seeds_that_chose_nothing(block):
    config = ForecastConfig(first_seed=block, repetitions=5, model="linear")
    result = complete(EXPERIMENT.run(config))
    said = {c.name: c.verdict(c.measure(result)) for c in EXPERIMENT.claims if c.applies(config)}
    assert "contradicted" not in said.values()
    assert abs(result.missed_by(OFFSET)).mean < abs(result.missed_by(NOTHING)).mean


def test_what_is_left_is_a_share_and_errors_that_were_not_there_have_none():
    result = hand_made()
    known = 200**-0.5
    assert result.left().mean == pytest.approx((0.05 + 0.09) / 2 / known)
    flawless = hand_made()
    flawless.errors.loc[flawless.errors["size"] == 200, "value"] = 0.0
    assert flawless.left().n == 0
    assert EXPERIMENT.guess is not None and EXPERIMENT.guess.measured(flawless) is None


def test_seeds_are_trained_in_groups_that_are_bounded_and_none_is_left_out():
    config = ForecastConfig(dataset="mnist1d", known=800, curves=12, repetitions=20)
    found = list(groups(config, config.sizes))
    assert len(found) > 1
    assert tuple(seed for some in found for seed in some) == config.seeds
    rows = max(len(some) for some in found) * 12 * sum(config.sizes)
    assert rows <= MOST_ROWS
    usual = ForecastConfig()
    assert [len(some) for some in groups(usual, usual.sizes)] == [1, 9]
    assert [len(some) for some in groups(usual, [usual.target])] == [10]

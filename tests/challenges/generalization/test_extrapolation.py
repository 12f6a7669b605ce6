"""Extrapolation: tables by hand, what arms share, and the lesson on fresh seeds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.challenges.generalization.extrapolation import EXPERIMENT
from core.challenges.generalization.extrapolation import config as arms
from core.challenges.generalization.extrapolation.run import GRID, drawn
from core.data.laws import LAWS
from core.lab.run import complete
from tests import runs
from tests.runs import figure, first_now

FRESH_BLOCKS = first_now(400, 700, 900)
SLUG = "generalization/extrapolation"


def test_arms_of_a_seed_have_the_same_examples_longer_or_stretched():
    config = arms.ExtrapolationConfig(n_train=30)
    x, y = drawn(config, arms.RELU, 5)
    np.testing.assert_array_equal(drawn(config, arms.TANH, 5)[0], x)
    np.testing.assert_array_equal(drawn(config, arms.MORE, 5)[1][:30], y)
    assert len(drawn(config, arms.MORE, 5)[0]) == 300
    np.testing.assert_array_equal(drawn(config, arms.WIDER, 5)[0], 2 * x)


@pytest.mark.trained
def test_errors_and_lines_belong_to_the_curves_that_are_kept():
    result = runs.smallest(SLUG).result
    for arm in (arms.RELU, arms.LAW):
        rows = result.curves[(result.curves["arm"] == arm) & (result.curves["seed"] == 0)]
        np.testing.assert_array_equal(rows["x"], GRID)
        np.testing.assert_allclose(rows["law"], LAWS["sine"](GRID))
        off = (rows["value"] - rows["law"])[np.abs(GRID) >= 2.5]
        assert result.error(arm).values[0] == pytest.approx(np.sqrt((off**2).mean()))
    assert len(result.examples) == 30
    assert set(result.far["arm"]) == set(arms.UNITS)


@pytest.mark.trained
def test_a_curve_is_told_a_quarter_before_the_end():
    result, view = runs.smallest(SLUG).result, arms.ExtrapolationView()
    shown = figure(EXPERIMENT, "curves")
    for wanted, at in ((view, 2.75), (arms.ExtrapolationView(inside_only=True), 0.75)):
        table = shown.table(result, wanted)
        assert list(table["panel"].unique()) == ["Other units", "Other examples, or the law"]
        assert f"at {at}, where the law says −1: ReLU" in shown.caption(table, wanted)
        assert table["x"].abs().max() == at + 0.25


@pytest.mark.trained
def test_the_finding_says_which_error_is_clearly_the_larger():
    result = runs.smallest(SLUG).result
    rows = [
        (arm, seed, place, 0.1 * 10.0 ** (place == arms.OUTSIDE) * (1 + 0.1 * seed))
        for arm in arms.ARMS
        for seed in range(3)
        for place in arms.PLACES
    ]
    errors = pd.DataFrame(rows, columns=["arm", "seed", "place", "value"])
    told = EXPERIMENT.finding(arms.ExtrapolationResult(**{**vars(result), "errors": errors}))
    assert "clearly more" in told and "not clearly" not in told
    errors = errors.assign(value=0.1 + 0.1 * errors["seed"])
    told = EXPERIMENT.finding(arms.ExtrapolationResult(**{**vars(result), "errors": errors}))
    assert "not clearly more" in told


@pytest.mark.parametrize("first_seed", FRESH_BLOCKS)
def test_the_lesson_holds_on_fresh_seeds(first_seed: int):
    config = arms.ExtrapolationConfig(first_seed=first_seed, width=32, steps=500)
    result = complete(EXPERIMENT.run(config))
    found = {
        one.name: one.verdict(one.measure(result))
        for one in EXPERIMENT.claims if one.applies(config)
    }  # fmt: skip
    for name in ("a_line_far_out", "it_fails_outside", "knowing_the_law_helps"):
        assert found[name] == "shown", found
    assert "contradicted" not in found.values(), found

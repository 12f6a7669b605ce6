"""Missing values: what every run keeps to, and the lesson on fresh seeds."""

from __future__ import annotations

import numpy as np
import pytest

from core.challenges.data_quality.missing_values import EXPERIMENT
from core.challenges.data_quality.missing_values.config import (
    ARMS,
    SHARES,
    TREES,
    WRONG_ROWS,
    MissingValuesConfig,
    MissingValuesView,
)
from core.data.unit_errors import AS_THEY_STAND, PUT_RIGHT, WAYS
from core.lab.run import complete
from core.models.imputing import FILLERS, INDICATOR
from tests.runs import figure, first_now, smallest

SLUG = "data_quality/missing_values"


@pytest.mark.trained
def test_every_arm_share_and_seed_is_measured_once():
    result = smallest(SLUG).result
    assert len(result.scores) == len(ARMS) * len(SHARES) * 5
    assert not result.scores.duplicated(["arm", "share", "seed"]).any()
    assert len(result.errors) == (len(FILLERS) - 1) * (len(SHARES) - 1) * 5
    assert (result.errors["value"] > 0).all()
    assert len(result.units) == len(WAYS) * len(WRONG_ROWS) * 5
    assert not result.units.duplicated(["way", "rows", "seed"]).any()


@pytest.mark.trained
def test_without_a_hole_all_ways_to_fill_are_the_same_network():
    result = smallest(SLUG).result
    for arm in FILLERS[1:]:
        assert (result.gain(arm, 0.0).values == 0).all()


@pytest.mark.trained
def test_gains_are_paired_against_the_mean():
    result, view = smallest(SLUG).result, MissingValuesView()
    table = figure(EXPERIMENT, "gains").table(result, view).set_index("arm")
    assert table.index.tolist() == list(ARMS[1:])
    expected = result.accuracy(TREES).values - result.accuracy().values
    assert table.loc[TREES, "mean"] == pytest.approx(np.mean(expected))


@pytest.mark.trained
def test_units_put_right_give_the_network_of_a_table_without_an_error():
    """The scaled values differ in their last digits only: a case at the border may fall over."""
    result = smallest(SLUG).result
    whole = result.accuracy(share=0.0).values
    for rows in WRONG_ROWS:
        assert result.with_units(PUT_RIGHT, rows).values == pytest.approx(whole, abs=2.1 / 169)
    assert result.with_units(AS_THEY_STAND, 0.0).values == pytest.approx(whole, abs=2.1 / 169)


@pytest.mark.trained
def test_what_is_noticed_is_counted_over_all_rows():
    noticed = smallest(SLUG).result.noticed
    wrong = noticed[(noticed["rows"] == 0.05) & noticed["wrong"].astype(bool)]
    assert (wrong["cases"] == 20 + 8).all() and (wrong["alarms"] == 20 + 8).all()
    assert (noticed.groupby(["rows", "seed"])["cases"].sum() == 569).all()


@pytest.mark.parametrize("block", first_now(500, 600, 700))
def test_the_lesson_holds_on_seeds_that_chose_nothing(block):
    result = complete(EXPERIMENT.run(MissingValuesConfig(first_seed=block, repetitions=5)))
    assert result.gain(INDICATOR).estimate.low > 0
    assert result.cost_of_units().estimate.high < 0
    assert result.unit_gain(PUT_RIGHT).estimate.low > 0
    assert (result.accuracy() - result.accuracy(share=0.0)).estimate.high < 0

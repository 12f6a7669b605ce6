"""Networks on touched points: what is paired with what, and what is said about it."""

import numpy as np
import pandas as pd
import pytest

from core.lab.run import complete
from core.lab.settings import View
from core.miniature import moons, touched
from core.miniature.touched import EXPERIMENT, TouchedConfig, TouchedResult


def result(width=8, steps=60, **settings):
    config = TouchedConfig(width=width, steps=steps, **settings)
    return complete(EXPERIMENT.run(config))


def test_nothing_touched_changes_nothing():
    found = result()
    assert found.errors.equals(found.before)
    assert (found.region == found.region_before).all()
    assert found.followed.empty
    change = EXPERIMENT.metrics(found)["change_of_validation_error"]
    assert (change.mean, change.low, change.high) == (0, 0, 0)


def test_the_networks_without_changes_are_those_of_the_points_as_they_were():
    found, plain = result(touches=(0, 3, (0.5, 0.5, 1))), result()
    for name in ("train", "validation"):
        before, alone = found.error_before(name), plain.error(name)
        assert np.abs(before.values - alone.values).max() < 0.005, name
    assert not np.allclose(found.region, found.region_before, atol=0.01)
    assert (found.turned, found.added) == (2, 1)


def test_a_large_network_learns_a_label_that_was_flipped_and_a_tiny_one_does_not():
    lone = int(np.flatnonzero(TouchedConfig().drawn().y_train == 0)[0])
    wide = result(width=64, steps=360, touches=(lone,))
    tiny = result(width=1, steps=360, touches=(lone,))
    assert wide.obeyed.mean >= 0.8
    assert tiny.obeyed.mean <= 0.4


def test_the_first_networks_points_are_marked_as_the_visitors():
    found = result(touches=(1, (0.5, 0.25, 0)))
    yours = found.points[found.points["kind"] == moons.YOURS]
    assert sorted(yours.index) == [1, 40]
    assert found.points.loc[40, ["x1", "x2", "label"]].tolist() == [0.5, 0.25, "0"]
    assert found.points.loc[1, "given"] == "wrong label"
    assert (found.points_before["kind"] != moons.YOURS).all()
    missed = found.points[found.points["kind"] == moons.MISSED]
    for axis, (low, high) in zip(("x1", "x2"), found.extent.reshape(2, 2), strict=True):
        assert missed[axis].between(low, high).all()


def test_crosses_are_new_points_on_the_wrong_side_of_the_border():
    found = result(steps=200)
    missed = found.points[found.points["kind"] == moons.MISSED]
    assert 0 < len(missed) < moons.N_NEW
    a, b, c, d = found.extent
    side = moons.GRID - 1
    for row in missed.itertuples():
        column = round((row.x1 - a) / (b - a) * side)
        line = round((d - row.x2) / (d - c) * side)
        near = found.region[max(line - 1, 0) : line + 2, max(column - 1, 0) : column + 2]
        chance = near if row.label == "0" else 1 - near
        assert chance.max() > 0.5, "somewhere near it the network chooses the other class"
    table = moons.decisions_table(found, View())
    assert set(table[table["kind"] == moons.MISSED]["sign"]) == {"cross"}


def of(before, after, **parts):
    def rows(values):
        found = [
            {"step": 1, "seed": seed, "split": split, "value": value}
            for seed, value in enumerate(values)
            for split in ("train", "validation")
        ]
        return pd.DataFrame(found)

    own = pd.DataFrame({"step": 1, "seed": range(3), "value": [1.0, 0.5, 1.0]})
    fields = {
        "errors": rows(after), "points": pd.DataFrame(), "region": np.zeros((1, 1)),
        "extent": np.zeros(4), "before": rows(before), "points_before": pd.DataFrame(),
        "region_before": np.zeros((1, 1)), "followed": own, "turned": 1, "added": 0, **parts,
    }  # fmt: skip
    return TouchedResult(**fields)


@pytest.mark.parametrize(
    ("after", "words"),
    [
        ([0.30, 0.31, 0.33], "more new points are wrong than before"),
        ([0.05, 0.06, 0.05], "fewer new points are wrong than before"),
        ([0.151, 0.158, 0.17], "new points hardly notice"),
        ([0.05, 0.16, 0.40], "whether new points are worse off stays open"),
    ],
)
def test_the_finding_says_what_the_interval_allows(after, words):
    said = touched.finding(of([0.15, 0.16, 0.17], after))
    assert words in said and "With **1 label flipped by you**" in said
    assert "(16.0% before)" in said and "83.3%" in said


def test_what_was_done_is_counted_in_words():
    assert touched.said(2, 1) == "2 labels flipped and 1 point added by you"
    assert touched.said(0, 3) == "3 points added by you"


def test_its_results_have_a_name_of_their_own():
    keys = {
        EXPERIMENT.key(TouchedConfig(touches=touches))
        for touches in ((), (0,), (0, 1), ((0.5, 0.5, 1),), ((0.5, 0.5, 0),))
    }
    assert len(keys) == 5
    assert moons.EXPERIMENT.key(moons.MoonsConfig()) not in keys

"""Where bias comes from: the worlds do what their knobs say, the lesson holds on fresh seeds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.challenges.fairness.bias_sources import EXPERIMENT, BiasSourcesConfig, BiasSourcesView
from core.challenges.fairness.bias_sources.figures import cause_caption
from core.challenges.fairness.worlds import GROUP_COLUMN, PROXY_COLUMN, World, draw
from core.lab.run import complete
from tests.runs import figure

MANY = 40_000


def judged(config: Any) -> dict[str, str]:
    result = complete(EXPERIMENT.run(config))
    return {c.name: c.verdict(c.measure(result)) for c in EXPERIMENT.claims if c.applies(config)}


def rate(values: np.ndarray, group: np.ndarray) -> tuple[float, float]:
    return values[group == 0].mean(), values[group == 1].mean()


def test_a_fair_world_does_not_know_the_group():
    people = draw(World(), MANY, 0)
    a, b = rate(people.train_true, people.train_group)
    assert a == pytest.approx(0.5, abs=0.015) and b == pytest.approx(0.5, abs=0.015)
    assert not people.data.flipped.any()
    for column in range(GROUP_COLUMN):
        a, b = rate(people.data.x_train[:, column], people.train_group)
        assert a == pytest.approx(b, abs=0.04)


def test_each_knob_changes_what_it_says():
    people = draw(World(base_rate_gap=0.8), MANY, 0)
    a, b = rate(people.train_true, people.train_group)
    # Merit and chance together have variance 1.25; P(N < 0.8 / sqrt(1.25)).
    assert b == pytest.approx(0.237, abs=0.015) and a == pytest.approx(0.5, abs=0.015)
    people = draw(World(label_bias=0.4), MANY, 0)
    struck = people.data.flipped & (people.train_true == 1)
    assert struck[people.train_group == 1].sum() / people.train_true[
        people.train_group == 1
    ].sum() == pytest.approx(0.4, abs=0.02)
    assert not people.data.flipped[people.train_group == 0].any()
    assert draw(World(minority_share=0.05), MANY, 0).train_group.mean() == pytest.approx(
        0.05, abs=0.01
    )
    noisy = draw(World(measurement_noise=2.0), MANY, 0)
    spread = [noisy.data.x_train[noisy.train_group == g, 0].var() for g in (0, 1)]
    assert spread[1] - spread[0] == pytest.approx(4, rel=0.05)
    postcode = draw(World(proxy=1.5), MANY, 0)
    a, b = rate(postcode.data.x_train[:, PROXY_COLUMN], postcode.train_group)
    assert b - a == pytest.approx(1.5, abs=0.04)
    other = draw(World(other_signs=1.0), MANY, 0)
    theirs = other.train_group == 1
    assert abs(np.corrcoef(other.data.x_train[theirs, 0], other.train_true[theirs])[0, 1]) < 0.02
    assert np.corrcoef(other.data.x_train[theirs, 1], other.train_true[theirs])[0, 1] > 0.5


def test_worlds_of_one_seed_hold_the_same_persons():
    fair, biased = draw(World(), 500, 3), draw(World(label_bias=0.4), 500, 3, sees_group=False)
    np.testing.assert_array_equal(fair.data.x_train[:, :3], biased.data.x_train[:, :3])
    np.testing.assert_array_equal(fair.train_true, biased.train_true)
    assert not biased.data.x_train[:, GROUP_COLUMN].any()


def test_captions_read_their_tables():
    view = BiasSourcesView()
    table = pd.DataFrame({
        "cause": ["none of them", "label bias", "noisy papers"], "sees": ["sees the group"] * 3,
        "mean": [0.3, -0.2, 0.1], "low": [0.2, -0.3, -0.1], "high": [0.4, -0.1, 0.3], "n": [5] * 3,
    })  # fmt: skip
    assert "label bias makes the widest gap" in cause_caption(table, view)
    assert "20 points lower." in cause_caption(table, view)
    assert "no single cause makes a clear gap" in cause_caption(table.iloc[2:], view)


@pytest.mark.parametrize("block", [500, 900])
def test_the_lesson_holds_on_seeds_that_chose_nothing(block):
    verdicts = judged(BiasSourcesConfig(first_seed=block, repetitions=20))
    assert len(verdicts) >= 8
    assert {name: v for name, v in verdicts.items() if v != "shown"} == {}


def test_few_alone_is_harmless_on_fresh_seeds():
    assert judged(BiasSourcesConfig(first_seed=500, other_signs=0.0, repetitions=20))[
        "few_alone_is_harmless"
    ] == "shown"  # fmt: skip


def test_in_a_fair_world_nothing_is_found():
    fair = {"base_rate_gap": 0.0, "label_bias": 0.0, "minority_share": 0.5, "other_signs": 0.0}
    config = BiasSourcesConfig(first_seed=700, measurement_noise=0.0, **fair)
    result = complete(EXPERIMENT.run(config))
    table = figure(EXPERIMENT, "gap_by_cause").table(result, BiasSourcesView())
    assert table["mean"].abs().max() < 0.04
    assert "Label bias is switched off" in EXPERIMENT.finding(result)
    assert "no single cause makes a clear gap" in cause_caption(table, BiasSourcesView())

"""Applicants: the laws do what their knobs say."""

from __future__ import annotations

import numpy as np
import pytest

from core.data.applicants import (
    GROUP_COLUMN,
    PROXY_COLUMN,
    World,
    make_applicants,
    make_audits,
    make_crossed_applicants,
    make_loans,
)

MANY = 40_000


def rate(values: np.ndarray, group: np.ndarray) -> tuple[float, float]:
    return values[group == 0].mean(), values[group == 1].mean()


def test_a_fair_world_does_not_know_the_group():
    people = make_applicants(World(), MANY, 0)
    a, b = rate(people.train_true, people.train_group)
    assert a == pytest.approx(0.5, abs=0.015) and b == pytest.approx(0.5, abs=0.015)
    assert not people.data.flipped.any()
    for column in range(GROUP_COLUMN):
        a, b = rate(people.data.x_train[:, column], people.train_group)
        assert a == pytest.approx(b, abs=0.04)


def test_each_knob_changes_what_it_says():
    people = make_applicants(World(base_rate_gap=0.8), MANY, 0)
    a, b = rate(people.train_true, people.train_group)
    # Merit and chance together have variance 1.25; P(N < 0.8 / sqrt(1.25)).
    assert b == pytest.approx(0.237, abs=0.015) and a == pytest.approx(0.5, abs=0.015)
    people = make_applicants(World(label_bias=0.4), MANY, 0)
    struck = people.data.flipped & (people.train_true == 1)
    assert struck[people.train_group == 1].sum() / people.train_true[
        people.train_group == 1
    ].sum() == pytest.approx(0.4, abs=0.02)
    assert not people.data.flipped[people.train_group == 0].any()
    assert make_applicants(World(minority_share=0.05), MANY, 0).train_group.mean() == pytest.approx(
        0.05, abs=0.01
    )
    noisy = make_applicants(World(measurement_noise=2.0), MANY, 0)
    spread = [noisy.data.x_train[noisy.train_group == g, 0].var() for g in (0, 1)]
    assert spread[1] - spread[0] == pytest.approx(4, rel=0.05)
    postcode = make_applicants(World(proxy=1.5), MANY, 0)
    a, b = rate(postcode.data.x_train[:, PROXY_COLUMN], postcode.train_group)
    assert b - a == pytest.approx(1.5, abs=0.04)
    other = make_applicants(World(other_signs=1.0), MANY, 0)
    theirs = other.train_group == 1
    assert abs(np.corrcoef(other.data.x_train[theirs, 0], other.train_true[theirs])[0, 1]) < 0.02
    assert np.corrcoef(other.data.x_train[theirs, 1], other.train_true[theirs])[0, 1] > 0.5


def test_worlds_of_one_seed_hold_the_same_persons():
    fair, biased = (
        make_applicants(World(), 500, 3),
        make_applicants(World(label_bias=0.4), 500, 3, sees_group=False),
    )
    np.testing.assert_array_equal(fair.data.x_train[:, :3], biased.data.x_train[:, :3])
    np.testing.assert_array_equal(fair.train_true, biased.train_true)
    assert not biased.data.x_train[:, GROUP_COLUMN].any()


def test_loans_have_the_base_rates_and_the_signal_they_are_asked_for():
    data = make_loans((0.5, 0.2), 2.0, MANY, 100, 0)
    papers, group, y = data.x_train[:, :2].sum(axis=1), data.x_train[:, 2], data.y_train
    assert rate(y, group) == pytest.approx((0.5, 0.2), abs=0.01)
    for g in (0, 1):
        # The sum of both papers has a standard deviation of sqrt(2), and so is 2 of its own apart.
        apart = papers[(group == g) & (y == 1)].mean() - papers[(group == g) & (y == 0)].mean()
        assert apart / 2**0.5 == pytest.approx(2, abs=0.04)
    assert data.y_validation.shape == (100,) and not data.flipped.any()


def test_bias_at_the_crossing_is_where_it_should_be():
    data, sides = make_crossed_applicants(40_000, 100, 0.4, 0)
    one = data.x_train[:, 2:].sum(axis=1) == 1
    assert not data.flipped[~one].any()
    assert data.flipped[one].mean() == pytest.approx(0.4 * 0.5, abs=0.015)
    assert sides.shape == (100, 2)


def test_audits_have_the_sizes_and_the_gap_they_are_asked_for():
    rng = np.random.default_rng(0)
    hits, able = make_audits(20_000, [0.4, 0.1], [0.7, 0.55], 120, rng)
    assert hits.shape == able.shape == (120, 2)
    assert able.mean(axis=0) == pytest.approx([8000, 2000], rel=0.02)
    assert (hits / able).mean(axis=0) == pytest.approx([0.7, 0.55], abs=0.005)


def test_what_is_true_and_what_is_on_record_differ_by_the_bias():
    people = make_applicants(World(label_bias=0.4), 100, 0)
    true, recorded = people.truths["true"], people.truths["recorded"]
    struck = true != recorded
    assert (people.group[struck] == 1).all() and (true[struck] == 1).all()
    assert struck.sum() / true[people.group == 1].sum() == pytest.approx(0.4, abs=0.08)

"""Gaps by chance: the draws against formulas, the test against its promise, the lesson."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import fisher_exact

from core.challenges.fairness.chance_gaps import EXPERIMENT, ChanceGapsConfig, ChanceGapsView
from core.challenges.fairness.chance_gaps.draws import (
    AUDITS,
    audits,
    crossed_gap,
    crossings,
    people,
    shuffle_test,
)
from core.lab.run import complete
from tests.runs import figure


def test_audits_have_the_sizes_and_the_gap_they_are_asked_for():
    rng = np.random.default_rng(0)
    hits, able = audits(20_000, 0.2, 0.5, 0.15, rng)
    assert hits.shape == able.shape == (AUDITS, 2)
    assert able.mean(axis=0) == pytest.approx([8000, 2000], rel=0.02)
    assert (hits / able).mean(axis=0) == pytest.approx([0.7, 0.55], abs=0.005)


def test_p_values_are_those_of_an_exact_test():
    hits, able = np.array([[30, 4], [30, 10], [20, 15]]), np.array([[40, 12], [40, 12], [40, 40]])
    rng = np.random.default_rng(1)
    tries = np.mean([shuffle_test(hits, able, rng) for _ in range(60)], axis=0)
    for found, hit, n in zip(tries, hits, able, strict=True):
        exact = fisher_exact([[hit[0], n[0] - hit[0]], [hit[1], n[1] - hit[1]]]).pvalue
        # Ours orders tables by their gap, Fisher's by their probability: nearly the same here.
        assert found == pytest.approx(exact, abs=0.06)


def test_the_widest_gap_of_two_groups_follows_its_formula():
    rows = {(a, n): value for _, a, n, value in crossings(0.5, 0)}
    # Two groups of 1000: the mean of |N(0, s)| is s * sqrt(2 / pi), s the gap's standard error.
    expected = (2 * 0.25 / 1000) ** 0.5 * (2 / np.pi) ** 0.5
    assert rows[1, 2000] == pytest.approx(expected, rel=0.25)
    assert rows[6, 2000] > 3 * rows[1, 2000]
    assert rows[3, 10_000] < rows[3, 500]


def test_crossed_gaps_by_hand():
    sides = np.array([[0, 0], [0, 1], [1, 0], [1, 1]] * 10)
    called = sides.sum(axis=1) != 1
    assert crossed_gap(called, sides) == {
        "first attribute": 0.0, "second attribute": 0.0, "both, crossed": 1.0
    }  # fmt: skip


def test_bias_at_the_crossing_is_where_it_should_be():
    data, sides = people(40_000, 100, 0.4, 0)
    one = data.x_train[:, 2:].sum(axis=1) == 1
    assert not data.flipped[~one].any()
    assert data.flipped[one].mean() == pytest.approx(0.4 * 0.5, abs=0.015)
    assert sides.shape == (100, 2)


def judged(**settings) -> dict[str, str]:
    config = ChanceGapsConfig(**settings)
    result = complete(EXPERIMENT.run(config))
    return {c.name: c.verdict(c.measure(result)) for c in EXPERIMENT.claims if c.applies(config)}


@pytest.mark.parametrize("block", [300, 500, 900])
def test_the_lesson_holds_on_seeds_that_chose_nothing(block):
    verdicts = judged(first_seed=block)
    assert len(verdicts) == 7
    assert set(verdicts.values()) == {"shown"}, verdicts


def test_without_bias_at_the_crossing_there_is_little_to_find():
    result = complete(EXPERIMENT.run(ChanceGapsConfig(first_seed=500, crossing_bias=0.0)))
    table = (
        figure(EXPERIMENT, "hidden_at_the_crossing").table(result, ChanceGapsView()).set_index("by")
    )
    assert table.loc["both, crossed", "mean"] < 0.13

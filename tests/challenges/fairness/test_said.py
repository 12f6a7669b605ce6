"""What is said of gaps: at most as much as their numbers hold, with nothing picked unawares."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from core.challenges import experiment
from core.challenges.fairness import CHALLENGE
from core.challenges.fairness.bias_sources import BiasSourcesView
from core.challenges.fairness.bias_sources.figures import cause_caption
from core.challenges.fairness.chance_gaps import ChanceGapsConfig, ChanceGapsResult
from core.challenges.fairness.chance_gaps.figures import alarm_caption, wide_caption
from core.challenges.fairness.chance_gaps.run import AUDITS, audited
from core.challenges.fairness.mitigation.config import (
    PENALTY,
    REDUCTION,
    STRENGTHS,
    MitigationResult,
    MitigationView,
)
from core.challenges.fairness.thresholds.claims import widest
from core.challenges.fairness.thresholds.config import GRID, ThresholdsResult, ThresholdsView
from core.lab.intervals import summarise
from core.lab.scores import tidy
from core.metrics.thresholds import threshold_counts
from tests.runs import figure

EXPERIMENTS = [experiment("fairness", name) for name in CHALLENGE.experiments]
CAUSES = ("gap in circumstances", "label bias", "under-representation", "noisy papers")
SEEDS = range(10)
TRIES = 300
SELDOM = 0.05 + 3 * (0.05 * 0.95 / TRIES) ** 0.5
"""A twentieth, and what so many tries may give beyond it. Uncorrected: 0.16 to 0.7."""


@pytest.mark.simulation
def test_no_cause_is_blamed_for_chance():
    rng, said = np.random.default_rng(0), 0
    causes = ("none of them", *CAUSES)
    for _ in range(TRIES):
        rows = tidy(
            rng.normal(0, 0.2, (5, 1, 10)), cause=causes, sees=("sees the group",), seed=SEEDS
        )
        said += "widest" in cause_caption(summarise(rows, ["cause", "sees"]), BiasSourcesView())
    assert said / TRIES <= SELDOM


def chance_counts(rng: np.random.Generator) -> ThresholdsResult:
    """Decisions that have nothing to do with group or truth, the same at every threshold."""
    drawn = rng.multinomial(300, [0.25] * 4, size=(10, 2)).reshape(10, 1, 2, 2, 2)
    return ThresholdsResult(np.repeat(drawn, len(GRID), axis=1), np.zeros((10, 2)))


@pytest.mark.simulation
def test_no_definition_is_violated_and_no_policy_leaves_a_gap_by_chance():
    rng, violated, left = np.random.default_rng(1), 0, 0
    one, view = experiment("fairness", "thresholds"), ThresholdsView()
    definitions, costs = figure(one, "all_definitions"), figure(one, "what_equalising_costs")
    for _ in range(TRIES):
        result = chance_counts(rng)
        said = definitions.caption(definitions.table(result, view), view)
        violated += " 0 of 5 definitions are clearly" not in said
        left += "and 0 clearly leave one" not in costs.caption(costs.table(result, view), view)
    assert violated / TRIES <= SELDOM
    assert left / TRIES <= SELDOM


def barely() -> MitigationResult:
    """One remedy leaves least, and loses 2.6 standard errors of accuracy: clear if alone."""
    wave = np.linspace(-1, 1, len(SEEDS))
    lost = 2.6 * wave.std(ddof=1) / len(SEEDS) ** 0.5
    rows = []
    for remedy, strength in [(name, of[-1]) for name, of in STRENGTHS.items()] + [(REDUCTION, 0.0)]:
        change = 0.02 * (wave - lost * (remedy == PENALTY)) * (strength > 0)
        gap = 0.3 if strength == 0 else 0.05 if remedy == PENALTY else 0.2
        for seed, accuracy in zip(SEEDS, 0.7 + change, strict=True):
            for labels in ("true", "recorded"):
                rows.append((remedy, strength, seed, labels, "accuracy", accuracy))
                rows.append((remedy, strength, seed, labels, "selection_rate", gap))
    columns = ["remedy", "strength", "seed", "labels", "metric", "value"]
    return MitigationResult(pd.DataFrame(rows, columns=columns), "demographic parity")


def test_what_is_clear_alone_is_not_so_when_picked_or_counted():
    one, result, view = experiment("fairness", "mitigation"), barely(), MitigationView()
    assert result.change(PENALTY).estimate.high < 0
    said = one.finding(result)
    assert f"“{PENALTY}” leaves least at full strength" in said
    assert "changes its accuracy by no clear amount" in said
    changes = figure(one, "before_and_after")
    told = changes.caption(changes.table(result, view), view)
    assert "7 of 7 remedies clearly narrow the gap" in told
    assert "0 clearly gain accuracy and 0 clearly lose some" in told


def test_where_record_and_truth_are_one_the_price_is_told_once():
    one, result = experiment("fairness", "mitigation"), barely()
    assert "by the record" not in one.finding(result)
    scores = result.scores
    wrong = (scores["labels"] == "recorded") & (scores["metric"] == "accuracy")
    scores = scores.assign(value=scores["value"] - 0.1 * wrong * (scores["remedy"] != "no remedy"))
    assert "by the record" in one.finding(dataclasses.replace(result, scores=scores))


def test_an_unclear_rate_with_a_larger_mean_takes_a_superlative_back():
    table = pd.DataFrame({
        "cause": ["label bias", "noisy papers"], "sees": ["sees the group"] * 2,
        "mean": [-0.2, -0.3], "low": [-0.25, -0.8], "high": [-0.15, 0.2], "n": [10] * 2,
    })  # fmt: skip
    said = cause_caption(table, BiasSourcesView())
    assert (
        "label bias makes the widest of the clear gaps (wider on average, and unclear: noisy "
        "papers): the" in said
    )
    table["mean"] = [-0.2, -0.1]
    said = cause_caption(table, BiasSourcesView())
    assert "the widest gap of the single causes on average, not clearly wider than noisy" in said


def test_an_audit_without_anybody_who_would_repay_has_no_gap():
    rare = ChanceGapsConfig(minority_share=0.05, base_rate=0.1)
    rows = {name: (value, of) for *_, name, value, of in audited(rare, 0, 50, "no gap")}
    # Nobody of group B would repay in 0.995**50 of the audits.
    expected = AUDITS * (1 - (1 - 0.05 * 0.1) ** 50)
    assert rows["wide"][1] == rows["alarm"][1]
    assert abs(rows["wide"][1] - expected) < 4 * (AUDITS * 0.25) ** 0.5
    assert 0 <= rows["alarm"][0] <= 1
    usual = audited(ChanceGapsConfig(), 0, 5000, "no gap")
    assert {of for *_, of in usual} == {AUDITS}


def audits_of(shares: dict[int, float], metric: str, world: str = "no gap") -> pd.DataFrame:
    rows = [(s, n, world, metric, share, 120) for n, share in shares.items() for s in SEEDS]
    return pd.DataFrame(rows, columns=["seed", "n", "world", "metric", "value", "audits"])


def test_shares_at_their_ends_keep_an_open_interval():
    found = ChanceGapsResult(audits_of({5000: 0.0}, "wide"), pd.DataFrame(), pd.DataFrame())
    never = found.audited(5000, "wide")
    bound = stats.binomtest(0, 1200).proportion_ci(method="exact")
    assert (never.mean, never.n) == (0, 1200)
    assert (never.low, never.high) == pytest.approx((bound.low, bound.high))
    assert "over audits" in never.kind
    some = ChanceGapsResult(audits_of({100: 0.5}, "wide"), pd.DataFrame(), pd.DataFrame())
    half = some.audited(100, "wide")
    bound = stats.binomtest(600, 1200).proportion_ci(method="exact")
    assert (half.low, half.high) == pytest.approx((bound.low, bound.high))


@pytest.mark.parametrize("name", ["wide_gaps", "alarms"])
def test_no_band_leaves_the_unit_interval(name):
    one = experiment("fairness", "chance_gaps")
    metric = "wide" if name == "wide_gaps" else "alarm"
    audits = pd.concat([
        audits_of({50: 0.5, 5000: 0.0}, metric),
        audits_of({50: 0.99, 5000: 1.0}, metric, "true gap"),
    ])  # fmt: skip
    audits.loc[audits["seed"] == 0, "value"] = 0.5
    result = ChanceGapsResult(audits.reset_index(drop=True), pd.DataFrame(), pd.DataFrame())
    table = figure(one, name).table(result, one.view())
    assert list(table["audited"]) == [50, 5000, 50, 5000]
    assert table["low"].min() >= 0 and table["high"].max() <= 1
    assert (table["high"] > table["low"]).all()


def test_rarer_and_oftener_are_said_only_where_the_interval_says_so():
    columns = {"audited": [100, 5000], "world": ["no gap"] * 2, "n": [120] * 2}
    fair = pd.DataFrame({**columns, "mean": [0.5, 0.04], "low": [0.4, 0.01], "high": [0.6, 0.09]})
    assert "with 5,000 people, the most shown, it is not clearly rarer" in wide_caption(fair, None)
    true = fair.assign(world="true gap", mean=[0.5, 0.85], low=[0.4, 0.77], high=[0.6, 0.91])
    assert "in at most 85.0%" in alarm_caption(pd.concat([fair, true]), None)


def test_mean_scores_are_those_of_the_scores():
    rng = np.random.default_rng(4)
    y, group = rng.integers(0, 2, 4000), rng.integers(0, 2, 4000)
    score = np.clip(0.4 * rng.random(4000) + 0.3 * y - 0.2 * group + 0.2, 0, 1)
    counts = threshold_counts(y, score, group, GRID)[None]
    result = ThresholdsResult(counts, np.zeros((1, 2)))
    for truth in (0, 1):
        a, b = (score[(y == truth) & (group == g)].mean() for g in (0, 1))
        assert result.mean_score_gap(truth).mean == pytest.approx(b - a, abs=0.01)


def test_equal_means_all_three_rates_equal_and_never_one_that_was_picked():
    rng = np.random.default_rng(5)
    result = chance_counts(rng)
    found = widest(result)
    assert found is not None
    names = ("true_positive_rate", "false_positive_rate", "precision")
    ends = [abs(result.gaps()[name].estimate).high for name in names]
    assert found.high == max(ends) and found.low >= 0


def test_a_rate_is_not_told_at_a_threshold_that_nobody_reaches():
    rng = np.random.default_rng(6)
    y, group = rng.integers(0, 2, 800), rng.integers(0, 2, 800)
    score = np.where(group == 1, 0.5, 1.0) * rng.random(800)
    result = ThresholdsResult(threshold_counts(y, score, group, GRID)[None], np.zeros((1, 2)))
    curves = figure(experiment("fairness", "thresholds"), "rate_by_threshold")
    view = ThresholdsView(threshold_b=0.8, metric="precision")
    assert "not defined in group B at 0.8" in curves.caption(curves.table(result, view), view)


@pytest.mark.parametrize("one", EXPERIMENTS, ids=lambda one: one.slug)
def test_a_bar_is_zero_or_published_or_stands_with_its_reason(one):
    for claim in one.claims:
        bar = f"{100 * claim.threshold:g}%"
        assert claim.threshold == 0 or bar in claim.published or claim.reason, claim.name


@pytest.mark.parametrize("one", EXPERIMENTS, ids=lambda one: one.slug)
def test_it_is_said_what_a_seed_varies(one):
    assert "applicants" in one.varies and not one.varies.endswith(".")

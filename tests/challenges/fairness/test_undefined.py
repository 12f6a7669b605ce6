"""A rate that a group does not have makes no gap; prompts say what their numbers show."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

import numpy as np
import pytest
from scipy import stats

from core.challenges import experiment
from core.challenges.fairness.bias_sources import BiasSourcesConfig, BiasSourcesView
from core.challenges.fairness.gap_words import RATES
from core.challenges.fairness.mitigation.config import BASELINE, EITHER, MitigationView
from core.challenges.fairness.mitigation.figures import GAPS
from core.challenges.fairness.mitigation.run import judged
from core.challenges.fairness.thresholds.config import (
    GRID,
    ThresholdsResult,
    ThresholdsView,
    gaps_of,
)
from core.data.applicants import World, make_applicants
from core.lab.run import complete
from core.metrics.thresholds import threshold_counts
from core.store import encoding
from tests.runs import NOT_WORDS, figure, result_of

STRICT = ThresholdsView(threshold_a=0.8, threshold_b=0.8)


def split_scores(n_seeds: int = 4) -> ThresholdsResult:
    """Group B's scores end at 0.6, so that a threshold of 0.8 selects nobody of it."""
    rng = np.random.default_rng(0)
    counts = []
    for _ in range(n_seeds):
        group, y = rng.integers(0, 2, 800), rng.integers(0, 2, 800)
        score = np.where(group == 1, 0.6 * rng.random(800), rng.random(800))
        counts.append(threshold_counts(y, score, group, GRID))
    return ThresholdsResult(np.stack(counts), np.zeros((n_seeds, 2)))


def test_a_group_without_precision_has_no_gap_in_precision():
    result = split_scores()
    one = experiment("fairness", "thresholds")
    definitions, costs = figure(one, "all_definitions"), figure(one, "what_equalising_costs")
    table = definitions.table(result, STRICT).set_index("definition")
    row = table.loc["predictive parity (precision)"]
    assert row["verdict"] == "not defined" and np.isnan(row["mean"]) and row["n"] == 0
    said = definitions.caption(table.reset_index(), STRICT)
    assert re.search(r"not defined[^;]*: predictive parity", said)
    cells = costs.table(result, STRICT)
    same = cells[(cells.policy == "one threshold") & (cells.rate == "precision")].iloc[0]
    assert same["points"] == "–" and np.isnan(same["size"])
    assert not NOT_WORDS.search(costs.caption(cells, STRICT))


def test_without_a_threshold_that_equalises_there_is_no_such_policy():
    nobody = split_scores().counts.copy()
    nobody[:, :, 0, :, 1] = 0  # Group A selects nobody at any threshold: it has no precision.
    result = ThresholdsResult(nobody, np.zeros((len(nobody), 2)))
    gaps = gaps_of(result.equalised("equal precision"))
    assert all(np.isnan(gap.values).all() for gap in gaps.values())


def test_headline_numbers_say_in_how_many_seeds_a_gap_exists():
    result, one = split_scores(), experiment("fairness", "thresholds")
    counts = result.counts.copy()
    counts[0, :, 1, :, 0] += counts[0, :, 1, :, 1]
    counts[0, :, 1, :, 1] = 0  # In the first seed nobody of group B is ever selected.
    found = one.metrics(dataclasses.replace(result, counts=counts))["precision_gap"]
    assert found.n == 3 and "of 4 those in which it is defined" in found.kind
    counts[:, :, 1, :, 0] += counts[:, :, 1, :, 1]
    counts[:, :, 1, :, 1] = 0
    never = dataclasses.replace(result, counts=counts)
    assert one.metrics(never)["precision_gap"].n == 0
    assert not NOT_WORDS.search(one.finding(never))
    of_all_gaps = [c for c in one.claims if c.name.startswith("no_conflict_with")]
    assert [c.measure(never) for c in of_all_gaps] == [None] * 2


def test_a_remedy_that_leaves_a_rate_without_cases_has_no_gap_in_it():
    people = make_applicants(World(), 500, 0)
    everyone_fails = dataclasses.replace(
        people, data=dataclasses.replace(
            people.data, y_validation=np.where(people.group == 1, 0, people.data.y_validation)
        ),
    )  # fmt: skip
    rows = judged(everyone_fails, np.full(len(people.group), 0.5))
    found = {metric: value for labels, metric, value in rows if labels == "true"}
    assert np.isnan(found["true_positive_rate"]) and np.isnan(found[EITHER])
    assert found["selection_rate"] == pytest.approx(0) and found["false_positive_rate"] == 0


def prompted(name: str, label: str) -> Any:
    """The result of a prompt; without one that of the defaults, which is shipped."""
    one = experiment("fairness", name)
    changes = {"": {}, **{p.label: dict(p.settings) for p in one.prompts}}[label]
    return result_of(f"fairness/{name}", one.config(**changes))


TRAINED = [
    pytest.param(label, marks=pytest.mark.lesson)
    for label in ("Let the groups really differ", "Ask for equal error rates")
]


def blanked(result: Any, where: np.ndarray, columns: list[str]) -> Any:
    scores = result.scores.copy()
    scores.loc[where, columns] = np.nan
    return dataclasses.replace(result, scores=scores)


def test_undefined_gaps_survive_the_store_and_are_told_from_zero():
    result = prompted("bias_sources", "")
    hit = ((result.scores.cause == "label bias") & (result.scores.metric == "precision")).to_numpy()
    missing = blanked(result, hit, ["gap", "rate"])
    spec, body = encoding.pack(missing)
    again = encoding.unpack(type(result), spec, body)
    assert again.scores["gap"].isna().sum() == missing.scores["gap"].isna().sum() >= hit.sum()
    view = BiasSourcesView(metric="precision")
    by_cause = figure(experiment("fairness", "bias_sources"), "gap_by_cause")
    table = by_cause.table(again, view)
    row = table[(table.cause == "label bias") & (table.sees == "sees the group")].iloc[0]
    assert row["n"] == 0 and np.isnan(row["mean"])
    said = by_cause.caption(table, view)
    assert "with label bias there is a group without that rate" in said
    assert "label bias makes" not in said


def test_changes_of_undefined_gaps_are_not_called_unchanged():
    result = prompted("mitigation", "")
    hit = ((result.scores.remedy == "adversary")
           & (result.scores.metric == "true_positive_rate")).to_numpy()  # fmt: skip
    missing, view = blanked(result, hit, ["value"]), MitigationView(gap="true positive rate")
    one = experiment("fairness", "mitigation")
    changes, frontier = figure(one, "before_and_after"), figure(one, "frontier")
    table = changes.table(missing, view)
    row = table[(table.remedy == "adversary") & (table.panel == "Size of the gap")].iloc[0]
    assert row["verdict"] == "not defined" and row["n"] == 0
    assert "it is not defined with adversary" in changes.caption(table, view)
    words = frontier.caption(frontier.table(missing, view), view)
    assert words and not NOT_WORDS.search(words)


def interval(values: np.ndarray, tests: int = 1) -> tuple[float, float]:
    """A t interval reckoned here, one of several that hold together."""
    quantile = stats.t.ppf(1 - 0.025 / tests, len(values) - 1)
    half = quantile * values.std(ddof=1) / len(values) ** 0.5
    return float(values.mean() - half), float(values.mean() + half)


def clear(values: np.ndarray, tests: int = 1) -> bool:
    (low, high), (alone, above) = interval(values, tests), interval(values)
    return (low > 0 or high < 0) and not (alone >= -0.02 and above <= 0.02)


def gap(result: Any, cause: str, sees: str, metric: str = "selection_rate") -> np.ndarray:
    s = result.scores
    return s[(s.cause == cause) & (s.sees == sees) & (s.metric == metric)
             & (s.labels == "true")]["gap"].to_numpy()  # fmt: skip


@pytest.mark.parametrize(
    "label", ["", "Make postcodes say nothing", "Make the world fair", "Keep them few, but alike"]
)
def test_bias_prompts_claim_no_cause_and_no_share_that_their_numbers_do_not_show(label):
    result = prompted("bias_sources", label)
    said = experiment("fairness", "bias_sources").finding(result)
    world = dict(zip(result.world.knob, result.world.value, strict=True))
    seen, hidden = (gap(result, "label bias", sees) for sees in ("sees the group", "group hidden"))
    share = "% of the gap" in said
    assert share == (world["label_bias"] > 0 and clear(seen) and clear(hidden))
    assert ("by way of the postcode" in said) == (share and world["proxy"] > 0)
    by_cause = figure(experiment("fairness", "bias_sources"), "gap_by_cause")
    for metric, column in RATES.items():
        view = BiasSourcesView(metric=metric)
        caption = by_cause.caption(by_cause.table(result, view), view)
        named = re.search(r"labels, ([\w -]+) makes the widest", caption)
        none = gap(result, "none of them", "sees the group", column)
        causes = {
            cause: gap(result, cause, "sees the group", column)
            for cause in ("gap in circumstances", "label bias", "under-representation",
                          "noisy papers")
        }  # fmt: skip
        # A cause of strength 0 is the world without any: the same persons, the same decisions.
        on = {cause: v for cause, v in causes.items() if not np.array_equal(v, none)}
        real = {cause: v for cause, v in on.items() if clear(v, len(on))}
        assert (named is not None) == bool(real), caption
        if named:
            assert named[1] == max(real, key=lambda c: abs(real[c].mean()))


@pytest.mark.parametrize("label", ["", *TRAINED])
@pytest.mark.parametrize("metric", list(GAPS))
def test_remedies_close_a_share_only_of_a_gap_that_is_there(label, metric):
    result, view = prompted("mitigation", label), MitigationView(gap=metric)
    frontier = figure(experiment("fairness", "mitigation"), "frontier")
    said = frontier.caption(frontier.table(result, view), view)
    s = result.scores
    s = s[(s.labels == "true") & (s.metric == GAPS[metric])]
    before = s[s.remedy == BASELINE]["value"].to_numpy()
    closers = [
        arm
        for arm, own in s[s.strength > 0].groupby(["remedy", "strength"])["value"]
        if abs(own.mean()) <= 0.25 * abs(before.mean())
    ]
    there = clear(before) and (metric != "either error rate" or interval(before)[0] > 0.02)
    named = re.search(r"close three quarters of it, ([\w ]+) \(([\d.]+)\)", said)
    assert bool(named) == (there and bool(closers)), said
    if named:
        assert (named[1], float(named[2])) in closers
    assert "the either" not in said


@pytest.mark.lesson
def test_where_nothing_is_wrong_no_remedy_is_said_to_close_a_share():
    one = experiment("fairness", "mitigation")
    result = complete(one.run(one.config(label_bias=0.0, base_rate_gap=0.0)))
    view, frontier = MitigationView(), figure(one, "frontier")
    said = frontier.caption(frontier.table(result, view), view)
    assert "three quarters" not in said


def test_switched_off_causes_are_told_from_chance():
    fair = BiasSourcesConfig(base_rate_gap=0.0, label_bias=0.0, minority_share=0.5,
                             other_signs=0.0, measurement_noise=0.0, repetitions=5)  # fmt: skip
    one = experiment("fairness", "bias_sources")
    result = complete(one.run(fair))
    shifted = dataclasses.replace(result, scores=result.scores.assign(gap=result.scores.gap - 0.3))
    by_cause, view = figure(one, "gap_by_cause"), BiasSourcesView()
    said = by_cause.caption(by_cause.table(shifted, view), view)
    assert "no single cause makes a clear gap" in said  # All are the world without a cause.

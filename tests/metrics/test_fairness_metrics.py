"""Rates and gaps against fairlearn, against counting by hand, and against what chance gives."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from fairlearn import metrics as fl
from scipy.stats import fisher_exact
from sklearn.metrics import accuracy_score, precision_score

from core.audit.measures import Decisions, audit, crossed
from core.data.published import compas_counts
from core.metrics import fairness, resampling
from tests.pace import within

EXACT = 1e-12


def table(n: int, n_groups: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """True classes, decisions and groups; groups differ in base rate and in errors."""
    rng = np.random.default_rng(seed)
    groups = rng.integers(0, n_groups, n)
    y_true = (rng.random(n) < 0.3 + 0.4 * groups / n_groups).astype(int)
    wrong = rng.random(n) < 0.1 + 0.2 * groups / n_groups
    return y_true, np.where(wrong, 1 - y_true, y_true), groups


def decisions(y_true, y_pred, groups, names=("no", "yes"), **more) -> Decisions:
    n_groups = int(groups.max()) + 1
    column = {"group": (groups, [str(g) for g in range(n_groups)])}
    return Decisions(y_true, y_pred, names, column, **more)


@pytest.mark.parametrize(("n", "n_groups", "seed"), [(40, 2, 0), (300, 2, 1), (500, 5, 2)])
def test_rates_and_gaps_are_those_of_fairlearn(n, n_groups, seed):
    y_true, y_pred, groups = table(n, n_groups, seed)
    counts = fairness.confusion_counts(y_true, y_pred, groups)
    ours = fairness.rates(counts)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame = fl.MetricFrame(
            metrics={
                "selection_rate": fl.selection_rate,
                "true_positive_rate": fl.true_positive_rate,
                "false_positive_rate": fl.false_positive_rate,
                "false_negative_rate": fl.false_negative_rate,
                "precision": precision_score,
                "accuracy": accuracy_score,
            },
            y_true=y_true, y_pred=y_pred, sensitive_features=groups,
        )  # fmt: skip
        for name, values in frame.by_group.items():
            np.testing.assert_allclose(ours[name], values.to_numpy(float), atol=EXACT)
        gaps, ratios = fairness.gaps(ours), fairness.ratios(ours)
        for name in ("demographic_parity", "equalized_odds", "equal_opportunity"):
            for kind, found in (("difference", gaps), ("ratio", ratios)):
                theirs = getattr(fl, f"{name}_{kind}")(y_true, y_pred, sensitive_features=groups)
                assert found[name] == pytest.approx(theirs, abs=EXACT), (name, kind)
        assert gaps["predictive_parity"] == pytest.approx(
            frame.difference()["precision"], abs=EXACT
        )
        assert ratios["predictive_parity"] == pytest.approx(frame.ratio()["precision"], abs=EXACT)


def test_intersectional_groups_are_those_of_fairlearn():
    y_true, y_pred, race = table(400, 3, 3)
    sex = np.arange(400) % 2
    columns = {"race": (race, list("abc")), "sex": (sex, ["f", "m"])}
    found = audit(Decisions(y_true, y_pred, ("0", "1"), columns))
    frame = fl.MetricFrame(
        metrics=fl.true_positive_rate, y_true=y_true, y_pred=y_pred,
        sensitive_features=np.stack([race, sex], axis=1),
    )  # fmt: skip
    ours = [row["metrics"]["true_positive_rate"]["value"] for row in found["groups"]]
    np.testing.assert_allclose(ours, frame.by_group.to_numpy(float), atol=EXACT)
    assert found["groups"][1]["group"] == {"race": "a", "sex": "m"}
    assert set(found["by_column"]) == {"race", "sex"}
    assert len(found["by_column"]["race"]["groups"]) == 3


def test_counting_by_hand():
    #          group 0: TN FP FN TP = 1 1 1 2        group 1: 2 0 2 1
    y_true = np.array([0, 0, 1, 1, 1] + [0, 0, 1, 1, 1])
    y_pred = np.array([0, 1, 0, 1, 1] + [0, 0, 0, 0, 1])
    groups = np.repeat([0, 1], 5)
    found = fairness.rates(fairness.confusion_counts(y_true, y_pred, groups))
    np.testing.assert_allclose(found["selection_rate"], [3 / 5, 1 / 5])
    np.testing.assert_allclose(found["true_positive_rate"], [2 / 3, 1 / 3])
    np.testing.assert_allclose(found["false_positive_rate"], [1 / 2, 0])
    np.testing.assert_allclose(found["precision"], [2 / 3, 1])
    assert fairness.gaps(found)["equalized_odds"] == pytest.approx(1 / 2)
    assert fairness.ratios(found)["equalized_odds"] == 0
    assert fairness.ratios(found)["demographic_parity"] == pytest.approx(1 / 3)


def test_a_group_without_positives_takes_no_part():
    counts = np.array([[[5, 1], [2, 3]], [[4, 4], [0, 0]], [[5, 5], [1, 9]]])
    found = fairness.rates(counts)
    assert np.isnan(found["true_positive_rate"][1])
    assert fairness.gaps(found)["equal_opportunity"] == pytest.approx(0.9 - 0.6)


def test_one_group_has_no_gap_to_itself():
    alone = np.array([np.nan, 0.3, np.nan])
    assert np.isnan(fairness.difference(alone)) and np.isnan(fairness.ratio(alone))
    found = fairness.gaps(fairness.rates(np.array([[[5, 1], [2, 3]], [[4, 4], [0, 0]]])))
    assert np.isnan(found["equal_opportunity"])
    # Half of the definition is not the definition.
    assert np.isnan(found["equalized_odds"])
    assert found["false_positive_rate"] == pytest.approx(0.5 - 1 / 6)


def test_ends_of_parts_are_the_ends_of_all():
    values = np.random.default_rng(0).random((50, 7))
    values[values < 0.4] = np.nan
    found = fairness.ends(values[:, :1])
    for g in range(1, 7):
        found = fairness.ends(np.concatenate([found, values[:, g : g + 1]], axis=-1))
    np.testing.assert_array_equal(found, fairness.ends(values))


def test_rates_of_several_classes_are_those_of_each():
    counts = np.random.default_rng(1).integers(0, 9, (5, 4, 3, 3))
    together = fairness.fractions_of(counts, [2, 0])
    for place, positive in enumerate([2, 0]):
        for name, parts in fairness.fractions(counts, positive).items():
            for ours, alone in zip(together[name], parts, strict=True):
                np.testing.assert_array_equal(ours[:, place], alone)


def test_crossed_gaps_by_hand():
    sides = np.array([[0, 0], [0, 1], [1, 0], [1, 1]] * 10)
    called = sides.sum(axis=1) != 1
    attributes = {"first": sides[:, 0], "second": sides[:, 1]}
    assert fairness.selection_gaps(called, attributes, "both") == {
        "first": 0.0, "second": 0.0, "both": 1.0
    }  # fmt: skip


def test_published_error_rates_of_compas_come_out():
    found = fairness.rates(compas_counts())
    np.testing.assert_allclose(found["false_positive_rate"], [0.4485, 0.2345], atol=5e-5)
    np.testing.assert_allclose(found["false_negative_rate"], [0.2799, 0.4772], atol=5e-5)
    assert compas_counts().sum() == 6150


def test_calibration_error_by_hand():
    y_true, score = np.array([0, 1, 1, 0]), np.array([0.2, 0.2, 0.9, 1.0])
    counts, sums = fairness.calibration_counts(y_true, score, np.zeros(4, int), n_groups=1)
    # Bin 0.2: mean score 0.2, half positive; last bin: mean score 0.95, half positive.
    expected = 0.5 * 0.3 + 0.5 * 0.45
    assert fairness.expected_calibration_error(counts, sums)[0] == pytest.approx(expected)


def test_the_identity_gives_compas_own_false_positive_rates():
    found = fairness.rates(compas_counts())
    for g in range(2):
        value = fairness.implied_false_positive_rate(
            found["base_rate"][g], found["precision"][g], found["false_negative_rate"][g]
        )
        assert value == pytest.approx(found["false_positive_rate"][g], abs=1e-12)
    # With one precision and one miss rate for both, the base rates alone keep the rates apart.
    apart = fairness.implied_by_pooling(compas_counts())
    assert apart[0] > apart[1] > 0


def test_several_classes_are_each_against_the_rest():
    rng = np.random.default_rng(4)
    y_true, groups = rng.integers(0, 3, 600), rng.integers(0, 2, 600)
    y_pred = np.where(rng.random(600) < 0.7, y_true, rng.integers(0, 3, 600))
    found = audit(decisions(y_true, y_pred, groups, ("a", "b", "c")))
    worst = 0.0
    for place, name in enumerate("abc"):
        tpr = fl.MetricFrame(
            metrics=fl.true_positive_rate, y_true=(y_true == place).astype(int),
            y_pred=(y_pred == place).astype(int), sensitive_features=groups,
        )  # fmt: skip
        first = found["groups"][0]["metrics"][f"true_positive_rate[{name}]"]["value"]
        assert first == pytest.approx(tpr.by_group.iloc[0])
        worst = max(worst, tpr.difference())
    gap = found["differences"]["equal_opportunity_difference"]
    assert gap["value"] == pytest.approx(worst)


def test_intervals_cover_the_truth_as_often_as_they_say():
    rng, covered, tries = np.random.default_rng(5), 0, 200
    for _ in range(tries):
        counts = rng.multinomial(300, [0.4, 0.1, 0.2, 0.3], size=1).reshape(1, 2, 2)
        drawn = resampling.read_off(counts, lambda c: fairness.rates(c)["precision"], 400, rng)
        low, high = resampling.percentiles(drawn)
        covered += int(low[0] <= 0.75 <= high[0])
    assert 0.90 <= covered / tries <= 0.985


def test_a_bootstrap_interval_is_that_of_a_share():
    counts = np.array([[300, 700]])
    found = resampling.bootstrap(
        counts, lambda part: (part[..., 1] / part.sum(axis=-1))[..., 0], 2000,
        np.random.default_rng(0), unit="share", over="defendants",
    )  # fmt: skip
    half = 1.96 * (0.3 * 0.7 / 1000) ** 0.5
    assert (found.mean, found.n) == (0.7, 1000)
    assert [found.low, found.high] == pytest.approx([0.7 - half, 0.7 + half], abs=0.004)
    assert found.kind == "95% bootstrap interval over defendants"


def test_resampling_counts_is_resampling_rows():
    y_true, y_pred, groups = table(120, 1, 6)
    counts = fairness.confusion_counts(y_true, y_pred, groups)
    rng = np.random.default_rng(7)
    ours = resampling.read_off(counts, lambda c: fairness.rates(c)["precision"][:, 0], 4000, rng)
    rows = rng.integers(0, 120, (4000, 120))
    hit = (y_true[rows] & y_pred[rows]).sum(1) / y_pred[rows].sum(1)
    assert ours.mean() == pytest.approx(hit.mean(), abs=0.005)
    assert ours.std() == pytest.approx(hit.std(), rel=0.1)


def test_the_observed_gap_counts_among_those_of_chance():
    """Phipson & Smyth 2010: a p value of permutations is never 0."""
    rng = np.random.default_rng(3)
    found = resampling.shuffle_test(np.array([[40, 0]]), np.array([[40, 40]]), 199, rng)
    assert found.tolist() == [1 / 200]


def test_p_values_are_those_of_an_exact_test():
    hits, able = np.array([[30, 4], [30, 10], [20, 15]]), np.array([[40, 12], [40, 12], [40, 40]])
    rng = np.random.default_rng(1)
    tries = np.mean([resampling.shuffle_test(hits, able, 199, rng) for _ in range(60)], axis=0)
    for found, hit, n in zip(tries, hits, able, strict=True):
        exact = fisher_exact([[hit[0], n[0] - hit[0]], [hit[1], n[1] - hit[1]]]).pvalue
        # Ours orders tables by their gap, Fisher's by their probability: nearly the same here.
        assert found == pytest.approx(exact, abs=0.06)


def test_nothing_is_certain_about_three_rows():
    y_true, y_pred = np.array([0, 1] * 50 + [1, 1, 0]), np.array([0, 1] * 50 + [0, 0, 0])
    groups = np.array([0] * 100 + [1] * 3)
    found = audit(decisions(y_true, y_pred, groups))
    small = found["groups"][1]["metrics"]["true_positive_rate"]
    assert small["value"] == 0
    assert small["high"] > 0.5
    assert any("has 3 rows" in warning for warning in found["warnings"])


def test_the_same_table_gives_the_same_report():
    one = decisions(*table(200, 3, 12))
    assert audit(one) == audit(one)


def test_crossing_names_what_occurs():
    codes, names = crossed(
        {"a": (np.array([0, 1, 1]), ["x", "y"]), "b": (np.array([1, 1, 0]), "pq")}
    )
    assert names == [{"a": "x", "b": "q"}, {"a": "y", "b": "p"}, {"a": "y", "b": "q"}]
    assert codes.tolist() == [0, 2, 1]


def test_crossing_names_twelve_columns_of_150_values():
    values = [f"v{i}" for i in range(150)]
    codes = np.random.default_rng(17).permutation(np.repeat(np.arange(150), 2))
    found, names = crossed({f"c{c}": (codes, values) for c in range(12)})
    assert len(names) == 150
    for row, code in enumerate(codes.tolist()):
        assert set(names[found[row]].values()) == {values[code]}


def test_a_large_table_takes_seconds():
    rng = np.random.default_rng(13)
    n = 300_000
    columns = {name: (rng.integers(0, 14, n), [str(i) for i in range(14)]) for name in "ab"}
    y_true = rng.integers(0, 2, n)
    with within(10):
        audit(Decisions(y_true, rng.integers(0, 2, n), ("0", "1"), columns, rng.random(n)))

"""Public tables by name: every rate and gap of the audit is fairlearn's and scikit-learn's.

Of the tables that come with scikit-learn, and COMPAS from its published counts. A tree of two
levels decides; the groups are what the table has: sex, or a column cut at its median.
"""

from __future__ import annotations

import io

import fairlearn.metrics as fl
import numpy as np
import pandas as pd
import pytest
from sklearn import datasets, metrics
from sklearn.tree import DecisionTreeClassifier

from core.audit.question import Question
from core.audit.report import audit_file
from core.data.published import compas_csv

RATES = {
    "selection_rate": fl.selection_rate,
    "true_positive_rate": fl.true_positive_rate,
    "false_positive_rate": fl.false_positive_rate,
    "false_negative_rate": fl.false_negative_rate,
    "precision": metrics.precision_score,
    "accuracy": metrics.accuracy_score,
}
GAPS = {
    "demographic_parity_difference": fl.demographic_parity_difference,
    "equalized_odds_difference": fl.equalized_odds_difference,
    "equal_opportunity_difference": fl.equal_opportunity_difference,
}
EXACT = {"rel": 0, "abs": 1e-12}


def table(name: str) -> pd.DataFrame:
    """`y`, `p` and `g` of a table of scikit-learn, one row a case."""
    found = getattr(datasets, f"load_{name}")()
    x, y = found.data, found.target
    if name == "diabetes":
        y, group = (y > np.median(y)).astype(int), np.where(x[:, 1] > 0, "second", "first")
        x = np.delete(x, 1, axis=1)
    else:
        column = x[:, x.std(0).argmax()]
        group = np.where(column > np.median(column), "high", "low")
    tree = DecisionTreeClassifier(max_depth=2, random_state=0).fit(x[::2], y[::2])
    return pd.DataFrame({"y": y, "p": tree.predict(x), "g": group})


def audited(people: pd.DataFrame) -> dict:
    data = people.to_csv(index=False).encode()
    return audit_file(data, Question("y", ["g"], "p"))


def rate(found: dict, group: str, name: str) -> float:
    return next(r for r in found["groups"] if r["group"]["g"] == group)["metrics"][name]["value"]


def compas() -> pd.DataFrame:
    people = pd.read_csv(io.BytesIO(compas_csv()))
    return people.rename(columns={"two_year_recid": "y", "high_score": "p", "race": "g"})


@pytest.mark.parametrize("name", ["breast_cancer", "diabetes", "compas"])
def test_rates_and_gaps_of_two_classes(name: str) -> None:
    people = compas() if name == "compas" else table(name)
    found = audited(people)
    frame = fl.MetricFrame(
        metrics=RATES, y_true=people.y, y_pred=people.p, sensitive_features=people.g
    )
    for metric in RATES:
        assert found["overall"][metric]["value"] == pytest.approx(frame.overall[metric], **EXACT)
        for group, expected in frame.by_group[metric].items():
            assert rate(found, str(group), metric) == pytest.approx(expected, **EXACT)
    for gap, function in GAPS.items():
        expected = function(people.y, people.p, sensitive_features=people.g)
        assert found["differences"][gap]["value"] == pytest.approx(expected, **EXACT)
    expected = fl.demographic_parity_ratio(people.y, people.p, sensitive_features=people.g)
    assert found["ratios"]["demographic_parity_ratio"]["value"] == pytest.approx(expected, **EXACT)


def defined(metric: str, part: pd.DataFrame, label: int) -> bool:
    """Whether the rate has a row to count; without one it is null here and 0 there."""
    below = {"precision": part.p == label, "false_positive_rate": part.y != label}
    usual = {"true_positive_rate", "false_negative_rate"}
    rows = part.y == label if metric in usual else below.get(metric, part.y == part.y)
    return bool(rows.any())


@pytest.mark.parametrize("name", ["iris", "wine", "digits"])
def test_rates_of_several_classes(name: str) -> None:
    people = table(name)
    found = audited(people)
    for group, part in people.groupby("g"):
        expected = metrics.accuracy_score(part.y, part.p)
        assert rate(found, str(group), "accuracy") == pytest.approx(expected, **EXACT)
    for label in sorted(people.y.unique()):
        for group, part in people.groupby("g"):
            for metric, function in RATES.items():
                if metric == "accuracy" or not defined(metric, part, label):
                    continue
                expected = function(part.y == label, part.p == label)
                own = rate(found, str(group), f"{metric}[{label}]")
                assert own == pytest.approx(expected, **EXACT)

"""The lines of Python that compute an audit's rates with fairlearn."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from core.audit.question import Question

RATES = (
    "selection_rate", "true_positive_rate", "false_positive_rate", "false_negative_rate",
)  # fmt: skip
WHOLE = re.compile(r"-?[0-9]+", re.ASCII)


def code(found: Mapping[str, Any], question: Question) -> str:
    """Write the program; names of the file stand in it as Python's literals.

    Args:
        found: The report.
        question: What was asked.
    """
    groups = "\n".join(_group(name, question) for name in question.groups)
    metrics, imports = _metrics(found, question)
    weights = question.settings.weights
    params = ""
    if weights and not question.settings.regression:
        lines = f"table[{weights!r}].astype(float)"
        params = f",\n    sample_params={{name: {{'sample_weight': {lines}}} for name in metrics}}"
    return f"""import pandas as pd
{imports}

table = pd.read_csv("your-table.csv", dtype=str, keep_default_na=False)
{_outcomes(found, question)}
groups = pd.DataFrame({{}})
{groups}
metrics = {metrics}
frame = MetricFrame(
    metrics=metrics, y_true=y_true, y_pred=y_pred, sensitive_features=groups{params},
)
print(frame.by_group)
print(frame.difference())
print(frame.ratio())
"""


def _group(name: str, question: Question) -> str:
    bins = question.settings.bins.get(name)
    if bins is None:
        return f"groups[{name!r}] = table[{name!r}].str.strip()"
    numbers = f"table[{name!r}].astype(float)"
    edges = f"[{', '.join(map(repr, bins))}]" if not isinstance(bins, int) else (
        f"sorted({{*numbers.quantile([i / {bins} for i in range(1, {bins})], 'higher')}} "
        "- {numbers.min()})"
    )  # fmt: skip
    return (
        f"numbers = {numbers}\nedges = [float('-inf'), *{edges}, float('inf')]\n"
        f"groups[{name!r}] = pd.cut(numbers, edges, right=False).astype(str)"
    )


def _outcomes(found: Mapping[str, Any], question: Question) -> str:
    column = f"table[{question.decided!r}]"
    positive = found["positive"]["class"]
    if question.settings.regression:
        truth = f"table[{question.y_true!r}]"
        return f"y_true, y_pred = {truth}.astype(float), {column}.astype(float)"
    if question.y_score is not None:
        y_pred = f"({column}.astype(float) >= {question.threshold!r}).astype(int)"
    else:
        y_pred = _is(column, positive)
    y_true = "y_pred" if question.y_true is None else _is(f"table[{question.y_true!r}]", positive)
    return f"y_pred = {y_pred}\ny_true = {y_true}"


def _is(column: str, positive: str | None) -> str:
    if positive is None:
        return f"{column}.str.strip()"
    if WHOLE.fullmatch(positive):
        return f"(pd.to_numeric({column}) == {int(positive)}).astype(int)"
    return f"({column}.str.strip() == {positive!r}).astype(int)"


def _metrics(found: Mapping[str, Any], question: Question) -> tuple[str, str]:
    """Names of the metrics, and what they need imported."""
    if question.settings.regression:
        error = "lambda y_true, y_pred: (y_pred - y_true).mean()"
        absolute = "lambda y_true, y_pred: abs(y_pred - y_true).mean()"
        names = f"{{'mean_error': {error}, 'mean_absolute_error': {absolute}}}"
        return names, "from fairlearn.metrics import MetricFrame"
    if question.y_true is None:
        return "{'selection_rate': selection_rate}", (
            "from fairlearn.metrics import MetricFrame, selection_rate"
        )
    scores = "from sklearn.metrics import accuracy_score, precision_score"
    if found["positive"]["class"] is None:
        return "{'accuracy': accuracy_score}", (
            "from fairlearn.metrics import MetricFrame\nfrom sklearn.metrics import accuracy_score"
        )
    pairs = ", ".join(f"{name!r}: {name}" for name in RATES)
    return f"{{{pairs}, 'precision': precision_score, 'accuracy': accuracy_score}}", (
        f"from fairlearn.metrics import MetricFrame, {', '.join(RATES)}\n{scores}"
    )

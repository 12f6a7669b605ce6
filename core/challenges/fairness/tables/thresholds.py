"""Tables and captions of the threshold explorer; pure numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.challenges.fairness.gap_words import MARGIN, gap_left, judged, verdicts
from core.challenges.fairness.thresholds_policies import (
    GRID,
    POLICIES,
    at,
    equalised,
    forced_pair,
    gaps_of,
)
from core.data.published import COMPAS, compas_counts
from core.lab.intervals import POINTS, defined_interval, summarise
from core.lab.wording import hedged, number
from core.metrics import fairness
from core.metrics.verdicts import DIFFERS, EQUAL, UNCLEAR, UNDEFINED, rivals, sizes

if TYPE_CHECKING:
    from core.challenges.fairness.thresholds import ThresholdsResult, ThresholdsView

RATES = {
    "selection rate": "selection_rate",
    "true positive rate": "true_positive_rate",
    "false positive rate": "false_positive_rate",
    "precision": "precision",
    "accuracy": "accuracy",
}
ASKED_BY = {
    "selection rate": "demographic parity",
    "true positive rate": "equal opportunity",
    "false positive rate": "equalized odds",
    "precision": "predictive parity",
    "accuracy": "equal accuracy",
}
VERDICTS = {DIFFERS: "unequal"}
"""What the verdicts of an interval are called of two groups, where it is another word."""
GROUPS = ("group A", "group B")


def definitions(result: ThresholdsResult, view: ThresholdsView) -> pd.DataFrame:
    """Gap of every rate at the chosen thresholds.

    Returns:
        `definition`, `verdict` (`unequal`, `about equal`, `unclear` or `not defined`), `mean`,
        `low`, `high`, and `n`, the seeds in which both groups have the rate.
    """
    found = gaps_of(at(result.counts, view.threshold_a, view.threshold_b))
    rows = []
    for rate, name in RATES.items():
        value = defined_interval(found[name])
        word = judged(value)
        label = f"{ASKED_BY[rate]} ({rate})"
        rows.append((label, VERDICTS.get(word, word), value.mean, value.low, value.high, value.n))
    return pd.DataFrame(rows, columns=["definition", "verdict", "mean", "low", "high", "n"])


def definitions_caption(table: pd.DataFrame, view: ThresholdsView) -> str:
    """How many of the definitions are violated, how many hold, and what is left open."""
    if table.empty:
        return ""
    bad = table[table.verdict == "unequal"]
    parts = [f"{len(bad)} of {len(table)} definitions are clearly violated{_most_violated(bad)}"]
    for word, told in ((EQUAL, f"equal within {MARGIN}"), (UNCLEAR, "unclear"),
                       (UNDEFINED, "not defined, for want of the rate in a group")):  # fmt: skip
        names = [name.split(" (")[0] for name in table[table.verdict == word].definition]
        parts += [f"{told}: {', '.join(names)}"] * bool(names)
    return (
        f"At {view.threshold_a:g} for group A and {view.threshold_b:g} for group B "
        f"{'; '.join(parts)}."
    )


def _most_violated(bad: pd.DataFrame) -> str:
    if bad.empty:
        return ""
    far = sizes(bad)
    place = far["mean"].idxmax()
    name, mean = bad.loc[place, "definition"], float(bad.loc[place, "mean"])
    others = [one.split(" (")[0] for one in rivals(far, place, "definition")]
    rank = "on average most of all" if others else "most of all"
    return f", {rank} {name}: {number(mean, POINTS)}{hedged(others, 'not clearly more than')}"


def curves(result: ThresholdsResult, view: ThresholdsView) -> pd.DataFrame:
    """The chosen rate by threshold and group, mean and interval over the seeds."""
    values = fairness.rates(result.counts)[RATES[view.metric]][:, 5:96:3]
    seeds, steps, _ = values.shape
    seed, step, group = np.meshgrid(range(seeds), GRID[5:96:3], GROUPS, indexing="ij")
    table = pd.DataFrame({
        "threshold": step.ravel().astype(float), "group": group.ravel(),
        "seed": seed.ravel().astype(int), "value": values.ravel(),
    })  # fmt: skip
    return summarise(table.dropna(), ["threshold", "group"])


def chosen(result: ThresholdsResult, view: ThresholdsView) -> dict[str, pd.DataFrame]:
    """The two thresholds of the view."""
    at_ = [view.threshold_a, view.threshold_b]
    return {"chosen": pd.DataFrame({"group": list(GROUPS), "threshold": at_})}


def curves_caption(table: pd.DataFrame, view: ThresholdsView) -> str:
    """The rates where the lines stand."""
    parts = []
    for group, threshold in zip(GROUPS, (view.threshold_a, view.threshold_b), strict=True):
        own = table[table["group"] == group] if len(table) else table
        if own.empty:
            return ""
        near = own.loc[(own["threshold"] - threshold).abs().idxmin()]
        parts.append(f"{number(near['mean'], 'share')} of {group} at {threshold:g}")
    return f"The {view.metric} is about {' and '.join(parts)}."


def policies(result: ThresholdsResult, view: ThresholdsView) -> pd.DataFrame:
    """Gap of every rate under every policy, with group A's threshold as chosen."""
    rows = []
    for policy in POLICIES:
        found = gaps_of(equalised(result.counts, view.threshold_a, policy))
        for rate, name in RATES.items():
            value = defined_interval(found[name])
            rows.append((policy, rate, value.mean, value.low, value.high, value.n,
                         abs(value.mean), _points(value.mean)))  # fmt: skip
    columns = ["policy", "rate", "mean", "low", "high", "n", "size", "points"]
    return pd.DataFrame(rows, columns=columns)


def _points(value: float) -> str:
    if np.isnan(value):
        return "–"
    whole = round(100 * value)
    return f"{whole:+d}".replace("-", "−") if whole else "0"


def policies_caption(table: pd.DataFrame, view: ThresholdsView) -> str:
    """How many policies close every gap in selection, error rates and precision."""
    others = table[table["rate"] != "accuracy"] if len(table) else table
    if others.empty:
        return ""
    grouped = others.assign(verdict=verdicts(others)).groupby("policy", sort=False)
    closed = int(grouped["verdict"].agg(lambda of: (of == EQUAL).all()).sum())
    worst = grouped["size"].agg(lambda of: of.max(skipna=False)).dropna()
    start = (
        f"{closed} of {grouped.ngroups} policies close every gap, accuracy's aside, to within "
        f"{MARGIN}"
    )
    if worst.empty:
        return f"{start}; each leaves a rate that a group does not have."
    best = worst.idxmin()
    return (
        f"{start}; the smallest worst gap is {100 * worst[best]:.1f} points on average, under the "
        f"policy “{best}”."
    )


def conflict(result: ThresholdsResult) -> str:
    """What equal true positive rates and equal precision leave of each other."""
    equal_tpr = gaps_of(equalised(result.counts, 0.5, "equal true positive rates"))["precision"]
    equal_precision = gaps_of(equalised(result.counts, 0.5, "equal precision"))
    left, other = (
        gap_left(defined_interval(values, POINTS))
        for values in (equal_tpr, equal_precision["false_positive_rate"])
    )
    return (
        f"Making true positive rates equal leaves {left} in precision; making precision equal "
        f"leaves {other} in false positive rates."
    )


def forced(result: ThresholdsResult, view: ThresholdsView) -> pd.DataFrame:
    """False positive rates as measured and as forced, here and in COMPAS."""
    ours = at(result.counts, view.threshold_a, view.threshold_b).sum(axis=0)
    names = [f"here, {group}" for group in GROUPS] + [f"COMPAS, {race}" for race in COMPAS]
    pairs = [np.concatenate(two) for two in zip(forced_pair(ours), forced_pair(compas_counts()),
                                                strict=True)]  # fmt: skip
    rows = [
        (name, series, float(values[place]))
        for series, values in zip(("measured", "forced"), pairs, strict=True)
        for place, name in enumerate(names)
        if np.isfinite(values[place])
    ]
    return pd.DataFrame(rows, columns=["group", "series", "value"])


def forced_caption(table: pd.DataFrame, view: ThresholdsView) -> str:
    """The gap that COMPAS' base rates force."""
    rows = table[table["series"] == "forced"].set_index("group")["value"] if len(table) else {}
    names = [f"COMPAS, {race}" for race in COMPAS]
    if any(name not in rows for name in names):
        return ""
    a, b = (number(float(rows[name]), "share") for name in names)
    return (
        f"With equal precision and equal false negative rates, COMPAS' false positive rates would "
        f"have to be {a} and {b}: the base rates alone keep them apart."
    )

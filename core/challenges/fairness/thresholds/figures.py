"""The figures of the threshold explorer."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from core.challenges.fairness.gap_words import MARGIN, RATES, verdicts
from core.challenges.fairness.thresholds.config import (
    GRID,
    POLICIES,
    ThresholdsResult,
    ThresholdsView,
    gaps_of,
)
from core.charts import axes, differences, kinds, marks, theme
from core.data.published import COMPAS, compas_counts
from core.lab.experiment import Figure
from core.lab.intervals import POINTS
from core.lab.scores import tidy
from core.lab.wording import hedged, number
from core.metrics import fairness
from core.metrics.verdicts import DIFFERS, EQUAL, UNCLEAR, UNDEFINED, named_changes, rivals, sizes

ASKED_BY = dict(zip(RATES, ("demographic parity", "equal opportunity", "predictive equality",
                            "predictive parity", "equal accuracy"), strict=True))  # fmt: skip
UNEQUAL = "unequal"
"""What two groups are called whose gap differs from zero."""
GROUPS = ("group A", "group B")
COLORS = dict(zip(GROUPS, theme.CLASS_COLORS, strict=True))
VERDICTS = {EQUAL: theme.REMEDY, UNCLEAR: theme.BASELINE, UNEQUAL: theme.WARNING}
HEADS = (
    "width > 380 ? split(datum.value, ' rate')[0] : "
    "{'selection rate': ['selec-', 'tion'], 'true positive rate': ['true', 'pos.'], "
    "'false positive rate': ['false', 'pos.'], 'precision': ['preci-', 'sion'], "
    "'accuracy': ['accu-', 'racy']}[datum.value]"
)
"""Names of rates above narrow columns, in two lines on a phone."""
SHOWN, STEP = slice(5, 96, 3), 0.03
"""Thresholds on the curves, and how far apart they are."""
ROOM: dict[str, Any] = {"labelLimit": 260, "labelPadding": 8}


def _gap_rows(counts: np.ndarray) -> pd.DataFrame:
    """Gap of every rate, `rate`, `seed` and `value`, from counts `(seeds, 2, 2, 2)`."""
    found = gaps_of(counts)
    return pd.concat([found[name].rows(rate=rate) for rate, name in RATES.items()])


def _definitions(result: ThresholdsResult, view: ThresholdsView) -> pd.DataFrame:
    rows = _gap_rows(result.at(view.threshold_a, view.threshold_b))
    return rows.assign(definition=[f"{ASKED_BY[rate]} ({rate})" for rate in rows["rate"]])


def _with_verdicts(table: pd.DataFrame, view: ThresholdsView) -> pd.DataFrame:
    judged = verdicts(table).replace({DIFFERS: UNEQUAL})
    return table.assign(verdict=judged)[["definition", "verdict", "mean", "low", "high", "n"]]


def definitions_caption(table: pd.DataFrame, view: ThresholdsView) -> str:
    """How many of the definitions are violated, how many hold, and what is left open."""
    if table.empty:
        return ""
    bad = table[table.verdict == UNEQUAL]
    most = _most_violated(table, bad)
    parts = [f"{len(bad)} of {len(table)} definitions are clearly violated{most}"]
    for word, told in ((EQUAL, f"equal within {MARGIN}"), (UNCLEAR, "unclear"),
                       (UNDEFINED, "not defined, for want of the rate in a group")):  # fmt: skip
        names = [name.split(" (")[0] for name in table[table.verdict == word].definition]
        parts += [f"{told}: {', '.join(names)}"] * bool(names)
    return (
        f"At {view.threshold_a:g} for group A and {view.threshold_b:g} for group B "
        f"{'; '.join(parts)}."
    )


def _most_violated(table: pd.DataFrame, bad: pd.DataFrame) -> str:
    """Which is violated most; their names alone where an unclear gap is larger on average."""
    if bad.empty:
        return ""
    far = sizes(table[table["n"] > 0])
    place = far["mean"].idxmax()
    if place not in bad.index:
        named = bad.assign(definition=[name.split(" (")[0] for name in bad["definition"]])
        return f": {named_changes(named, 'definition')}"
    name, mean = bad.loc[place, "definition"], float(bad.loc[place, "mean"])
    others = [one.split(" (")[0] for one in rivals(far, place, "definition")]
    rank = "on average most of all" if others else "most of all"
    return f", {rank} {name}: {number(mean, POINTS)}{hedged(others, 'not clearly more than')}"


def _curves(result: ThresholdsResult, view: ThresholdsView) -> pd.DataFrame:
    """The chosen rate by threshold and group, where the group has it."""
    values = fairness.rates(result.counts)[RATES[view.metric]][:, SHOWN]
    return tidy(values, seed=range(len(values)), threshold=GRID[SHOWN], group=GROUPS).dropna()


def chosen(result: ThresholdsResult, view: ThresholdsView) -> dict[str, pd.DataFrame]:
    """The two thresholds of the view."""
    at = [view.threshold_a, view.threshold_b]
    return {"chosen": pd.DataFrame({"group": list(GROUPS), "threshold": at})}


def curves_caption(table: pd.DataFrame, view: ThresholdsView) -> str:
    """The rates where the lines stand."""
    parts = []
    for group, threshold in zip(GROUPS, (view.threshold_a, view.threshold_b), strict=True):
        own = table[table["group"] == group]
        if own.empty:
            return ""
        near = own.loc[(own["threshold"] - threshold).abs().idxmin()]
        there = abs(near["threshold"] - threshold) < STEP
        told = f"about {number(near['mean'], 'share')}" if there else UNDEFINED
        parts.append(f"{told} in {group} at {threshold:g}")
    return f"The {view.metric} is {' and '.join(parts)}."


def _policies(result: ThresholdsResult, view: ThresholdsView) -> pd.DataFrame:
    """Gap of every rate under every policy, with group A's threshold as chosen."""
    return pd.concat(
        _gap_rows(result.equalised(policy, view.threshold_a)).assign(policy=policy)
        for policy in POLICIES
    )


def policies_caption(table: pd.DataFrame, view: ThresholdsView) -> str:
    """How many policies close every gap in selection, error rates and precision, or leave one."""
    others = table[table["rate"] != "accuracy"]
    if others.empty:
        return ""
    grouped = others.assign(verdict=verdicts(others)).groupby("policy", sort=False)
    closed = int(grouped["verdict"].agg(lambda of: (of == EQUAL).all()).sum())
    left = int(grouped["verdict"].agg(lambda of: (of == DIFFERS).any()).sum())
    worst = grouped["size"].agg(lambda of: of.max(skipna=False)).dropna()
    start = (
        f"{closed} of {grouped.ngroups} policies close every gap, accuracy's aside, to within "
        f"{MARGIN}, and {left} clearly leave one"
    )
    if worst.empty:
        return f"{start}; each leaves a rate that a group does not have."
    best = worst.idxmin()
    return (
        f"{start}; the smallest worst gap is {100 * worst[best]:.1f} points on average, under the "
        f"policy “{best}”."
    )


def forced(result: ThresholdsResult, view: ThresholdsView) -> pd.DataFrame:
    """False positive rates as measured and as forced, here and in COMPAS."""
    both = np.stack([result.at(view.threshold_a, view.threshold_b).sum(axis=0), compas_counts()])
    measured = fairness.rates(both)["false_positive_rate"]
    names = [f"here, {group}" for group in GROUPS] + [f"COMPAS, {race}" for race in COMPAS]
    values = np.stack([measured.ravel(), fairness.implied_by_pooling(both).ravel()])
    table = tidy(values, series=("measured", "forced"), group=names)[["group", "series", "value"]]
    return table[np.isfinite(table["value"])].reset_index(drop=True)


def forced_caption(table: pd.DataFrame, view: ThresholdsView) -> str:
    """The gap that COMPAS' base rates force."""
    rows = table[table["series"] == "forced"].set_index("group")["value"]
    names = [f"COMPAS, {race}" for race in COMPAS]
    if any(name not in rows for name in names):
        return ""
    a, b = (number(float(rows[name]), "share") for name in names)
    return (
        f"With equal precision and equal false negative rates, COMPAS' false positive rates would "
        f"have to be {a} and {b}: the base rates alone keep them apart."
    )


def forced_dots(view: ThresholdsView) -> alt.LayerChart:
    """False positive rates, measured and forced."""
    colors = {"measured": theme.ACCENT, "forced": theme.VALIDATION}
    shapes = alt.Scale(domain=list(colors), range=["circle", "diamond"])
    dots = alt.Chart(marks.TABLE).mark_point(size=130, strokeWidth=2.5, opacity=1).encode(
        y=axes.rows("group", **ROOM),
        x=alt.X("value:Q", title="false positive rate", axis=alt.Axis(format=".0%"),
                scale=alt.Scale(domainMin=0)),
        color=marks.series_color("series", tuple(colors), colors=colors),
        shape=alt.Shape("series:N", legend=None, scale=shapes),
        tooltip=[alt.Tooltip("group:N"), alt.Tooltip("series:N"),
                 alt.Tooltip("value:Q", format=".1%", title="false positive rate")],
    )  # fmt: skip
    return alt.layer(dots).properties(height=alt.Step(36))


THRESHOLD = alt.X("threshold:Q", title="threshold on the score", scale=alt.Scale(domain=[0, 1]))
GROUP = marks.series_color("group", GROUPS, colors=COLORS)
DASHES = marks.series_dash("group", dict(zip(GROUPS, ((1, 0), (5, 3)), strict=True)))
CHOSEN = alt.Chart(alt.Data(name="chosen")).mark_rule(aria=False, strokeWidth=2)
FIGURES = (
    kinds.intervals(
        "all_definitions", "Every definition at once, at your two thresholds", _definitions,
        by=("definition",), extra=_with_verdicts,
        # What it asks for goes below its name: on a phone the long labels left no room for dots.
        y=axes.rows("definition", labelExpr="split(replace(datum.label, ' (', '|('), '|')", **ROOM),
        x=axes.points("group B minus group A (points)", values=[-0.5, -0.25, 0, 0.25, 0.5],
                      scale=alt.Scale(domain=[-0.5, 0.5], clamp=True)),
        color=marks.series_color("verdict", tuple(VERDICTS), colors=VERDICTS),
        step=40, caption=definitions_caption, live=True,
        note="Group B minus group A, mean over the seeds with its 95% interval. About equal: "
        "the whole interval lies within 2 points; unequal: clearly so with all five looked at. "
        "Move the two thresholds above: try to bring "
        "every dot to zero.",
    ),
    kinds.lines(
        "rate_by_threshold", "One rate against the threshold", _curves, by=("threshold", "group"),
        x=THRESHOLD, color=GROUP, seeds=False, underlay=chosen,
        beneath=CHOSEN.encode(x=THRESHOLD, color=GROUP, strokeDash=DASHES),
        y=lambda view: alt.Y("mean:Q", title=view.metric, axis=alt.Axis(format=".0%")),
        caption=curves_caption, live=True,
        note="The upright lines are the two thresholds. Equal height where each group's curve "
        "meets its own line means that the rate is equal.",
    ),
    differences.cells(
        "what_equalising_costs", "Equalise one thing, look at the others", _policies,
        across=alt.X("rate:N", sort=None, axis=alt.Axis(
            title=None, orient="top", labelAngle=0, labelLimit=110, labelOverlap=False,
            ticks=False, domain=False, labelExpr=HEADS)),
        down=axes.rows("policy", **ROOM), caption=policies_caption,
        note="Group A keeps its threshold; group B's is the one that comes nearest to the "
        "row's aim, on the very applicants that are counted. Numbers: group B minus A, points; "
        "a dash where a rate is not defined.",
    ),
    Figure(
        name="forced_error_rates", title="What the base rates force", table=forced,
        chart=forced_dots, caption=forced_caption,
        note="Chouldechova 2017: base rate, precision and false negative rate fix the false "
        "positive rate. Diamonds: what it would have to be if both groups had the same precision "
        "and false negative rate. COMPAS: ProPublica's counts, score 5 and above.",
    ),
)  # fmt: skip

"""The figures of the experiment on sources of bias."""

from __future__ import annotations

from collections.abc import Iterator

import altair as alt
import pandas as pd
from scipy.special import ndtr

from core.challenges.fairness.bias_sources.config import (
    HIDDEN,
    SEES,
    SIDES,
    BiasSourcesResult,
    BiasSourcesView,
)
from core.challenges.fairness.gap_words import RATES, gap_left, verdicts
from core.charts import axes, diagrams, kinds, marks, theme
from core.lab.intervals import POINTS, estimates_of
from core.lab.scores import rows_where
from core.lab.wording import hedged, listed, number
from core.metrics.families import one_of
from core.metrics.verdicts import DIFFERS, UNDEFINED, rivals, sizes

COLORS = {SEES: theme.WARNING, HIDDEN: theme.TRAIN}
BOXES = {
    "group": (0.0, 2.2), "merit": (1.0, 2.0), "papers": (2.0, 2.6), "postcode": (1.0, 3.2),
    "truth": (1.5, 1.0), "record": (2.4, 1.0), "decision": (3.1, 2.0),
}  # fmt: skip
LOOKS = {
    "in your settings": (theme.WARNING, [1, 0]), "switched off": (theme.BASELINE, [3, 4]),
    "always there": (theme.BASELINE, [1, 0]),
}  # fmt: skip
ARROWS = (
    # from, to, knob that rules it ("" for always there), its largest value, in words
    ("group", "merit", "base_rate_gap", 1.2, "gap in circumstances"),
    ("group", "postcode", "proxy", 3.0, "postcode tells the group"),
    ("group", "papers", "measurement_noise", 2.0, "noisy papers"),
    ("group", "record", "label_bias", 0.6, "label bias"),
    ("merit", "papers", "", 1.0, "merit shows in the papers"),
    ("merit", "truth", "", 1.0, "merit decides who repays"),
    ("truth", "record", "", 1.0, "the record of who repaid"),
    ("papers", "decision", "", 1.0, "the network reads the papers"),
    ("postcode", "decision", "", 1.0, "the network reads the postcode"),
    ("record", "decision", "", 1.0, "the network learns from the record"),
)


def _chosen(result: BiasSourcesResult, view: BiasSourcesView) -> pd.DataFrame:
    labels = {"labels": view.labels, "metric": RATES[view.metric]}
    return rows_where(result.scores, labels).rename(columns={"gap": "value"})


def _by_cause(result: BiasSourcesResult, view: BiasSourcesView) -> pd.DataFrame:
    rows = _chosen(result, view)
    return rows[rows.cause != "postcodes"]


def cause_caption(table: pd.DataFrame, view: BiasSourcesView) -> str:
    """Which single cause makes the widest gap, if any makes a clear one."""
    seen = table[(table.sees == SEES) & (table.cause != "all together")]
    single = seen[seen.cause != "none of them"].reset_index(drop=True)
    single = single[~_switched_off(seen, single)]
    if seen.empty:
        return ""
    start = f"Judged by {view.labels} labels,"
    clear = sizes(single)[verdicts(single) == DIFFERS]
    if clear.empty:
        return f"{start} no single cause makes a clear gap in the {view.metric}{_open(single)}."
    worst = clear.loc[clear["mean"].idxmax()]
    side = "lower" if single.loc[worst.name, "mean"] < 0 else "higher"
    return (
        f"{start} {worst['cause']} makes {_widest(sizes(single.dropna(subset='mean')), worst)}: "
        f"the {view.metric} of group B is {number(worst['mean'] * 100)} points {side}"
        f"{_open(single)}."
    )


def _widest(far: pd.DataFrame, worst: pd.Series) -> str:
    """Say of the widest clear gap how it stands among all, the unclear ones too."""
    wider = list(far[far["mean"] > worst["mean"]]["cause"])
    if wider:
        return f"the widest of the clear gaps (wider on average, and unclear: {listed(wider)})"
    others = rivals(far, worst.name, "cause")
    return (
        f"the widest gap of the single causes{' on average' if others else ''}"
        f"{hedged(others, 'not clearly wider than')}"
    )


def _switched_off(seen: pd.DataFrame, single: pd.DataFrame) -> pd.Series[bool]:
    """Tell the causes of strength 0: the same persons, so the very numbers of no cause."""
    columns = ["mean", "low", "high"]
    none = seen[seen.cause == "none of them"][columns].to_numpy()
    same = [bool(len(none)) and bool((row == none[0]).all()) for row in single[columns].to_numpy()]
    return pd.Series(same, index=single.index, dtype=bool)


def _open(single: pd.DataFrame) -> str:
    names = single[verdicts(single) == UNDEFINED]["cause"]
    return f"; with {listed(list(names))} there is a group without that rate" if len(names) else ""


def arrows(result: BiasSourcesResult) -> Iterator[diagrams.Arrow]:
    """The arrows of the causal picture, as strong as the settings make them."""
    for start, end, knob, most, words in ARROWS:
        strength = result.knobs[knob] / most if knob else 0.35
        kind = "always there" if not knob else "in your settings" if strength else "switched off"
        yield start, end, words, strength, kind


def arrows_caption(table: pd.DataFrame, view: BiasSourcesView) -> str:
    """Which causes are switched on."""
    if table.empty:
        return ""
    on = table[table.kind == "in your settings"]["words"].tolist()
    if not on:
        return "In your settings no arrow but the usual ones starts at the group."
    return (
        f"In your settings {len(on)} arrow{'s' if len(on) > 1 else ''} from the group "
        f"{'are' if len(on) > 1 else 'is'} switched on: {', '.join(on)}. Removing the group from "
        "the inputs cuts none of them."
    )


def _by_postcode(result: BiasSourcesResult, view: BiasSourcesView) -> pd.DataFrame:
    """The networks under every postcode, and at both ends the one that sees the group."""
    rows = _chosen(result, view)
    hidden = rows_where(rows, {"cause": "postcodes"})
    seen = rows_where(rows, {"cause": "label bias", "sees": SEES})
    ends = hidden["proxy"].agg(["min", "max"]) if len(hidden) else ()
    rows = pd.concat([hidden, *(seen.assign(proxy=end) for end in ends)])
    return rows.rename(columns={"sees": "series"})


def _with_pairs(table: pd.DataFrame, view: BiasSourcesView) -> pd.DataFrame:
    """Add in how many pairs of one member of each group the postcode ranks B above A."""
    drawn = table[["proxy", "mean", "low", "high", "n", "series"]]
    return drawn.assign(right_pairs=ndtr(drawn["proxy"].astype(float) / 2**0.5))


def postcode_caption(table: pd.DataFrame, view: BiasSourcesView) -> str:
    """What hiding the group leaves at both ends."""
    hidden = table[table["series"] == HIDDEN]
    if len(hidden) < 2:
        return ""
    nothing, much = (
        gap_left(one_of(one, 2), short=True) for one in estimates_of(hidden.iloc[[0, -1]], POINTS)
    )
    tells = hidden["right_pairs"].iloc[-1]
    return (
        f"With a postcode that says nothing, hiding the group leaves {nothing} in the "
        f"{view.metric}; with one that ranks a member of group B above one of group A in "
        f"{100 * tells:.0f}% of pairs it leaves {much}."
    )


FIGURES = (
    kinds.intervals(
        "gap_by_cause", "The gap between the groups, one cause at a time", _by_cause,
        by=("cause", "sees"), y=axes.rows("cause", labelLimit=200, labelPadding=8),
        x=lambda view: axes.points(f"{view.metric}, B minus A (points)", tickCount=8),
        color=marks.series_color("sees", SIDES, colors=COLORS),
        offset=alt.YOffset("sees:N", sort=list(SIDES)), height=theme.FIGURE_HEIGHT,
        caption=cause_caption, live=True,
        note="Group B minus group A, mean over the seeds with its 95% interval; left of zero "
        "the rate of group B is lower. Every network is trained on the labels on record. The "
        "sentence above calls a gap clear if it is so with all causes looked at.",
    ),
    diagrams.causes(
        "causal_picture", "How the causes reach the decision", BOXES, arrows, LOOKS,
        room=((-0.35, 3.4), (0.7, 3.5)),
        caption=arrows_caption,
        note="A thicker arrow is a stronger influence of the group in your settings; grey "
        "arrows are there in every world. The bank sees papers, postcode and, unless it is "
        "hidden, the group.",
    ),
    kinds.lines(
        "gap_by_postcode", "Hiding the group, by how well the postcode tells it", _by_postcode,
        by=("proxy", "series"), x=alt.X("proxy:Q", title="distance of the groups' postcodes (SD)"),
        y=lambda view: axes.points(f"{view.metric}, B − A (points)", up=True),
        color=marks.series_color("series", SIDES, colors=COLORS),
        dash=marks.series_dash("series", {SEES: (5, 3), HIDDEN: (1, 0)}),
        extra=_with_pairs,
        seeds=False, caption=postcode_caption,
        note="A world with label bias only. The dashed line is the network that sees the "
        "group; the band is the 95% interval over the seeds.",
    ),
)  # fmt: skip

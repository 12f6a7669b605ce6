"""Tables and captions of the experiment on sources of bias; pure numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from scipy.special import ndtr

from core.challenges.fairness.gap_words import estimates, gap_left, verdicts
from core.lab.intervals import summarise
from core.lab.wording import hedged, listed, number
from core.metrics.verdicts import DIFFERS, UNDEFINED, rivals, sizes

if TYPE_CHECKING:
    from core.challenges.fairness.bias_sources import BiasSourcesResult, BiasSourcesView

METRICS = {
    "selection rate": "selection_rate",
    "true positive rate": "true_positive_rate",
    "false positive rate": "false_positive_rate",
    "precision": "precision",
    "accuracy": "accuracy",
}
NO_CAUSE = "none of them"
KNOBS = (
    "base_rate_gap", "label_bias", "minority_share", "other_signs", "measurement_noise", "proxy",
)  # fmt: skip
BOXES = {
    "group": (0.0, 2.2),
    "merit": (1.0, 2.0),
    "papers": (2.0, 2.6),
    "postcode": (1.0, 3.2),
    "truth": (1.5, 1.0),
    "record": (2.4, 1.0),
    "decision": (3.1, 2.0),
}
HALF_BOX = (0.33, 0.14)
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
    s = result.scores
    rows = s[(s.labels == view.labels) & (s.metric == METRICS[view.metric])]
    return rows.rename(columns={"gap": "value"})


def gap_by_cause(result: BiasSourcesResult, view: BiasSourcesView) -> pd.DataFrame:
    """Mean gap with its interval, by cause and by whether the network sees the group."""
    rows = _chosen(result, view)
    return summarise(rows[rows.cause != "postcodes"], ["cause", "sees"])


def cause_caption(table: pd.DataFrame, view: BiasSourcesView) -> str:
    """Which single cause makes the widest gap, if any makes a clear one."""
    seen = table[(table.sees == "sees the group") & (table.cause != "all together")]
    single = seen[seen.cause != NO_CAUSE].reset_index(drop=True)
    single = single[~_switched_off(seen, single)]
    if seen.empty:
        return ""
    start = f"Judged by {view.labels} labels,"
    clear = sizes(single)[verdicts(single) == DIFFERS]
    if clear.empty:
        return f"{start} no single cause makes a clear gap in the {view.metric}{_open(single)}."
    worst = clear.loc[clear["mean"].idxmax()]
    others = rivals(clear, worst.name, "cause")
    side = "lower" if single.loc[worst.name, "mean"] < 0 else "higher"
    widest = f"the widest gap of the single causes{' on average' if others else ''}"
    return (
        f"{start} {worst['cause']} makes {widest}{hedged(others, 'not clearly wider than')}: the "
        f"{view.metric} of group B is {number(worst['mean'] * 100)} points {side}{_open(single)}."
    )


def _switched_off(seen: pd.DataFrame, single: pd.DataFrame) -> pd.Series[bool]:
    """Tell the causes of strength 0: the same persons, so the very numbers of no cause."""
    columns = ["mean", "low", "high"]
    none = seen[seen.cause == NO_CAUSE][columns].to_numpy()
    same = [bool(len(none)) and bool((row == none[0]).all()) for row in single[columns].to_numpy()]
    return pd.Series(same, index=single.index, dtype=bool)


def _open(single: pd.DataFrame) -> str:
    names = single[verdicts(single) == UNDEFINED]["cause"]
    return f"; with {listed(list(names))} there is a group without that rate" if len(names) else ""


def arrows(result: BiasSourcesResult, view: BiasSourcesView) -> pd.DataFrame:
    """The arrows of the causal picture: ends, words, strength in [0, 1], kind."""
    values = dict(zip(result.world["knob"], result.world["value"], strict=True))
    rows = []
    for start, end, knob, most, words in ARROWS:
        strength = values[knob] / most if knob else 0.35
        (x, y), (x2, y2) = BOXES[start], BOXES[end]
        kind = "always there" if not knob else "in your settings" if strength else "switched off"
        # Stop at the box, so that the head is seen.
        sides = zip(HALF_BOX, (abs(x2 - x), abs(y2 - y)), strict=True)
        way = 1 - 1.12 * min(half / apart for half, apart in sides if apart > 0)
        rows.append((start, end, words, strength, kind, x, y,
                     x + way * (x2 - x), y + way * (y2 - y)))  # fmt: skip
    columns = ["start", "end", "words", "strength", "kind", "x", "y", "x2", "y2"]
    return pd.DataFrame(rows, columns=columns)


def boxes(result: BiasSourcesResult, view: BiasSourcesView) -> dict[str, pd.DataFrame]:
    """The boxes of the causal picture."""
    wide, high = HALF_BOX
    rows = [(name, x, y, x - wide, x + wide, y - high, y + high) for name, (x, y) in BOXES.items()]
    columns = ["name", "x", "y", "left", "right", "low", "high"]
    return {"boxes": pd.DataFrame(rows, columns=columns)}


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


def gap_by_postcode(result: BiasSourcesResult, view: BiasSourcesView) -> pd.DataFrame:
    """Mean gap against the strength of the postcode, and of the network that sees the group."""
    rows = _chosen(result, view)
    hidden = rows[rows.cause == "postcodes"]
    if hidden.empty:
        return pd.DataFrame({name: [] for name in ("proxy", "series", "mean", "low", "high", "n")})
    table = summarise(hidden, ["proxy"]).assign(series="group hidden")
    seen = rows[(rows.cause == "label bias") & (rows.sees == "sees the group")]
    one = summarise(seen, ["sees"]).drop(columns="sees").assign(series="sees the group")
    ends = [one.assign(proxy=float(p)) for p in (table["proxy"].min(), table["proxy"].max())]
    return pd.concat([table, *ends], ignore_index=True)


def postcode_caption(table: pd.DataFrame, view: BiasSourcesView) -> str:
    """What hiding the group leaves at both ends."""
    hidden = table[table["series"] == "group hidden"] if len(table) else table
    if len(hidden) < 2:
        return ""
    nothing, much = (gap_left(one, short=True) for one in estimates(hidden.iloc[[0, -1]]))
    tells = ndtr(hidden["proxy"].iloc[-1] / 2**0.5)
    return (
        f"With a postcode that says nothing, hiding the group leaves {nothing} in the "
        f"{view.metric}; with one that ranks a member of group B above one of group A in "
        f"{100 * tells:.0f}% of pairs it leaves {much}."
    )

"""The figures of the robust accuracy experiment."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd

from core.challenges.adversarial.curves import (
    SEEDS_NOTE,
    accuracy_curves,
    legend_of_two_columns,
    row_color,
    size_axis,
)
from core.challenges.adversarial.robust_accuracy.config import (
    EPSILONS,
    NAMES,
    RobustAccuracyResult,
    RobustAccuracyView,
)
from core.charts import kinds, marks, theme
from core.lab.experiment import Figure
from core.lab.intervals import differences, summarise
from core.lab.wording import hedged, number
from core.metrics.verdicts import rivals

PLAIN, *HARDENED = NAMES.values()
CLEAN, ATTACKED = "Clean images", "Under attack"
_LOOKS = (theme.BASELINE, theme.TRAIN, theme.VALIDATION, theme.REMEDY, theme.ACCENT)
COLORS = dict(zip(NAMES.values(), _LOOKS, strict=True))


def _rows(result: RobustAccuracyResult, view: RobustAccuracyView) -> pd.DataFrame:
    s = result.scores
    chosen = s[(s.attack == view.attack) | (s.epsilon == 0)]
    # At size zero both attacks are the clean image; one row a seed is enough.
    chosen = chosen.drop_duplicates(["arm", "epsilon", "seed"])
    return chosen.assign(arm=[NAMES[arm] for arm in chosen.arm])


def curves_caption(table: pd.DataFrame, view: RobustAccuracyView) -> str:
    """Who keeps most at the middle of the axis, and at its end."""
    told = []
    for size in (0.1, 0.2):
        here = table[table.epsilon == size]
        if len(here) < 2:
            return ""
        best, worst = (here.loc[place] for place in (here["mean"].idxmax(), here["mean"].idxmin()))
        told.append(
            f"at a size of {size:g}, {best.arm} keeps most ({number(float(best['mean']), 'share')}"
            f"{hedged(rivals(here, best.name, 'arm'))}) and {worst.arm} least "
            f"({number(float(worst['mean']), 'share')}"
            f"{hedged(rivals(here, worst.name, 'arm'), 'not clearly behind')})"
        )
    what = "PGD" if view.attack == "PGD" else "random noise"
    return f"Under {what}, {told[0]}; {told[1]}."


def _at(result: RobustAccuracyResult, view: RobustAccuracyView, size: float) -> pd.DataFrame:
    rows = _rows(result, view)
    return rows[rows.epsilon == size]


def trade_off(result: RobustAccuracyResult, view: RobustAccuracyView) -> pd.DataFrame:
    """Clean and attacked accuracy of each arm, with their intervals."""
    clean = summarise(_at(result, view, 0.0), ["arm"]).drop(columns="n")
    attacked = summarise(_at(result, view, result.epsilon), ["arm"])
    return clean.merge(attacked, on="arm", suffixes=("_clean", ""))


def trade_off_caption(table: pd.DataFrame, view: RobustAccuracyView) -> str:
    """The arm that is best on clean images, and the one that is best under attack."""
    if len(table) < 2:
        return ""
    plain = table.loc[table["mean_clean"].idxmax()]
    tough = table.loc[table["mean"].idxmax()]
    clean = table.drop(columns=["low", "high"]).rename(
        columns={"low_clean": "low", "high_clean": "high"}
    )
    first, second = (
        hedged(rivals(rows, row.name, "arm")) for rows, row in ((clean, plain), (table, tough))
    )
    if plain.arm == tough.arm:
        return f"{_first(plain.arm)} is best at both: on clean images{first}; under attack{second}."
    return (
        f"{_first(plain.arm)} is best on clean images ({number(float(plain.mean_clean), 'share')}"
        f"{first}) and keeps {number(float(plain['mean']), 'share')} under attack; {tough.arm} is "
        f"best under attack ({number(float(tough['mean']), 'share')}{second}) and has "
        f"{number(float(tough.mean_clean), 'share')} on clean images."
    )


def _first(name: str) -> str:
    return name[:1].upper() + name[1:]


def trade_off_dots(view: RobustAccuracyView) -> alt.LayerChart:
    """One dot per arm with both intervals."""
    percent = alt.Axis(format=".0%")
    what = "under PGD" if view.attack == "PGD" else "under noise"
    base = alt.Chart(marks.TABLE).encode(color=legend_of_two_columns("arm", COLORS))
    x = {"title": "accuracy on clean images", "axis": percent,
         "scale": alt.Scale(zero=False, padding=18)}  # fmt: skip
    y = {"title": f"accuracy {what}", "axis": percent, "scale": alt.Scale(padding=18)}
    dot = base.mark_point(filled=True, size=110, opacity=1).encode(
        x=alt.X("mean_clean:Q", **x),
        y=alt.Y("mean:Q", **y),
        shape=alt.Shape("arm:N", legend=None, sort=list(COLORS)),
        tooltip=[
            alt.Tooltip("arm:N", title="training"),
            alt.Tooltip("mean_clean:Q", format=".1%", title="clean"),
            alt.Tooltip("mean:Q", format=".1%", title=what),
        ],
    )
    across = base.mark_rule(strokeWidth=2).encode(
        x=alt.X("low_clean:Q", **x), x2="high_clean:Q", y=alt.Y("mean:Q", **y)
    )
    up = base.mark_rule(strokeWidth=2).encode(
        x=alt.X("mean_clean:Q", **x), y=alt.Y("low:Q", **y), y2="high:Q"
    )
    return alt.layer(across, up, dot).properties(height=theme.FIGURE_HEIGHT)


def _gaps(result: RobustAccuracyResult, view: RobustAccuracyView) -> pd.DataFrame:
    """Paired difference of each arm from standard training, on clean and attacked images."""
    sizes = {CLEAN: 0.0, ATTACKED: result.epsilon}
    parts = [
        differences(_at(result, view, size), "arm", PLAIN).assign(panel=panel)
        for panel, size in sizes.items()
    ]
    return pd.concat([part.sort_values("arm", kind="stable") for part in parts])


def against_standard_caption(table: pd.DataFrame, view: RobustAccuracyView) -> str:
    """How many arms clearly lose on clean images, how many clearly win under attack."""
    if len(table) < 2:
        return ""
    lost = table[(table.panel == CLEAN) & (table.high < 0)].arm.tolist()
    won = table[(table.panel == ATTACKED) & (table.low > 0)].arm.tolist()
    return (
        f"Clearly worse on clean images: {', '.join(lost) or 'none'}. "
        f"Clearly better under attack: {', '.join(won) or 'none'}."
    )


def _arms(order: Sequence[str]) -> alt.Y:
    return alt.Y("arm:N", title=None, sort=list(order), axis=alt.Axis(labelLimit=140))


def costs(result: RobustAccuracyResult, view: RobustAccuracyView) -> pd.DataFrame:
    """Passes per image and how many times standard training that is."""
    c = result.costs
    names = [NAMES[arm] for arm in c.arm]
    times = c.passes / c.passes.iloc[0] if len(c) else c.passes
    return pd.DataFrame({"arm": names, "passes": c.passes, "times": times})


def costs_caption(table: pd.DataFrame, view: RobustAccuracyView) -> str:
    """The most expensive arm against the cheapest."""
    if len(table) < 2:
        return ""
    most = table.loc[table.passes.idxmax()]
    return f"{_first(most.arm)} costs {most.times:.1f} times as much as {table.arm.iloc[0]}."


def cost_bars(view: RobustAccuracyView) -> alt.Chart:
    """One bar per arm."""
    bars = alt.Chart(marks.TABLE).mark_bar().encode(
        x=alt.X("passes:Q", title="passes per image and epoch"),
        y=_arms(tuple(COLORS)),
        color=row_color("arm", COLORS),
        tooltip=[
            alt.Tooltip("arm:N", title="training"),
            alt.Tooltip("passes:Q"),
            alt.Tooltip("times:Q", format=".1f", title="times standard"),
        ],
    )  # fmt: skip
    return bars.properties(height=170)


def _sizes(view: RobustAccuracyView) -> alt.X:
    what = "PGD attack" if view.attack == "PGD" else "random change"
    return size_axis(f"size of the {what} per pixel", EPSILONS)


FIGURES = (
    accuracy_curves(
        "robust_curves", "Accuracy against the size of the change", _rows, ("arm", "epsilon"),
        x=_sizes, colors=COLORS, caption=curves_caption, live=True, note=SEEDS_NOTE,
    ),
    Figure(
        "trade_off", "Accuracy on clean images against accuracy under attack", trade_off,
        trade_off_dots, trade_off_caption,
        note="Up and to the right is better. The attack has the size trained against; bars are "
        "95% intervals over the seeds.",
    ),
    kinds.intervals(
        "against_standard", "Difference from standard training, seed by seed", _gaps,
        ("arm", "panel"), y=_arms(HARDENED), color=row_color("arm", COLORS), height=150,
        x=alt.X("mean:Q", title="difference in accuracy",
                axis=alt.Axis(format="+.0%", tickCount=5)),
        extra=lambda table, view: table[["arm", "mean", "low", "high", "n", "panel"]],
        caption=against_standard_caption, panels=True,
        note="Mean paired difference with its 95% interval.",
    ),
    Figure(
        "training_cost", "What training costs", costs, cost_bars, costs_caption,
        note="Passes through the network for each training image in each epoch; a backward "
        "pass counts as two.",
    ),
)  # fmt: skip

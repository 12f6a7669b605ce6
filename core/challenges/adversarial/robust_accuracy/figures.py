"""The figures of the robust accuracy experiment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from core.attacks.budget import STRONGEST, WEAK
from core.challenges.adversarial.robust_accuracy.config import (
    EPSILONS,
    NAMES,
    NOISE,
    RobustAccuracyResult,
    RobustAccuracyView,
)
from core.charts import kinds, marks, theme
from core.charts.accuracies import SEEDS_NOTE, accuracy_curves, size_axis
from core.charts.costs import passes
from core.charts.crosses import crosses
from core.lab.intervals import POINTS, SHARE, differences
from core.lab.wording import capital, listed, number
from core.metrics.placing import first, last

PLAIN, *HARDENED = NAMES.values()
CLEAN, ATTACKED = "Clean images", "Under attack"
TESTED = {STRONGEST: "the strongest attack", WEAK: "PGD alone", NOISE: "random noise"}
_LOOKS = (theme.BASELINE, theme.TRAIN, theme.VALIDATION, theme.REMEDY, theme.ACCENT)
COLORS = dict(zip(NAMES.values(), _LOOKS, strict=True))


def _rows(result: RobustAccuracyResult, view: RobustAccuracyView) -> pd.DataFrame:
    s = result.scores
    chosen = s[(s.attack == view.attack) | (s.epsilon == 0)]
    # At size zero all attacks are the clean image; one row a seed is enough.
    chosen = chosen.drop_duplicates(["arm", "epsilon", "seed"])
    return chosen.assign(arm=[NAMES[arm] for arm in chosen.arm])


def curves_caption(table: pd.DataFrame, view: RobustAccuracyView) -> str:
    """Who keeps most at the middle of the axis, and at its end."""
    told = []
    for size in (0.1, 0.2):
        here = table[table.epsilon == size]
        if len(here) < 2:
            return ""
        best, worst = first(here, "arm", SHARE), last(here, "arm", SHARE)
        told.append(
            f"at a size of {size:g}, {best.name} keeps most ({best.told}) and {worst.name} least "
            f"({worst.told})"
        )
    return f"Under {TESTED[view.attack]}, {told[0]}; {told[1]}."


def _at(result: RobustAccuracyResult, view: RobustAccuracyView, size: float) -> pd.DataFrame:
    rows = _rows(result, view)
    return rows[rows.epsilon == size]


def _overstated(result: RobustAccuracyResult, view: RobustAccuracyView) -> pd.DataFrame:
    """What PGD leaves minus what the strongest attack leaves, of each arm, seed by seed."""
    s = result.scores
    both = s[(s.epsilon == result.epsilon) & (s.attack != NOISE)]
    rows = differences(both, "attack", STRONGEST, ["arm"])
    return rows.assign(arm=[NAMES[arm] for arm in rows.arm])


def overstated_caption(table: pd.DataFrame, view: RobustAccuracyView) -> str:
    """Which robust accuracies PGD alone tells clearly too high, and by how much."""
    if len(table) < 2:
        return ""
    clear = table[table["low"] > 0]
    told = [
        f"{arm} by {number(float(mean), POINTS)}"
        for arm, mean in zip(clear.arm, clear["mean"], strict=True)
    ]
    if not told:
        return "PGD alone does not clearly overstate any robust accuracy here."
    return f"PGD from one start overstates the robust accuracy of {listed(told)}."


def _clean(result: RobustAccuracyResult, view: RobustAccuracyView) -> pd.DataFrame:
    return _at(result, view, 0.0)


def _trained_against(result: RobustAccuracyResult, view: RobustAccuracyView) -> pd.DataFrame:
    return _at(result, view, result.epsilon)


def trade_off_caption(table: pd.DataFrame, view: RobustAccuracyView) -> str:
    """The arm that is best on clean images, and the one that is best under attack."""
    if len(table) < 2:
        return ""
    clean = table[["arm", "mean_clean", "low_clean", "high_clean"]]
    plain = first(clean.set_axis(["arm", "mean", "low", "high"], axis=1), "arm", SHARE)
    tough = first(table, "arm", SHARE)
    if plain.name == tough.name:
        return (
            f"{capital(plain.name)} is best at both: on clean images{plain.hedge}; under "
            f"attack{tough.hedge}."
        )
    kept = float(table.loc[plain.row.name, "mean"])
    return (
        f"{capital(plain.name)} is best on clean images ({plain.told}) and keeps "
        f"{number(kept, SHARE)} under attack; {tough.name} is best under attack ({tough.told}) "
        f"and has {number(float(tough.row.mean_clean), SHARE)} on clean images."
    )


def _accuracy(channel: type[Any], column: str, title: str, **scale: Any) -> Any:
    look = alt.Scale(padding=18, **scale)
    return channel(column, title=title, axis=alt.Axis(format=".0%"), scale=look)


def _gaps(result: RobustAccuracyResult, view: RobustAccuracyView) -> pd.DataFrame:
    """Paired difference of each arm from standard training, on clean and attacked images."""
    parts = [
        differences(rows(result, view), "arm", PLAIN).assign(panel=panel)
        for panel, rows in ((CLEAN, _clean), (ATTACKED, _trained_against))
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


def _points(**axis: int) -> alt.X:
    return alt.X("mean:Q", title="difference in accuracy", axis=alt.Axis(format="+.0%", **axis))


def _costs(result: RobustAccuracyResult) -> pd.DataFrame:
    return result.costs.assign(arm=[NAMES[arm] for arm in result.costs.arm])


FIGURES = (
    accuracy_curves(
        "robust_curves", "Accuracy against the size of the change", _rows, ("arm", "epsilon"),
        x=size_axis("size of the change per pixel", EPSILONS), colors=COLORS,
        caption=curves_caption, live=True, note=SEEDS_NOTE,
    ),
    kinds.intervals(
        "overstated", "What PGD alone leaves beyond the strongest attack", _overstated, ("arm",),
        y=_arms(tuple(COLORS)), x=_points(), color=marks.row_color("arm", COLORS), height=170,
        caption=overstated_caption,
        note="Paired difference at the size trained against, with its 95% interval. PGD: "
        "cross-entropy, one random start. Strongest: for each image the worst of PGD, Auto-PGD on "
        "three losses with five wrong classes, and the Square Attack.",
    ),
    crosses(
        "trade_off", "Accuracy on clean images against accuracy under attack", _clean,
        _trained_against, "arm", colors=COLORS, suffix="_clean", caption=trade_off_caption,
        x=_accuracy(alt.X, "mean_clean:Q", "accuracy on clean images", zero=False),
        y=lambda view: _accuracy(alt.Y, "mean:Q", f"accuracy under {TESTED[view.attack]}"),
        note="Up and to the right is better. The attack has the size trained against; bars are "
        "95% intervals over the seeds.",
    ),
    kinds.intervals(
        "against_standard", "Difference from standard training, seed by seed", _gaps,
        ("arm", "panel"), y=_arms(HARDENED), color=marks.row_color("arm", COLORS), height=150,
        x=_points(tickCount=5),
        extra=lambda table, view: table[["arm", "mean", "low", "high", "n", "panel"]],
        caption=against_standard_caption, panels=True,
        note="Mean paired difference with its 95% interval.",
    ),
    passes(
        "training_cost", "What training costs", _costs, COLORS, axis="passes per image and epoch",
        note="Passes through the network for each training image in each epoch; a backward "
        "pass counts as two.",
    ),
)  # fmt: skip

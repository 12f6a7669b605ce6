"""The figures of the false security experiment."""

from __future__ import annotations

import altair as alt
import pandas as pd

from core.challenges.adversarial.false_security.config import (
    EVERYTHING,
    GRADIENTS,
    MASKS,
    NAMES,
    FalseSecurityResult,
    FalseSecurityView,
)
from core.charts import cells, kinds, marks, theme
from core.charts.summaries import within
from core.lab.intervals import differences
from core.lab.wording import number

ATTACKS = {
    "clean": "none", "FGSM": "FGSM", "PGD": "PGD", "transfer": "transfer", "search": "search",
    "adaptive": "adaptive", EVERYTHING: "all",
}  # fmt: skip
TOGETHER = {"clean": "none", GRADIENTS: "FGSM and PGD", EVERYTHING: "all attacks"}
MASKED = -0.2
"""Losing more than this to other attacks marks a mask."""
_LOOKS = (theme.BASELINE, theme.WARNING, theme.VALIDATION, theme.REMEDY)
COLORS = dict(zip(NAMES.values(), _LOOKS, strict=True))
ROWS = alt.Y("defence:N", title=None, sort=list(COLORS), axis=alt.Axis(labelLimit=130))


def _attacks(view: FalseSecurityView) -> dict[str, str]:
    return ATTACKS if view.show == "every_attack" else TOGETHER


def _named(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(defence=[NAMES[name] for name in table.defence])


def _by_attack(result: FalseSecurityResult, view: FalseSecurityView) -> pd.DataFrame:
    names, s = _attacks(view), result.scores
    rows = _named(s[s.attack.isin(tuple(names))])
    return rows.assign(attack=[names[name] for name in rows.attack])


def matrix_caption(table: pd.DataFrame, view: FalseSecurityView) -> str:
    """For each mask what its own gradient leaves and what the worst attack leaves."""
    seen, told = ("PGD" if view.show == "every_attack" else "FGSM and PGD"), []
    for name, short in MASKS.items():
        own = table[table.defence == NAMES[name]].set_index("attack")["mean"]
        if seen not in own.index or len(own) < 3:
            return ""
        told.append(
            f"{short}: {seen} leaves {number(float(own[seen]), 'share')}, {own.idxmin()} "
            f"{number(float(own.min()), 'share')}"
        )
    return f"{told[0]}. {told[1]}."


def _unmasked(result: FalseSecurityResult, view: FalseSecurityView) -> pd.DataFrame:
    """Survivors of all attacks minus survivors of FGSM and PGD, seed by seed."""
    both = result.scores[result.scores.attack.isin((GRADIENTS, EVERYTHING))]
    return _named(differences(both, "attack", GRADIENTS, ["defence"]))


def unmasked_caption(table: pd.DataFrame, view: FalseSecurityView) -> str:
    """Which defences are masks by this measure."""
    if len(table) < 2:
        return ""
    masks = table[table["high"] < MASKED].defence.tolist()
    real = table[table["low"] > MASKED].defence.tolist()
    return (
        f"Over 20 points lost to attacks other than FGSM and PGD: {', '.join(masks) or 'none'}. "
        f"Less than that: {', '.join(real) or 'none'}."
    )


def flat_caption(table: pd.DataFrame, view: FalseSecurityView) -> str:
    """Where the gradient is flat on most images."""
    if len(table) < 2:
        return ""
    most = table[table["mean"] > 0.5]
    if most.empty:
        return "No defence here has a gradient of exactly zero on most images."
    told = [
        f"{name} ({number(float(value), 'share')})"
        for name, value in zip(most.defence, most["mean"], strict=True)
    ]
    return f"The gradient is exactly zero on most images with: {', '.join(told)}."


FIGURES = (
    cells.accuracies(
        "defences", "Accuracy by defence and attack", _by_attack,
        across=lambda view: ("attack", "attack", list(_attacks(view).values())),
        down=("defence", "defence", list(COLORS)),
        height=210, unit="%", caption=matrix_caption, live=True,
        note="Transfer: images made to fool another network. Search: random squares, kept when "
        "they help. Adaptive: PGD by an attacker who leaves the scaling out, or passes the "
        "gradient through the rounding as if it were not there. All: the worst of these, of "
        "Auto-PGD on three losses with five wrong classes, and of more squares, for each image.",
    ),
    kinds.intervals(
        "unmasked", "What the other attacks take beyond FGSM and PGD", _unmasked, ("defence",),
        y=ROWS, color=marks.row_color("defence", COLORS), height=150, caption=unmasked_caption,
        x=alt.X("mean:Q", title="difference in accuracy", axis=alt.Axis(format="+.0%"),
                scale=alt.Scale(domainMax=0.05)),
        note="Paired difference with its 95% interval. Some points are normal, since PGD on "
        "cross-entropy does not find everything; a large loss means that it was blind.",
    ),
    kinds.intervals(
        "flat_gradients", "Images where the gradient is exactly zero",
        lambda result, view: _named(result.flat), ("defence",),
        y=ROWS, color=marks.row_color("defence", COLORS), height=140, zero=False,
        x=alt.X("mean:Q", title="share of images", axis=alt.Axis(format=".0%"),
                scale=alt.Scale(domain=[0, 1])),
        extra=lambda table, view: within(table), caption=flat_caption,
        note="The first thing to look at: an attack that follows a gradient of zero goes "
        "nowhere.",
    ),
)  # fmt: skip

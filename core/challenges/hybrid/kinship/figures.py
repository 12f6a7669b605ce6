"""The figures of the kinship experiment."""

from __future__ import annotations

import altair as alt
import pandas as pd

from core.challenges.hybrid.kinship.config import (
    ARMS,
    COMMON,
    LENGTHS,
    LONG,
    NETWORKS,
    TYPED,
    KinshipResult,
    KinshipView,
)
from core.charts import axes, kinds, marks, theme
from core.charts.summaries import means_at, within
from core.data.kinship import RELATIONS
from core.lab.experiment import Figure
from core.lab.intervals import SHARE
from core.lab.wording import how_many, number
from core.models.chain_plans import BAG, RECURRENT, RULES, TRANSFORMER

COLORS = {
    BAG: theme.EARTH, RECURRENT: theme.VALIDATION, TRANSFORMER: theme.WARNING,
    RULES: theme.REMEDY, TYPED: theme.ACCENT, COMMON: theme.BASELINE,
}  # fmt: skip
RIGHT, WRONG = "as in the family", "another relation"
HEIGHT = 400
"""Of the table of rules, names included, in pixels."""
CODES = ("P", "C", "S", "Sp", "GP", "GC", "U", "N", "Co")
"""Of the relations, where a cell has no room for their names."""


def by_length(result: KinshipResult, view: KinshipView) -> pd.DataFrame:
    """Share of right answers by arm, length and seed."""
    rows = result.scores
    return rows[rows["arm"] != RULES] if view.networks_only else rows


def length_caption(table: pd.DataFrame, view: KinshipView) -> str:
    """Every arm at both ends."""
    arms = (*(NETWORKS if view.networks_only else ARMS), COMMON)
    cells = [(length, arm) for arm in arms for length in (3, LONG)]
    means = [number(mean, SHARE) for mean in means_at(table, ("length", "arm"), cells)]
    told = [
        f"{arm} {short} and {long}"
        for arm, short, long in zip(arms, means[::2], means[1::2], strict=False)
    ]
    return f"Chains of 3 relations, and of {LONG}: {'; '.join(told)}." if told else ""


def rules(result: KinshipResult, view: KinshipView) -> pd.DataFrame:
    """One row a rule: what the first seed's table makes of two relations."""
    found = result.rules.reset_index(drop=True)
    as_it_is = found["learned"] == found["truth"]
    short = {name: name.split(" ")[0] for name in RELATIONS}
    codes = dict(zip(RELATIONS, CODES, strict=True))
    return found.assign(
        verdict=[RIGHT if one else WRONG for one in as_it_is],
        text=found["learned"].map(short), code=found["learned"].map(codes),
        rule=found["first"] + "’s " + found["second"] + " is my " + found["learned"],
    )  # fmt: skip


def rules_chart(view: KinshipView) -> alt.LayerChart:
    """The table of rules: rows are said first, columns second; a frame marks withheld rules."""
    bare = {"domain": False, "ticks": False, "labelLimit": 110, "labelOverlap": False}
    across = alt.Scale(domain=list(RELATIONS))
    base = alt.Chart(marks.TABLE).encode(
        x=alt.X("second:N", title="my …’s …", scale=across, axis=alt.Axis(
            orient="top", labelAngle=-40, **bare)),
        y=alt.Y("first:N", title=None, scale=across, axis=alt.Axis(**bare)),
    )  # fmt: skip
    colors = {RIGHT: theme.REMEDY, WRONG: theme.WARNING}
    cells = base.mark_rect(opacity=0.3).encode(
        color=marks.series_color("verdict", list(colors), colors=colors),
        tooltip=[
            alt.Tooltip("rule:N"), alt.Tooltip("truth:N", title="in the family"),
            alt.Tooltip("sure:Q", format=".1%", title="probability"),
            alt.Tooltip("withheld:N", title="withheld"),
        ],
    )  # fmt: skip
    words = [
        base.mark_text(color=theme.INK, fontSize=alt.expr(f"width {wide} 480 ? 10 : 0")).encode(
            text=f"{column}:N"
        )
        for column, wide in (("text", ">"), ("code", "<="))
    ]
    frames = base.transform_filter("datum.withheld").mark_rect(
        aria=False, filled=False, stroke=theme.ACCENT, strokeWidth=2
    )
    return alt.layer(cells, *words, frames).properties(height=HEIGHT)


def rules_caption(table: pd.DataFrame, view: KinshipView) -> str:
    """How many rules of the first seed's table hold, and one of them."""
    if table.empty:
        return ""
    trained = table[~table["withheld"].astype(bool)]
    away = len(table) - len(trained)
    right = int((trained["verdict"] == RIGHT).sum())
    framed = f" {how_many(away, 'rule')} withheld (framed)." if away else ""
    return (
        f"First seed: {right} of the {how_many(len(trained), 'rule')} in training read as in the "
        f"family. “My {trained.iloc[0]['rule']}.”{framed}"
    )


def typed_caption(table: pd.DataFrame, view: KinshipView) -> str:
    """What each arm makes of chains that need a withheld rule."""
    means = means_at(table, ("arm",), [(arm,) for arm in (*ARMS, TYPED)])
    told = [
        f"{arm} {number(mean, SHARE)}" for arm, mean in zip((*ARMS, TYPED), means, strict=False)
    ]
    return f"Chains of 3 that need a withheld rule: {', '.join(told)}." if told else ""


FIGURES = (
    kinds.lines(
        "by_length", "Right answers by length of the chain", by_length, by=("length", "arm"),
        x=axes.sizes("length", "relations in the chain", LENGTHS),
        y=axes.share("right answers", domain=[0, 1]),
        color=marks.series_color("arm", (*ARMS, COMMON), colors=COLORS),
        caption=length_caption, extra=lambda found, view: within(found), live=True,
        note="New chains that need no withheld rule. A bag sees which relations are said, not in "
        "which order; a recurrent network and a transformer read them all; learned rules combine "
        "two relations at a time, from the left: that much is given to them. One fixed answer "
        "is that which fits most chains of the length.",
    ),
    Figure(
        "rules", "The rules it has learned", rules, rules_chart, rules_caption, live=True,
        note="Row, then column: a parent’s child is a sibling. Cells without a rule have more than "
        "one answer. Framed: no training chain needed this rule.",
    ),
    kinds.intervals(
        "typed", "Chains that need a withheld rule", lambda result, view: result.needing,
        by=("arm",), y=axes.rows("arm", (*ARMS, TYPED), labelLimit=150),
        x=alt.X("mean:Q", title="right answers", axis=alt.Axis(format=".0%", tickCount=5),
                scale=alt.Scale(domain=[0, 1])),
        color=marks.row_color("arm", COLORS), zero=False, seeds=True, caption=typed_caption,
        extra=lambda found, view: within(found),
        note="The last row is the same table of rules after the withheld ones were typed in. "
        "Nothing is trained again. A network has no place to type them.",
    ),
)  # fmt: skip

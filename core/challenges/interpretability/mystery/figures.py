"""The figures of the mystery experiment."""

from __future__ import annotations

import altair as alt
import pandas as pd

from core.challenges.interpretability.mystery.config import (
    ARMS,
    HONEST_ARM,
    MysteryResult,
    MysteryView,
)
from core.charts import kinds, marks, theme
from core.charts.raster import framed, grey_picture
from core.charts.summaries import means_at, with_all_panels, within
from core.charts.tiles import painted
from core.data.planted_marks import MARKS
from core.lab.experiment import Figure
from core.lab.intervals import summarise_shares
from core.lab.wording import hedged, how_many, listed, number
from core.metrics.verdicts import rivals

ARM_TITLES = dict(zip(ARMS, ("bright mark", "mark everywhere", "honest"), strict=True))
BRIGHT, EVERYWHERE, HONEST = TITLES = list(ARM_TITLES.values())
ROWS = ("stamping", "halving", "erasing", "maps", "guessing")
"""Strategies in the order they are drawn."""
TESTS = {
    "found": "Held-out pictures, marks as in training",
    "without": "The marked shape, without marks",
}
ARM_COLORS = dict(zip(TITLES, (theme.WARNING, theme.ACCENT, theme.BASELINE), strict=True))
STRATEGY_COLORS = dict(zip(
    ROWS, (theme.REMEDY, theme.ACCENT, theme.VALIDATION, theme.TRAIN, theme.BASELINE), strict=True
))  # fmt: skip
SHARES = alt.Axis(format=".0%", values=[0, 0.25, 0.5, 0.75, 1])
SHARE = alt.Scale(domain=[0, 1])
LEGEND = alt.Legend(
    title=None, orient="top", direction="horizontal", columns=2, symbolOpacity=1, symbolSize=90
)
"""In rows that a phone can show."""


def _right(result: MysteryResult, view: MysteryView) -> pd.DataFrame:
    return result.answers.assign(
        value=result.answers["right" if view.shape_too else "right_mark"],
        arm=result.answers["arm"].map(ARM_TITLES),
    )


def _last_named(result: MysteryResult, view: MysteryView) -> pd.DataFrame:
    rows = _right(result, view)
    return rows[rows["probes"] == rows["probes"].max()]


def named_caption(table: pd.DataFrame, view: MysteryView) -> str:
    """Name the best strategies for each kind of network, and those not clearly behind."""
    parts = []
    for arm in TITLES:
        mine = table[table["arm"] == arm]
        if len(mine):
            best = mine[mine["mean"] == mine["mean"].max()]
            who, first = list(best["detective"]), best.iloc[0]
            tied = [name for name in rivals(mine, first.name, "detective") if name not in who]
            said = f"most often by {listed(who)}, {number(first['mean'], 'share')}{hedged(tied)}"
            parts.append(f"{arm}: {said if first['mean'] > 0 else 'by none'}")
    return f"Named rightly: {'; '.join(parts)}." if parts else ""


def probes(result: MysteryResult, view: MysteryView) -> pd.DataFrame:
    """Share named rightly after so many probes, for the networks with a mark."""
    rows = _right(result, view)
    rows = rows[rows["arm"] != HONEST]
    table = summarise_shares(rows, ["arm", "detective", "probes"])
    return with_all_panels(table.assign(panel=table["arm"].astype(object)), 2)


def probes_caption(table: pd.DataFrame, view: MysteryView) -> str:
    """Say how many probes half of the networks take."""
    parts = []
    for name in ROWS[:-1]:
        mine = table[table["detective"] == name].groupby("probes")["mean"].mean()
        enough = mine[mine >= 0.5]
        if len(enough):
            parts.append(f"{name} {how_many(int(enough.index.min()), 'probe')}")
    if not parts:
        return "No detective names half of these networks with a mark." if len(table) else ""
    return f"Until half of these networks with a mark were named: {', '.join(parts)}."


def probes_chart(view: MysteryView) -> alt.LayerChart:
    """A line per strategy over the probes it has taken."""
    x = alt.X("probes:Q", title="probes", axis=alt.Axis(tickMinStep=1, tickCount=8))
    y = alt.Y("mean:Q", title="share named rightly", axis=SHARES, scale=SHARE)
    color = marks.series_color("detective", ROWS, colors=STRATEGY_COLORS).legend(LEGEND)
    base = alt.Chart(marks.TABLE).encode(x=x, y=y, color=color)
    told = {"mean": "named rightly", "low": "interval low", "high": "interval high"}
    shares = [alt.Tooltip(f"{name}:Q", title=t, format=".0%") for name, t in told.items()]
    tooltip = [alt.Tooltip("detective:N"), alt.Tooltip("probes:Q"), *shares]
    line = base.mark_line(strokeWidth=2.2, interpolate="step-after")
    dot = base.mark_point(filled=True, size=40, opacity=1).encode(
        shape=alt.Shape("detective:N", sort=list(ROWS), legend=None), tooltip=tooltip
    )
    return alt.layer(line, dot).properties(height=theme.FIGURE_HEIGHT)


def _tests(result: MysteryResult, view: MysteryView) -> pd.DataFrame:
    """Rows of all tests; the honest network's are told apart by the twin they belong to."""
    rows = result.tests
    twin = rows["test"].str.removeprefix("without_").map(ARM_TITLES).fillna("")
    twins = "honest twin, " + twin.str.replace("mark", "").str.strip()
    found = rows["test"] == "found"
    label = rows["arm"].map(ARM_TITLES).where((rows["arm"] != HONEST_ARM) | found, twins)
    return rows.assign(label=label, test=rows["test"].where(found, "without"))


def _panelled_tests(table: pd.DataFrame, view: MysteryView) -> pd.DataFrame:
    table = within(table).assign(
        panel=table["test"].map(TESTS).astype(object),
        network=table["label"].str.replace(r"^honest.*", HONEST, regex=True),
    )
    return with_all_panels(table, len(TESTS))


def accuracy_caption(table: pd.DataFrame, view: MysteryView) -> str:
    """Compare both tests."""
    cells = [("found", BRIGHT), ("found", EVERYWHERE), ("found", HONEST),
             ("without", BRIGHT), ("without", EVERYWHERE)]  # fmt: skip
    means = [number(mean, "share") for mean in means_at(table, ("test", "label"), cells)]
    if not means:
        return ""
    return (
        f"With marks as in training, {means[0]} and {means[1]} of answers are right, {means[2]} "
        f"for the honest network; of the marked shape without marks, {means[3]} and {means[4]}."
    )


def candidates(result: MysteryResult, view: MysteryView) -> pd.DataFrame:
    """One row a picture: where it stands and what it carries."""
    names = ("no mark", *MARKS) if result.suspects.any() else ()
    places = {
        "row": [i // 3 for i in range(len(names))],
        "column": [i % 3 for i in range(len(names))],
    }
    return pd.DataFrame({"name": list(names), **places})


def candidates_chart(view: MysteryView) -> alt.LayerChart:
    """A grid of three by three pictures, each under its name."""
    bare = alt.Axis(labels=False, ticks=False, domain=False, grid=False, title=None)
    x, y = alt.X("column:O", axis=bare), alt.Y("row:O", axis=bare)
    size = "min(width / 3 - 10, height / 3 - 26)"
    pictures = alt.Chart(alt.Data(name="pictures")).mark_image(
        width=alt.expr(size), height=alt.expr(size)
    )
    words = alt.Chart(marks.TABLE).mark_text(
        dy=alt.expr(f"-{size} / 2 - 8"), fontSize=12, color=theme.INK
    )
    return alt.layer(
        pictures.encode(x=x, y=y, url="url:N"), words.encode(x=x, y=y, text="name:N")
    ).properties(height=400)


FIGURES = (
    kinds.intervals(
        "named", "Who names the shortcut", _last_named, by=("detective", "arm"),
        y=alt.Y("detective:N", sort=list(ROWS), title=None, scale=alt.Scale(paddingInner=0.35)),
        x=alt.X("mean:Q", title="share named rightly", axis=SHARES, scale=SHARE),
        color=marks.series_color("arm", TITLES, colors=ARM_COLORS).legend(LEGEND),
        offset=alt.YOffset("arm:N", sort=TITLES),
        exact=True, zero=False, height=330, caption=named_caption, live=True,
        note="Each network is trained anew, with a bright mark in one place, a faint mark "
        "everywhere, or none. An honest network is named rightly when it is cleared.",
    ),
    Figure(
        name="suspects", title="The suspects: one picture without a mark and with each",
        table=candidates, chart=candidates_chart,
        caption=lambda table, view: (
            f"{len(table) - 1} marks, and the picture without any." if len(table) else ""
        ),
        underlay=painted(
            candidates,
            lambda result, view, cell: grey_picture(
                framed(result.suspects[3 * cell["row"] + cell["column"]] / 255)
            ),
            keep=("name", "row", "column"),
        ),
        live=True,
        note="With stray marks, every mark is also on a few pictures of all shapes; only one, at "
        "most, belongs to one shape.",
    ),
    Figure(
        name="probes", title="How many probes it takes", table=probes, chart=probes_chart,
        caption=probes_caption,
        note="Share of networks named rightly after so many probes. A detective that has "
        "nothing left to ask stays with its answer.", panels=True,
    ),
    kinds.intervals(
        "accuracy", "Does accuracy warn?", _tests, by=("test", "label"), extra=_panelled_tests,
        y=alt.Y(
            "label:N", title=None, axis=alt.Axis(labelLimit=170, labelOverlap=False),
            sort=[BRIGHT, "honest twin, bright", EVERYWHERE, "honest twin, everywhere", HONEST],
        ),
        x=alt.X("mean:Q", title="share right", axis=SHARES, scale=SHARE),
        color=alt.Color(
            "network:N", legend=None,
            scale=alt.Scale(domain=TITLES, range=list(ARM_COLORS.values())),
        ),
        zero=False, height=190, caption=accuracy_caption, panels=True,
        note="Left: held-out pictures drawn like the training pictures, marks included. "
        "Right: pictures of the marked shape without any mark.",
    ),
)  # fmt: skip

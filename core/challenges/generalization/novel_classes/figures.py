"""The figures of the novel classes experiment."""

from __future__ import annotations

from collections.abc import Callable

import altair as alt
import pandas as pd

from core.challenges.generalization.novel_classes.config import (
    ALARMS,
    KNOWN,
    MEASURES,
    NEAR,
    NOVEL,
    NovelClassesResult,
    NovelClassesView,
)
from core.charts import axes, kinds, marks, pictures, raster, theme
from core.charts.curves import curves
from core.charts.summaries import with_all_panels, within
from core.lab.experiment import Figure, Pick
from core.lab.intervals import SHARE, differences
from core.lab.scores import rows_where, tidy
from core.lab.wording import capital, listed, number
from core.metrics.families import together
from core.metrics.novelty_scores import DETECTORS, SOFTMAX
from core.metrics.placing import first, last
from core.metrics.verdicts import named_changes

LOOKS = (theme.BASELINE, theme.TRAIN, theme.VALIDATION, theme.ACCENT, theme.REMEDY, theme.WARNING,
         theme.EARTH)  # fmt: skip
COLORS = dict(zip(DETECTORS, LOOKS, strict=True))
NEAR_PANEL, FAR_PANEL = "Near: digits never seen", "Far: no digits at all"
FAR = tuple(name for name in NOVEL if name != NEAR)
LIKE = {KNOWN: theme.TRAIN, **dict.fromkeys(NOVEL, theme.WARNING)}


def _picks(column: str, spelled: Callable[[str], str]) -> list[Pick]:
    """A kind of pictures is chosen for the curves; one that is no digits for the comparison too."""
    novel, far = ({spelled(name): name for name in names} for names in (NOVEL, FAR))
    return [Pick("novelty", column, novel), Pick("far", column, far, marks=False)]


def quality(result: NovelClassesResult, view: NovelClassesView) -> pd.DataFrame:
    """Every detector against unseen digits, and against the chosen far pictures."""
    rows = rows_where(result.scores, {"measure": MEASURES[view.measure]})
    panel_of = {NEAR: NEAR_PANEL, view.far: FAR_PANEL}
    rows = rows[rows["novelty"].isin(list(panel_of))]
    return rows.assign(panel=rows["novelty"].map(panel_of))


def _by_panel(table: pd.DataFrame, view: NovelClassesView) -> pd.DataFrame:
    return with_all_panels(within(table), 2)


def _near_and_far(view: NovelClassesView) -> tuple[tuple[str, str], ...]:
    return (NEAR_PANEL, "digits never seen"), (FAR_PANEL, view.far)


def quality_caption(table: pd.DataFrame, view: NovelClassesView) -> str:
    """Who tells each kind of novelty best and worst."""
    told = []
    for panel, name in _near_and_far(view):
        rows = table[table["panel"] == panel]
        if len(rows) < 2:
            return ""
        # With the other measure small is good: the places are the other way round.
        most, least = first(rows, "detector", SHARE), last(rows, "detector", SHARE)
        told.append(
            f"{name}: {view.measure} is highest with {most.name} ({most.told}), lowest with "
            f"{least.name} ({least.told})"
        )
    return f"Against {'; against '.join(told)}."


def sureness_caption(table: pd.DataFrame, view: NovelClassesView) -> str:
    """How sure the network is of known digits and of what it cannot know."""
    if len(table) < 2:
        return ""
    pairs = zip(table["pictures"], table["mean"], strict=True)
    told = [f"{number(float(mean), SHARE)} for {name}" for name, mean in pairs]
    return f"Mean confidence: {listed(told)}."


def examples(result: NovelClassesResult, view: NovelClassesView) -> pd.DataFrame:
    """One picture of each kind, and what the first seed's network reads in it."""
    rows = [
        (capital(name), raster.grey_image(picture.reshape(8, 8)),
         f"read as {int(answer)}, {float(sure):.0%}", int(answer), float(sure))
        for name, picture, answer, sure in zip(
            (KNOWN, *NOVEL), result.pictures, result.answers, result.sure, strict=False
        )
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["panel", "url", "words", "answer", "sure"])


def examples_caption(table: pd.DataFrame, view: NovelClassesView) -> str:
    """What is read in pictures that are no digits it knows."""
    if len(table) < 2:
        return ""
    told = [
        f"{row['panel'].lower()} as {row['answer']}, {number(float(row['sure']), SHARE)} sure"
        for row in table.iloc[1:].to_dict("records")
    ]
    return f"Every picture gets a digit as its answer: {listed(told)}."


def gains(result: NovelClassesResult, view: NovelClassesView) -> pd.DataFrame:
    """Area of every detector minus that of the usual one, paired by seed."""
    rows = quality(result, view.changed(measure="AUROC"))
    return differences(rows, "detector", SOFTMAX, keep=["panel"])


def gains_caption(table: pd.DataFrame, view: NovelClassesView) -> str:
    """Who is clearly better than max softmax, who clearly worse."""
    told = []
    for panel, name in _near_and_far(view):
        rows = table[(table["panel"] == panel) & (table["n"] > 1)]
        if rows.empty:
            return ""
        better = named_changes(rows[rows["low"] > 0], "detector")
        worse = named_changes(rows[rows["high"] < 0], "detector")
        told.append(f"Against {name}, clearly better than max softmax: {better}; worse: {worse}.")
    return " ".join(told)


def noticed(result: NovelClassesResult, view: NovelClassesView) -> pd.DataFrame:
    """Share of novel pictures noticed, by the share of known ones that are called novel."""
    if not result.curves.size:
        return pd.DataFrame(columns=["alarms", "detector", "seed", "value"])
    own = result.curves[:, NOVEL.index(view.novelty)]
    seeds = result.accuracy["seed"].tolist()
    return tidy(own, detector=DETECTORS, seed=seeds, alarms=ALARMS)


def noticed_caption(table: pd.DataFrame, view: NovelClassesView) -> str:
    """How many novel pictures each detector notices where one known picture in twenty is lost."""
    here = table[(table["alarms"] - 0.05).abs() < 1e-9]
    if len(here) < 2:
        return ""
    pairs = zip(here["detector"], here["mean"], strict=True)
    told = [f"{name} {number(float(mean), SHARE)}" for name, mean in pairs]
    return (
        f"Where 5% of the known digits are wrongly called novel, of {view.novelty} are noticed: "
        f"{listed(told)}."
    )


FIGURES: tuple[Figure[NovelClassesResult, NovelClassesView], ...] = (
    kinds.intervals(
        "quality", "How well detectors notice what is new", quality, ("detector", "panel"),
        y=axes.names("detector", DETECTORS, limit=150), seeds=True, height=220,
        x=lambda view: alt.X("mean:Q", title=view.measure, axis=alt.Axis(format=".0%", tickCount=5),
                             scale=alt.Scale(domain=[0, 1])),
        color=marks.row_color("detector", COLORS), extra=_by_panel, caption=quality_caption,
        zero=lambda view: view.measure == "AUROC", level=0.5, live=True, panels=True,
        note="Dot: mean over the seeds, each with its own digits left out; bar: 95% interval; "
        "small dots: single seeds. At AUROC 50% (dashed) a detector knows nothing. The last one "
        "compares pixels with the training pictures and asks no network.",
    ),
    kinds.intervals(
        "sureness", "How sure the network is of what it cannot know",
        lambda result, view: result.sureness, ("pictures",),
        y=axes.names("pictures", (KNOWN, *NOVEL)), height=150, zero=False, seeds=True,
        x=alt.X("mean:Q", title="mean confidence", axis=alt.Axis(format=".0%"),
                scale=alt.Scale(domain=[0, 1])),
        color=marks.row_color("pictures", LIKE), caption=sureness_caption,
        extra=lambda table, view: within(table), live=True, picks=_picks("pictures", str),
        note="Mean largest probability. No answer to the lower four kinds can be right.",
    ),
    Figure(
        "examples", "One picture of each kind", examples, lambda view: pictures.with_words(150),
        examples_caption, panels=True, picks=_picks("panel", capital),
        note="The first test picture of each kind, of the first seed; its answer and confidence.",
    ),
    kinds.intervals(
        "gains", "Better than the usual one?", gains, ("detector", "panel"),
        y=axes.names("detector", DETECTORS[1:], limit=150), seeds=True, height=190,
        x=axes.points("AUROC gained (points)", tickCount=5),
        color=marks.row_color("detector", COLORS), panels=True, caption=gains_caption,
        extra=lambda table, view: together(table),
        note="Mean paired difference, with an interval that allows for all of them together (95%, "
        "Bonferroni).",
    ),
    curves(
        "noticed", "Noticed, by false alarms", noticed, ("alarms", "detector"), noticed_caption,
        x=alt.X("alarms:Q", title="known digits called novel", axis=alt.Axis(format=".0%")),
        y=lambda view: axes.share(f"{view.novelty} noticed", domain=[0, 1]), opacity=0.1,
        color=marks.series_color("detector", DETECTORS, colors=COLORS, columns=2),
        extra=lambda table, view: within(table),
        places=[alt.Tooltip("detector:N"), alt.Tooltip("alarms:Q", format=".0%", title="alarms")],
        note="ROC curves, mean over the seeds. Who sets a threshold picks one point of a curve.",
    ),
)  # fmt: skip

"""The figures of the shift experiment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from core.challenges.generalization.shift.config import (
    ARMS,
    BASELINE,
    MEASURES,
    ShiftResult,
    ShiftView,
    phrase,
    spelled,
)
from core.charts import axes, kinds, marks, panels, pictures, raster, theme, tiles
from core.charts.reliability import FULL, diagram
from core.charts.summaries import within
from core.lab.experiment import Figure, Pick
from core.lab.intervals import SHARE
from core.lab.scores import rows_where
from core.lab.wording import capital, how_many, listed, number
from core.metrics.families import together
from core.metrics.verdicts import named_changes

LOOKS = (theme.BASELINE, theme.REMEDY, theme.VALIDATION, theme.TRAIN, theme.ACCENT, theme.EARTH,
         theme.WARNING)  # fmt: skip
COLORS = dict(zip(ARMS, LOOKS, strict=True))
MEASURE_COLORS = {
    "accuracy": theme.TEST, "mean confidence": theme.VALIDATION, "calibration error": theme.WARNING,
}  # fmt: skip
SHOWN = (0, 2, 4, 6)
"""Severities of which a picture is shown."""
GAINS = {"Accuracy (right is better)": "accuracy", "Calibration error (left is better)": "error"}
RELIABILITY = {"unshifted": theme.BASELINE, "shifted": theme.WARNING}
ACROSS = 5
"""Pictures side by side."""
ARM = Pick("arm", "arm")
SEVERITY = axes.steps("severity", "severity of the shift")


def _with_severity(rows: pd.DataFrame, kind: str) -> pd.DataFrame:
    return rows.assign(severity=[spelled(kind, level) for level in rows["level"]])


def measures(result: ShiftResult, view: ShiftView) -> pd.DataFrame:
    """Accuracy, confidence and calibration error of one arm at every severity."""
    rows = rows_where(result.scores, {"arm": view.arm})
    return _with_severity(rows, result.kind).assign(measure=rows["measure"].map(MEASURES))


def measures_caption(table: pd.DataFrame, view: ShiftView) -> str:
    """All three measures where nothing is shifted, and at the greatest severity."""
    if len(table) < 2 * len(MEASURES):
        return ""
    means = table.set_index(["measure", "severity"])["mean"]
    last = table["severity"].iloc[-1]
    told = [
        f"{name} {number(float(means[name, 'none']), SHARE)}, then "
        f"{number(float(means[name, last]), SHARE)}"
        for name in MEASURES.values()
    ]
    return f"{capital(view.arm)}, unshifted and at severity {last}: {'; '.join(told)}."


def examples(result: ShiftResult, view: ShiftView) -> pd.DataFrame:
    """One picture at four severities, and what the first seed's network makes of it."""
    arm, digit = ARMS.index(view.arm), int(view.digit)
    if not result.answers.size or result.answers[arm, digit, 0] < 0:
        return pd.DataFrame(columns=["panel", "url", "words", "digit", "answer", "sure"])
    rows = []
    for level in SHOWN:
        answer, sure = int(result.answers[arm, digit, level]), float(result.sure[arm, digit, level])
        picture = raster.grey_image(result.pictures[digit, level].reshape(8, 8))
        words = f"read as {answer}, {number(sure, SHARE)} sure"
        rows.append((capital(phrase(result.kind, level)), picture, words, digit, answer, sure))
    return pd.DataFrame(rows, columns=["panel", "url", "words", "digit", "answer", "sure"])


def examples_caption(table: pd.DataFrame, view: ShiftView) -> str:
    """What the network makes of the last picture."""
    if len(table) < len(SHOWN):
        return ""
    first, last = table.iloc[0], table.iloc[-1]
    if int(first["answer"]) != int(first["digit"]):
        return f"This {first['digit']} is misread before anything is done to it."
    sure = number(float(last["sure"]), SHARE)
    if int(last["answer"]) == int(last["digit"]):
        return f"This {last['digit']} is still read as {last['answer']}, {sure} sure."
    return f"This {last['digit']} is read as {last['answer']} in the end, and {sure} sure of it."


def digits(result: ShiftResult, view: ShiftView) -> pd.DataFrame:
    """A picture of each digit at the chosen severity, and what is read in it."""
    known = result.answers.size and (result.answers[ARMS.index(view.arm)] >= 0).all()
    if not known:
        return pd.DataFrame(columns=[*tiles.PLACE, "cell", "digit", "answer"])
    answers = result.answers[ARMS.index(view.arm), :, view.severity]
    place = np.arange(len(answers))
    return pd.DataFrame({
        "panel": "digit, and what is read", "column": place % ACROSS, "row": place // ACROSS,
        "cell": [f"{digit} → {answer}" for digit, answer in enumerate(answers)],
        "digit": place, "answer": answers,
    })  # fmt: skip


def paint(result: ShiftResult, view: ShiftView, cell: Mapping[str, Any]) -> str:
    """The shifted picture of a digit."""
    return raster.grey_image(result.pictures[cell["digit"], view.severity].reshape(8, 8))


def digits_caption(table: pd.DataFrame, view: ShiftView) -> str:
    """How many of the pictures are misread."""
    wrong = int((table["digit"] != table["answer"]).sum())
    told = how_many(len(table), "picture")
    return f"{capital(view.arm)}: of {told} {wrong} are misread." if len(table) else ""


def reliability(result: ShiftResult, view: ShiftView) -> dict[str, np.ndarray]:
    """Bins of one arm, unshifted and at the chosen severity."""
    own = result.bins[ARMS.index(view.arm)]
    return {name: own[level] for name, level in zip(RELIABILITY, (0, view.severity), strict=True)}


def gains(result: ShiftResult, view: ShiftView) -> pd.DataFrame:
    """What each remedy changes at the chosen severity, paired by seed."""
    scores = rows_where(result.scores, {"level": view.severity}).rename(
        columns={"measure": "metric"}
    )
    arms = [arm for arm in ARMS if arm in set(scores["arm"])]
    return panels.changes(scores, GAINS, arms, BASELINE)


def gains_caption(table: pd.DataFrame, view: ShiftView) -> str:
    """Which remedies clearly help, and with what."""
    if len(table) < 2:
        return ""
    told = []
    for panel, (better, worse, sign) in zip(
        GAINS,
        (("more accurate", "less so", 1), ("smaller calibration error", "a larger one", -1)),
        strict=True,
    ):
        rows = table[(table["panel"] == panel) & (table["n"] > 1)]
        gained = rows[rows["low"] > 0] if sign > 0 else rows[rows["high"] < 0]
        lost = rows[rows["high"] < 0] if sign > 0 else rows[rows["low"] > 0]
        told.append(f"Clearly {better}: {named_changes(gained, 'arm')}.")
        if len(lost):
            told.append(f"Clearly {worse}: {named_changes(lost, 'arm')}.")
    return " ".join(told)


def by_arm(result: ShiftResult, view: ShiftView) -> pd.DataFrame:
    """One measure of every arm at every severity."""
    return _with_severity(rows_where(result.scores, {"measure": view.column}), result.kind)


def by_arm_caption(table: pd.DataFrame, view: ShiftView) -> str:
    """One measure of every arm at the greatest severity."""
    if len(table) < 2:
        return ""
    here = table[table["severity"] == table["severity"].iloc[-1]]
    pairs = zip(here["arm"], here["mean"], strict=True)
    told = [f"{arm} {number(float(mean), SHARE)}" for arm, mean in pairs]
    return f"{capital(view.measure)} at severity {here['severity'].iloc[0]}: {listed(told)}."


FIGURES: tuple[Figure[ShiftResult, ShiftView], ...] = (
    kinds.lines(
        "measures", "Accuracy, confidence and calibration error", measures,
        ("severity", "measure"), x=SEVERITY, y=axes.share("share", **FULL),
        color=marks.series_color("measure", tuple(MEASURE_COLORS), colors=MEASURE_COLORS),
        caption=measures_caption, extra=lambda table, view: within(table), live=True,
        note="Confidence: the probability that the network gives its own answer. Calibration "
        "error: how far confidence and the share of right answers lie apart, over ten bins of "
        "confidence (ECE). Where a network knows what it knows, confidence and accuracy are one.",
    ),
    Figure(
        "examples", "One picture, shifted ever more", examples,
        lambda view: pictures.with_words(190), examples_caption, panels=True,
        note="A test picture that the network has not learned from, and its answer.",
    ),
    tiles.figure(
        "digits", "One picture of each digit, at this severity", digits, paint, columns=ACROSS,
        rows=10 // ACROSS, height=300, caption=digits_caption,
        picks=[Pick("digit", "digit", {digit: str(digit) for digit in range(10)})],
        told=[alt.Tooltip("digit:O", title="digit"), alt.Tooltip("answer:O", title="read as")],
        note="Of the first seed; none of them was learned from.",
    ),
    diagram(
        "reliability", "Reliability: how right, by how sure", reliability, RELIABILITY,
        note="On the dashed line a network that is 70% sure is right 7 times in 10; below it, it "
        "is overconfident. Bars: 95% interval of all seeds' answers in the bin; bins with fewer "
        "than 20 answers are left out.",
    ),
    kinds.intervals(
        "gains", "What each remedy changes at this severity", gains, ("arm", "panel"),
        y=axes.names("arm", ARMS[1:]), x=axes.points("change (points)", tickCount=5),
        color=marks.row_color("arm", COLORS), height=200, seeds=True,
        extra=lambda table, view: together(table[["panel", "arm", "mean", "low", "high", "n"]]),
        caption=gains_caption, panels=True, picks=[ARM],
        note="Mean paired difference from no remedy, with an interval that allows for all of them "
        "together (95%, Bonferroni). Small dots: single seeds.",
    ),
    kinds.lines(
        "by_arm", "All remedies, at every severity", by_arm, ("severity", "arm"), x=SEVERITY,
        y=lambda view: axes.share(view.measure, **FULL),
        color=marks.series_color("arm", ARMS, colors=COLORS, columns=2), seeds=False,
        caption=by_arm_caption, extra=lambda table, view: within(table), live=True, picks=[ARM],
        note="Lines: means over the seeds; bands: their 95% intervals.",
    ),
)  # fmt: skip

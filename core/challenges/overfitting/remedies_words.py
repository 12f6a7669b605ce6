"""Sentences about the remedies, made from the numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from core.challenges.overfitting.remedies_arms import BASELINE
from core.challenges.overfitting.tables.remedies import HELPS, HURTS, UNCLEAR
from core.lab.intervals import POINTS, SHARE
from core.lab.wording import hedged, number
from core.metrics.verdicts import rivals

if TYPE_CHECKING:
    from core.challenges.overfitting.remedies import RemediesView

SENTENCES = ((HELPS, "Clearly better"), (UNCLEAR, "No clear difference"), (HURTS, "Clearly worse"))


def improvement(value: float, metric: str) -> str:
    """Spell an improvement: `+7.2 points`, or for the loss `−0.3 nats`."""
    return number(value, POINTS) if metric == "accuracy" else number(-value, "nats")


def score(value: float, metric: str) -> str:
    """Spell a score: `83.1%`, or `0.42 nats`."""
    return number(value, SHARE) if metric == "accuracy" else number(value, "nats")


def verdicts(table: pd.DataFrame, metric: str) -> str:
    """Name the arms that help, those that change nothing clearly and those that hurt."""
    parts = []
    for judged, words in SENTENCES:
        rows = table[table["verdict"] == judged]
        if rows.empty:
            continue
        # Two numbers to remember, the others are in the figure.
        told = 0 if judged == UNCLEAR else 2
        names = [
            f"{row.label} ({improvement(float(row.mean), metric)})" if i < told else row.label
            for i, row in enumerate(rows.itertuples())
        ]
        parts.append(f"{words}: {', '.join(names)}.")
    return " ".join(parts)


def effects(table: pd.DataFrame, view: RemediesView) -> str:
    """Where no remedy stands, the best, and those that do not help."""
    if table.empty:
        return ""
    without = score(float(table["baseline"].iloc[0]), view.metric)
    start = f"Without a remedy, validation {view.metric} is {without}."
    if view.strength == "all":
        return f"{start} {_by_remedy(table)}"
    helping = table[table["verdict"] == HELPS]
    text = f"{start} {len(helping)} of these {len(table)} are clearly better"
    if len(helping):
        best = helping.loc[helping["mean"].idxmax()]
        others = rivals(table, best.name, "label")
        most = f"{'on average ' if others else ''}the most comes from {best['label']}"
        text += (
            f"; {most} ({improvement(float(best['mean']), view.metric)}"
            f"{hedged(others, 'not clearly more than from')})"
        )
    text += "."
    for judged, words in SENTENCES[1:]:
        names = table[table["verdict"] == judged]["label"]
        if len(names):
            text += f" {words}: {', '.join(names)}."
    return text


def _by_remedy(table: pd.DataFrame) -> str:
    """Say for each remedy whether its strength decides."""
    always, sometimes, never = [], [], []
    for remedy, rows in table.groupby("remedy", sort=False):
        helping = rows[rows["verdict"] == HELPS]["setting"]
        if len(helping) == len(rows):
            always.append(str(remedy))
        elif len(helping):
            sometimes.append(f"{remedy} ({', '.join(helping)})")
        else:
            never.append(str(remedy))
    parts = (
        ("Clearly better at every strength tried", always),
        ("Only at some", sometimes),
        ("At none", never),
        ("Clearly worse", list(table[table["verdict"] == HURTS]["label"])),
    )
    return " ".join(f"{words}: {', '.join(names)}." for words, names in parts if names)


def strengths(table: pd.DataFrame, view: RemediesView) -> str:
    """What every strength of the chosen remedy gives, good or bad."""
    rungs = table[(table["split"] == "validation") & (table["setting"] != "off")] if len(
        table) else table  # fmt: skip
    if rungs.empty:
        return ""
    spelled = [
        f"{row.setting}: {improvement(float(row.gain), view.metric)} ({row.verdict})"
        for row in rungs.itertuples()
    ]
    name = str(rungs["remedy"].iloc[0])
    return f"{name.capitalize()} against no remedy, validation {view.metric}: {'; '.join(spelled)}."


def gaps(table: pd.DataFrame, view: RemediesView) -> str:
    """The gap before, that of the best network, and whether the smallest gap is the best."""
    treated = table[table["label"] != BASELINE]
    if treated.empty or len(treated) == len(table):
        return ""
    before, best = table.iloc[0], treated.iloc[0]
    text = f"Before: {_ends(before, view.metric)}. Best after, by its mean: " + (
        f"{_ends(best, view.metric)}."
    )
    smallest = treated.loc[treated["mean"].idxmin()]
    if smallest["label"] == best["label"]:
        return text
    worse = score(float(smallest["validation"]), view.metric)
    return (
        f"{text} The lowest gap belongs to another, {smallest['label']}, which validates at "
        f"{worse}: a small gap alone is not the goal."
    )


def _ends(row: pd.Series, metric: str) -> str:
    """Spell one arm: its name, training and validation score, and the gap."""
    train, validation = (score(float(row[split]), metric) for split in ("train", "validation"))
    gap = number(float(row["mean"]), POINTS if metric == "accuracy" else "nats")
    return f"{row['label']} (train {train}, validation {validation}, gap {gap})"


def learning_curves(table: pd.DataFrame, view: RemediesView) -> str:
    """Where both curves stand at the end and how good they ever were."""
    if table.empty:
        return ""
    best = "max" if view.metric == "accuracy" else "min"
    parts = []
    for label, rows in table.groupby("label", sort=False):
        last, peak = float(rows["mean"].iloc[-1]), float(rows["mean"].agg(best))
        parts.append(
            f"{label}: {score(last, view.metric)} at step {int(rows['step'].iloc[-1]):,}, "
            f"at best {score(peak, view.metric)}"
        )
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}."

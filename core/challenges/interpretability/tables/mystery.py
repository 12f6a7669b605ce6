"""Tables of the mystery experiment, read off its result."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from core.challenges.interpretability.mystery_marks import MARKS
from core.charts.raster import framed, grey_picture
from core.lab.intervals import summarise, summarise_shares
from core.lab.wording import listed, number

if TYPE_CHECKING:
    from core.challenges.interpretability.mystery import MysteryResult, MysteryView

ARM_TITLES = {
    "bright": "bright mark",
    "everywhere": "mark everywhere",
    "honest": "honest",
}
ROWS = ("stamping", "halving", "erasing", "maps", "guessing")
"""Detectives in the order they are drawn."""
TESTS = {
    "found": "Held-out pictures, marks as in training",
    "without": "The marked shape, without marks",
}


def _right(result: MysteryResult, view: MysteryView) -> pd.DataFrame:
    return result.answers.assign(
        value=result.answers["right" if view.shape_too else "right_mark"],
        arm=result.answers["arm"].map(ARM_TITLES),
    )


def named(result: MysteryResult, view: MysteryView) -> pd.DataFrame:
    """Share named rightly with all probes, by detective and kind of network."""
    rows = _right(result, view)
    return summarise_shares(rows[rows["probes"] == rows["probes"].max()], ["detective", "arm"])


def named_caption(table: pd.DataFrame, view: MysteryView) -> str:
    """Compare the kinds of networks for the best detective and for maps."""
    share = table.set_index(["detective", "arm"])["mean"].to_dict()
    parts = []
    for arm in ARM_TITLES.values():
        mine = {d: share[d, arm] for d in ROWS if (d, arm) in share}
        if mine:
            best = max(mine.values())
            who = listed([d for d, value in mine.items() if value == best])
            said = f"most often by {who}, {number(best, 'share')}" if best > 0 else "by none"
            parts.append(f"{arm}: {said}")
    return f"Named rightly: {'; '.join(parts)}." if parts else ""


def probes(result: MysteryResult, view: MysteryView) -> pd.DataFrame:
    """Share named rightly after so many probes, for the networks with a mark."""
    rows = _right(result, view)
    rows = rows[rows["arm"] != ARM_TITLES["honest"]]
    table = summarise_shares(rows, ["arm", "detective", "probes"])
    table = table.assign(panel=table["arm"].astype(object))
    # A figure keeps the panels it starts with.
    return table if table["panel"].nunique() == 2 else table[:0]


def probes_caption(table: pd.DataFrame, view: MysteryView) -> str:
    """Say how many probes half of the networks take."""
    parts = []
    for name in ROWS[:-1]:
        mine = table[table["detective"] == name].groupby("probes")["mean"].mean()
        enough = mine[mine >= 0.5]
        if len(enough):
            count = int(enough.index.min())
            parts.append(f"{name} {count} probe{'' if count == 1 else 's'}")
    if not parts:
        return "No detective names half of the networks with a mark." if len(table) else ""
    return f"Needed to name half of the networks with a mark: {', '.join(parts)}."


def accuracy(result: MysteryResult, view: MysteryView) -> pd.DataFrame:
    """Share right and interval by test and kind of network, honest twins beside."""
    rows = result.tests
    twin = rows["test"].str.removeprefix("without_").map(ARM_TITLES)
    honest = rows["arm"] == "honest"
    label = (
        rows["arm"]
        .map(ARM_TITLES)
        .where(
            ~honest | (rows["test"] == "found"),
            "honest twin, " + twin.fillna("").str.replace("mark", "").str.strip(),
        )
    )
    test = rows["test"].where(rows["test"] == "found", "without")
    table = summarise(rows.assign(label=label, test=test), ["test", "label"])
    table = table.assign(low=table["low"].clip(0, 1), high=table["high"].clip(0, 1))
    table = table.assign(
        panel=table["test"].map(TESTS).astype(object),
        network=table["label"].str.replace(r"^honest.*", "honest", regex=True),
    )
    return table if table["panel"].nunique() == len(TESTS) else table[:0]


def accuracy_caption(table: pd.DataFrame, view: MysteryView) -> str:
    """Compare both tests."""
    mean = table.set_index(["test", "label"])["mean"].to_dict()
    bright, every, honest = ARM_TITLES.values()
    wanted = [("found", bright), ("found", every), ("found", honest)]
    wanted += [("without", bright), ("without", every)]
    if any(key not in mean for key in wanted):
        return ""
    first, second, third, fourth, fifth = (number(mean[key], "share") for key in wanted)
    return (
        f"With marks as in training, {first} and {second} of answers are right, {third} for the "
        f"honest network; of the marked shape without marks, {fourth} and {fifth}."
    )


def suspects(result: MysteryResult, view: MysteryView) -> pd.DataFrame:
    """One row a picture: where it stands and what it carries."""
    if not result.suspects.any():
        return pd.DataFrame({"name": [], "row": [], "column": []})
    names = ("no mark", *MARKS)
    return pd.DataFrame(
        [(name, i // 3, i % 3) for i, name in enumerate(names)], columns=["name", "row", "column"]
    )


def painted(result: MysteryResult, view: MysteryView) -> dict[str, pd.DataFrame]:
    """The pictures of the suspects."""
    table = suspects(result, view)
    urls = [grey_picture(framed(result.suspects[i] / 255)) for i in range(len(table))]
    return {"pictures": table.assign(url=urls)}


def suspects_caption(table: pd.DataFrame, view: MysteryView) -> str:
    """Say how many there are."""
    return f"{len(table) - 1} marks, and the picture without any." if len(table) else ""

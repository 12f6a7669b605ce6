"""Tables of the pictures made to order, read off their result."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.charts.raster import grey_picture, signed_map
from core.lab.intervals import summarise
from core.lab.wording import number

if TYPE_CHECKING:
    from core.challenges.interpretability.made_to_order import MadeToOrderView
    from core.challenges.interpretability.made_to_order_board import MadeToOrderResult

SHOWN = 12
"""Pictures of the first seed that can be looked at, a few at a time."""
ROWS = 4
NETWORKS = ("standard", "hardened")
ARMS = ("standard", "hardened", "random", "real")
KINDS = (
    *(f"{net}_{way}" for net in NETWORKS for way in ("none", "L2", "smooth")),
    "start", "average", "real",
)  # fmt: skip
ARM_TITLES = {
    "standard": "for standard", "hardened": "for hardened",
    "random": "random change", "real": "real picture",
}  # fmt: skip
JUDGES = {
    "own": "the network itself",
    "others_standard": "other standard networks",
    "others_hardened": "other hardened networks",
    "nearest": "nearest real picture",
}
LENGTH_PANELS = {
    "others_standard": "Other standard networks",
    "others_hardened": "Other hardened networks",
    "nearest": "Nearest real picture",
}
SIZES = {
    "length": "Length of the change (L2)",
    "pixels": "Pixels changed",
    "to_real": "Distance to the class",
}
MADE_PANELS = {
    "standard": "For a standard network",
    "hardened": "For a hardened network",
    "controls": "For comparison",
}
COLUMNS = ("before", "after", "change", "random", "real")
FULL_COLOUR = 0.5
"""A pixel that changed by this much, black being 0 and white 1, gets the full colour."""


def album(result: MadeToOrderResult, view: MadeToOrderView) -> pd.DataFrame:
    """One row a picture in sight: where it stands and what others say of it."""
    first = (view.page - 1) * ROWS
    if len(result.cases) < first + ROWS:
        return pd.DataFrame({"panel": [], "column": [], "row": []})
    rows = []
    for place in range(first, first + ROWS):
        case = result.cases.iloc[place]
        said = {"words": f"{case['label']} → {case['target']}", "place": place}
        for panel, title in MADE_PANELS.items():
            for column, arm in _cells(panel):
                row = {"panel": title, "column": column, "row": place - first, "arm": arm, **said}
                rows.append({**row, **_told(result, arm, place)})
    return pd.DataFrame(rows)


def _cells(panel: str) -> tuple[tuple[str, str], ...]:
    if panel == "controls":
        return (COLUMNS[0], ""), (COLUMNS[3], "random"), (COLUMNS[4], "real")
    return (COLUMNS[0], ""), (COLUMNS[1], panel), (COLUMNS[2], panel)


def _told(result: MadeToOrderResult, arm: str, place: int) -> dict[str, float]:
    if f"says_{arm}" not in result.cases:
        return {"others": 0.0, "length": 0.0}
    change = result.pictures[1 + ARMS.index(arm), place].astype(float) - result.pictures[0, place]
    return {
        "others": float(result.cases[f"says_{arm}"].iloc[place]),
        "length": float(np.linalg.norm(change / 255)),
    }


def album_pictures(result: MadeToOrderResult, view: MadeToOrderView) -> dict[str, pd.DataFrame]:
    """The painted pictures of the cells that are there."""
    table = album(result, view)
    if table.empty:
        return {"pictures": table.assign(url=[])}
    urls = [_painted(result, *cell) for cell in zip(table["column"], table["arm"], table["place"],
                                                    strict=True)]  # fmt: skip
    table = table[["panel", "column", "row"]].assign(url=urls)
    return {"pictures": table[table["url"] != ""]}


def _painted(result: MadeToOrderResult, column: str, arm: str, place: int) -> str:
    original = result.pictures[0, place] / 255
    if not arm:
        return grey_picture(original)
    made = result.pictures[1 + ARMS.index(arm), place] / 255
    if not made.any():
        return ""
    if column == "change":
        return signed_map(original * 0.6, (made - original) / FULL_COLOUR)
    return grey_picture(made)


def album_caption(table: pd.DataFrame, view: MadeToOrderView) -> str:
    """Say how many of the other networks agree with the pictures in sight."""
    if table.empty or not table["length"].any():
        return ""
    seen = table[table["column"] == COLUMNS[1]].groupby("arm", sort=False)
    said = [
        f"{number(float(rows['others'].mean()), 'share')} of the other networks agree with those "
        f"made for the {arm} network (mean length {number(float(rows['length'].mean()))})"
        for arm, rows in seen
    ]
    return "Of the pictures in sight, " + "; ".join(said) + "." if said else ""


def shares(result: MadeToOrderResult, view: MadeToOrderView) -> pd.DataFrame:
    """Mean share that says the new class and its interval, by judge and arm."""
    table = summarise(_named(result.measures, JUDGES), ["measure", "arm"])
    ends = {end: table[end].clip(0, 1) for end in ("low", "high")}
    return table.assign(
        judge=table["measure"].map(JUDGES), arm=table["arm"].map(ARM_TITLES), **ends
    )


def shares_caption(table: pd.DataFrame, view: MadeToOrderView) -> str:
    """Say what the judges make of the standard network's counterfactuals."""
    means = _means(table)
    keys = [(judge, ARM_TITLES["standard"]) for judge in JUDGES]
    if any(key not in means for key in keys):
        return ""
    own, peers, hardened, nearest = (number(means[key], "share") for key in keys)
    real = means.get(("nearest", ARM_TITLES["real"]))
    about = "" if real is None else (
        f"; about real pictures of that class it is so for {number(real, 'share')}"
    )  # fmt: skip
    return (
        f"Of the counterfactuals made for standard networks, the network itself accepts {own}, "
        f"other standard networks {peers}, hardened ones {hardened}. The nearest real picture is "
        f"of the new class for {nearest}{about}."
    )


def sizes(result: MadeToOrderResult, view: MadeToOrderView) -> pd.DataFrame:
    """Mean size and interval, by measure and arm."""
    table = summarise(_named(result.measures, SIZES), ["measure", "arm"])
    return _panelled(table, SIZES)


def sizes_caption(table: pd.DataFrame, view: MadeToOrderView) -> str:
    """Compare lengths, and what they lead to."""
    means = _means(table)
    keys = [(m, ARM_TITLES[arm]) for m in ("length", "to_real") for arm in (*NETWORKS, "real")]
    if any(key not in means for key in keys):
        return ""
    made, hardened, real, to_made, to_hardened, to_real = (number(means[key]) for key in keys)
    return (
        f"A counterfactual is {made} away for standard networks and {hardened} for hardened ones; "
        f"the nearest real picture of the class is {real} away. They end up {to_made} and "
        f"{to_hardened} from the training pictures of the class, real ones {to_real}."
    )


def lengths(result: MadeToOrderResult, view: MadeToOrderView) -> pd.DataFrame:
    """Mean share and interval by judge, arm and length of the change."""
    rows = _named(result.lengths, LENGTH_PANELS)
    table = summarise(rows, ["measure", "arm", "length"])
    return _panelled(table, LENGTH_PANELS, clip=True)


def lengths_caption(table: pd.DataFrame, view: MadeToOrderView) -> str:
    """Compare both kinds of networks at the length where they differ most."""
    rows = table[table["measure"] == "nearest"]
    wide = rows.pivot(index="length", columns="arm", values="mean")
    if not {ARM_TITLES[arm] for arm in NETWORKS} <= set(wide.columns):
        return ""
    gap = wide[ARM_TITLES["hardened"]] - wide[ARM_TITLES["standard"]]
    length = gap.abs().idxmax()
    values = [number(float(wide.loc[length, ARM_TITLES[arm]]), "share") for arm in NETWORKS]
    return (
        f"At equal length the means of the two kinds differ most at {number(float(length))}: there "
        f"the nearest real picture is of the new class for {values[0]} of the pictures made for "
        f"standard and {values[1]} of those made for hardened networks."
    )


def _named(rows: pd.DataFrame, measures: dict[str, str]) -> pd.DataFrame:
    return rows[rows["measure"].isin(list(measures))]


def _panelled(table: pd.DataFrame, titles: dict[str, str], clip: bool = False) -> pd.DataFrame:
    panels = table["measure"].map(titles).astype(object)
    table = table.assign(panel=panels, arm=table["arm"].map(ARM_TITLES).astype(object))
    if clip:
        table = table.assign(low=table["low"].clip(0, 1), high=table["high"].clip(0, 1))
    # A figure keeps the panels it starts with.
    return table if table["panel"].nunique() == len(titles) else table[:0]


def _means(table: pd.DataFrame) -> dict[tuple[str, str], float]:
    if table.empty:
        return {}
    cells = zip(table["measure"], table["arm"], table["mean"], strict=True)
    return {(str(measure), str(arm)): float(mean) for measure, arm, mean in cells}

"""Tables of the pictures that each class scores highest, read off the same result."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.challenges.interpretability.data import CLASS_NAMES
from core.challenges.interpretability.tables.made_to_order import JUDGES, KINDS, NETWORKS
from core.charts.raster import grey_picture
from core.lab.intervals import summarise
from core.lab.wording import number

if TYPE_CHECKING:
    from core.challenges.interpretability.made_to_order import MadeToOrderView
    from core.challenges.interpretability.made_to_order_board import MadeToOrderResult

COLUMNS = 5
BRIGHTEST = 0.85
"""How bright white is drawn: pure white would melt into a light page."""
WAYS = {"none": "no limit", "L2": "L2", "smooth": "smooth"}
PANELS = {"standard": "Of standard networks", "hardened": "Of hardened networks"}
ROWS = (*WAYS.values(), "average")
KIND_TITLES = {
    **{f"{net}_{way}": f"{net}, {words}" for net in NETWORKS for way, words in WAYS.items()},
    "start": "noise at the start", "average": "average of real", "real": "real picture",
}  # fmt: skip
PRAISE_PANELS = {"probability": "Probability of the class", "distance": "Distance to real ones"}
JUDGED = {**JUDGES, "distance": JUDGES["nearest"]}
"""Who a measure comes from: distances are to the nearest real picture."""


def favourites(result: MadeToOrderResult, view: MadeToOrderView) -> pd.DataFrame:
    """One row a picture: where it stands."""
    names = CLASS_NAMES["digits" if result.dataset == "digits" else "shapes"]
    rows = [
        {"panel": panel, "kind": KIND_TITLES[kind], "class": name, "column": i % COLUMNS,
         "row": f"{label}|{i // COLUMNS}", "place": i, "of": kind}
        for panel, kinds in _panels().items()
        for kind, label in kinds
        for i, name in enumerate(names)
    ]  # fmt: skip
    # Pictures come while the run goes on; the figure keeps the panels it starts with.
    return pd.DataFrame(rows if result.made.any() else rows[:0], columns=list(rows[0]))


def _panels() -> dict[str, list[tuple[str, str]]]:
    """Kinds of pictures and the labels of their rows; the average of real ones is in both."""
    return {
        title: [*((f"{net}_{way}", words) for way, words in WAYS.items()), ("average", "average")]
        for net, title in PANELS.items()
    }


def favourite_pictures(result: MadeToOrderResult, view: MadeToOrderView) -> dict[str, pd.DataFrame]:
    """The painted pictures of those that are there."""
    table = favourites(result, view)
    urls = [
        grey_picture(BRIGHTEST * picture / 255) if picture.any() else ""
        for kind, place in zip(table["of"], table["place"], strict=True)
        for picture in [result.made[KINDS.index(kind), place]]
    ]
    table = table[["panel", "column", "row"]].assign(url=urls)
    return {"pictures": table[table["url"] != ""]}


def favourites_caption(table: pd.DataFrame, view: MadeToOrderView) -> str:
    """Say what is in the picture."""
    if table.empty:
        return ""
    names = list(dict.fromkeys(table["class"]))
    return (
        f"Each picture is one class: {', '.join(map(str, names))}, five in a row. The last rows "
        "are the average of the real pictures of each class."
    )


def praise(result: MadeToOrderResult, view: MadeToOrderView) -> pd.DataFrame:
    """Mean and interval by measure and kind of picture."""
    table = summarise(result.favourites, ["measure", "kind"])
    far = table["measure"] == "distance"
    most = np.where(far, np.inf, 1.0)
    table = table.assign(
        panel=np.where(far, PRAISE_PANELS["distance"], PRAISE_PANELS["probability"]).astype(object),
        judge=table["measure"].map(JUDGED),
        kind=table["kind"].map(KIND_TITLES),
        **{end: np.clip(table[end], 0, most) for end in ("low", "high")},
    )
    table = table.sort_values("measure", key=lambda m: m == "distance", kind="stable")
    return table if table["panel"].nunique() == len(PRAISE_PANELS) else table[:0]


def praise_caption(table: pd.DataFrame, view: MadeToOrderView) -> str:
    """Set what the networks say beside how far from real pictures it is."""
    means = {
        (m, k): float(v) for m, k, v in zip(table["measure"], table["kind"], table["mean"],
                                            strict=True)
    } if len(table) else {}  # fmt: skip
    free, tied = KIND_TITLES["standard_none"], KIND_TITLES["standard_L2"]
    keys = [("own", free), ("others_standard", free), ("distance", free), ("distance", tied),
            ("distance", KIND_TITLES["start"])]  # fmt: skip
    if any(key not in means for key in keys):
        return ""
    own, others, far, near, noise = (means[key] for key in keys)
    return (
        f"Without a regulariser a standard network gives its favourite {number(own, 'share')}, "
        f"others give it {number(others, 'share')}, and it is {number(far)} times as far from "
        f"real pictures of the class as a real one is; noise is {number(noise)} times as far. "
        f"With L2 it is {number(near)} times."
    )

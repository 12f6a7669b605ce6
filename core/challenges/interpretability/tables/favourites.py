"""Tables of the pictures that each class scores highest, read off the same result."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.challenges.interpretability.data import CLASS_NAMES
from core.challenges.interpretability.tables.made_to_order import KINDS, NETWORKS
from core.charts.raster import grey_picture
from core.metrics.intervals import summarise
from core.wording import number

if TYPE_CHECKING:
    from core.challenges.interpretability.made_to_order import MadeToOrderView
    from core.challenges.interpretability.made_to_order_board import MadeToOrderResult

COLUMNS = 5
WAYS = {
    "none": "No regulariser",
    "L2": "L2: few bright pixels",
    "smooth": "Smooth: like neighbours",
}
CONTROLS = "For comparison"
SHORT = {"none": "nothing", "L2": "L2", "smooth": "smooth"}
KIND_TITLES = {
    **{f"{net}_{way}": f"{net}, {SHORT[way]}" for net in NETWORKS for way in WAYS},
    "start": "the noise at the start", "average": "average of real", "real": "a real picture",
}  # fmt: skip
MEASURES = {
    "own": "Probability: the network itself",
    "others_standard": "Probability: other standard networks",
    "others_hardened": "Probability: hardened networks",
    "distance": "Distance to real pictures (1 = a real one)",
}


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
    made = {title: [(f"{net}_{way}", net) for net in NETWORKS] for way, title in WAYS.items()}
    return {**made, CONTROLS: [("start", "start"), ("average", "average")]}


def favourite_pictures(result: MadeToOrderResult, view: MadeToOrderView) -> dict[str, pd.DataFrame]:
    """The painted pictures of those that are there."""
    table = favourites(result, view)
    urls = [
        grey_picture(picture / 255) if picture.any() else ""
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
        f"From left to right and top to bottom: {', '.join(map(str, names))}, once for each kind "
        "of network, under each regulariser."
    )


def praise(result: MadeToOrderResult, view: MadeToOrderView) -> pd.DataFrame:
    """Mean and interval by measure and kind of picture."""
    table = summarise(result.favourites, ["measure", "kind"])
    panels = table["measure"].map(MEASURES).astype(object)
    network = table["kind"].str.split("_").str[0]
    table = table.assign(
        panel=panels,
        network=np.where(network.isin(NETWORKS), network + " network", "no network"),
        kind=table["kind"].map(KIND_TITLES).astype(object),
    )
    shares = table["measure"] != "distance"
    ends = table[["low", "high"]]
    table[["low", "high"]] = ends.clip(0, np.where(shares, 1.0, np.inf), axis=0)
    table = table.sort_values("measure", key=lambda m: m.map(list(MEASURES).index), kind="stable")
    return table if table["panel"].nunique() == len(MEASURES) else table[:0]


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

"""The pictures made to order themselves: changed ones in an album, and each class's favourites."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from core.challenges.interpretability.made_to_order.config import (
    ARMS,
    KINDS,
    NETWORKS,
    ROWS,
    MadeToOrderResult,
    MadeToOrderView,
)
from core.charts import marks, theme
from core.charts.raster import grey_picture, signed_map
from core.charts.tiles import painted
from core.data.picture_sets import CLASS_NAMES
from core.lab.experiment import Figure
from core.lab.wording import number

COLUMNS = ("before", "after", "change", "random", "real")
ALBUM_PANELS = {
    **{f"For a {net} network": (("before", ""), ("after", net), ("change", net))
       for net in NETWORKS},
    "For comparison": (("before", ""), ("random", "random"), ("real", "real")),
}  # fmt: skip
"""Columns of each panel, and the arms whose pictures stand in them."""
FULL_COLOUR = 0.5
"""A pixel that changed by this much, black being 0 and white 1, gets the full colour."""
BRIGHTEST = 0.85
"""How bright white is drawn: pure white would melt into a light page."""
IN_A_ROW = 5
WAYS = {"none": "no limit", "L2": "L2", "smooth": "smooth"}
KIND_TITLES = {
    **{f"{net}_{way}": f"{net}, {words}" for net in NETWORKS for way, words in WAYS.items()},
    "start": "noise at the start", "average": "average of real", "real": "real picture",
}  # fmt: skip
FAVOURITE_ROWS = (*WAYS.values(), "average")
Cell = Mapping[str, Any]
BARE: dict[str, Any] = {"ticks": False, "domain": False, "grid": False, "title": None}


def album(result: MadeToOrderResult, view: MadeToOrderView) -> pd.DataFrame:
    """One row a picture in sight: where it stands and what others say of it."""
    first = (view.page - 1) * ROWS
    if len(result.cases) < first + ROWS:
        return pd.DataFrame({"panel": [], "column": [], "row": []})
    rows = []
    for place in range(first, first + ROWS):
        case = result.cases.iloc[place]
        words = f"{case['label']} → {case['target']}"
        for panel, cells in ALBUM_PANELS.items():
            for column, arm in cells:
                others, length = _told(result, arm, place)
                rows.append((panel, column, place - first, arm, words, place, others, length))
    columns = ["panel", "column", "row", "arm", "words", "place", "others", "length"]
    return pd.DataFrame(rows, columns=columns)


def _told(result: MadeToOrderResult, arm: str, place: int) -> tuple[float, float]:
    """Share of other networks that agree, and length of the change; 0 while they are not known."""
    if f"says_{arm}" not in result.cases:
        return 0.0, 0.0
    change = result.pictures[1 + ARMS.index(arm), place].astype(float) - result.pictures[0, place]
    return float(result.cases[f"says_{arm}"].iloc[place]), float(np.linalg.norm(change / 255))


def _album_picture(result: MadeToOrderResult, view: MadeToOrderView, cell: Cell) -> str:
    original = result.pictures[0, cell["place"]] / 255
    if not cell["arm"]:
        return grey_picture(original)
    made = result.pictures[1 + ARMS.index(cell["arm"]), cell["place"]] / 255
    if not made.any():
        return ""
    if cell["column"] == "change":
        return signed_map(original * 0.6, (made - original) / FULL_COLOUR)
    return grey_picture(made)


def album_caption(table: pd.DataFrame, view: MadeToOrderView) -> str:
    """Say how many of the other networks agree with the pictures in sight."""
    if table.empty or not table["length"].any():
        return ""
    said = [
        f"{number(float(rows['others'].mean()), 'share')} of the other networks agree with those "
        f"made for the {arm} network (mean length {number(float(rows['length'].mean()))})"
        for arm, rows in table[table["column"] == "after"].groupby("arm", sort=False)
    ]
    return "Of the pictures in sight, " + "; ".join(said) + "." if said else ""


def _picture_grid(
    x: alt.X, y: alt.Y, told: Mapping[str, str], *between: alt.Chart, **image: Any
) -> alt.LayerChart:
    """Pictures at `x` and `y`, which tell what columns say; their size is in `image`."""
    pictures = alt.Chart(alt.Data(name="pictures")).mark_image(**image)
    formats = {"others:Q": {"format": ".0%"}, "length:Q": {"format": ".2f"}}
    tooltip = [alt.Tooltip(name, title=t, **formats.get(name, {})) for name, t in told.items()]
    hidden = alt.Chart(marks.TABLE).mark_rect(opacity=0).encode(x=x, y=y, tooltip=tooltip)
    return alt.layer(pictures.encode(x=x, y=y, url="url:N"), *between, hidden)


def album_chart(view: MadeToOrderView) -> alt.LayerChart:
    """Four pictures, one a row, with what was made of them; one panel a network."""
    header = alt.Axis(orient="top", labelAngle=0, labelLimit=120, labelFlush=False, **BARE)
    x, y = alt.X("column:N", sort=list(COLUMNS), axis=header), alt.Y("row:O", axis=None)
    words = alt.Chart(marks.TABLE).transform_filter("datum.column == 'before'").mark_text(
        fontSize=12, color=theme.INK, baseline="top", dy=alt.expr(f"2 - height / {2 * ROWS}")
    ).encode(x=x, y=y, text="words:N")  # fmt: skip
    told = {"words:N": "from and to", "column:N": "shown",
            "others:Q": "other networks that agree",
            "length:Q": "length of the change"}  # fmt: skip
    size = {"width": alt.expr("width / 3 - 6"), "height": alt.expr(f"height / {ROWS} - 24")}
    return _picture_grid(x, y, told, words, yOffset=8, **size).properties(height=440)


def favourites(result: MadeToOrderResult, view: MadeToOrderView) -> pd.DataFrame:
    """One row a picture: where it stands; the average of real ones is in both panels."""
    names = CLASS_NAMES["digits" if result.dataset == "digits" else "shapes"]
    rows = [
        {"panel": f"Of {net} networks", "kind": KIND_TITLES[kind], "class": name,
         "column": i % IN_A_ROW, "row": f"{label}|{i // IN_A_ROW}", "place": i, "of": kind}
        for net in NETWORKS
        for kind, label in zip(
            (*(f"{net}_{way}" for way in WAYS), "average"), FAVOURITE_ROWS, strict=True
        )
        for i, name in enumerate(names)
    ]  # fmt: skip
    # Pictures come while the run goes on; the figure keeps the panels it starts with.
    return pd.DataFrame(rows if result.made.any() else rows[:0], columns=list(rows[0]))


def _favourite(result: MadeToOrderResult, view: MadeToOrderView, cell: Cell) -> str:
    picture = result.made[KINDS.index(cell["of"]), cell["place"]]
    return grey_picture(BRIGHTEST * picture / 255) if picture.any() else ""


def favourites_caption(table: pd.DataFrame, view: MadeToOrderView) -> str:
    """Say what is in the picture."""
    if table.empty:
        return ""
    names = ", ".join(map(str, table["class"].unique()))
    return (
        f"Each picture is one class: {names}, five in a row. The last rows are the average of the "
        "real pictures of each class."
    )


def favourites_chart(view: MadeToOrderView) -> alt.LayerChart:
    """Five classes a row, one regulariser after the other; one panel a kind of network."""
    first = "split(datum.label, '|')[1] == '0' ? split(datum.label, '|')[0] : ''"
    axis = alt.Axis(labelExpr=first, labelAngle=-90, labelAlign="center",
                    labelBaseline="bottom", **BARE)  # fmt: skip
    rows = [f"{label}|{i}" for label in FAVOURITE_ROWS for i in (0, 1)]
    x, y = alt.X("column:O", axis=None), alt.Y("row:N", sort=rows, axis=axis)
    size = {
        side: alt.expr(f"bandwidth('{d}') - 2") for side, d in (("width", "x"), ("height", "y"))
    }
    told = {"class:N": "class", "kind:N": "made for"}
    return _picture_grid(x, y, told, **size).properties(height=460)


ALBUM = Figure(
    name="album",
    title="The smallest change to another answer",
    table=album,
    chart=album_chart,
    caption=album_caption,
    underlay=painted(album, _album_picture),
    live=True,
    note="A counterfactual is the nearest picture that gets another answer. The answer "
    "asked for is the class of the nearest real picture of another class, on the right. "
    "Orange pixels became brighter, blue ones darker, all on one scale. The random change "
    "is as long as the longer of the two, where black and white allow it.",
    panels=True,
)

FAVOURITES = Figure(
    name="favourites",
    title="What each class scores highest",
    table=favourites,
    chart=favourites_chart,
    caption=favourites_caption,
    underlay=painted(favourites, _favourite),
    live=True,
    note="Activation maximisation: from noise, pixels move to where the class's score "
    "rises. A regulariser keeps them small, or like their neighbours.",
    panels=True,
)

"""Figures on a page: a specification built once per view, then fed with data frame by frame."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st
from streamlit import dataframe_util

from core.charts import choosing, standalone, theme
from core.charts.magnified import magnified
from core.charts.spoken import spoken
from core.lab.experiment import Figure
from core.lab.settings import View, knob_of
from core.lab.wording import listed
from core.store.store import Record
from core.ui import downloads, links, readings, rooms, slides

AnyFigure = Figure[Any, Any]
CAPTION = 36
"""Height of the line over a panel, with its distance, in pixels."""
DRAWN = "figures drawn"
"""Key of those that have had their place on the page in this visit, and how much room is kept."""
WORDS = {"labelColor": theme.INK, "titleColor": theme.INK}
"""Streamlit's own grey has 3.6:1 on a light page."""
CONFIG = {
    "font": "system-ui, sans-serif",
    "background": "transparent",
    "view": {"stroke": None},
    "axis": {"labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal", **WORDS},
    # Streamlit moves the labels at both ends inwards; names of rows then miss their row.
    "axisBand": {"labelFlush": False},
    "axisPoint": {"labelFlush": False},
    # As wide as a phone: `marks.legend_columns` makes room for whole names, where Vega would cut.
    "legend": {"labelFontSize": 12, "symbolStrokeWidth": 2, "labelLimit": 320, **WORDS},
    "header": WORDS,
}


_specifications = readings.Shelf(256)
Parts = Sequence[tuple[str, Mapping[str, Any]]]
"""Panels, or one part without a name: what it is called, and its tables, as they are or encoded."""


def specification(
    chart: Callable[[Any], Any], view: Any, choice: bool = False, large: bool = False
) -> dict[str, Any]:
    """A figure's chart for one view, compiled once; it holds names of data sets and no data."""
    make = partial(compiled, chart, view, choice, large)
    return _specifications.once((chart, view, choice, large), make)


def compiled(
    chart: Callable[[Any], Any],
    view: Any,
    choice: bool = False,
    large: bool = False,
    validate: bool = False,
) -> dict[str, Any]:
    """Compile a chart.

    Args:
        chart: Makes it for a view.
        view: The display choices, or whatever the chart depends on; hashable.
        choice: Whether a click on its marks chooses something.
        large: Whether it is for a projector.
        validate: Whether it is held against the schema: that is half of the work, and the tests
            have done it.
    """
    spec = spoken(chart(view).to_dict(validate=validate))
    spec = choosing.choosable(spec) if choice else spec
    spec["config"] = {**CONFIG, **_without_defaults(spec.get("config", {}))}
    spec["usermeta"] = {"embedOptions": {"actions": False}}
    return magnified(spec) if large else spec


def place_of(owner: str, figure: AnyFigure) -> str:
    """Key of a figure's container, as a style name.

    Args:
        owner: `challenge/experiment`.
        figure: One of its.
    """
    return f"figure-{owner}-{figure.name}".replace("/", "-")


def height_of(spec: Mapping[str, Any]) -> Any:
    """Reserve a chart's height before its library is there; by rows, it follows its content."""
    found = spec.get("height")
    return found if isinstance(found, int) else "content"


def _without_defaults(config: Mapping[str, Any]) -> dict[str, Any]:
    """Drop the size that Altair writes into every chart: the page decides the width."""
    return {k: v for k, v in config.items() if not (k == "view" and "continuousWidth" in v)}


def finished(
    figure: AnyFigure, record: Record[Any], view: View
) -> tuple[Mapping[str, pd.DataFrame], str, Parts]:
    """What a finished result shows in a figure, made once for all visitors.

    Returns:
        The figure's tables by name; its caption; and its parts, encoded as the page library sends
        them: none where it has no rows.
    """
    name = (readings.identity(record), figure.name, view.model_dump_json())
    table, underlay = readings.once(name, lambda: standalone.data(figure, record.result, view))
    if table.empty:
        return {}, "", ()
    tables = {"table": table, **underlay}
    caption = readings.once((*name, "caption"), lambda: figure.caption(table, view))
    return tables, caption, readings.once((*name, "parts"), lambda: encoded(figure, tables, view))


def encoded(figure: AnyFigure, tables: Mapping[str, pd.DataFrame], view: View) -> Parts:
    """A figure's parts, their tables as the page library sends them."""
    encode = dataframe_util.convert_pandas_df_to_arrow_bytes
    return [
        (name, {key: encode(table) for key, table in own.items()})
        for name, own in _parts(figure, tables, view)
    ]


def _parts(figure: AnyFigure, tables: Mapping[str, pd.DataFrame], view: View) -> Parts:
    """Mark what is chosen, and split into panels; one part where there are no panels."""
    tables = {name: choosing.marked(table, figure.picks, view) for name, table in tables.items()}
    if not figure.panels:
        return [("", tables)]
    names = list(dict.fromkeys(tables["table"]["panel"]))
    return [
        (str(name), {key: standalone.panel(table, name) for key, table in tables.items()})
        for name in names
    ]


class Canvas:
    """One figure's place on the page; its charts are replaced in place, so nothing flickers."""

    def __init__(self, figure: AnyFigure, owner: str) -> None:
        """Reserve the place where this is called.

        Args:
            figure: What will be drawn.
            owner: `challenge/experiment`, for the names of widgets and files.
        """
        self.figure = figure
        self.owner = owner
        self._name = place_of(owner, figure)
        self.place = st.container(key=self._name, gap="xsmall")
        self._below = self.place
        self._room: Any = self.place
        self._drawn: dict[tuple[int, str], Any] = {}
        self._columns: Sequence[Any] = ()
        self._reserved: Sequence[Any] = ()

    def words_here(self) -> None:
        """Put its words, its table and its downloads where this is called, not right under it."""
        self._below = st.container(key=f"{self._name}-below", gap="xsmall")

    def reserve(self, view: View, known: Callable[[], Record[Any] | None]) -> None:
        """Take the figure's room before there is anything to draw, at its first time in a visit.

        Later on, what was drawn before stays until it is replaced.

        Args:
            view: How it will be drawn.
            known: Finds a result that has as many rows and panels, where there is one.
        """
        drawn = st.session_state.setdefault(DRAWN, {})
        if self._name in drawn:
            self._keep(drawn[self._name])
            return
        drawn[self._name] = 0
        record = known()
        tables = finished(self.figure, record, view)[0] if record is not None else {}
        table = tables.get("table", pd.DataFrame())
        height = rooms.height(self._specification(view), table)
        if height is None:
            return
        self._put(self.place, (0, "header"), self.figure.title, anchor=False)
        if height_of(self._specification(view)) == "content":
            drawn[self._name] = rooms.steps(height)
        self._keep(drawn[self._name])
        self._room = self._room.empty()
        if not self.figure.panels:
            self._room.skeleton(height=height)
            return
        columns = self._room.columns(rooms.panels(table))
        self._reserved = [column.skeleton(height=height + CAPTION) for column in columns]

    def _keep(self, steps: int) -> None:
        """Put the chart where the style sheet keeps so much room for it; 0 for no such place."""
        if steps:
            self._put(self.place, (0, "header"), self.figure.title, anchor=False)
            self._room = self.place.container(key=f"{self._name}-high-{steps}")

    def draw(self, result: Any, view: View) -> None:
        """Draw a result, whole or partial; a figure without rows stays away."""
        table, underlay = standalone.data(self.figure, result, view)
        if not table.empty:
            parts = _parts(self.figure, {"table": table, **underlay}, view)
            self._panels(parts, view, self.figure.title)

    def draw_known(self, name: tuple[str, ...], result: Any, view: View) -> None:
        """Draw a result that is the same for all who come to it, made ready once.

        Args:
            name: Tells it from others, see `readings.once`.
            result: As in `draw`.
            view: How it is drawn.
        """

        def read() -> Parts:
            table, underlay = standalone.data(self.figure, result, view)
            tables = {"table": table, **underlay}
            return () if table.empty else encoded(self.figure, tables, view)

        parts = readings.once((*name, self.figure.name, view.model_dump_json(), "parts"), read)
        if parts:
            self._panels(parts, view, self.figure.title)

    def finish(self, record: Record[Any], view: View) -> None:
        """Draw a finished result with its words, its table and its downloads."""
        tables, caption, parts = finished(self.figure, record, view)
        if not parts:
            return
        self._panels(parts, view, f"{self.figure.title}. {caption}")
        with self._below.container(key=f"words-{self.owner}-{self.figure.name}".replace("/", "-")):
            st.markdown(caption)
            note = " ".join([self.figure.note, *self._invitation(view)]).strip()
            if note:
                st.caption(note)
        with self._below:
            self._tools(record, view, tables, caption)

    def _panels(self, parts: Parts, view: View, alt: str) -> None:
        spec = self._specification(view)
        self._put(self.place, (0, "header"), self.figure.title, anchor=False)
        if not self.figure.panels:
            self._chart(self._room, 0, spec, parts[0][1], alt)
            return
        self._columns = self._columns or self._beside(len(parts))
        for i, ((name, own), column) in enumerate(zip(parts, self._columns, strict=False)):
            self._put(column, (i, "caption"), name)
            self._chart(column, i, spec, own, f"{alt} {name}.")

    def _invitation(self, view: View) -> list[str]:
        """What a click chooses, in words, where it chooses something; keys use the control."""
        labels = [
            knob_of(type(view), pick.knob).label.lower() for pick in self.figure.picks if pick.marks
        ]
        chosen = listed(list(dict.fromkeys(labels)))
        return [f"Choose by a click or by the control: {chosen}."] if labels else []

    def _specification(self, view: View) -> dict[str, Any]:
        choice = bool(self.figure.picks)
        return specification(self.figure.chart, view, choice, links.projected())

    def _beside(self, count: int) -> Sequence[Any]:
        """Make room for so many panels in place of those that were reserved."""
        for place in self._reserved[count:]:
            place.empty()  # Columns that take the place of others keep those that they have not.
        columns: Sequence[Any] = self._room.columns(count)
        return columns

    def _chart(
        self, place: Any, i: int, spec: dict[str, Any], data: Mapping[str, Any], alt: str
    ) -> None:
        filled = {**spec, "datasets": dict(data)}
        self._put(place, (i, "vega_lite_chart"), None, filled, alt=alt, height=height_of(spec))

    def _put(self, place: Any, slot: tuple[int, str], *words: Any, **options: Any) -> None:
        """Draw an element, or replace the one drawn here before."""
        target = self._drawn.get(slot, place)
        self._drawn[slot] = getattr(target, slot[1])(*words, **options)

    def _tools(
        self, record: Record[Any], view: View, tables: Mapping[str, pd.DataFrame], caption: str
    ) -> None:
        """Offer the table, on the page and as a file, and the figure as a picture."""
        key, table = f"{self.owner}-{self.figure.name}", tables["table"]
        spec = specification(self.figure.chart, view, bool(self.figure.picks))
        owner = slides.owner_of(record)
        names = downloads.column_names(spec, table.columns, owner)
        with st.container(horizontal=True, gap="small", key=f"tools-{key}".replace("/", "-")):
            popover = st.popover(
                "Table",
                icon=":material/table:",
                type="tertiary",
                key=f"{key}-table",
                on_change="rerun",
            )
            _csv(table, names, key)
            if owner is not None:
                config = owner.config(**record.config)
                slides.offer(
                    slides.Drawn(owner, self.figure, spec, tables, caption, config, view), key
                )
        if popover.open:
            told = f"Table of: {self.figure.title}"
            popover.dataframe(table, hide_index=True, column_config=names, alt=told)


def _csv(table: pd.DataFrame, names: Mapping[str, str], key: str) -> None:
    st.download_button(
        "CSV",
        data=lambda: downloads.csv_bytes(table, names),
        file_name=f"{key}.csv".replace("/", "-"),
        mime="text/csv",
        icon=":material/download:",
        type="tertiary",
        key=f"{key}-csv",
        on_click="ignore",
        help="The table behind this figure.",
    )


def painter(canvases: Sequence[Canvas], view: View) -> Callable[..., None]:
    """Return what draws a partial result: those of the figures that are drawn live.

    The first one is drawn at every call, the others at every second one: the visitor's eye is on
    the first, and the browser needs its time too. With `whole=True` all are drawn.
    """
    live = [canvas for canvas in canvases if canvas.figure.live]
    frames = itertools.count()

    def draw(partial: Any, whole: bool = False) -> None:
        second = next(frames) % 2 == 1
        for canvas in live if whole or second else live[:1]:
            canvas.draw(partial, view)

    return draw

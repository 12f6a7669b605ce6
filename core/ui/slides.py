"""A picture of a figure for slides: offered beside its table, drawn when somebody asks for it."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd
import streamlit as st

from core import challenges
from core.charts import standalone
from core.lab.experiment import Experiment, Figure
from core.lab.run import CannotRunError
from core.lab.settings import Config, View
from core.slides import drawing
from core.slides.look import as_on_a_page
from core.slides.sheet import Words, panel_width
from core.store.store import Record
from core.ui import failures, links

Anything = Experiment[Any, Any, Any]
FORMS = (("png", "image/png"), ("svg", "image/svg+xml"))
SAID = (
    "White, 1920 pixels wide, with title, finding, settings and link. It takes a second or two to "
    "be drawn."
)
SECONDS_TO_BEGIN = 3.0
"""Between a click and the beginning of the drawing."""
PAUSE = 0.1
"""Seconds between two looks at a drawing; Streamlit can end the wait then."""


@dataclass(frozen=True)
class Drawn:
    """A finished figure of an experiment.

    Attributes:
        experiment: Whose it is.
        figure: Which.
        spec: Of its chart, as the page has it.
        tables: Behind it, by the names in `spec`; `table` is among them.
        caption: What it shows.
        config: Settings of the run.
        view: How it is drawn.
    """

    experiment: Anything
    figure: Figure[Any, Any]
    spec: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame]
    caption: str
    config: Config
    view: View


def owner_of(record: Record[Any]) -> Anything | None:
    """The experiment that a record is of, if it is one that links lead to."""
    try:
        return challenges.experiment(*record.experiment.split("/"))
    except KeyError:
        return None


def order(drawn: Drawn, link: str, form: str) -> dict[str, Any]:
    """What the drawing program is asked for.

    Args:
        drawn: The figure.
        link: Leads to it.
        form: `png` or `svg`.
    """
    table = drawn.tables["table"]
    panels = list(dict.fromkeys(table["panel"])) if drawn.figure.panels else [""]
    charts = []
    for name in panels:
        parts = {key: standalone.panel(t, name) for key, t in drawn.tables.items()}
        rows = {key: json.loads(t.to_json(orient="records")) for key, t in parts.items()}
        charts.append(as_on_a_page(drawn.spec, rows, panel_width(len(panels))))
    return {"form": form, "charts": charts, "words": asdict(_words(drawn, link, panels))}


def _words(drawn: Drawn, link: str, panels: list[Any]) -> Words:
    challenge = challenges.challenge(drawn.experiment.slug.split("/")[0])
    return Words(
        above=f"{challenge.title} · {drawn.experiment.title}",
        title=drawn.figure.title,
        finding=unmarked(drawn.caption),
        settings=_unbroken(links.settings(drawn.experiment, drawn.config, drawn.view)),
        link=link,
        panels=tuple(unmarked(str(name)) for name in panels),
    )


def _unbroken(settings: str) -> str:
    """Let lines end between two settings alone: `Width: 32 units ·`."""
    return settings.replace(" ", "\u00a0").replace("·\u00a0", "· ")


def unmarked(text: str) -> str:
    """Take the Markdown out of a sentence: emphasis, code, colours and addresses of links."""
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r":material/\w+:", "", text)
    text = re.sub(r":[a-z]+\[([^\]]*)\]", r"\1", text)
    text = re.sub(r"(\*\*|\*|`)(?=\S)(.+?)(?<=\S)\1", r"\2", text)
    return " ".join(re.sub(r"\\([\\`*_{}\[\]()#+.!$~|-])", r"\1", text).split())


class Attempts:
    """Drawings that a visitor asked for at one figure.

    Attributes:
        running: How many go on.
        ended: How many have ended.
        told: How many of those the page has told of.
        problem: What to say about the last one; empty if all is well.
    """

    def __init__(self) -> None:
        self.running = self.ended = self.told = 0
        self.problem = ""
        self._lock = threading.Lock()

    def make(self, wanted: Callable[[], Mapping[str, Any]]) -> bytes:
        """Have one drawn; called by the page library's server, outside of any page.

        Raises:
            CannotRunError: If it cannot be drawn; the page says it, too.
        """
        with self._lock:
            self.running += 1
        problem = drawing.FAILED
        try:
            made = drawing.drawn(wanted())
            problem = ""
            return made
        except CannotRunError as error:
            problem = str(error)
            raise
        finally:
            with self._lock:
                self.running, self.ended, self.problem = self.running - 1, self.ended + 1, problem

    def awaited(self, place: Any) -> None:
        """Wait until the drawing that was just asked for has ended.

        Args:
            place: Of the page, empty; where the page library can end the wait.
        """
        until = time.monotonic() + SECONDS_TO_BEGIN
        while self.running or (self.ended == self.told and time.monotonic() < until):
            place.empty()
            time.sleep(PAUSE)


def offer(drawn: Drawn, key: str) -> None:
    """Offer a figure as picture; until that is opened nothing is made ready.

    Args:
        drawn: The figure.
        key: Of the widgets, and name of the files.
    """
    popover = st.popover(
        "Picture",
        icon=":material/image:",
        type="tertiary",
        key=f"{key}-picture",
        on_change="rerun",
    )
    if popover.open:
        with popover:
            link = links.short(drawn.experiment, drawn.config, drawn.view)
            _files(drawn, link, key)


@failures.section("picture", drawing.FAILED)
def _files(drawn: Drawn, link: str, key: str) -> None:
    """Offer the files; say why, where one cannot be drawn."""
    attempts: Attempts = st.session_state.setdefault(f"{key}-attempts", Attempts())
    st.caption(SAID)
    with st.container(horizontal=True, gap="small", key=f"picture-{key}".replace("/", "-")):
        pressed = [_button(drawn, link, key, form, attempts) for form in FORMS]
    if any(pressed):
        attempts.awaited(st.empty())
    fresh = attempts.ended > attempts.told
    attempts.told = attempts.ended
    if fresh and attempts.problem:
        st.error(attempts.problem)


def _button(
    drawn: Drawn, link: str, key: str, form: tuple[str, str], attempts: Attempts
) -> bool:  # fmt: skip
    ending, mime = form
    return st.download_button(
        ending.upper(),
        data=lambda: attempts.make(lambda: order(drawn, link, ending)),
        file_name=f"{key}.{ending}".replace("/", "-"),
        mime=mime,
        icon=":material/download:",
        type="tertiary",
        key=f"{key}-{ending}",
    )

"""Which pages there are, and the two guards around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core import challenges
from core.ui import arrival, failures, turns, upload_limits

PAGES = Path(__file__).resolve().parents[2] / "pages"
WIDTH = 1056
"""Of a page, in pixels; here and not in the style sheet, which arrives after the first paint."""
TITLE = "Deep Learning Challenges Lab"
MENU_WIDTH = 250
"""Of the list of pages beside the page, in pixels: the longest name fits on one line."""
MARK = "app is running"
"""Set by `app.py` in the session before it runs a page; `guard` looks for it."""
TRY = "Try yours"
"""Heading of the tools in the menu."""


@dataclass(frozen=True)
class Tool:
    """A page on which a visitor brings something, or plays.

    Attributes:
        slug: Name of its page file and of its folder in `core/ui/sections`.
        title: As in the menu: what is done.
        question: What it answers, in plain words.
    """

    slug: str
    title: str
    question: str


TOOLS = (
    Tool(
        "audit", "Audit your table", "Who gets what in a table of decisions, and how sure is that?"
    ),
    Tool("explain", "Explain a picture", "What does a network see in a picture of yours, and why?"),
    Tool(
        "mystery",
        "Solve the mystery",
        "A network takes a shortcut. Can you name it in a few probes?",
    ),
)


def pages() -> dict[str, Sequence[Any]]:
    """Group the pages by chapter, home first, the tools last; what has no page file is left out.

    No page has an icon: for the browser's tab Streamlit fetches it from a host on the internet.
    """
    home = _page(PAGES / "home.py", "Home", default=True)
    grouped: dict[str, list[Any]] = {"": [home]}
    ledger = file_of("ledger")
    if ledger.exists():
        grouped[""].append(_page(ledger, "Ledger", "Every claim in one table"))
    for challenge in challenges.challenges():
        file = file_of(challenge.slug)
        if file.exists():
            page = _page(file, challenge.title, challenge.question)
            grouped.setdefault(challenge.chapter, []).append(page)
    tools = [tool for tool in TOOLS if file_of(tool.slug).exists()]
    if tools:
        grouped[TRY] = [_page(file_of(t.slug), t.title, t.question) for t in tools]
    return dict(grouped)


def _page(file: Path, title: str, help: str | None = None, default: bool = False) -> Any:
    """One visit's own page. Making all twenty anew was an eighth of what a visit costs."""
    if get_script_run_ctx() is None:  # Made outside a visit, a page lacks most of what it is.
        return st.Page(file, title=title, help=help, default=default)
    return copy(_made_once(file, title, help, default))


@cache
def _made_once(file: Path, title: str, help: str | None, default: bool) -> Any:
    return st.Page(file, title=title, help=help, default=default)


def menu(groups: Mapping[str, Sequence[Any]], current: Any) -> None:
    """Draw the list of all pages beside the page: chapters with every name in sight.

    On a phone it opens over the page. The page library's own list is not used: it folds chapters,
    and breaks the rules of lists for those who have the page read out.

    Args:
        groups: Of the pages.
        current: The page that is shown.
    """
    with st.sidebar, st.container(key="menu", gap=None):
        for chapter, found in groups.items():
            if chapter:
                st.caption(chapter)
            for page in found:
                st.page_link(page, width="stretch")
        arrival.at_page(current.url_path)


def file_of(slug: str) -> Path:
    """The file of a page, which may not be there."""
    return PAGES / f"{slug}.py"


def link(
    slug: str,
    label: str,
    icon: str | None = None,
    parameters: Mapping[str, str] | None = None,
    quiet: bool = False,
) -> None:
    """Link to a page; nothing where it has no file.

    Args:
        slug: Of the page.
        label: Text of the link.
        icon: Name of an icon, or None.
        parameters: Of the address, see `links.to_experiment`.
        quiet: Whether the page's question is kept off: it would lie over words above the link.
    """
    file = file_of(slug)
    if file.exists():
        st.page_link(
            file,
            label=label,
            icon=icon and f":material/{icon}:",
            query_params=dict(parameters or {}),
            help="" if quiet else None,
        )


def browser_title(page: Any) -> str:
    """Name a page for the browser's tab, its history and its bookmarks."""
    return TITLE if page.url_path == "" else f"{page.title} · {TITLE}"


def guard() -> None:
    """Send a page that was reached without `app.py` through it. First statement of every page.

    Until somebody has opened the app's root after a start of the server, a deep link runs the
    page's file alone. Declaring the navigation and running again puts `app.py` in charge and
    keeps the link's parameters.
    """
    if MARK not in st.session_state:
        st.navigation(pages(), position="hidden")
        st.rerun()


def run(page: Any) -> None:
    """Run a page; whatever it raises becomes one sentence, and the heavy imports start after it.

    Streamlit's own stop and rerun signals are no `Exception`s and pass through.
    """
    upload_limits.install()
    with st.container(horizontal_alignment="center"), st.container(width=WIDTH, key="page"):
        try:
            with turns.pages.turn():
                page.run()
        except Exception as error:  # noqa: BLE001 - the outermost guard: anything may be raised
            failures.report(error, f"page {page.url_path or 'home'}")
            failures.apologize()
    # Imported here: what it needs is heavy, and the page is on the screen by now.
    from core.running import watching

    watching.give_way(turns.pages.quiet)
    watching.warm()

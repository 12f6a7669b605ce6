"""Which pages there are, and the two guards around them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from core import challenges
from core.ui import failures, upload_limits

PAGES = Path(__file__).resolve().parents[2] / "pages"
WIDTH = 1056
"""Of a page, in pixels; here and not in the style sheet, which arrives after the first paint."""
TITLE = "Deep Learning Challenges Lab"
MARK = "app is running"
"""Set by `app.py` in the session before it runs a page; `guard` looks for it."""


def pages() -> dict[str, Sequence[Any]]:
    """Group the pages by chapter, home first; a challenge without a page file is left out.

    No page has an icon: for the browser's tab Streamlit fetches it from a host on the internet.
    """
    home = st.Page(PAGES / "home.py", title="Home", default=True)
    grouped: dict[str, list[Any]] = {"": [home]}
    ledger = PAGES / "ledger.py"
    if ledger.exists():
        grouped[""].append(st.Page(ledger, title="Ledger", help="Every claim in one table"))
    for challenge in challenges.challenges():
        file = PAGES / f"{challenge.slug}.py"
        if file.exists():
            page = st.Page(file, title=challenge.title, help=challenge.question)
            grouped.setdefault(challenge.chapter, []).append(page)
    return dict(grouped)


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
            page.run()
        except Exception as error:  # noqa: BLE001 - the outermost guard: anything may be raised
            failures.report(error, f"page {page.url_path or 'home'}")
            failures.apologize()
    # Imported here: what it needs is heavy, and the page is on the screen by now.
    from core.running import watching

    watching.warm()

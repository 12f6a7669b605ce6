"""Start here: `streamlit run app.py`. One page per challenge, grouped by chapter.

The server imports this file once, before the first visitor, and finds `app`; then it runs the
file as a script, once for every visit of a page.
"""

import time
from pathlib import Path

import streamlit as st

from core.ui import server

ASSETS = Path(__file__).parent / "assets"
SECONDS_TO_WIDEN = 0.1
"""So long a visit's first run waits: a browser that gets width, style and content at once draws the
content narrow first, and moves it; and the menu pushes aside what the style keeps in its place."""


def show() -> None:
    """Draw the frame around the pages, and the page that was asked for."""
    from core.ui import links, navigation, turns

    with turns.frames.turn():
        # Width, style and logo first: what was drawn before them would move when they come.
        st.set_page_config(layout="wide", initial_sidebar_state=navigation.MENU_WIDTH)
        st.html(ASSETS / "style.css")
        tone = "dark" if st.context.theme.type == "dark" else "light"
        st.logo(str(ASSETS / f"logo-{tone}.svg"), size="large")
        found = navigation.pages()
        page = st.navigation(found, position="hidden")
    if navigation.MARK not in st.session_state:
        time.sleep(SECONDS_TO_WIDEN)
    with turns.frames.turn():
        if not links.projected():
            navigation.menu(found, page)
        st.set_page_config(
            page_title=navigation.browser_title(page), page_icon=str(ASSETS / "mark.svg")
        )
    st.session_state[navigation.MARK] = True
    navigation.run(page)


server.prepare()
if __name__ == "__main__":
    show()
else:
    app = st.App(__file__, lifespan=server.lifespan, middleware=server.middleware())

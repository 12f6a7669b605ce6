"""Start here: `streamlit run app.py`. One page per challenge, grouped by chapter."""

from pathlib import Path

import streamlit as st

from core.ui import navigation

ASSETS = Path(__file__).parent / "assets"

st.set_page_config(
    page_title="Deep Learning Challenges Lab",
    page_icon=str(ASSETS / "mark.svg"),
    layout="wide",
)
page = st.navigation(navigation.pages(), position="top")
tone = "dark" if st.context.theme.type == "dark" else "light"
st.logo(str(ASSETS / f"logo-{tone}.svg"), size="large")
st.html(ASSETS / "style.css")
st.session_state[navigation.MARK] = True
navigation.run(page)

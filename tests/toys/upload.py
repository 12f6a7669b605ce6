"""A page that asks for a file and says how large it is."""

import installed  # noqa: F401 - finds the project from any folder
import streamlit as st

from core.ui import uploads

file = uploads.chosen("A file", "toy", ["csv"], 20)
kept = st.session_state.get("toy")
st.text("none" if file is None else f"{len(file.data)} bytes, closed {kept.closed}")

"""The real server, with its bounds and its health check, and nothing but the rough challenge."""

import runpy

import place
import streamlit as st

place.install()

from core.ui import server  # noqa: E402

if __name__ == "__main__":
    runpy.run_path(str(place.ROOT / "app.py"), run_name="__main__")
else:
    server.prepare()
    app = st.App(__file__, lifespan=server.lifespan, middleware=server.middleware())

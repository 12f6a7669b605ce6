"""A home page that is light to draw."""

import place

place.install()

import streamlit as st  # noqa: E402

from core.ui import navigation  # noqa: E402

navigation.guard()
st.title("Rough")

"""Explain a picture: the networks of the gallery answer, on a page of its own."""

from core.ui import navigation, tools
from core.ui.sections import explain

navigation.guard()
tools.on_record("explain", "interpretability/gallery", explain.section)

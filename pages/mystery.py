"""Solve the mystery: the game under the experiment on shortcuts, on a page of its own."""

from core.ui import navigation, tools
from core.ui.sections import mystery

navigation.guard()
tools.on_record("mystery", "interpretability/mystery", mystery.section, shown="suspects")

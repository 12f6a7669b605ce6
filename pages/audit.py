"""Audit your table: the audit of the page on ethics and bias, on a page of its own."""

from core.ui import navigation, tools
from core.ui.sections import audit

navigation.guard()
tools.heading("audit")
audit.section(alone=True)

"""Ethics and bias: the words of the page, and the audit of a table."""

from pathlib import Path

from core.challenges.fairness import CHALLENGE
from core.ui import navigation, page
from core.ui.sections import audit

navigation.guard()
page.page(
    CHALLENGE,
    intro="At the end: [audit a table of your own](#audit-a-table).",
    words=Path(__file__).resolve().parents[1] / "assets" / "words" / "fairness",
)
audit.at_the_end()

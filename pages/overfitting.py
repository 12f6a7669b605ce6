"""Overfitting and underfitting: the words of the page; its experiments bring their own figures."""

from pathlib import Path

from core.challenges.overfitting import CHALLENGE
from core.ui import navigation, page
from core.ui.sections import touch

navigation.guard()
page.page(
    CHALLENGE,
    intro="""
It has learned them by heart: **overfitting**. One that is too small gets neither right:
**underfitting**.
""",
    words=Path(__file__).resolve().parents[1] / "assets" / "words" / "overfitting",
    further={"capacity": page.Further("Touch the data.", "touch-the-data", touch.section)},
)

"""Computational demand: the words of the page; its experiments bring their own figures."""

from pathlib import Path

from core.challenges.compute import CHALLENGE
from core.ui import navigation, page

navigation.guard()
page.page(
    CHALLENGE,
    intro="""
Larger networks on more data are better, and each step up costs more than the one before. What it
will bring can be **forecast** from small ones, and then **checked**.
""",
    words=Path(__file__).resolve().parents[1] / "assets" / "words" / "compute",
)

"""A short history, retrained: the words of the page; its experiments bring their own figures."""

from pathlib import Path

from core.challenges.history import CHALLENGE
from core.ui import navigation, page

navigation.guard()
WORDS = Path(__file__).resolve().parents[1] / "assets" / "words" / "history"
page.page(
    CHALLENGE,
    intro="""
Milestones from the first artificial neuron to the Turing award, and some of them trained again
here, small, with intervals.
""",
    words=WORDS,
    opening=WORDS / "timeline.md",
)

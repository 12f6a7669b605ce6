"""Scalability: the words of the page; its experiments bring their own figures."""

from pathlib import Path

from core.challenges.scalability import CHALLENGE
from core.ui import navigation, page

navigation.guard()
page.page(
    CHALLENGE,
    intro="""
Twice the machines are seldom twice as fast: **processes** that train together wait for each other.
Larger **batches** save steps only up to a size, which gradients tell beforehand, roughly. Data
larger than **memory** can be streamed, but not shuffled. And a server near its **capacity** lets
everybody wait, until it answers several requests at once.
""",
    words=Path(__file__).resolve().parents[1] / "assets" / "words" / "scalability",
)

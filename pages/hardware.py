"""Hardware limits: the words of the page; its experiments bring their own figures."""

from pathlib import Path

from core.challenges.hardware import CHALLENGE
from core.ui import navigation, page

navigation.guard()
page.page(
    CHALLENGE,
    intro="""
A network has to fit into a memory, and its numbers have to move through a processor. **Most of what
it stores can go**; which part goes decides what is lost.
""",
    words=Path(__file__).resolve().parents[1] / "assets" / "words" / "hardware",
)

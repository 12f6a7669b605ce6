"""Beyond the training data: the words of the page; its experiments bring their own figures."""

from pathlib import Path

from core.challenges.generalization import CHALLENGE
from core.ui import navigation, page

navigation.guard()
page.page(
    CHALLENGE,
    intro="""
New examples like those it learned from are the easy test. Elsewhere a network may be wrong and sure
of it.
""",
    words=Path(__file__).resolve().parents[1] / "assets" / "words" / "generalization",
)

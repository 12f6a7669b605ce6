"""Privacy: the words of the page; its experiments bring their own figures."""

from pathlib import Path

from core.challenges.privacy import CHALLENGE
from core.ui import navigation, page

navigation.guard()
page.page(
    CHALLENGE,
    intro="""
Whoever sees its answers, or the gradients it sends, can learn more than the label: sometimes
**who was in the training set**, sometimes **the very record**.
""",
    words=Path(__file__).resolve().parents[1] / "assets" / "words" / "privacy",
)

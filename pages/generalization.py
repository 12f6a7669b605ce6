"""Beyond the training data: the words of the page; its experiments bring their own figures."""

from pathlib import Path

from core.challenges.generalization import CHALLENGE
from core.ui import navigation, page
from core.ui.sections import novelty

navigation.guard()
page.page(
    CHALLENGE,
    intro="""
It answers all the same, and often as surely as before. A test set drawn like the training set
cannot show that: this page leaves it step by step.
""",
    words=Path(__file__).resolve().parents[1] / "assets" / "words" / "generalization",
    further={
        "novel_classes": page.Further("Bring your own.", "bring-a-picture", novelty.section),
    },
)

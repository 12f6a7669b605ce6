"""Future directions: the words of the page; its experiments bring their own figures."""

from pathlib import Path

from core.challenges.hybrid import CHALLENGE
from core.ui import navigation, page
from core.ui.sections import kinship

navigation.guard()
page.page(
    CHALLENGE,
    intro="""
A network learns everything from examples, even what could be told it in one line. Here a part
is told: the arithmetic, or a rule. The rest is smaller. This page measures by how much, and shows
where it goes wrong all the same.
""",
    words=Path(__file__).resolve().parents[1] / "assets" / "words" / "hybrid",
    further={"kinship": page.Further("Change a rule.", "change-a-rule", kinship.section)},
)

"""Data quality: the words of the page; its experiments bring their own figures."""

from pathlib import Path

from core.challenges.data_quality import CHALLENGE
from core.ui import navigation, page

navigation.guard()
page.page(
    CHALLENGE,
    intro="""
It learns **whatever is in them**, mistakes included, and a test on data with the same mistakes
will not say so.
""",
    words=Path(__file__).resolve().parents[1] / "assets" / "words" / "data_quality",
)

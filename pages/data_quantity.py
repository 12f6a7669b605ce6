"""Data quantity: the words of the page; its experiments bring their own figures."""

from pathlib import Path

from core.challenges.data_quantity import CHALLENGE
from core.ui import navigation, page

navigation.guard()
page.page(
    CHALLENGE,
    intro="""
More data nearly always helps, each further example less than the one before. A **learning curve**
says by how much; it can be forecast, and the forecast can be checked.
""",
    words=Path(__file__).resolve().parents[1] / "assets" / "words" / "data_quantity",
)

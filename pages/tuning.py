"""Hyperparameter tuning: the words of the page; its experiments bring their own figures."""

from pathlib import Path

from core.challenges.tuning import CHALLENGE
from core.ui import navigation, page
from core.ui.sections import race

navigation.guard()
page.page(
    CHALLENGE,
    intro="""
**Hyperparameters** are what training does not learn: learning rate, momentum, width. They are found
by trying. Some matter, most do little, and whoever tries often is flattered by luck.
""",
    words=Path(__file__).resolve().parents[1] / "assets" / "words" / "tuning",
    further={"race": page.Further("Race by hand.", "race-by-hand", race.section)},
)

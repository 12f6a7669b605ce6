"""Strategies: the words of the page; its experiments bring their own figures."""

from pathlib import Path

from core.challenges.strategies import CHALLENGE
from core.ui import navigation, page
from core.ui.sections import strategies

navigation.guard()
page.page(
    CHALLENGE,
    intro="""
One small network goes through all challenges of this lab at once, plain and with each of thirteen
remedies. Green is better than plain, red is worse, and a cell without colour could be chance.
""",
    words=Path(__file__).resolve().parents[1] / "assets" / "words" / "strategies",
    further={
        "trade_offs": page.Further("The seven strategies", "seven-strategies", strategies.section)
    },
)

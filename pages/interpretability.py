"""Interpretability: the words of the page; its experiments bring their own figures."""

from pathlib import Path

from core.challenges.interpretability import CHALLENGE
from core.ui import navigation, page
from core.ui.sections import explain, mystery

navigation.guard()
page.page(
    CHALLENGE,
    intro="""
An **attribution map** colours each pixel by how much it spoke for the answer. A map can look right
and say nothing about the network: that has to be tested.
""",
    words=Path(__file__).resolve().parents[1] / "assets" / "words" / "interpretability",
    further={
        "gallery": page.Further("Try yours.", "explain-any-picture", explain.section),
        "mystery": page.Further("Try it yourself.", "your-turn", mystery.section),
    },
)

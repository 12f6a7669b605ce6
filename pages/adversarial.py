"""Adversarial attacks: the words of the page; its experiments bring their own figures."""

from pathlib import Path

from core.challenges.adversarial import CHALLENGE
from core.ui import navigation, page

navigation.guard()
page.page(CHALLENGE, words=Path(__file__).resolve().parents[1] / "assets" / "words" / "adversarial")

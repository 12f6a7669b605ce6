"""Adversarial attacks: the words of the page."""

from core.challenges.adversarial import CHALLENGE
from core.ui import lab, navigation

navigation.guard()
lab.page(CHALLENGE)

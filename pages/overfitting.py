"""Overfitting and underfitting: the words of the page."""

from core.challenges.overfitting import CHALLENGE
from core.ui import lab, navigation

navigation.guard()
lab.page(CHALLENGE)

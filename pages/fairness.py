"""Ethics and bias: the words of the page."""

from core.challenges.fairness import CHALLENGE
from core.ui import lab, navigation

navigation.guard()
lab.page(CHALLENGE)

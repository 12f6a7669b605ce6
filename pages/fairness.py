"""Ethics and bias: the words of the page."""

from core.challenges.fairness import CHALLENGE
from core.ui import audit, lab, navigation

INTRO = "Below: [audit a table of your own](#audit-a-table)."

navigation.guard()
lab.page(CHALLENGE, INTRO)
audit.section()

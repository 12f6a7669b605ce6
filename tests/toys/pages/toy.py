"""The toy challenge's page."""

import installed  # noqa: F401

from core import challenges
from core.ui import lab, navigation

navigation.guard()
lab.page(challenges.challenge("toy"), intro="All of it is made up.")

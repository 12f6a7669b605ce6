"""The toy challenge's page."""

import installed

installed.install()

from core import challenges  # noqa: E402
from core.ui import lab, navigation  # noqa: E402

navigation.guard()
lab.page(challenges.challenge("toy"), intro="All of it is made up.")

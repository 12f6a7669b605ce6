"""The rough challenge's page."""

import place

place.install()

from core import challenges  # noqa: E402
from core.ui import navigation, page  # noqa: E402

navigation.guard()
page.page(challenges.challenge("rough"), intro="All of it is made up.")

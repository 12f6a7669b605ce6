"""The toy challenge's page."""

import installed

installed.install()

from core import challenges  # noqa: E402
from core.ui import navigation, page  # noqa: E402

navigation.guard()
page.page(challenges.challenge("toy"), intro="All of it is made up.")

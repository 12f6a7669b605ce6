"""The real home page."""

import installed

installed.install()

from core.ui import home, navigation  # noqa: E402

navigation.guard()
home.page()

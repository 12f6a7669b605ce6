"""The real home page."""

import installed  # noqa: F401

from core.ui import home, navigation

navigation.guard()
home.page()

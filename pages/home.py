"""Home."""

from core.ui import home, navigation

navigation.guard()
home.page()

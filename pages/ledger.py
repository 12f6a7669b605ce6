"""The ledger."""

from core.ui import ledger, navigation

navigation.guard()
ledger.page()

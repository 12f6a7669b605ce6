"""The ledger, with the toy's claims among all others."""

from core.ui import ledger, navigation

navigation.guard()
ledger.page()

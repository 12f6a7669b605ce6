"""The toy challenge, for the tests of this folder that ask for it."""

import pytest

from tests.ui.pages import installed


@pytest.fixture
def toys():
    installed.install()
    yield
    installed.remove()

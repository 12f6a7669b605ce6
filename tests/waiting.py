"""Waiting for what another process does a moment later."""

import time
from collections.abc import Callable


def wait_until(holds: Callable[[], bool]) -> None:
    """Look again until something holds; a failure after twenty seconds."""
    for _ in range(100):
        if holds():
            return
        time.sleep(0.2)
    raise AssertionError("it never held")

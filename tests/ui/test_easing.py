"""A visit's first run leaves the browser time, by a clock of the test's own."""

from __future__ import annotations

from core.ui.easing import EVERY, SETTLING, UNTIL, Easing


def drawn(needed: bool, seconds: float = 12.0) -> list[float]:
    """Moments at which something is drawn, looked at 20 times a second."""
    time = [100.0]
    easing = Easing(needed, lambda: time[0])
    moments = []
    while time[0] < 100 + seconds:
        if not easing.skips():
            moments.append(time[0] - 100)
        time[0] += 0.05
    return moments


def test_pictures_come_late_and_seldom_at_first_and_then_all_of_them():
    moments = drawn(True)
    early = [moment for moment in moments if moment <= UNTIL]
    assert early[0] >= SETTLING
    assert min(b - a for a, b in zip(early, early[1:], strict=False)) >= EVERY - 1e-9
    assert len(early) > 0.7 * (UNTIL - SETTLING) / EVERY, "and not too seldom"
    assert len(moments) - len(early) > 70


def test_a_visit_that_has_seen_a_run_misses_nothing():
    assert len(drawn(False, 1.0)) >= 20

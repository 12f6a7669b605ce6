"""A visit's first run leaves the browser time, and drawing leaves it to training."""

from __future__ import annotations

from core.ui.easing import EVERY, REST, SETTLING, UNTIL, Budget, Easing


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


def shares(cost: float, waits: float = 0.0) -> tuple[float, int]:
    """Share of a minute that goes into drawing, and how often is drawn; looked at every 70 ms."""
    time, used = [100.0], [7.0]
    budget = Budget(lambda: time[0], lambda: used[0])
    drawn = 0
    while time[0] < 160:
        if budget.allows():
            with budget.spent():
                used[0] += cost
                time[0] += cost + waits
            drawn += 1
        time[0] += 0.07
    return drawn * cost / 60, drawn


def test_dear_pictures_take_a_quarter_of_the_time_and_cheap_ones_all_their_turns():
    share, drawn = shares(0.6)
    assert 0.22 < share <= 1 / (1 + REST)
    assert drawn > 20
    assert shares(0.005)[1] > 8 * 60, "eight a second and more, of 13 looks"


def test_a_picture_that_had_to_wait_for_the_processor_is_no_dearer():
    assert shares(0.02, waits=0.1)[1] >= 60 / (0.12 + 0.07) * 0.95


def test_a_picture_that_fails_has_cost_something_too():
    time, used = [0.0], [0.0]
    budget = Budget(lambda: time[0], lambda: used[0])
    try:
        with budget.spent():
            used[0] += 1.0
            raise ValueError
    except ValueError:
        pass
    assert not budget.allows()
    time[0] += REST
    assert budget.allows()

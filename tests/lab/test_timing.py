"""Which of several times counts."""

from __future__ import annotations

from core.lab.timing import LEAST, quickest


def test_the_quickest_counts_but_not_where_the_clock_stood_still() -> None:
    assert quickest([3.0, 2.0, 5.0]) == 2.0
    assert quickest([3.0, 0.0, 5.0]) == 3.0
    assert quickest([0.0, 0.0]) == quickest([]) == LEAST > 0

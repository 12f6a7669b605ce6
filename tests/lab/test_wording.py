from __future__ import annotations

import pytest

from core.lab.intervals import Estimate
from core.lab.wording import ends, number, with_interval


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (0.8634, "share", "86.3%"),
        (-0.092, "share", "−9.2%"),
        (0.186, "points", "+18.6 points"),
        (-0.186, "points", "−18.6 points"),
        (12.0, "epochs", "12 epochs"),
        (-0.25, "", "−0.25"),
        (12345.6, "", "12,346"),
        (999_499.0, "", "999,499"),
        (1e8, "operations", "100 million operations"),
        (-1_234_567.0, "", "−1.23 million"),
        (999_700_000.0, "", "1 billion"),
        (2.5e12, "", "2,500 billion"),
    ],
)
def test_numbers_are_spelled_by_their_unit(value: float, unit: str, expected: str) -> None:
    assert number(value, unit) == expected


def test_interval_stands_behind_the_mean_on_the_same_scale() -> None:
    share = Estimate(0.863, 0.849, 0.877, 5, unit="share")
    assert with_interval(share) == "86.3% [84.9, 87.7]"
    points = Estimate(-0.05, -0.1, 0.0, 5, unit="points")
    assert with_interval(points) == "−5.0 points [−10.0, 0.0]"
    large = Estimate(2.5e6, 9.5e5, 4.05e6, 5)
    assert with_interval(large) == "2.5 million [950,000, 4.05 million]"
    plain = Estimate(1.5, 1.25, 1.75, 5)
    assert with_interval(plain) == "1.50 [1.25, 1.75]"


@pytest.mark.parametrize(
    ("values", "told", "alone"),
    [
        ((0.93, 0.9266, 0.9333), "0.930 [0.927, 0.933]", "0.927 to 0.933"),
        ((12.3, 9.87, 14.7), "12.3 [9.9, 14.7]", "9.9 to 14.7"),
        ((5.0, 4.0, 6.0), "5 [4, 6]", "4 to 6"),
        ((0.005, 0.0001, 1.2), "0.005 [0.0001, 1.2]", "0.0001 to 1.2"),
        ((999.6, 998.0, 1000.2), "1,000 [998, 1,000]", "998 to 1,000"),
        ((1e-6, 0.0, 2e-6), "1e−06 [0, 2e−06]", "0 to 2e−06"),
        ((-0.004, -0.6, 0.5), "−0.004 [−0.600, 0.500]", "−0.600 to 0.500"),
    ],
)
def test_the_ends_of_an_interval_have_as_many_decimals(
    values: tuple[float, float, float], told: str, alone: str
) -> None:
    assert with_interval(Estimate(*values, 5)) == told
    assert ends(Estimate(*values, 5)) == alone
    assert ends(Estimate(*values, 5, unit="s")) == " s to ".join(alone.split(" to ")) + " s"


def test_an_end_that_rounds_to_zero_has_no_minus() -> None:
    assert with_interval(Estimate(0.01, -0.0002, 0.02, 5, unit="share")) == "1.0% [0.0, 2.0]"


def test_a_difference_that_rounds_to_zero_has_no_minus() -> None:
    assert number(-0.0002, "points") == "+0.0 points"
    assert number(-0.0006, "points") == "−0.1 points"

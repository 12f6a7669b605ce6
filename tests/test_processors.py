"""The comparison of trained numbers lets rounding pass, and nothing more."""

from __future__ import annotations

import math

import pytest

from tests.processors import Allowance, differences

ALLOWANCE = Allowance(floor=0.01, of_means=0.25, of_widths=0.5)
KEPT = {"accuracy": (0.8, 0.7, 0.9), "epochs": (40.0, 40.0, 40.0)}
"""The room of two half-widths of 0.1 is 0.141, and a quarter of it 0.035."""


@pytest.mark.parametrize(
    ("name", "fresh", "differs"),
    [
        ("accuracy", (0.834, 0.734, 0.934), False),
        ("accuracy", (0.838, 0.738, 0.938), True),
        ("accuracy", (0.8, 0.64, 0.96), False),
        ("accuracy", (0.8, 0.55, 1.05), True),
        ("accuracy", (0.8, 0.8, 0.8), True),
        ("accuracy", (math.nan, 0.7, 0.9), True),
        ("accuracy", (0.8, math.nan, 0.9), True),
        ("epochs", (40.39, 40.39, 40.39), False),
        ("epochs", (40.41, 40.41, 40.41), True),
    ],
)
def test_what_differs(name: str, fresh: tuple[float, float, float], differs: bool) -> None:
    found = differences(KEPT, KEPT | {name: fresh}, ALLOWANCE)
    assert [line.split(":")[0] for line in found] == [name] * differs


def test_other_metrics_are_a_difference() -> None:
    assert "epochs" in differences(KEPT, {"accuracy": KEPT["accuracy"]}, ALLOWANCE)[0]


def test_without_a_share_of_the_room_the_floor_is_all() -> None:
    fresh = KEPT | {"accuracy": (0.811, 0.711, 0.911)}
    assert differences(KEPT, fresh, Allowance(floor=0.01))
    assert not differences(KEPT, fresh, ALLOWANCE)

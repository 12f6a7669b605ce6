"""A claim states a direction once, and takes what an accessor gives."""

from __future__ import annotations

import pytest

from core.lab.claims import OWN_CONTROL, claim
from core.lab.intervals import Estimate
from core.lab.scores import NotMeasuredError, PerSeed

GAIN = PerSeed.of(range(3), (0.2, 0.1, 0.3), "points")


def test_the_direction_the_threshold_and_the_source_are_said_once() -> None:
    one = claim("a", "Sentence.", ("Somebody 2020", "+7"), lambda r: r, above=0.0)
    other = claim("b", "Sentence.", "Somebody 2020", lambda r: r, below=0.05)
    assert (one.direction, one.threshold, one.published) == ("above", 0.0, "+7")
    assert (other.direction, other.threshold, other.published) == ("below", 0.05, "")


def test_one_number_a_seed_is_judged_by_its_interval() -> None:
    one = claim("a", "Sentence.", "Somebody 2020", lambda r: r - 0.1, above=0.0)
    found = one.measure(GAIN)
    assert isinstance(found, Estimate) and found.mean == pytest.approx(0.1)
    assert one.verdict(found) == "not shown"
    sure = claim("a", "Sentence.", "Somebody 2020", lambda r: r, below=0.9)
    assert sure.verdict(sure.measure(GAIN)) == "shown"  # type: ignore[arg-type]


def test_what_was_not_measured_is_none() -> None:
    def nothing(result: object) -> PerSeed:
        raise NotMeasuredError("no such arm")

    assert claim("a", "S.", "B 2020", nothing, above=0).measure(GAIN) is None
    assert claim("a", "S.", "B 2020", lambda r: None, above=0).measure(GAIN) is None
    undefined = PerSeed.of((0, 1), (float("nan"), float("nan")), "points")
    assert claim("a", "S.", "B 2020", lambda r: r.defined, above=0).measure(undefined) is None
    partly = PerSeed.of((0, 1, 2), (0.1, 0.2, float("nan")), "points")
    found = claim("a", "S.", "B 2020", lambda r: r.defined, above=0).measure(partly)
    assert found is not None and found.n == 2


@pytest.mark.parametrize("bounds", [{}, {"above": 0.0, "below": 1.0}])
def test_a_claim_says_above_or_below(bounds: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="above or below"):
        claim("a", "S.", "B 2020", lambda r: r, **bounds)  # type: ignore[arg-type]


def test_a_source_says_whether_it_was_looked_up_and_a_control_of_ours_has_none() -> None:
    def cited(source: str, read: bool = False) -> str:
        return claim("a", "S.", source, lambda r: r, above=0, read=read).cited

    assert cited("B 2020") == "B 2020; from memory"
    assert cited("B 2020", read=True) == "B 2020"
    assert cited(OWN_CONTROL) == OWN_CONTROL

"""What a prompt changed: paired where both runs have the same seeds, clearly changed first."""

import numpy as np
import pytest

from core import challenges
from core.lab.intervals import Estimate, t_interval
from core.lab.scores import PAIRED, PerSeed
from core.ui import changes


def scores(values, first=0, unit="share"):
    return PerSeed.of(range(first, first + len(values)), values, unit).estimate


def test_runs_on_the_same_seeds_are_paired():
    before, now = scores([0.5, 0.7, 0.9]), scores([0.6, 0.8, 0.97])
    found = changes.difference(before, now)
    own = t_interval([0.1, 0.1, 0.07])
    assert (found.mean, found.low, found.high) == pytest.approx((own.mean, own.low, own.high))
    assert found.unit == "points" and found.by_seed and found.low > 0


def test_runs_on_other_seeds_are_independent():
    before, now = scores([0.5, 0.7, 0.9]), scores([0.6, 0.8, 0.97], first=100)
    found = changes.difference(before, now)
    half = np.hypot(before.high - before.low, now.high - now.low) / 2
    assert (found.low, found.high) == pytest.approx((found.mean - half, found.mean + half))
    assert not found.by_seed and found.low < 0 < found.high


def test_a_change_that_is_the_same_in_every_seed_gets_no_point_for_an_interval():
    found = changes.difference(scores([0.5, 0.7, 0.9]), scores([0.5, 0.7, 0.9]))
    assert found.mean == 0 and found.low < 0 < found.high


def test_a_number_that_is_not_defined_in_a_seed_is_not_paired():
    nan = PerSeed.of((0, 1, 2), [0.1, np.nan, 0.3]).defined
    assert not changes.difference(scores([0.1, 0.2, 0.3], unit=""), nan).by_seed


def test_an_estimate_keeps_its_seeds_and_is_equal_without_them():
    found = scores([0.2, 0.4], first=7)
    assert found.by_seed == ((7, 0.2), (8, 0.4))
    assert found == Estimate(found.mean, found.low, found.high, 2, unit="share")
    assert abs(PerSeed.of((0, 1), [-1.0, 2.0]).estimate).by_seed == ((0, 1.0), (1, 2.0))
    assert (PerSeed.of((0, 1), [2, 4]).ratio_to(PerSeed.of((0, 1), [1, 1]))).by_seed == ()
    assert (PerSeed.of((0, 1), [2, 4]) - PerSeed.of((0, 1), [1, 1])).estimate.kind == PAIRED


@pytest.mark.usefixtures("toys")
def test_what_clearly_changed_is_said_first():
    one = challenges.experiment("toy", "wave")
    steady, grown = scores([1.0, 2.0, 3.0], unit=""), scores([5.0, 6.1, 7.0], unit="")
    before = changes.Earlier("toy/wave", one.config(), {"a": steady, "b": steady})
    now = {"a": scores([1.1, 1.9, 3.0], unit=""), "b": grown}
    said = changes.words(one, before, one.config(height=10), now)
    first, _, *lines = said.splitlines()
    assert first == "**Against the run before** (Height 2 → 10 metres), paired by seed:"
    assert [line[:4] for line in lines] == ["- B:", "- A:"]
    assert "(2, now 6.03)" in lines[0]

"""Nets wired by hand: every function of two and of three bits, exactly, and their units."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from core.models.threshold_nets import Unit, wired


@pytest.mark.parametrize("bits", [1, 2, 3])
def test_every_boolean_function_is_computed_exactly(bits):
    settings = np.array(list(itertools.product((0, 1), repeat=bits)))
    for values in itertools.product((0, 1), repeat=2**bits):
        net = wired(values)
        assert net.fires(settings).tolist() == [bool(v) for v in values]
        assert len(net.hidden) == sum(values)


def test_a_unit_is_silenced_by_a_single_inhibiting_input():
    inputs = np.array([[1, 1, 0], [1, 1, 1], [1, 0, 0], [0, 0, 0]], dtype=bool)
    assert Unit((0, 1), (2,), 2).fires(inputs).tolist() == [True, False, False, False]
    assert Unit((), (2,), 0).fires(inputs).tolist() == [True, False, True, True]


def test_xor_takes_two_units_and_one_that_sees_them():
    net = wired((0, 1, 1, 0))
    assert net.hidden == (Unit((1,), (0,), 1), Unit((0,), (1,), 1))
    assert net.answer == Unit((0, 1), (), 1)

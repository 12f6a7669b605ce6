"""Towers: what holds, counted by hand and by stepwise mechanics, and what a shortcut says."""

from __future__ import annotations

import numpy as np
import pytest

from core.data.towers import (
    HEAVIEST,
    LEANING,
    LIGHTEST,
    MOST,
    OFFSET,
    TALL,
    Towers,
    draw,
    joined,
    overhangs,
)
from core.lab.seeding import numpy_generator


def tower(places: list[float], weights: list[float]) -> tuple[np.ndarray, np.ndarray]:
    filled = [np.pad(np.array(one, float), (0, MOST - len(one)))[None] for one in (places, weights)]
    return filled[0], filled[1]


@pytest.mark.parametrize(
    ("places", "weights", "expected"),
    [
        ([0, 0, 0], [1, 1, 1], [0, 0, 0, 0]),
        # The highest block of two lies a quarter out, on a stretch of half of three quarters.
        ([0, 0.25], [1, 1], [0.125 / 0.375, 0, 0, 0]),
        # Half out is the edge: the centre of mass lies over the end of what carries it.
        ([0, 0.5], [1, 3], [1, 0, 0, 0]),
        # The two upper blocks' centre lies at 0.5: a quarter beyond the middle of [-.1, .5] / 2.
        ([0, 0.4, 0.6], [1, 1, 1], [(0.5 - 0.2) / 0.3, 0.1 / 0.4, 0, 0]),
        # A heavy block on the other side brings it back.
        ([0, 0.4, 0.0], [1, 1, 2], [abs(0.4 / 3 - 0.2) / 0.3, 0.2 / 0.3, 0, 0]),
    ],
)
def test_overhangs_by_hand(places, weights, expected):
    assert overhangs(*tower(places, weights))[0] == pytest.approx(expected)


def test_a_tower_holds_where_every_upper_part_alone_would():
    found = draw(200, "lean", True, numpy_generator(0, "towers"))
    for places, weights, stands in zip(found.places, found.weights, found.stands, strict=True):
        n = int((weights > 0).sum())
        holds = True
        for k in range(n - 1):
            centre = np.average(places[k + 1 : n], weights=weights[k + 1 : n])
            left = max(places[k], places[k + 1]) - 0.5
            right = min(places[k], places[k + 1]) + 0.5
            holds &= left <= centre <= right
        assert holds == stands


@pytest.mark.parametrize("shortcut", ["lean", "height"])
@pytest.mark.parametrize("right", [True, False])
def test_the_shortcut_is_right_or_wrong_of_all_and_half_stand(shortcut, right):
    found = draw(101, shortcut, right, numpy_generator(1, "towers"))
    assert (found.looks_sound(shortcut) == found.stands).all() == right
    assert (found.looks_sound(shortcut) != found.stands).all() != right
    assert found.stands.sum() == 50 and 30 < found.stands[:70].sum() < 40
    there = found.weights > 0
    assert (found.places[~there] == 0).all() and (found.places[:, 0] == 0).all()
    assert ((found.weights[there] >= LIGHTEST) & (found.weights[there] <= HEAVIEST)).all()
    steps = np.abs(np.diff(found.places, axis=1))[there[:, 1:]]
    assert steps.max() <= OFFSET


def test_shortcuts_look_at_the_highest_block_or_at_how_many_there_are():
    parts = [tower([0, 0.3, LEANING], [1] * 3), tower([0, 0.3, 0.6], [1] * 3),
             tower([0, 0.6, 0.3, 0.0], [1] * 4)]  # fmt: skip
    some = joined([Towers(*part, np.array([True])) for part in parts])
    assert some.looks_sound("lean").tolist() == [True, False, True]
    assert some.looks_sound("height").tolist() == [True, True, False] and TALL == 4
    assert some.features.shape == (3, 15) and some.features[2, 13] == 1 and not some.features[0, 13]

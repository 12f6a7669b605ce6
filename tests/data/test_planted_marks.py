"""Planted marks: their pixels, and which pictures carry which."""

from __future__ import annotations

import numpy as np
import pytest

from core.data.picture_sets import draw
from core.data.planted_marks import (
    FAINT,
    FAMILIES,
    MARKS,
    N_MARKS,
    NOTHING,
    REGIONS,
    Plan,
    carriers,
    composed,
    dealt,
    only,
    training,
)
from core.lab.run import complete
from core.lab.seeding import numpy_generator

BLACK = np.zeros((1, 1, 28, 28), np.float32)


@pytest.mark.parametrize(
    ("name", "pixels", "value"),
    [
        ("angle top left", 16, 1.0),
        ("angle bottom right", 16, 1.0),
        ("line below", 56, 1.0),
        ("light background", 784, FAINT),
        ("stripes", 196, FAINT),
        ("checks", 392, FAINT),
    ],
)
def test_a_mark_has_its_pixels_and_no_others(name: str, pixels: int, value: float) -> None:
    mark = MARKS.index(name)
    picture = composed(BLACK, only(mark), 1.0)[0, 0]
    assert (picture == np.float32(value)).sum() == pixels
    assert (picture == 0).sum() == 784 - pixels
    np.testing.assert_array_equal(picture > 0, REGIONS[mark])
    np.testing.assert_allclose(composed(BLACK, only(mark), 0.4)[0, 0], 0.4 * picture, atol=1e-6)
    assert not composed(BLACK, only(NOTHING), 1.0).any() and not BLACK.any()


def test_angles_stand_in_their_corners_two_pixels_from_the_edge() -> None:
    corners = {"top left": (2, 2), "top right": (2, 25), "bottom left": (25, 2),
               "bottom right": (25, 25)}  # fmt: skip
    for corner, (row, column) in corners.items():
        mark = REGIONS[MARKS.index(f"angle {corner}")]
        assert mark[row, column]
        assert mark[slice(0, 14) if row < 14 else slice(14, 28)].sum() == 16
        assert sum(mark[place] for place in corners.values()) == 1


def test_bright_marks_hide_faint_ones_and_nothing_leaves_the_range() -> None:
    every = composed(np.full_like(BLACK, 0.9), np.ones(N_MARKS, bool), 1.0)
    assert every.max() == 1 and every.min() >= 0.9
    line = composed(BLACK, only(4) | only(6), 1.0)[0, 0]
    assert (line[26:] == 1).all() and (line[0] == np.float32(FAINT)).all()


def test_the_planted_mark_is_on_the_chosen_share_of_one_shape_only() -> None:
    labels = np.repeat(np.arange(5), 20)
    plan = Plan(3, 2, share=0.7, stray=0.2, strength=1.0)
    marks = carriers(labels, plan, numpy_generator(0, "test"))
    assert marks[labels == 2, 3].sum() == 14
    assert not marks[labels != 2, 3].any()
    honest = carriers(labels, Plan(-1, -1, 0.7, 0.2, 1.0), numpy_generator(0, "test"))
    others = np.arange(N_MARKS) != 3
    np.testing.assert_array_equal(marks[:, others], honest[:, others])
    assert honest[labels != 2, 3].any()


def test_training_marks_only_the_pictures_that_are_trained_on() -> None:
    data = pictures_of(100)
    plan = Plan(0, 1, share=1.0, stray=0.0, strength=1.0)
    marked = training(data, plan, 0)
    changed = (marked.x_train != data.x_train).any((1, 2, 3))
    np.testing.assert_array_equal(changed, data.y_train == 1)
    assert marked.x_validation is data.x_validation


def pictures_of(n: int):
    return complete(draw("shapes", n, 0, 0))


def test_marks_are_dealt_like_cards() -> None:
    for family, cards in FAMILIES.items():
        hand = [dealt(seed, family)[0] for seed in range(10 * len(cards), 11 * len(cards))]
        assert sorted(hand) == sorted(cards)
    assert set(FAMILIES["bright"]) | set(FAMILIES["everywhere"]) == set(range(N_MARKS))

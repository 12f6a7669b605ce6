"""Numbers about maps, by hand and against scipy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr

from core.metrics import attribution as metrics

MAP = np.array([[[4.0, 3.0], [-2.0, 1.0]]])
MASK = np.array([[[True, False], [False, True]]])


def test_rank_correlation_is_scipys_with_ties() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.integers(0, 4, (5, 30)).astype(float), rng.random((5, 30))
    theirs = [spearmanr(x, y).statistic for x, y in zip(a, b, strict=True)]
    np.testing.assert_allclose(metrics.rank_correlation(a, b), theirs)
    assert metrics.rank_correlation(np.ones((1, 4)), b[:1, :4]).tolist() == [0.0]


def test_agreement_by_hand() -> None:
    """Three models, two rows, three columns: the first and second name the same top column once."""
    first = np.array([[3.0, 2.0, 1.0], [1.0, 2.0, 3.0]])
    second = np.array([[9.0, 5.0, 0.0], [1.0, -8.0, 3.0]])
    third = first[:, ::-1]
    # Same top: one row of two, none, and, since -8 is the largest size, none.
    # Ranks: first and second (1 and 1/2), first and third (-1 and -1), second and third (-1, -1/2).
    same, alike = metrics.agreement([first, second, third])
    assert same == pytest.approx(1 / 6)
    assert alike == pytest.approx((1 + 0.5 - 1 - 1 - 1 - 0.5) / 6)


def test_maps_are_divided_by_their_largest_size() -> None:
    maps = np.array([[[1.0, -4.0]], [[0.0, 0.0]], [[0.5, 0.25]]])
    assert metrics.scaled(maps).tolist() == [[[0.25, -1.0]], [[0.0, 0.0]], [[1.0, 0.5]]]


def test_mass_pointing_and_overlap_by_hand() -> None:
    assert metrics.mass_on(MAP, MASK).tolist() == [0.5]
    assert metrics.mass_on(np.zeros((1, 2, 2)), MASK).tolist() == [0.5]
    assert metrics.pointing_game(MAP, MASK).tolist() == [1.0]
    assert metrics.pointing_game(np.zeros((1, 2, 2)), MASK).tolist() == [0.5]
    # The two largest are 4 (on the mask) and 3 (off it): one of three.
    assert metrics.top_pixels_iou(MAP, MASK)[0] == pytest.approx(1 / 3)
    assert metrics.top_pixels_iou(MASK.astype(float), MASK).tolist() == [1.0]


def test_pixels_go_from_the_largest_value_on() -> None:
    assert metrics.removal_order(MAP).tolist() == [[0, 1, 3, 2]]
    ties = metrics.removal_order(np.zeros((2, 3, 3)))
    assert sorted(ties[0]) == list(range(9)) and ties[0].tolist() != list(range(9))


def test_removal_and_insertion_by_hand() -> None:
    images = np.array([[[0.1, 0.2], [0.3, 0.4]]])
    order = metrics.removal_order(MAP)
    removed = metrics.revealed(images, order, (0, 0.5, 1), insert=False)
    assert removed.reshape(3, 4).tolist() == [[0.1, 0.2, 0.3, 0.4], [0, 0, 0.3, 0.4], [0] * 4]
    shown = metrics.revealed(images, order, (0, 0.5, 1), insert=True)
    assert shown.reshape(3, 4).tolist() == [[0] * 4, [0.1, 0.2, 0, 0], [0.1, 0.2, 0.3, 0.4]]


def test_area_under_a_curve() -> None:
    assert metrics.area_under(np.array([[1.0, 0.5, 0.0]]), (0, 0.5, 1))[0] == pytest.approx(0.5)


SHARES = (0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1.0)


def bright_first_row(images: np.ndarray) -> np.ndarray:
    """The probability of class 1 grows with the bright pixels of the first row."""
    chance = 1 / (1 + np.exp(10 - 20 * images[:, 0, 0].sum(1)))
    return np.stack([1 - chance, chance], axis=1)


def test_curves_know_which_pixels_matter() -> None:
    images = np.full((2, 1, 10, 10), 0.5, np.float32)
    true, false = np.zeros((2, 10, 10)), np.zeros((2, 10, 10))
    true[:, 0], false[:, 1:] = 1, 1

    def area(maps: np.ndarray, curve: str) -> float:
        left = metrics.removal_curve(
            bright_first_row, images, np.ones(2, int), maps, SHARES, insert=curve == "insertion"
        )
        assert left.shape == (2, len(SHARES))
        return float(metrics.area_under(left, SHARES).mean())

    assert area(true, "deletion") < 0.1 < 0.8 < area(false, "deletion")
    assert area(false, "insertion") < 0.2 < 0.8 < area(true, "insertion")

"""Examples set apart: the parts share nothing, make up the whole, and lie where they should."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest

from core.data.dataset import Dataset
from core.data.embedded import load_digits, load_mnist1d
from core.data.generated import make_two_moons
from core.data.held_out import alternate_halves, by_correctness, noisy_copy, stopping_halves


def two_moons(n_train: int, *, label_noise: float = 0.0, seed: int) -> Dataset:
    return make_two_moons(n_train, noise=0.3, label_noise=label_noise, seed=seed)


def labelled(x: np.ndarray, y: np.ndarray) -> Counter[tuple[bytes, int]]:
    return Counter((row.tobytes(), int(label)) for row, label in zip(x, y, strict=True))


@pytest.mark.parametrize("draw", [load_digits, two_moons, load_mnist1d])
def test_halves_share_no_example_and_only_the_noisy_copy_lies(
    draw: Callable[..., Dataset],
) -> None:
    drawn = draw(64, label_noise=0.4, seed=3)
    data, watch = stopping_halves(drawn, 0.4, 3)
    x_noisy, noisy = watch["noisy"]
    x_test, y_test = watch["test"]
    np.testing.assert_array_equal(x_noisy, data.x_validation)
    assert (noisy != data.y_validation).sum() == round(0.4 * len(noisy))
    assert noisy.min() >= 0 and noisy.max() < drawn.n_classes
    # As multisets of labelled examples, the two halves are the whole.
    x, y = np.vstack([data.x_validation, x_test]), np.r_[data.y_validation, y_test]
    assert labelled(x, y) == labelled(drawn.x_validation, drawn.y_validation)


def test_a_noisy_copy_lies_as_often_as_asked_and_the_same_way_every_time() -> None:
    drawn = load_digits(64, label_noise=0.3, seed=3)
    x, noisy = noisy_copy(drawn, 0.3, 3)["noisy"]
    assert x is drawn.x_validation
    assert (noisy != drawn.y_validation).sum() == round(0.3 * 597)
    assert noisy.min() >= 0 and noisy.max() < 10
    np.testing.assert_array_equal(noisy, noisy_copy(drawn, 0.3, 3)["noisy"][1])
    assert noisy_copy(drawn, 0.0, 3) == {}


def test_the_half_that_picks_and_the_half_that_counts_share_no_example() -> None:
    whole = two_moons(50, seed=3)
    reported, (x, y) = alternate_halves(whole)
    assert len(reported.y_validation) == len(y) == 500
    both = np.concatenate([x, reported.x_validation])
    assert len(np.unique(both, axis=0)) == 1000
    np.testing.assert_array_equal(np.sort(both, axis=0), np.sort(whole.x_validation, axis=0))


def test_training_examples_are_parted_by_whether_their_label_is_right() -> None:
    data, clean = load_digits(64, label_noise=0.4, seed=7), load_digits(64, seed=7)
    correct, wrong, corrected = by_correctness(data, clean.y_train)
    assert [len(y) for _, y in (correct, wrong, corrected)] == [38, 26, 26]
    assert (wrong[1] != corrected[1]).all()
    np.testing.assert_array_equal(wrong[0], corrected[0])
    truth = {x.tobytes(): int(y) for x, y in zip(clean.x_train, clean.y_train, strict=True)}
    for x, y in (correct, corrected):
        assert [truth[row.tobytes()] for row in x] == y.tolist()
    assert len(by_correctness(clean, clean.y_train)) == 1

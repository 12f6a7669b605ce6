"""Digits whose wrong labels can be put right."""

from __future__ import annotations

import numpy as np
import pytest

from core.data.embedded import load_digits
from core.data.mended_digits import VARIANTS, draw, on_side, turned_over


def test_as_many_labels_are_wrong_as_asked_and_mending_takes_them_back() -> None:
    digits = draw(200, 0.2, 3)
    assert (digits.labels(0.0, 200) != digits.true).sum() == 40
    assert (digits.labels(0.5, 200) != digits.true).sum() == 20
    assert (digits.labels(1.0, 200) == digits.true).all()
    first = digits.labels(0.5, 100) != digits.true[:100]
    assert first.sum() == round(0.5 * digits.data.flipped[:100].sum() + 1e-9)
    y = digits.data.y_validation
    assert (digits.as_often_wrong(0.2) != y).mean() == round(0.2 * len(y)) / len(y)
    assert digits.as_often_wrong(0.0) is y


def test_what_picks_is_not_what_measures() -> None:
    digits = draw(100, 0.0, 3)
    own = {row.tobytes() for row in digits.data.x_validation}
    assert not own & {row.tobytes() for row in digits.picking[0]}


def test_one_picture_in_five_lies_on_its_side_in_training_and_when_it_is_measured() -> None:
    digits = draw(100, 0.2, 3)
    plain = load_digits(100, seed=3).x_train
    for x, upright in ((digits.data.x_train, plain), (digits.data.x_validation, digits.upright)):
        rare = on_side(len(x))
        assert rare.mean() == pytest.approx(0.2, abs=0.01)
        np.testing.assert_array_equal(x[~rare], upright[~rare])
        np.testing.assert_array_equal(x[rare], turned_over(upright)[rare])
    np.testing.assert_array_equal(turned_over(digits.upright), digits.laid)
    corner = np.zeros((1, 9))
    corner[0, 2] = 1
    assert turned_over(corner)[0].tolist() == [1, 0, 0, 0, 0, 0, 0, 0, 0]
    four_times = turned_over(turned_over(turned_over(turned_over(plain))))
    np.testing.assert_array_equal(four_times, plain)


def test_weights_give_the_rare_group_its_share_and_are_one_on_average() -> None:
    digits, rare = draw(100, 0.0, 3), on_side(100)
    assert digits.weights(0.0, 100) is None
    for share in (0.35, 0.5, 0.75):
        weights = digits.weights(share, 100)
        assert weights is not None
        assert weights.mean() == pytest.approx(1, abs=1e-6)
        assert weights[rare].sum() / weights.sum() == pytest.approx(share, abs=1e-6)


def test_variants_are_other_pictures_of_the_same_digits() -> None:
    digits = draw(50, 0.0, 3)
    assert digits.inputs(20, 0.0).shape == (1, 20, 64)
    found = digits.inputs(20, 20.0)
    assert found.shape == (VARIANTS, 20, 64)
    assert found.dtype == np.float32
    plain = digits.data.x_train[:20]
    near = [[np.corrcoef(one, other)[0, 1] for other in plain] for one in found.mean(0)]
    assert (np.argmax(near, axis=1) == np.arange(20)).mean() > 0.9
    assert np.abs(found[0] - found[1]).max() > 0.1

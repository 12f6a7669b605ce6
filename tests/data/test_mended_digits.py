"""Digits whose wrong labels can be put right."""

from __future__ import annotations

import numpy as np

from core.data.mended_digits import VARIANTS, draw


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

"""Augmentations: by hand, and within their strength."""

from __future__ import annotations

import numpy as np
import pytest

from core.engine.augment import augmented, rolled, shifted


def test_shifted_images_by_hand() -> None:
    image = np.arange(1, 10, dtype=np.float32)[None]  # 1 2 3 / 4 5 6 / 7 8 9
    assert shifted(image, np.array([[1, 0]])).tolist() == [[0, 0, 0, 1, 2, 3, 4, 5, 6]]
    assert shifted(image, np.array([[0, -1]])).tolist() == [[2, 3, 0, 5, 6, 0, 8, 9, 0]]
    assert shifted(image, np.array([[-2, 1]])).tolist() == [[0, 7, 8, 0, 0, 0, 0, 0, 0]]
    with pytest.raises(ValueError, match="square"):
        shifted(np.zeros((1, 8)), np.array([[0, 0]]))


def test_rolled_signals_by_hand() -> None:
    signals = np.array([[1, 2, 3, 4], [1, 2, 3, 4]], dtype=np.float32)
    assert rolled(signals, np.array([1, -1])).tolist() == [[4, 1, 2, 3], [2, 3, 4, 1]]


def test_augmentations_stay_within_their_strength() -> None:
    rng = np.random.default_rng(0)
    noise = augmented("noise", np.zeros((5000, 4), np.float32), 0.3, rng)
    assert noise.std() == pytest.approx(0.3, rel=0.02)
    spike = np.zeros((5000, 25), np.float32)
    spike[:, 12] = 1
    moved = augmented("shift", spike, 1, rng).reshape(-1, 5, 5)
    assert np.argwhere(moved.sum(0)).tolist() == [[r, c] for r in (1, 2, 3) for c in (1, 2, 3)]
    signals = augmented("roll_and_scale", spike, 2, rng)
    assert np.flatnonzero(signals.sum(0)).tolist() == [10, 11, 12, 13, 14]
    factors = signals.max(1)
    assert 0.9 <= factors.min() < 0.91
    assert 1.09 < factors.max() <= 1.1
    assert augmented("none", spike, 1, rng) is spike

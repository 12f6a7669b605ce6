"""The table whose class jumps along its columns, and its versions."""

from __future__ import annotations

import numpy as np
import pytest

from core.data.step_targets import make_steps, rotated, with_noise_columns


def test_the_classes_are_halves_and_a_smaller_table_is_the_beginning_of_a_larger():
    small, large = (make_steps(n, pieces=8, seed=3) for n in (100, 400))
    np.testing.assert_array_equal(small.x_train, large.x_train[:100])
    np.testing.assert_array_equal(small.y_train, large.y_train[:100])
    np.testing.assert_array_equal(small.x_validation, large.x_validation)
    assert 0.4 < large.y_validation.mean() < 0.6
    assert large.x_train.std(0) == pytest.approx(np.ones(4), abs=0.1)


def test_smoothing_changes_classes_and_leaves_the_rows():
    steps, smooth = (make_steps(400, pieces=8, smoothing=s, seed=3) for s in (0.0, 0.15))
    np.testing.assert_array_equal(steps.x_train, smooth.x_train)
    assert 0.02 < (steps.y_train != smooth.y_train).mean() < 0.4


def test_a_rotation_keeps_distances_and_noise_columns_keep_the_others():
    data = make_steps(50, pieces=4, seed=1)
    wide = with_noise_columns(data, 20, seed=1)
    np.testing.assert_array_equal(wide.x_train[:, :4], data.x_train)
    assert wide.n_features == 24
    turned = rotated(wide, seed=1)
    far = [np.linalg.norm(d.x_train[:1] - d.x_train, axis=1) for d in (wide, turned)]
    np.testing.assert_allclose(far[0], far[1], rtol=1e-4, atol=1e-4)
    np.testing.assert_array_equal(turned.y_train, data.y_train)

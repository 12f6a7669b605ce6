"""Shifted pictures: by hand, against torch's sampling and SciPy's filter, within their bounds."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from scipy.ndimage import gaussian_filter1d
from torch.nn.functional import affine_grid, grid_sample

from core.data.embedded import load_digits
from core.data.warps import AMOUNTS, SPELLED, drawn_amounts, shifted
from core.lab.seeding import numpy_generator

X = load_digits(40, seed=1).x_train


def shift(kind, amount, x=X, seed=0):
    return shifted(kind, x, np.full(len(x), amount, float), numpy_generator(seed, "test"))


@pytest.mark.parametrize("kind", AMOUNTS)
def test_nothing_is_shifted_by_nothing_and_more_by_more(kind):
    assert np.allclose(shift(kind, 0), X, atol=1e-6)
    far = [float(np.abs(shift(kind, amount) - X).mean()) for amount in AMOUNTS[kind]]
    assert far[0] > 0
    assert far[-1] > far[0]
    for amount in AMOUNTS[kind]:
        found = shift(kind, amount)
        assert found.dtype == np.float32 and found.shape == X.shape
        assert found.min() >= 0 and found.max() <= 1 + 1e-6
        assert SPELLED[kind].format(amount)


def test_a_quarter_turn_is_numpys():
    ours = shift("rotation", 90).reshape(-1, 8, 8)
    assert np.allclose(ours, np.rot90(X.reshape(-1, 8, 8), axes=(1, 2)), atol=1e-6)
    back = shift("rotation", -90, x=ours.reshape(-1, 64))
    assert np.allclose(back, X, atol=1e-6)


@pytest.mark.parametrize("angle", [15, 45, 75])
def test_turns_and_sizes_are_those_of_torchs_sampling(angle):
    images = torch.from_numpy(X).view(-1, 1, 8, 8)
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    for kind, amount, matrix in (
        ("rotation", angle, [[cos, -sin, 0], [sin, cos, 0]]),
        ("scale", 0.4, [[1 / 0.6, 0, 0], [0, 1 / 0.6, 0]]),
    ):
        theta = torch.tensor(matrix).expand(len(X), 2, 3)
        grid = affine_grid(theta, images.shape, align_corners=False)
        theirs = grid_sample(images, grid, align_corners=False).flatten(1).numpy()
        assert np.allclose(shift(kind, amount), theirs, atol=1e-5), kind


def test_a_translation_moves_the_light_and_loses_what_leaves_the_frame():
    spot = np.zeros((200, 64), np.float32)
    spot[:, 8 * 3 + 3] = 1
    moved = shift("translation", 2, x=spot).reshape(-1, 8, 8)
    assert np.allclose(moved.sum((1, 2)), 1, atol=1e-6)
    rows, columns = np.mgrid[:8, :8]
    far = np.hypot((moved * rows).sum((1, 2)) - 3, (moved * columns).sum((1, 2)) - 3)
    assert np.allclose(far, 2, atol=1e-5), "every picture moves as far, each its own way"
    assert len(np.unique(moved.reshape(200, -1).argmax(1))) > 6
    assert shift("translation", 3).sum() < X.sum()


def test_a_blur_is_scipys_away_from_the_edge_and_keeps_a_plain_picture():
    assert np.allclose(shift("blur", 2.0, x=np.full((2, 64), 0.3, np.float32)), 0.3, atol=1e-6)
    spot = np.zeros((1, 64), np.float32)
    spot[0, 8 * 4 + 4] = 1
    theirs = gaussian_filter1d(gaussian_filter1d(spot.reshape(8, 8), 0.6, axis=0), 0.6, axis=1)
    assert np.allclose(shift("blur", 0.6, x=spot).reshape(8, 8), theirs, atol=1e-3)


def test_contrast_and_patches_by_hand():
    x = np.array([[0.0, 0.5, 1.0, 0.25]], np.float32)
    assert np.allclose(shift("contrast", 0.5, x=x), [[0.25, 0.5, 0.75, 0.375]])
    patched = shift("missing patch", 3, x=np.ones((300, 64), np.float32)).reshape(-1, 8, 8)
    assert np.allclose(patched.sum((1, 2)), 64 - 9)
    assert len(np.unique(patched.reshape(300, -1), axis=0)) == 36, "all places are drawn"


def test_noise_has_its_size():
    noise = shift("noise", 0.1, x=np.full((500, 64), 0.5, np.float32)) - 0.5
    assert abs(float(noise.std()) - 0.1) < 0.002


def test_training_amounts_reach_as_far_as_they_should():
    rng = numpy_generator(0, "amounts")
    turned, noisy = drawn_amounts("rotation", 45, 4000, rng), drawn_amounts("noise", 0.3, 4000, rng)
    assert turned.min() < -44 and turned.max() > 44 and abs(turned).max() <= 45
    assert noisy.min() >= 0 and 0.29 < noisy.max() <= 0.3

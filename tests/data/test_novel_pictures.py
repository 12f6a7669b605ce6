"""Pictures that are no digits: within bounds, repeatable, and like nothing among the digits."""

from __future__ import annotations

import numpy as np
import pytest

from core.data.embedded import load_digits
from core.data.novel_pictures import draw_novel


@pytest.mark.parametrize("kind", ["shapes", "textures", "noise"])
def test_pictures_are_repeatable_and_as_bright_as_pictures(kind):
    x = draw_novel(kind, 60, seed=4)
    assert x.shape == (60, 64) and x.dtype == np.float32
    assert x.min() >= 0 and x.max() <= 1
    assert np.array_equal(x, draw_novel(kind, 60, seed=4))
    assert not np.array_equal(x, draw_novel(kind, 60, seed=5))
    assert len(np.unique(x, axis=0)) > 40
    assert 0.05 < x.mean() < 0.7, "neither blank nor blazing; digits have 0.3"


def test_shapes_lie_in_the_middle_and_textures_everywhere():
    shapes = draw_novel("shapes", 100, seed=1).reshape(-1, 8, 8)
    edge, inside = shapes[:, 0].mean(), shapes[:, 2:6, 2:6].mean()
    assert inside > 5 * edge
    textures = draw_novel("textures", 100, seed=1).reshape(-1, 8, 8)
    assert textures[:, 0].mean() == pytest.approx(textures[:, 4].mean(), abs=0.1)


@pytest.mark.parametrize("kind", ["shapes", "textures", "noise"])
def test_none_lies_among_the_digits(kind):
    known = load_digits(800, seed=0)
    far = np.linalg.norm(draw_novel(kind, 50, seed=0)[:, None] - known.x_train[None], axis=-1)
    own = np.linalg.norm(known.x_validation[:50, None] - known.x_train[None], axis=-1)
    assert np.median(far.min(1)) > np.quantile(own.min(1), 0.9)

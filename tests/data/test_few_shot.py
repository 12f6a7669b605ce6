"""Few-shot tasks: nothing is seen twice that must be new, and letters are what strokes make."""

from __future__ import annotations

import numpy as np
import pytest

from core.data import glyphs
from core.data.few_shot import ASKED, OF_LETTERS, POOL, SHOTS, of_digits, of_letters
from core.data.glyphs import draw_glyphs
from core.lab.seeding import numpy_generator


def rows(pictures: np.ndarray) -> set[bytes]:
    return {one.tobytes() for one in pictures.reshape(-1, 64).astype(np.float32)}


@pytest.mark.parametrize("task", [of_digits(5), of_letters(5, 20)], ids=["digits", "letters"])
def test_what_is_asked_was_never_shown(task):
    assert len(task.asked) == len(task.answers) == ASKED and len(task.pool) == POOL
    assert not rows(task.asked) & (rows(task.support) | rows(task.pool) | rows(task.others))
    assert not rows(task.others) & (rows(task.support) | rows(task.pool))
    assert task.support.shape == (5, SHOTS, 64)
    assert set(task.answers) == set(range(5))


def test_new_digits_differ_by_seed_and_are_what_they_are_called():
    found = {tuple(of_digits(seed).names) for seed in range(5)}
    assert len(found) > 1
    task = of_digits(0)
    for label in range(5):
        near = ((task.asked[:, None] - task.support[label]) ** 2).sum(2).min(1)
        others = (task.asked[:, None] - np.delete(task.support, label, 0).reshape(-1, 64)) ** 2
        closer = near < others.sum(2).min(1)
        assert (task.answers[closer] == label).mean() > 0.8


def test_fewer_unlabelled_pictures_are_the_first_of_more():
    for draw in (of_digits, lambda seed, pool: of_letters(seed, 5, pool)):
        np.testing.assert_array_equal(draw(2, 50).pool, draw(2, 500).pool[:50])


def test_other_letters_are_as_many_as_asked_for():
    assert of_letters(1, 20).others.shape == (20, OF_LETTERS, 64)


def test_without_a_tremor_all_copies_are_one_letter(monkeypatch):
    for name in ("UNSTEADY", "ASIDE"):
        monkeypatch.setattr(glyphs, name, 0.0)
    drawn = draw_glyphs(3, 4, numpy_generator(0, "letters"))
    dark = drawn > 0.99
    assert (dark.any(1) == dark.all(1)).mean() > 0.95
    assert drawn.min() >= 0 and drawn.max() <= 1


def test_ink_falls_off_with_the_distance_from_a_stroke():
    away = glyphs.from_stroke(np.array([1.5, 2.5]), np.array([5.5, 2.5])).reshape(8, 8)
    assert away[2, 1:6] == pytest.approx(0)
    assert away[4, 3] == pytest.approx(2) and away[2, 7] == pytest.approx(2)
    assert away[5, 0] == pytest.approx(np.hypot(3, 1))

"""Sets of pairs for a stack of networks: who learns from what, and how answers are counted."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.data.digit_pairs import draw, grid
from core.models.sum_sets import SumSets

ANY = np.ones((10, 10), dtype=bool)


@pytest.fixture(scope="module")
def sets() -> SumSets:
    pairs = [(draw(40, ANY, seed), grid(1, seed)) for seed in (3, 8)]
    return SumSets((3, 8), (10, 40), pairs, labelled=20)


def sure(sets: SumSets) -> torch.Tensor:
    """Columns of networks that know every sum."""
    sums = torch.from_numpy(np.stack([grid(1, seed).sums for _, seed in sets.places]))
    return torch.nn.functional.one_hot(sums, 19).float()


def test_a_batch_is_of_each_networks_own_pairs(sets: SumSets) -> None:
    assert sets.places == [(10, 3), (10, 8), (40, 3), (40, 8)]
    first, second, sums, digits = sets.batch(200)
    torch.testing.assert_close(digits[:, :200] + digits[:, 200:], sums)
    for network, (size, seed) in enumerate(sets.places):
        own = {(*a, *b) for a, b in zip(*(part[:size].tolist() for part in (
            draw(40, ANY, seed).first, draw(40, ANY, seed).second)), strict=True)}  # fmt: skip
        both = torch.cat([first[network], second[network]], 1).tolist()
        assert {tuple(pair) for pair in both} == own


def test_labelled_digits_are_as_many_of_each(sets: SumSets) -> None:
    assert sets.labelled is not None
    pictures, digits = sets.labelled
    assert pictures.shape == (4, 20, 64)
    assert all(np.bincount(own).tolist() == [2] * 10 for own in digits.tolist())


def test_who_knows_every_column_adds_longer_numbers(sets: SumSets) -> None:
    assert sets.right(sure(sets), 19).tolist() == [1.0] * 4
    for digits in (1, 2, 3):
        assert sets.longer(sure(sets), 2, digits, 20) == 1.0
    wrong = sure(sets).roll(1, 2)
    assert sets.right(wrong, 19).tolist() == [0.0] * 4
    assert sets.longer(wrong, 2, 1, 20) == 0.0


def test_names_are_counted_for_the_first_seed(sets: SumSets) -> None:
    names = sets.labels.copy()
    names[2][names[2] == 9] = 4
    found = {(size, name): (count, right) for size, name, count, right in sets.called(names)}
    assert found[10, 9][0] == (sets.labels[0] == 9).sum() and found[10, 9][1] == 1.0
    assert found[40, 9][0] == 0 and np.isnan(found[40, 9][1])
    assert found[40, 4][1] == pytest.approx((sets.labels[2] == 4).sum() / (names[2] == 4).sum())
    faces = sets.faces(names)
    assert faces.shape == (2, 10, 64) and not faces[1, 9].any()
    expected = sets.singles[0].numpy()[sets.labels[0] == 7].mean(0)
    np.testing.assert_allclose(faces[0, 7], expected, rtol=1e-5)

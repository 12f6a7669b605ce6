"""Records of people who do not exist, and who is trained on which."""

from __future__ import annotations

import numpy as np
import pytest

from core.data.clusters import N_CLASSES, draw_clusters
from core.data.populations import coins, populate


def test_a_longer_draw_begins_with_the_shorter() -> None:
    short, long = (draw_clusters(n, label_noise=0.1, seed=4) for n in (50, 200))
    np.testing.assert_array_equal(short[0], long[0][:50])
    np.testing.assert_array_equal(short[1], long[1][:50])


def test_labels_are_classes_and_as_many_are_wrong_as_asked() -> None:
    clean = draw_clusters(4000, label_noise=0.0, seed=1)
    noisy = draw_clusters(4000, label_noise=0.2, seed=1)
    np.testing.assert_array_equal(clean[0], noisy[0])
    assert np.mean(clean[1] != noisy[1]) == pytest.approx(0.2, abs=0.02)
    counts = np.bincount(noisy[1], minlength=N_CLASSES)
    assert len(counts) == N_CLASSES and counts.min() > 300


def test_every_network_has_its_own_half_and_validation_lies_outside() -> None:
    people = populate(100, 6, 0.1, seed=3)
    assert people.is_member.shape == (6, 200)
    assert (people.is_member.sum(axis=1) == 100).all()
    assert len({half.tobytes() for half in people.is_member}) == 6
    seen = {row.tobytes() for row in people.x}
    assert not any(row.tobytes() in seen for row in people.x_validation)


def test_every_coin_is_fair_and_its_own() -> None:
    people = populate(200, 8, 0.1, seed=3)
    tossed = coins(people, 3)
    assert tossed.is_member.mean() == pytest.approx(0.5, abs=0.03)
    assert len(set(tossed.is_member.sum(axis=1))) > 1, "sets of one size would tell"
    assert abs(np.corrcoef(tossed.is_member)[0, 1:]).max() < 0.25
    np.testing.assert_array_equal(tossed.x, people.x)

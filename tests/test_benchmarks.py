"""The benchmark itself works, and the engine has not become slow."""

from __future__ import annotations

import numpy as np

from benchmarks import photos
from benchmarks.cases import Case, cases
from benchmarks.measure import rows
from benchmarks.peers import PEERS, ours, torch_loop

MODELS = 64


def test_a_sweep_is_much_faster_than_a_loop() -> None:
    """A guard, not the benchmark: over 40 is measured, 12 asked for on a busy machine."""
    case = Case("mlp", (2, 32, 32, 1), 32, 512, 5, MODELS)
    (row,) = rows(case, 3, ours, {"torch-loop": torch_loop})
    assert row["ratio"] > 12


def test_rows_are_per_model_and_step() -> None:
    case = Case("digits", (64, 8, 10), 64, 128, 2, 2)
    found = rows(case, 1, ours, PEERS)
    assert [(row["case"], row["peer"]) for row in found] == [
        ("digits-64-8-10-x2", "torch-loop"),
        ("digits-64-8-10-x2", "sklearn"),
    ]
    for row in found:
        assert set(row) == {"case", "peer", "ours", "theirs", "ratio", "unit"}
        assert 0.01 < row["ours"] < 1e5


def test_every_peer_takes_the_same_steps() -> None:
    for case in cases(quick=False):
        assert case.n_train % case.batch_size == 0
        assert case.sizes[0] == case.dataset(0).n_features


def test_photographs_of_digits_are_read_as_drawn() -> None:
    """By the nearest training digit, which needs no training: 10 of any size, place and light."""
    data = photos.picture_sets.digits(1200, 100)
    known = data.x_train.reshape(-1, 64)

    def nearest(images: np.ndarray) -> np.ndarray:
        away = ((images.reshape(-1, 1, 64) - known) ** 2).sum(2)
        return data.y_train[away.argmin(1)]

    shoot = photos.Shoot(np.random.default_rng(7), np.arange(300), 100)
    before, after = photos.right(photos.ANY, nearest, shoot, count=10)
    assert after >= 8 > before

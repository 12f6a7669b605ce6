"""Training until every label is right: its end by hand, the same however long it runs on."""

from __future__ import annotations

from collections.abc import Generator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from core.data.dataset import with_random_labels
from core.data.embedded import load_digits
from core.engine.interpolation import ends, until_fitted
from core.engine.job import Job
from core.engine.training import fit
from core.lab.run import complete


def fake_fit(accuracy: list[list[float]]) -> Any:
    """Something with curves: training accuracy as given, validation accuracy is row + 10 column."""
    train = np.array(accuracy)
    rows, columns = np.indices(train.shape)
    curve = {"train": train, "validation": rows + 10.0 * columns}
    steps = np.arange(len(train)) * 4
    return SimpleNamespace(evaluated_steps=steps, curve=lambda split, metric: curve[split])


def networks() -> list[Job]:
    """True and random labels of 64 digits, three seeds each."""
    return [
        Job(with_random_labels(load_digits(64, seed=seed), share, seed), seed, (128, 128), 0.005)
        for share in (0.0, 1.0)
        for seed in range(3)
    ]


def test_a_network_ends_at_its_first_evaluation_with_every_label_right() -> None:
    found = ends(fake_fit([[0.1, 0.2, 0.3], [1.0, 0.5, 0.9], [0.9, 1.0, 0.99]]), 4)
    np.testing.assert_array_equal(found["epochs"], [1, 2, 2])
    np.testing.assert_array_equal(found["fitted"], [True, True, False])
    np.testing.assert_array_equal(found["train"], [1.0, 1.0, 0.99])
    np.testing.assert_array_equal(found["validation"], [1, 12, 22])
    np.testing.assert_array_equal(found["evaluation"], [1, 2, 2])


def test_what_happens_after_all_have_fitted_changes_nothing() -> None:
    short, long = [[0.1, 0.2], [1.0, 0.5], [0.9, 1.0]], [[0.8, 0.8], [1.0, 1.0]]
    one, two = (ends(fake_fit(rows), 4) for rows in (short, short + long))
    assert one["evaluation"].max() == 2
    pd.testing.assert_frame_equal(one, two)


def test_ending_early_gives_what_the_whole_training_gives() -> None:
    ended = complete(until_fitted(fit(networks(), steps=400, evaluate_every=2)))
    whole = complete(fit(networks(), steps=400, evaluate_every=2))
    assert len(ended.evaluated_steps) < len(whole.evaluated_steps)
    pd.testing.assert_frame_equal(ends(ended, 2), ends(whole, 2))


def test_a_training_that_never_fits_goes_on_to_its_end() -> None:
    ended = complete(until_fitted(fit(networks(), steps=4, evaluate_every=2)))
    assert ended.evaluated_steps.tolist() == [0, 2, 4]
    assert not ends(ended, 2)["fitted"].any()


def test_closing_it_closes_the_training() -> None:
    closed = []

    def training() -> Generator[Any, None, Any]:
        try:
            while True:
                yield SimpleNamespace(fit=fake_fit([[0.5]]))
        finally:
            closed.append(True)

    run = until_fitted(training())
    next(run)
    run.close()
    assert closed

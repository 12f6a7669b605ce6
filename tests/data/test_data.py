from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from core.data.dataset import (
    Dataset,
    with_random_labels,
    with_shuffled_labels,
    with_validation,
)
from core.data.embedded import CELL_FEATURES, load_cells, load_digits, load_mnist1d
from core.data.generated import make_two_moons


def two_moons(n_train: int, *, label_noise: float = 0.0, seed: int) -> Dataset:
    return make_two_moons(n_train, noise=0.2, label_noise=label_noise, seed=seed)


SOURCES = [two_moons, load_digits, load_mnist1d]
Source = Callable[..., Dataset]


@pytest.fixture
def global_random_state() -> Iterator[None]:
    state, numpy_state = random.getstate(), np.random.get_state()
    yield
    random.setstate(state)
    np.random.set_state(numpy_state)


def test_embedded_mnist1d_is_the_output_of_the_authors_generator(global_random_state: None) -> None:
    from mnist1d.data import make_dataset

    theirs, ours = make_dataset(), load_mnist1d(4000, seed=0)
    np.testing.assert_array_equal(ours.x_validation, theirs["x_test"].astype(np.float32))
    np.testing.assert_array_equal(ours.y_validation, theirs["y_test"])

    def by_content(x: np.ndarray, y: np.ndarray) -> list[tuple[bytes, int]]:
        return sorted((row.tobytes(), int(label)) for row, label in zip(x, y, strict=True))

    expected = by_content(theirs["x"].astype(np.float32), theirs["y"])
    assert by_content(ours.x_train, ours.y_train) == expected


def test_digits_are_those_of_scikit_learn_each_once() -> None:
    from sklearn.datasets import load_digits as from_sklearn

    x, y = from_sklearn(return_X_y=True)
    data = load_digits(1200, seed=3)
    rows = np.concatenate([data.x_train, data.x_validation]) * 16
    labels = np.concatenate([data.y_train, data.y_validation])

    def rows_of(pixels: np.ndarray, digit: np.ndarray) -> list[bytes]:
        table = np.column_stack([np.rint(pixels), digit]).astype(np.int64)
        return sorted(row.tobytes() for row in table)

    assert rows_of(rows, labels) == rows_of(x, y)


@pytest.mark.parametrize("source", SOURCES)
def test_shapes_and_types(source: Source) -> None:
    data = source(30, seed=1)
    assert data.x_train.shape == (30, data.n_features) and data.x_train.dtype == np.float32
    assert data.y_train.shape == (30,) and data.y_train.dtype == np.int64
    assert data.x_validation.dtype == np.float32 and data.y_validation.dtype == np.int64
    assert len(data.x_validation) == len(data.y_validation) >= 500
    assert data.y_train.min() >= 0 and data.y_train.max() < data.n_classes
    assert not data.flipped.any()


@pytest.mark.parametrize("source", SOURCES)
def test_a_smaller_set_is_the_beginning_of_a_larger_one(source: Source) -> None:
    small, large = source(20, seed=5), source(200, seed=5)
    np.testing.assert_array_equal(small.x_train, large.x_train[:20])
    np.testing.assert_array_equal(small.y_train, large.y_train[:20])
    np.testing.assert_array_equal(small.x_validation, large.x_validation)


@pytest.mark.parametrize("source", SOURCES)
def test_same_seed_same_data_other_seed_other_data(source: Source) -> None:
    first, again, other = source(40, seed=7), source(40, seed=7), source(40, seed=8)
    np.testing.assert_array_equal(first.x_train, again.x_train)
    assert not np.array_equal(first.x_train, other.x_train)


@pytest.mark.parametrize("source", SOURCES)
def test_no_training_example_is_a_validation_example(source: Source) -> None:
    n_most = {"two_moons": 1000, "load_digits": 1200, "load_mnist1d": 4000}[source.__name__]
    data = source(n_most, seed=2)
    training = {row.tobytes() for row in data.x_train}
    shared = sum(row.tobytes() in training for row in data.x_validation)
    assert shared == 0


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("share", [0.1, 0.25, 1.0])
def test_label_noise_replaces_exactly_the_share_it_says(source: Source, share: float) -> None:
    clean, noisy = source(80, seed=4), source(80, label_noise=share, seed=4)
    assert noisy.flipped.sum() == round(share * 80)
    np.testing.assert_array_equal(noisy.flipped, noisy.y_train != clean.y_train)
    np.testing.assert_array_equal(noisy.x_train, clean.x_train)
    np.testing.assert_array_equal(noisy.y_validation, clean.y_validation)


def test_replaced_labels_are_spread_evenly_over_the_other_classes() -> None:
    clean, noisy = load_mnist1d(4000, seed=0), load_mnist1d(4000, label_noise=1.0, seed=0)
    shift = (noisy.y_train - clean.y_train) % 10
    counts = np.bincount(shift, minlength=10)
    assert counts[0] == 0
    assert stats.chisquare(counts[1:]).pvalue > 1e-3


def test_shuffled_labels_keep_the_class_frequencies() -> None:
    data = load_digits(300, seed=0)
    shuffled = with_shuffled_labels(data, seed=0)
    np.testing.assert_array_equal(np.bincount(shuffled.y_train), np.bincount(data.y_train))
    np.testing.assert_array_equal(shuffled.flipped, shuffled.y_train != data.y_train)
    assert 0.8 < shuffled.flipped.mean() < 0.97  # nine of ten move, by chance
    np.testing.assert_array_equal(shuffled.x_train, data.x_train)


@pytest.mark.parametrize("share", [0.0, 0.2, 0.4, 0.6, 0.8, 1.0])
def test_a_share_of_random_labels_says_nothing(share: float) -> None:
    clean = load_digits(1000, seed=3)
    data = with_random_labels(clean, share, seed=3)
    agree = (data.y_train == clean.y_train).mean()
    # A random class out of ten is the true one in a tenth of the cases.
    assert agree == pytest.approx(1 - 0.9 * share, abs=0.03 if share == 1 else 0.001)
    np.testing.assert_array_equal(data.x_train, clean.x_train)
    np.testing.assert_array_equal(data.y_validation, clean.y_validation)


def test_fully_random_labels_are_independent_of_the_true_ones() -> None:
    clean = load_digits(1200, seed=5)
    data = with_random_labels(clean, 1.0, seed=5)
    np.testing.assert_array_equal(np.bincount(data.y_train), np.bincount(clean.y_train))
    table = pd.crosstab(clean.y_train, data.y_train)
    assert stats.chi2_contingency(table).pvalue > 0.001
    # Always a wrong class would say something about the true one: the test notices that.
    wrong = (clean.y_train + 1 + np.arange(1200) % 9) % 10
    assert stats.chi2_contingency(pd.crosstab(clean.y_train, wrong)).pvalue < 1e-9


def test_labels_random_at_one_share_are_random_at_a_larger_one() -> None:
    clean = load_mnist1d(500, seed=1)
    some, more = (with_random_labels(clean, share, 1) for share in (0.2, 0.6))
    assert (more.flipped | ~some.flipped).all()
    np.testing.assert_array_equal(more.y_train[some.flipped], some.y_train[some.flipped])


def test_kept_validation_examples_are_those_that_were_chosen() -> None:
    whole = load_digits(10, seed=0)
    some, one = with_validation(whole, slice(1, None, 2)), with_validation(whole, np.array([7]))
    np.testing.assert_array_equal(some.x_validation, whole.x_validation[1::2])
    np.testing.assert_array_equal(some.y_validation, whole.y_validation[1::2])
    np.testing.assert_array_equal(one.x_validation, whole.x_validation[7:8])
    np.testing.assert_array_equal(some.x_train, whole.x_train)


def test_noiseless_moons_lie_on_their_half_circles() -> None:
    data = make_two_moons(400, noise=0.0, seed=0)
    upper, lower = data.x_train[data.y_train == 0], data.x_train[data.y_train == 1]
    np.testing.assert_allclose(np.hypot(upper[:, 0], upper[:, 1]), 1.0, atol=1e-5)
    np.testing.assert_allclose(np.hypot(lower[:, 0] - 1, lower[:, 1] - 0.5), 1.0, atol=1e-5)
    assert (upper[:, 1] >= -1e-6).all() and (lower[:, 1] <= 0.5 + 1e-6).all()


def test_moons_are_balanced_uniform_in_angle_and_noisy_as_asked() -> None:
    data = make_two_moons(10, noise=0.3, seed=0, n_validation=20_000)
    assert stats.binomtest(int(data.y_validation.sum()), 20_000).pvalue > 1e-3
    clean = make_two_moons(10, noise=0.0, seed=0, n_validation=20_000)
    noise = (data.x_validation - clean.x_validation).ravel() / 0.3
    assert stats.kstest(noise, "norm").pvalue > 1e-3
    upper = clean.x_validation[clean.y_validation == 0]
    angle = np.arctan2(upper[:, 1], upper[:, 0]) / np.pi
    assert stats.kstest(angle, "uniform").pvalue > 1e-3


@pytest.mark.parametrize(("source", "most"), [(load_digits, 1200), (load_mnist1d, 4000)])
def test_asking_for_more_than_there_is_says_how_many_there_are(source: Source, most: int) -> None:
    assert len(source(most, seed=0).y_train) == most
    with pytest.raises(ValueError, match=str(most)):
        source(most + 1, seed=0)


def test_global_random_state_is_left_alone() -> None:
    before = np.random.get_state()[1].copy(), random.getstate()
    for source in SOURCES:
        source(50, label_noise=0.2, seed=0)
    np.testing.assert_array_equal(np.random.get_state()[1], before[0])
    assert random.getstate() == before[1]


def test_cells_are_those_of_scikit_learn_each_once() -> None:
    from sklearn.datasets import load_breast_cancer

    theirs = load_breast_cancer()
    names = tuple(name.removeprefix("mean ") for name in theirs.feature_names[:10])
    assert names == CELL_FEATURES
    data = load_cells(seed=3)
    assert data.x_train.shape == (400, 10) and data.x_validation.shape == (169, 10)
    np.testing.assert_allclose(data.x_train.mean(0), 0, atol=1e-4)
    np.testing.assert_allclose(data.x_train.std(0), 1, atol=1e-4)

    # Ranks survive the scaling: compare each column's order, with the label beside it.
    x, y = theirs.data[:, :10], 1 - theirs.target
    ours = np.concatenate([data.x_train, data.x_validation])
    labels = np.concatenate([data.y_train, data.y_validation])
    scaled = (x - x.mean(0)) / x.std(0)
    unscaled = (ours - ours.mean(0)) / ours.std(0)
    both = np.lexsort(np.column_stack([scaled, y]).round(4).T)
    mine = np.lexsort(np.column_stack([unscaled, labels]).round(4).T)
    np.testing.assert_allclose(unscaled[mine], scaled[both], atol=2e-3)
    np.testing.assert_array_equal(labels[mine], y[both])

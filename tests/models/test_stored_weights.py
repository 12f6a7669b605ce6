"""Files of networks: their length by hand, and what comes back out of them."""

from __future__ import annotations

import numpy as np
import pytest

from core.models import stored_weights as stored

SIZES = (6, 5, 4, 3)


def layers(sizes: tuple[int, ...] = SIZES) -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    shapes = zip(sizes, sizes[1:], strict=False)
    return [rng.normal(size=(a + 1, b)).astype(np.float32) for a, b in shapes]


def assert_same(found: list[np.ndarray], wanted: list[np.ndarray]) -> None:
    for one, other in zip(found, wanted, strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_dense_file_is_four_bytes_a_number_and_its_head() -> None:
    file = stored.written_dense(layers())
    assert len(file) == 2 * 7 + 4 * (35 + 24 + 15) == stored.dense_bytes(SIZES)
    assert_same(stored.read_dense(file), layers())


@pytest.mark.parametrize("bits", [2, 3, 4, 8])
def test_whole_numbers_come_back_exactly(bits: int) -> None:
    most, rng = stored.most_level(bits), np.random.default_rng(1)
    scales = [rng.uniform(0.1, 2, layer.shape[1]).astype(np.float32) for layer in layers()]
    given = [layer.copy() for layer in layers()]
    for layer, scale in zip(given, scales, strict=True):
        layer[:-1] = rng.integers(-most, most + 1, layer[:-1].shape).astype(np.float32) * scale
    file = stored.written_in_bits(given, scales, bits)
    assert len(file) == stored.bytes_in_bits(SIZES, bits)
    assert_same(stored.read_in_bits(file, bits), given)


def test_four_bits_by_hand() -> None:
    """30, 20 and 12 weights are 15, 10 and 6 bytes; 12 scales, 12 biases, and a head of 14."""
    assert stored.bytes_in_bits(SIZES, 4) == 15 + 10 + 6 + 4 * 12 + 4 * 12 + 14


def test_bfloat16_is_the_first_half_of_a_float() -> None:
    given = [layer.copy() for layer in layers()]
    for layer in given:
        layer[:-1] = np.round(layer[:-1] * 4) / 4
    file = stored.written_in_bits(given, [layer[-1] for layer in given], 16)
    assert len(file) == stored.bytes_in_bits(SIZES, 16) == 14 + 2 * 62 + 4 * 12
    assert_same(stored.read_in_bits(file, 16), given)


def test_weights_with_gaps_come_back_and_fill_their_budget() -> None:
    budget = 150
    kept = stored.weights_with_gaps(SIZES, budget)
    given = [layer.copy() for layer in layers()]
    order = np.argsort(-np.abs(np.concatenate([layer[:-1].ravel() for layer in given])))
    gone = order[kept:]
    at = 0
    for layer in given:
        size = layer[:-1].size
        layer[:-1].ravel()[gone[(gone >= at) & (gone < at + size)] - at] = 0
        at += size
    file = stored.written_with_gaps(given)
    assert budget - 4 < len(file) <= budget
    assert_same(stored.read_with_gaps(file), given)


def test_units_without_a_weight_are_left_out_and_nothing_changes() -> None:
    given = [layer.copy() for layer in layers()]
    given[0][:, [1, 3]], given[1][[1, 3]] = 0, 0
    small = stored.without_dead_units(given)
    assert [layer.shape for layer in small] == [(7, 3), (4, 4), (5, 3)]
    x = np.random.default_rng(2).normal(size=(9, 6)).astype(np.float32)

    def asked(network: list[np.ndarray]) -> np.ndarray:
        values = x
        for place, layer in enumerate(network):
            values = (np.maximum(values, 0) if place else values) @ layer[:-1] + layer[-1]
        return values

    np.testing.assert_allclose(asked(small), asked(given), rtol=1e-5, atol=1e-6)


def test_products_come_back_multiplied_and_cost_what_was_told() -> None:
    sizes, rank = (20, 16, 12, 3), 2
    rng, factors, wanted = np.random.default_rng(3), [], []
    for layer in layers(sizes):
        inputs, outputs = len(layer) - 1, layer.shape[1]
        own = stored.layer_rank(inputs, outputs, rank)
        if own == min(inputs, outputs):
            factors.append((layer,))
            wanted.append(layer)
            continue
        first = rng.normal(size=(inputs, own)).astype(np.float32)
        second = rng.normal(size=(own + 1, outputs)).astype(np.float32)
        factors.append((first, second))
        wanted.append(np.vstack([first @ second[:-1], second[-1]]))
    file = stored.written_products(factors)
    assert len(file) == stored.bytes_of_rank(sizes, rank)
    assert_same(stored.read_products(file), wanted)


@pytest.mark.parametrize("bits", [16, 8, 4, 2])
def test_no_form_is_larger_than_its_budget_and_one_step_more_would_be(bits: int) -> None:
    sizes = (64, 64, 64, 10)
    budget = stored.bytes_in_bits(sizes, bits)
    width, rank = stored.widest_within(sizes, budget), stored.rank_within(sizes, budget)
    assert stored.dense_bytes((64, width, width, 10)) <= budget
    assert stored.dense_bytes((64, width + 1, width + 1, 10)) > budget
    assert stored.bytes_of_rank(sizes, rank) <= budget < stored.bytes_of_rank(sizes, rank + 1)


def test_layers_are_read_as_their_file_keeps_them() -> None:
    whole = stored.written_dense(layers())
    assert_same([one for (one,) in stored.read_parts("distilled", 32, whole)], layers())
    gaps = stored.written_with_gaps(layers())
    assert_same([one for (one,) in stored.read_parts("pruned weights", 4, gaps)], layers())
    rng = np.random.default_rng(1)
    first, second = rng.normal(size=(6, 2)), rng.normal(size=(3, 5))
    file = stored.written_products([(first, second), (layers()[1],)])
    (thin, last), (dense,) = stored.read_parts("low rank", 4, file)
    assert_same(
        [thin, last, dense], [first.astype(np.float32), second.astype(np.float32), layers()[1]]
    )
    assert_same(stored.read_products(file)[1:], [dense])

"""What layers compute and move: counted by hand, and equal to what torch counts."""

from __future__ import annotations

import pytest
from torch.nn.attention import SDPBackend, sdpa_kernel

from core.models.layer_work import (
    ATTENTION,
    CONVOLUTION,
    FORMS,
    GRU,
    LAYERS,
    LINEAR,
    LONG,
    MOST_CALLS,
    RELU,
    Work,
    batches_to,
    calls_of,
    timed_flops,
    work,
)
from core.models.rates import layer_call
from tests.operations import Operations


@pytest.mark.parametrize("layer", [LINEAR, CONVOLUTION, GRU, ATTENTION])
@pytest.mark.parametrize("batch", [1, 4])
def test_operations_are_those_that_torch_counts(layer: str, batch: int) -> None:
    call = layer_call(layer, 64, batch, numbers="float32", seed=0, device="cpu")
    assert call is not None
    counter = Operations()
    # Torch's fused kernel of attention is counted by nobody; its plain form is.
    with sdpa_kernel(SDPBackend.MATH), counter:
        call()
    assert counter.total == work(layer, 64, batch).flops


def test_a_linear_layer_by_hand() -> None:
    one = work(LINEAR, 10, 2)
    assert one == Work(2 * 2 * 10 * 10, 100 + 10 + 20 + 20)
    assert one.intensity(4) == 400 / (4 * 150)


def test_what_touches_each_number_once_has_one_intensity_and_products_gain_with_the_batch() -> None:
    for layer in LAYERS:
        alone, many = (work(layer, 64, batch).intensity(4) for batch in (1, 256))
        if layer in (RELU, ATTENTION):
            assert alone == many
        elif layer in (LINEAR, GRU):
            assert many > 2 * alone
        else:  # Few weights, which one example has to read too.
            assert alone < many < 2.001 * alone
    assert work(RELU, 64, 1).intensity(4) == 1 / 8


def test_fewer_bytes_a_number_are_more_operations_a_byte() -> None:
    one = work(LINEAR, 64, 4)
    assert one.intensity(1) == 2 * one.intensity(2) == 4 * one.intensity(4)
    assert set(FORMS["int8"]) < set(FORMS["bfloat16"]) < set(FORMS["float32"]) == set(LAYERS)


def test_batches_go_up_in_steps_of_four() -> None:
    assert batches_to(16) == (1, 4, 16)
    assert batches_to(256) == (1, 4, 16, 64, 256)


def test_short_calls_are_timed_together_and_all_are_counted() -> None:
    assert calls_of(Work(1.0, 1.0)) == (MOST_CALLS, 5)
    assert calls_of(Work(2 * LONG, 1.0)) == (1, 2)
    assert timed_flops(Work(2 * LONG, 1.0)) == 2 * LONG * 4

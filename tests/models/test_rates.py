"""Timing calls, kernels that are there or not, and how exact they are."""

from __future__ import annotations

import math

import pytest
import torch

from core.lab.run import complete
from core.models import rates
from core.models.devices import Unit
from core.models.layer_work import FORMS


def test_of_several_blocks_the_quickest_counts() -> None:
    seconds = iter([0.0, 3.0, 10.0, 12.0, 20.0, 29.0])
    asked: list[str] = []

    class Clock(Unit):
        def clock(self) -> float:
            return next(seconds)

    watch = rates.Watch(Clock())
    assert complete(watch.fastest(lambda: asked.append("call"), 2, 3)) == 1.0
    assert len(asked) == 1 + 2 * 3, "one call to warm up, then all blocks"
    assert watch.had >= 0 and watch.passed > 0


@pytest.mark.parametrize("numbers", list(FORMS))
def test_every_layer_can_be_called_and_draws_nothing_from_the_global_generator(
    numbers: str,
) -> None:
    state = torch.get_rng_state()
    for layer in FORMS[numbers]:
        call = rates.layer_call(layer, 64, 4, numbers=numbers, seed=0, device="cpu")
        assert call is not None or numbers != "float32"
        if call is not None:
            found = call()
            assert isinstance(found, torch.Tensor) and len(found) == 4
    assert torch.equal(torch.get_rng_state(), state)


def test_products_are_as_exact_as_their_numbers() -> None:
    assert rates.off(64, "float32", 0) < 1e-5
    assert 1e-4 < rates.off(64, "bfloat16", 0) < 0.02


def test_what_has_no_kernel_is_nothing_and_has_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "int8_product", lambda *given: None)
    assert rates.product_call(64, numbers="int8", seed=0, device="cpu") is None
    assert math.isnan(rates.off(64, "int8", 0))
    assert rates.layer_call("linear", 64, 1, numbers="int8", seed=0, device="cuda") is None


def test_instructions_are_those_that_torch_names() -> None:
    found = rates.instructions()
    told = torch.cpu.get_capabilities()
    assert found and all(told[name] == there for name, _, there in found)
    assert {kind for _, kind, _ in found} <= set(FORMS)

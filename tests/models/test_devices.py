"""What computes beside the processor: found, tried and waited for; or there is none."""

from __future__ import annotations

import math

import pytest
import torch

from core.lab.run import complete
from core.models import devices, rates


@pytest.fixture
def nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with a processor alone."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)


@pytest.mark.usefixtures("nothing")
def test_without_an_accelerator_there_is_none() -> None:
    assert devices.accelerators() == []


@pytest.mark.usefixtures("nothing")
def test_one_that_is_there_and_cannot_compute_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> str:
        raise RuntimeError("CUDA driver version is insufficient for CUDA runtime version")

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", broken)
    assert devices.accelerators() == []


@pytest.mark.usefixtures("nothing")
def test_one_that_computes_has_its_name_its_clock_and_its_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    called: list[str] = []
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "Example GPU")
    monkeypatch.setattr(torch.cuda, "synchronize", lambda: called.append("wait"))
    monkeypatch.setattr(torch.cuda, "max_memory_allocated", lambda: 1234)
    ones = torch.ones
    monkeypatch.setattr(torch, "ones", lambda *shape, device: ones(*shape))
    (unit,) = devices.accelerators()
    assert (unit.name, unit.device, unit.allocated()) == ("Example GPU", "cuda", 1234)
    assert called == ["wait"], "its first product was waited for"
    assert unit.clock() > 0 and called == ["wait", "wait"]


def test_the_processor_is_named_so_and_counts_no_memory() -> None:
    unit = devices.Unit()
    assert (unit.name, unit.device) == (devices.PROCESSOR, "cpu")
    assert math.isnan(unit.allocated())


def test_an_accelerator_is_waited_for_before_the_clock_is_read() -> None:
    waited: list[str] = []
    unit = devices.Unit("a device", "cpu", lambda: waited.append("waited"))
    complete(rates.Watch(unit).fastest(lambda: None, 1, 2))
    assert len(waited) == 4


def test_what_is_sent_comes_back_in_float32() -> None:
    seen: list[torch.device] = []

    def layer(x: torch.Tensor) -> torch.Tensor:
        seen.append(x.device)
        return x.bfloat16()

    found = devices.Unit("a device", "meta").sent(lambda x: torch.zeros(1) * len(x.shape))
    assert found(torch.ones(2, 3)).dtype == torch.float32
    back = devices.Unit().sent(layer)(torch.ones(2, 3))
    assert back.dtype == torch.float32 and seen == [torch.device("cpu")]

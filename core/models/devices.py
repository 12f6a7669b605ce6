"""What computes: the processor, or an accelerator beside it. Here it is decided which there are."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from core.lab.timing import PROCESSOR


@dataclass(frozen=True)
class Unit:
    """What computes, and how its time and its memory are read.

    Attributes:
        name: For people.
        device: As torch names it.
        wait: Returns when all that was asked of it is done.
        forget: Begin to count its memory anew.
        allocated: Bytes of its own memory that were taken at most since then, by its own counter;
            NaN where it has none: of the processor, and Apple's.
        sides: Of square matrices that are large enough to keep it busy, beyond those that keep a
            core busy.
        kilobytes: Of vectors that do not fit into its caches, likewise.
    """

    name: str = PROCESSOR
    device: str = "cpu"
    wait: Callable[[], object] = lambda: None
    forget: Callable[[], object] = lambda: None
    allocated: Callable[[], float] = lambda: math.nan
    sides: tuple[int, ...] = ()
    kilobytes: tuple[int, ...] = ()

    def clock(self) -> float:
        """Seconds: of this thread on the processor, else those that pass until all is done."""
        self.wait()
        return time.thread_time() if self.name == PROCESSOR else time.perf_counter()

    def sent(self, layer: Callable[[Tensor], Tensor]) -> Callable[[Tensor], Tensor]:
        """The same for inputs in main memory, which are sent, as answers are back, in float32."""
        return lambda x: layer(x.to(self.device)).float().cpu()


def accelerators() -> list[Unit]:
    """What this machine has beside its processor: a CUDA device, Apple's, or nothing.

    One that is there and cannot compute (its driver is too old, its memory is full) is none.
    """
    made = [_nvidias] if torch.cuda.is_available() else []
    made += [_apples] if torch.backends.mps.is_available() else []
    return [unit for unit in map(_tried, made) if unit is not None]


def _nvidias() -> Unit:
    cuda = torch.cuda
    return Unit(
        cuda.get_device_name(), "cuda", cuda.synchronize, cuda.reset_peak_memory_stats,
        cuda.max_memory_allocated, sides=(2048, 4096), kilobytes=(192_000, 768_000),
    )  # fmt: skip


def _apples() -> Unit:
    return Unit(
        "Apple's graphics processor", "mps", torch.mps.synchronize, sides=(1024, 2048),
        kilobytes=(192_000,),
    )  # fmt: skip


def _tried(made: Callable[[], Unit]) -> Unit | None:
    """A unit that has multiplied something, which also makes it load its libraries."""
    try:
        unit = made()
        small = torch.ones(8, 8, device=unit.device)
        torch.mm(small, small)
        unit.wait()
    except RuntimeError:
        return None
    return unit

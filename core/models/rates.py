"""How fast this machine multiplies, moves and computes layers, and which instructions it has."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from core.lab.seeding import torch_generator
from core.lab.timing import quickest
from core.models import layer_work as lw
from core.models.devices import Unit

Call = Callable[[], object]
INSTRUCTIONS = {
    "avx2": "float32", "fma3": "float32", "avx512_f": "float32", "neon": "float32",
    "sve": "float32", "avx512_bf16": "bfloat16", "amx_bf16": "bfloat16", "bf16": "bfloat16",
    "sve_bf16": "bfloat16",
    "avx_vnni": "int8", "avx512_vnni": "int8", "amx_int8": "int8", "dot": "int8", "i8mm": "int8",
}  # fmt: skip
"""Sets of instructions, as torch names them, that multiply and add numbers of a kind."""


def instructions() -> list[tuple[str, str, bool]]:
    """Name, kind of number and whether it is there, of each set that this architecture knows."""
    there = torch.cpu.get_capabilities()
    return [(n, kind, bool(there[n])) for n, kind in INSTRUCTIONS.items() if n in there]


@dataclass
class Watch:
    """Times calls, and keeps how much of the time that passed they had the processor.

    Attributes:
        unit: What is timed.
        had: Seconds of this thread,
        passed: and seconds on the wall, of all that was timed.
    """

    unit: Unit = field(default_factory=Unit)
    had: float = 0.0
    passed: float = 0.0

    def fastest(self, call: Call, calls: int, blocks: int) -> Generator[None, None, float]:
        """Seconds of one call: of several blocks of calls the quickest, since others disturb.

        Yields:
            After a call to warm up, and after each block.
        """
        call()
        took = []
        for _ in range(blocks):
            yield
            thread, wall = time.thread_time(), time.perf_counter()
            start = self.unit.clock()
            for _ in range(calls):
                call()
            took.append((self.unit.clock() - start) / calls)
            self.had += time.thread_time() - thread
            self.passed += time.perf_counter() - wall
        return quickest(took)


def layer_call(
    layer: str, width: int, batch: int, *, numbers: str, seed: int, device: str
) -> Call | None:
    """One layer on one batch, ready to be called; None where torch has no kernel for it here.

    Args:
        layer: In `core.models.layer_work.FORMS[numbers]`.
        width: As in `core.models.layer_work.work`.
        batch: Examples.
        numbers: A key of `ITEMS`.
        seed: Of weights and inputs.
        device: As torch names it.
    """
    generator = torch_generator(seed, "roofline", layer, numbers, width, batch)
    if numbers == "int8":
        return None if device != "cpu" else int8_product(batch, width, generator)
    if device != "cpu":
        # Large ones would take long to be drawn here and sent there.
        generator = torch.Generator(device).manual_seed(generator.initial_seed())

    def drawn(*shape: int) -> Tensor:
        kind = torch.bfloat16 if numbers == "bfloat16" else torch.float32
        return torch.randn(shape, generator=generator, device=device).to(kind)

    call = _call(layer, width, batch, drawn)
    try:
        call()
    except (RuntimeError, NotImplementedError):
        return None
    return call


def _call(layer: str, width: int, batch: int, drawn: Callable[..., Tensor]) -> Call:
    if layer == lw.LINEAR:
        x, weight, bias = drawn(batch, width), drawn(width, width), drawn(width)
        return lambda: functional.linear(x, weight, bias)
    if layer == lw.CONVOLUTION:
        c, k = lw.channels(width), lw.KERNEL
        x, weight, bias = drawn(batch, c, lw.SIDE, lw.SIDE), drawn(c, c, k, k), drawn(c)
        return lambda: functional.conv2d(x, weight, bias, padding=k // 2)
    if layer == lw.GRU:
        half = width // 2
        x, kept, bias = drawn(batch, half), drawn(batch, half), drawn(3 * half)
        first, second = drawn(3 * half, half), drawn(3 * half, half)
        return lambda: torch.gru_cell(x, kept, first, second, bias, bias)
    if layer == lw.ATTENTION:
        q, k_, v = (drawn(batch, lw.HEADS, lw.PLACES, width // 32) for _ in range(3))
        return lambda: functional.scaled_dot_product_attention(q, k_, v)
    x = drawn(batch, width)
    if layer == lw.NORM:
        weight, bias = drawn(width), drawn(width)
        return lambda: functional.layer_norm(x, (width,), weight, bias)
    return lambda: torch.relu(x)


def int8_product(rows: int, width: int, generator: torch.Generator) -> Call | None:
    """Whole numbers of 8 bits times such, added up in 32; None where torch has no kernel for it.

    Inputs are from 0 to 255, weights from -127 to 127: all that 8 bits hold.
    """
    weight = torch.randint(-127, 128, (width, width), generator=generator, dtype=torch.int8)
    x = torch.randint(0, 256, (rows, width), generator=generator, dtype=torch.uint8)
    scales, zeros = torch.ones(width), torch.zeros(width, dtype=torch.int8)
    try:
        packed = torch.ops.onednn.qlinear_prepack(weight, [rows, width])
        multiply = torch.ops.onednn.qlinear_pointwise
        given: tuple[Any, ...] = (
            x,
            1.0,
            0,
            packed,
            scales,
            zeros,
            None,
            1.0,
            0,
            torch.float32,
            "none",
            [],
            "",
        )
        multiply(*given)
    except (RuntimeError, AttributeError):
        return None
    return lambda: multiply(*given)


def product_call(side: int, *, numbers: str, seed: int, device: str) -> Call | None:
    """Two square matrices multiplied; None where there is no kernel for it."""
    return layer_call(lw.LINEAR, side, side, numbers=numbers, seed=seed, device=device)


def off(side: int, numbers: str, seed: int, device: str = "cpu") -> float:
    """Largest error of a product over its largest entry; NaN without a kernel.

    Against the same numbers multiplied in float64.
    """
    generator = torch_generator(seed, "roofline", lw.LINEAR, numbers, side, side)
    if numbers == "int8":
        call = product_call(side, numbers=numbers, seed=seed, device=device)
        if call is None:
            return float("nan")
        weight = torch.randint(-127, 128, (side, side), generator=generator, dtype=torch.int8)
        x = torch.randint(0, 256, (side, side), generator=generator, dtype=torch.uint8)
        true, found = x.double() @ weight.double().T, call()
    else:
        kind = torch.bfloat16 if numbers == "bfloat16" else torch.float32
        drawn = [
            torch.randn(shape, generator=generator).to(kind)
            for shape in ((side, side), (side, side), (side,))
        ]
        x, weight, bias = (one.double() for one in drawn)
        true = x @ weight.T + bias
        found = functional.linear(*(one.to(device) for one in drawn)).cpu()
    assert isinstance(found, Tensor)
    return float((found.double() - true).abs().max() / true.abs().max())


def adding(kilobytes: int, device: str) -> Call:
    """Two vectors added into a third, which take so much together: it moves all of that."""
    n = kilobytes * 1000 // 12
    a, b, into = (torch.ones(n, device=device) for _ in range(3))
    return lambda: torch.add(a, b, out=into)

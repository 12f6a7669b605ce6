"""Ask networks in every form, on the processor and beside it, and time them and single layers."""

from __future__ import annotations

import itertools
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import numpy as np

from core.challenges.hardware.fitting.bench import Bench
from core.challenges.hardware.fitting.config import (
    ACCURACY,
    ANYWHERE,
    BATCHES,
    BITS_OF,
    COMPUTED,
    FULL,
    KERNELS,
    WIDTHS,
    WORST,
    FittingConfig,
    FittingResult,
)
from core.data.dataset import Dataset
from core.lab.recorder import Recorder
from core.lab.run import Snapshot
from core.lab.seeding import torch_generator
from core.models import stored_weights as stored
from core.models.compression_cost import calls_of

if TYPE_CHECKING:
    from core.models.compression import Form

Steps = Generator[Snapshot[FittingResult], None, None]


def judged(
    answers: np.ndarray, data: Dataset, arm: str, budget: int, seed: int
) -> list[tuple[Any, ...]]:
    """Accuracy of answers to the new examples, over all and on the class with the lowest."""
    right = answers == data.y_validation
    each = [right[data.y_validation == label].mean() for label in np.unique(data.y_validation)]
    return [
        (arm, budget, seed, ACCURACY, float(right.mean())),
        (arm, budget, seed, WORST, float(min(each))),
    ]


def read_back(
    record: Recorder[FittingResult], bench: Bench, form: Form, arm: str, budget: int, first: int
) -> Steps:
    """Write the networks of one size, read them back and ask those that were read."""
    import torch

    from core.models.network import Network

    largest = 0
    for place, (data, seed) in enumerate(zip(bench.data, bench.config.seeds, strict=True)):
        file = form.written(first + place)
        layers = form.read(first + place, file)
        answers = Network(layers)(torch.from_numpy(data.x_validation)).argmax(1).numpy()
        record.extend("scores", judged(answers, data, arm, budget, seed))
        bench.files.append((seed, arm, budget, file))
        largest = max(largest, len(file))
        yield record.snapshot(f"{arm}: reading back")
    if arm != FULL:
        record.add("sizes", arm, budget, largest)


def paces(record: Recorder[FittingResult], bench: Bench) -> Steps:
    """Time all whole networks of a seed in turn, so that what disturbs one disturbs the others."""
    import torch

    from core.models.kernels import in_turn
    from core.models.quantized import answering, factored

    width, images = bench.config.width, bench.config.images
    for place, (data, seed) in enumerate(zip(bench.data, bench.config.seeds, strict=True)):
        own = [(arm, bits, file) for of, arm, bits, file in bench.files if of == seed]
        forms = {
            (arm, bits): factored(stored.read_parts(arm, bits, file)) for arm, bits, file in own
        }
        _, layers = bench.full.stored(place)
        for kernel, bits in BITS_OF.items():
            form = answering(kernel, layers, bench.x[place, :images])
            if form is not None:
                forms[kernel, bits] = form
        x = torch.from_numpy(data.x_validation[:1])
        timing = in_turn(list(forms.values()), x, *calls_of(width, 1))
        took = yield from record.relay(timing, "timing whole networks")
        record.extend("paces", [(*form, seed, one) for form, one in zip(forms, took, strict=True)])


def compute(record: Recorder[FittingResult], bench: Bench, units: float) -> Steps:
    """Have the full networks answer through each kernel, and time them, the forms in turn."""
    import torch

    from core.models.kernels import seconds
    from core.models.quantized import answering

    each = zip(bench.data, bench.config.seeds, bench.x[:, : bench.config.images], strict=True)
    for place, (data, seed, left) in enumerate(each):
        _, layers = bench.full.stored(place)
        new = torch.from_numpy(data.x_validation)
        for kernel in (KERNELS[0], *COMPUTED):
            form = answering(kernel, layers, left)
            if form is None:
                continue
            for _, _, _, *row in judged(form(new).argmax(1).numpy(), data, kernel, 0, seed):
                record.add("answers", kernel, seed, *row)
            for batch in BATCHES:
                took = seconds(form, new[:batch], *calls_of(bench.config.width, batch))
                record.add("answers", kernel, seed, str(batch), took)
            yield record.snapshot("answering in few bits")
        record.did(units / len(bench.data))


def beside(record: Recorder[FittingResult], bench: Bench) -> Steps:
    """Have the full networks answer on an accelerator, where there is one, and on the processor."""
    import torch

    from core.models.devices import Unit, accelerators
    from core.models.kernels import seconds
    from core.models.quantized import answering

    found = accelerators()
    units = [Unit(), *found] if found else []
    each = enumerate(zip(bench.data, bench.config.seeds, strict=True))
    for (place, (data, seed)), unit, kernel in itertools.product(each, units, ANYWHERE):
        new = torch.from_numpy(data.x_validation)
        form = answering(kernel, bench.full.stored(place)[1], new, unit.device)
        if form is None:
            continue
        there = unit.sent(form)
        for _, _, _, *row in judged(there(new).argmax(1).numpy(), data, kernel, 0, seed):
            record.add("beside", unit.name, kernel, seed, *row)
        for batch in (*BATCHES, len(new)):
            calls = calls_of(bench.config.width, batch)
            took = seconds(there, new[:batch], *calls, clock=unit.clock)
            record.add("beside", unit.name, kernel, seed, str(batch), took)
            yield record.snapshot("answering on an accelerator")


def time_layers(record: Recorder[FittingResult], config: FittingConfig, units: float) -> Steps:
    """Time a square layer in every form, once for each seed, the forms in turn."""
    import torch

    from core.models.kernels import built, seconds

    for width in WIDTHS:
        generator = torch_generator(config.first_seed, "kernels", width)
        weight = torch.randn(width, width, generator=generator) / width**0.5
        layers = {}
        for name in KERNELS:
            layers[name] = built(name, weight)
            yield record.snapshot("making layers")
        for batch, seed in itertools.product(BATCHES, config.seeds):
            x = torch.randn(batch, width, generator=generator)
            for name, layer in layers.items():
                if layer is not None:
                    took = seconds(layer, x, *calls_of(width, batch))
                    record.add("times", name, width, batch, seed, took)
                yield record.snapshot(f"timing layers of {width} units")
    record.did(units)

"""Train the full networks, make them smaller in every form, and time layers in these forms."""

from __future__ import annotations

import itertools
import math
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import numpy as np

from core.challenges.hardware.fitting.config import (
    ACCURACY,
    ANYWHERE,
    ARMS,
    BATCHES,
    BITS,
    BUDGETS,
    COMPUTED,
    FULL,
    KERNELS,
    RANK,
    SMALL,
    TAUGHT,
    UNITS,
    WIDTHS,
    WORST,
    FittingConfig,
    FittingResult,
)
from core.data.by_name import draw
from core.data.dataset import Dataset
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot
from core.lab.seeding import torch_generator
from core.models import stored_weights as stored
from core.models.compression_cost import calls_of, seconds_of, step_flops, timed_flops

if TYPE_CHECKING:
    from core.models.compression import Form
    from core.models.kernels import Layer

N_TRAIN = {"digits": 1000, "mnist1d": 4000}
FEATURES, CLASSES = {"digits": 64, "mnist1d": 40}, 10
N_NEW = {"digits": 597, "mnist1d": 1000}
RATE, GENTLE = 0.01, 0.003
"""Learning rates from the start, and after something is gone."""
HEAT = 3.0
"""Temperature of distillation."""
WATCHED = 20
"""Steps between two looks at the full networks."""
Steps = Generator[Snapshot[FittingResult], None, None]


def sizes_of(config: FittingConfig) -> tuple[int, ...]:
    """Layer widths of the full network."""
    return FEATURES[config.dataset], config.width, config.width, CLASSES


class Bench:
    """The full networks with their data, from which every form is made."""

    def __init__(self, config: FittingConfig) -> None:
        """Draw the data of every seed, and first weights."""
        import torch

        from core.engine.stack import initial_weights
        from core.models.compression import masked

        self.config, self.sizes = config, sizes_of(config)
        self.data = [draw(config.dataset, N_TRAIN[config.dataset], 0.0, s) for s in config.seeds]
        self.x = torch.stack([torch.from_numpy(d.x_train) for d in self.data])
        classes = torch.eye(CLASSES)
        self.y = torch.stack([classes[torch.from_numpy(d.y_train)] for d in self.data])
        first = initial_weights(config.seeds, self.sizes)
        self.full = masked(first, [torch.ones_like(layer) for layer in first])

    def form(self, arm: str) -> Form:
        """All networks of one arm before they are trained on, in `BUDGETS`' order."""
        from core.engine.stack import initial_weights
        from core.models import compression as c

        layers = c.repeated(self.full.layers(), len(BUDGETS))
        if arm in (SMALL, TAUGHT):
            budgets = [stored.bytes_in_bits(self.sizes, bits) for bits in BUDGETS]
            widths = [stored.widest_within(self.sizes, budget) for budget in budgets]
            narrow = [(self.sizes[0], width, width, CLASSES) for width in widths]
            drawn = [initial_weights(self.config.seeds, sizes) for sizes in narrow]
            layers = c.laid_out(drawn, self.sizes)
        return c.of_budgets(arm, layers, self.sizes, BUDGETS)

    def training(self, arm: str, form: Form) -> Generator[int, None, None]:
        """Train the networks of an arm on what is left."""
        import torch

        from core.models.compression import scores, train

        left = slice(0, self.config.images)
        x, targets, heat = self.x[:, left], self.y[:, left], 1.0
        if arm == TAUGHT:
            heat = HEAT
            with torch.no_grad():
                targets = (scores(self.full.layers(), x) / heat).softmax(-1)
        return train(
            form, self.config.seeds, x, targets, steps=_steps(self.config, arm),
            rate=RATE if arm in (SMALL, TAUGHT) else GENTLE, heat=heat,
        )  # fmt: skip


def run(config: FittingConfig) -> Run[FittingResult]:
    """Train the full networks, then one form after the other; then time the layers."""
    record = Recorder(FittingResult, total=cost(config).seconds)
    parts = _seconds(config)
    bench = Bench(config)
    yield from _train_full(record, bench, parts[FULL])
    for arm in ARMS:
        form = bench.form(arm)
        phase = f"{arm}: {len(BUDGETS) * len(config.seeds)} networks"
        yield record.snapshot(phase)
        work, steps = bench.training(arm, form), _steps(config, arm)
        yield from record.relay(work, phase, parts[arm], pauses=steps)
        for place, budget in enumerate(BUDGETS):
            yield from _read_back(record, bench, form, arm, budget, place * len(config.seeds))
    yield from _compute(record, bench, parts[COMPUTED[0]])
    yield from _beside(record, bench)
    yield from _time(record, config, parts[KERNELS[0]])
    return record.result()


def _train_full(record: Recorder[FittingResult], bench: Bench, units: float) -> Steps:
    import torch

    from core.models.compression import scores, train

    config = bench.config
    new = torch.stack([torch.from_numpy(d.x_validation) for d in bench.data])
    rows: list[tuple[Any, ...]] = []

    def work() -> Generator[None, None, None]:
        training = train(bench.full, config.seeds, bench.x, bench.y, steps=config.steps, rate=RATE)
        for step in training:
            if step % WATCHED == 1:
                with torch.no_grad():
                    answers = scores(bench.full.layers(), new).argmax(-1).numpy()
                each = zip(answers, bench.data, config.seeds, strict=True)
                judged = [_judged(a, data, FULL, 32, seed) for a, data, seed in each]
                rows[:] = itertools.chain.from_iterable(judged)
            yield

    size = stored.dense_bytes(bench.sizes)
    record.add("sizes", FULL, 32, size)
    yield from record.relay(
        work(), f"training {len(bench.data)} full networks", units,
        pauses=config.steps,
        partial=lambda _: record.result(scores=rows),
    )  # fmt: skip
    yield from _read_back(record, bench, bench.full, FULL, 32, 0)


def _judged(
    answers: np.ndarray, data: Dataset, arm: str, budget: int, seed: int
) -> list[tuple[Any, ...]]:
    """Accuracy of answers to the new examples, over all and on the class with the lowest."""
    right = answers == data.y_validation
    each = [right[data.y_validation == label].mean() for label in np.unique(data.y_validation)]
    return [
        (arm, budget, seed, ACCURACY, float(right.mean())),
        (arm, budget, seed, WORST, float(min(each))),
    ]


def _read_back(
    record: Recorder[FittingResult], bench: Bench, form: Form, arm: str, budget: int, first: int
) -> Steps:
    """Write the networks of one size, read them back and ask those that were read."""
    import torch

    from core.models.network import Network

    largest = 0
    for place, (data, seed) in enumerate(zip(bench.data, bench.config.seeds, strict=True)):
        size, layers = form.stored(first + place)
        answers = Network(layers)(torch.from_numpy(data.x_validation)).argmax(1).numpy()
        record.extend("scores", _judged(answers, data, arm, budget, seed))
        largest = max(largest, size)
        yield record.snapshot(f"{arm}: reading back")
    if arm != FULL:
        record.add("sizes", arm, budget, largest)


def _compute(record: Recorder[FittingResult], bench: Bench, units: float) -> Steps:
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
            for _, _, _, *row in _judged(form(new).argmax(1).numpy(), data, kernel, 0, seed):
                record.add("answers", kernel, seed, *row)
            for batch in BATCHES:
                took = seconds(form, new[:batch], *calls_of(bench.config.width, batch))
                record.add("answers", kernel, seed, str(batch), took)
            yield record.snapshot("answering in few bits")
        record.did(units / len(bench.data))


def _beside(record: Recorder[FittingResult], bench: Bench) -> Steps:
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
        there = _sent(form, unit.device)
        for _, _, _, *row in _judged(there(new).argmax(1).numpy(), data, kernel, 0, seed):
            record.add("beside", unit.name, kernel, seed, *row)
        for batch in (*BATCHES, len(new)):
            calls = calls_of(bench.config.width, batch)
            took = seconds(there, new[:batch], *calls, clock=unit.clock)
            record.add("beside", unit.name, kernel, seed, str(batch), took)
            yield record.snapshot("answering on an accelerator")


def _sent(form: Layer, device: str) -> Layer:
    """Inputs go to the device, and answers come back."""
    return lambda x: form(x.to(device)).float().cpu()


def _time(record: Recorder[FittingResult], config: FittingConfig, units: float) -> Steps:
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


# What it costs


def _flops(config: FittingConfig) -> dict[str, float]:
    sizes, seeds = sizes_of(config), len(config.seeds)
    models = seeds * len(BUDGETS)
    answer = 2.0 * N_NEW[config.dataset] * sum(a * b for a, b in itertools.pairwise(sizes))
    rank = stored.rank_within(sizes, stored.bytes_in_bits(sizes, BUDGETS[0]))
    looks = config.steps // WATCHED + 1
    found = {FULL: seeds * (config.steps * step_flops(sizes) + looks * answer)}
    for arm in ARMS:
        read = answer * (0.4 if arm in (UNITS, SMALL, TAUGHT) else 1.0)
        step = step_flops(sizes, rank if arm == RANK else 0)
        found[arm] = models * (_steps(config, arm) * step + read)
    return found


def _computed_flops(config: FittingConfig) -> float:
    """Of networks in float32 and in bfloat16, which torch counts, and of fixing ranges."""
    forward = 2.0 * sum(a * b for a, b in itertools.pairwise(sizes_of(config)))
    timed = sum(b * (1 + math.prod(calls_of(config.width, b))) for b in BATCHES)
    asked = 2 * (N_NEW[config.dataset] + timed + 1) + config.images
    return len(config.seeds) * asked * forward


def _steps(config: FittingConfig, arm: str) -> int:
    return config.steps if arm in (FULL, SMALL, TAUGHT) else config.repair


def _seconds(config: FittingConfig) -> dict[str, float]:
    sizes, seeds = sizes_of(config), len(config.seeds)
    numbers = stored.dense_bytes(sizes) / 4
    found = {
        arm: seconds_of(
            flops, _steps(config, arm), numbers * (2 if arm == BITS else 1),
            seeds * (1 if arm == FULL else len(BUDGETS)),
        )
        for arm, flops in _flops(config).items()
    }  # fmt: skip
    return {**found, COMPUTED[0]: 0.1 * seeds, KERNELS[0]: 0.3 + 0.1 * seeds}


def cost(config: FittingConfig) -> Cost:
    """Of all networks, and of the layers that are timed: those that torch counts."""
    timed = len(config.seeds) * timed_flops(WIDTHS, BATCHES)
    timed += _computed_flops(config)
    return Cost(sum(_flops(config).values()) + timed, sum(_seconds(config).values()))

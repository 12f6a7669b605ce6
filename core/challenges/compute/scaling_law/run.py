"""Train a ladder of sizes, fit a law, forecast larger networks, train those, and compare."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from core.challenges.compute.scaling_law.config import (
    FITTED,
    GIVEN,
    LIBRARY,
    NOTHING,
    PURE,
    ScalingConfig,
    ScalingResult,
    operations_per_sign,
    parameters,
)
from core.data import library_text
from core.data.two_back import SIGNS, Language, make_language
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot
from core.lab.seeding import numpy_generator
from core.metrics.power_law import fit_power_law, resampled_laws

if TYPE_CHECKING:
    from core.models.next_sign_nets import NextSignNets

BATCH = 128
"""As in `core.models.next_sign_nets`, which needs PyTorch."""
MOMENTS = 12
"""How often the loss is measured, each time after root 2 times as many steps as before."""
RESAMPLES = 60
"""Of the networks, behind each band."""
NAMES_AT_ONCE = 20
"""Texts read side by side, for the memory."""
SECONDS_PER_OPERATION, SECONDS_PER_STEP, SECONDS_OF_A_FIT = 1.1e-10, 1e-3, 0.1e-3
Name = tuple[int, int]
"""Seed and draw."""


def moments(steps: int) -> list[int]:
    """Steps after which the loss is measured, ascending; the last are all."""
    return sorted({round(steps * 2 ** (-k / 2)) for k in range(MOMENTS)})


def groups(config: ScalingConfig) -> Iterator[list[Name]]:
    """Texts that are read side by side."""
    names = [(seed, draw) for seed in config.seeds for draw in range(config.draws)]
    for start in range(0, len(names), NAMES_AT_ONCE):
        yield names[start : start + NAMES_AT_ONCE]


def run(config: ScalingConfig) -> Run[ScalingResult]:
    """Known sizes first; then every forecast; then the larger networks, which decide."""
    work = [_seconds(config, config.known), _seconds(config, config.targets)]
    fits = _seconds_of_fits(config)
    record = Recorder(
        ScalingResult, sum(work) + fits, target=config.targets[-1], signs=BATCH * config.steps,
        text=library_text.title() if config.language == LIBRARY else "",
    )  # fmt: skip
    languages: dict[int, Language] = {}
    for seed in config.seeds:
        if config.language == LIBRARY:
            reading = library_text.read_half(seed)
            languages[seed] = yield from record.relay(reading, "reading modules", shown=False)
        else:
            languages[seed] = make_language(seed, config.decay)
        yield record.snapshot("drawing the languages", shown=False)
    yield from _train(record, config, languages, config.known, work[0], "training small networks")
    for place, seed in enumerate(config.seeds):
        _forecast(record, config, seed, languages[seed].entropy)
        record.did(fits / config.repetitions)
        yield record.snapshot(f"forecasting, seed {place + 1}")
    yield from _train(record, config, languages, config.targets, work[1], "training larger ones")
    return record.result()


def _train(
    record: Recorder[ScalingResult], config: ScalingConfig, languages: dict[int, Language],
    widths: Sequence[int], work: float, phase: str,
) -> Generator[Snapshot[ScalingResult], None, None]:  # fmt: skip
    """Train networks of some widths on all texts, and keep their losses at every moment."""
    from core.models.next_sign_nets import NextSignNets

    measured = moments(config.steps)
    every = config.repetitions * config.draws * config.steps
    for names in groups(config):
        nets = NextSignNets([languages[seed] for seed, _ in names], names, widths)
        for step in range(1, config.steps + 1):
            nets.step()
            record.did(work * len(names) / every)
            if step % 2 == 0:
                yield record.snapshot(phase)
            if step in measured:
                yield from _measure(record, nets, names, phase)


def _measure(
    record: Recorder[ScalingResult], nets: NextSignNets, names: Sequence[Name], phase: str
) -> Generator[Snapshot[ScalingResult], None, None]:
    """Keep the losses of all networks as they are now."""
    for place, (seed, draw) in enumerate(names):
        for width, value in zip(nets.widths, nets.losses(place), strict=True):
            record.add("losses", seed, draw, width, BATCH * nets.steps, float(value))
        yield record.snapshot(phase)


def _forecast(
    record: Recorder[ScalingResult], config: ScalingConfig, seed: int, entropy: float
) -> None:
    """Fit the known sizes of one forecaster, and keep what each way says about the larger ones."""
    table = record.frame("losses")
    table = table[(table["seed"] == seed) & (table["signs"] == BATCH * config.steps)]
    wide = table.pivot(index="draw", columns="width", values="value")
    losses, widths = wide.to_numpy(), (*config.known, *config.targets)
    places = np.array([parameters(width) for width in widths], float)
    sizes, last = places[: losses.shape[1]], places[-1:]
    law = fit_power_law(sizes, losses.mean(0))
    above = fit_power_law(sizes, losses.mean(0) - entropy, offset=False)
    pure = fit_power_law(sizes, losses.mean(0), offset=False)
    said = {
        FITTED: law.at(last)[0], GIVEN: entropy + above.at(last)[0], PURE: pure.at(last)[0],
        NOTHING: losses[:, -1].mean(),
    }  # fmt: skip
    rng = numpy_generator(seed, "scaling law", "bootstrap")
    found = [one.at(places) for one in resampled_laws(sizes, losses, RESAMPLES, rng)]
    low, high = np.percentile(found, [2.5, 97.5], axis=0)
    record.extend("forecasts", [(seed, form, float(value)) for form, value in said.items()])
    record.add("floors", seed, entropy, law.offset)
    rows = zip([seed] * len(places), places.astype(int), law.at(places), low, high, strict=True)
    record.extend("laws", rows)


def _operations(config: ScalingConfig, widths: Sequence[int]) -> float:
    """Of the training of networks of these widths, and of measuring their losses."""
    networks = config.repetitions * config.draws
    training = sum(map(operations_per_sign, widths)) * BATCH * config.steps
    answers = sum(2.0 * SIGNS**3 * (width + 1) for width in widths)
    return networks * (training + answers * len(moments(config.steps)))


def _seconds(config: ScalingConfig, widths: Sequence[int]) -> float:
    steps = config.steps * sum(1 for _ in groups(config))
    return SECONDS_PER_OPERATION * _operations(config, widths) + SECONDS_PER_STEP * steps


def _seconds_of_fits(config: ScalingConfig) -> float:
    return config.repetitions * (RESAMPLES + 3) * SECONDS_OF_A_FIT


def cost(config: ScalingConfig) -> Cost:
    """Expected cost of all networks and fits."""
    widths = (*config.known, *config.targets)
    seconds = _seconds(config, config.known) + _seconds(config, config.targets)
    return Cost(_operations(config, widths), seconds + _seconds_of_fits(config))

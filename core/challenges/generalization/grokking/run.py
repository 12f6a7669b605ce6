"""Tables of modular arithmetic are drawn and learned, first the chosen share, then others."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from core.challenges.generalization.grokking.config import (
    ARMS,
    DECAY,
    EVERY,
    LEARNED,
    SHARES,
    UNDERSTOOD,
    GrokkingConfig,
    GrokkingResult,
)
from core.data.modular_tables import known_cells, modular_table
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot
from core.metrics.frequencies import concentration, power, relative
from core.metrics.milestones import looks, note_first

if TYPE_CHECKING:
    from core.models.table_nets import TableNets

KEPT = 8
"""Looks kept for each doubling of the steps: more do not show on a logarithmic axis."""
FLOPS_PER_SECOND = 2.5e10
"""Reached by a step on one core, its sums and squares included, as measured."""
EXPECTED = {0.5: 620, 0.6: 290, 0.7: 165, 0.8: 100}
"""Steps until a share of the table is understood, about, at the other defaults."""
Record = Recorder[GrokkingResult]
Work = Generator[Snapshot[GrokkingResult], None, None]


class Stage(NamedTuple):
    """What is trained side by side.

    Attributes:
        share: Of the table.
        arms: With weight decay and without, which is drawn; or with it only, until understood.
    """

    share: float
    arms: tuple[str, ...]

    @property
    def drawn(self) -> bool:
        """Whether its curves are kept."""
        return len(self.arms) > 1


def stages(config: GrokkingConfig) -> list[Stage]:
    """The chosen share with and without decay, drawn live; then the others with decay.

    Other shares of a random table would teach nothing.
    """
    more = [share for share in reversed(SHARES) if share != config.share]
    others = [Stage(share, (DECAY,)) for share in more if config.table != "random"]
    return [Stage(config.share, ARMS), *others]


def run(config: GrokkingConfig) -> Run[GrokkingResult]:
    """Train stage after stage."""
    p, plan = config.modulus, stages(config)
    record = Recorder(
        GrokkingResult, sum(expected_steps(config, stage) for stage in plan),
        units=np.zeros((len(ARMS), 2, p // 2, config.width), np.float16), share=config.share,
        steps=config.steps, cells=p * p,
    )  # fmt: skip
    yield record.snapshot("drawing the tables", shown=False)
    for stage in plan:
        before, expected = record.done, expected_steps(config, stage)
        yield from _train(config, stage, record, expected / config.steps)
        record.did(before + expected - record.done)
    return record.result()


def networks(config: GrokkingConfig, stage: Stage) -> TableNets:
    """Networks arm by arm; those of one seed begin with the same weights."""
    from core.models.table_nets import TableJob, TableNets

    jobs = [
        TableJob(
            modular_table(config.modulus, config.table, seed),
            known_cells(config.modulus, stage.share, seed), seed,
            config.weight_decay if arm == DECAY else 0.0,
        )
        for arm in stage.arms
        for seed in config.seeds
    ]  # fmt: skip
    return TableNets(jobs, config.width)


def _train(config: GrokkingConfig, stage: Stage, record: Record, each: float) -> Work:
    """Train one stage; `each` is what a step counts for."""
    phase = f"learning {100 * stage.share:.0f}% of the table"
    nets, kept = networks(config, stage), set(looks(config.steps, EVERY, KEPT))
    moments = np.full((2, len(nets.jobs)), np.nan)
    for step in range(config.steps + 1):
        if step % EVERY == 0:
            right = np.stack(nets.right())
            note_first(moments, step, right, (LEARNED, UNDERSTOOD))
            if stage.drawn and step in kept:
                _keep(record, config, nets, step, right)
            if not stage.drawn and not np.isnan(moments[1]).any():
                break
        if step < config.steps:
            nets.step()
            record.did(each)
        yield record.snapshot(
            phase, partial=lambda: record.result(moments=_rows(config, stage, moments)),
            shown=not stage.drawn or step >= EVERY,  # The axis is logarithmic: 0 is not on it.
        )  # fmt: skip
    record.extend("moments", _rows(config, stage, moments))


def _rows(config: GrokkingConfig, stage: Stage, moments: np.ndarray) -> list[tuple[object, ...]]:
    places = [(arm, stage.share, seed) for arm in stage.arms for seed in config.seeds]
    return [(*place, *found) for place, found in zip(places, moments.T.tolist(), strict=True)]


def _keep(
    record: Record, config: GrokkingConfig, nets: TableNets, step: int, right: np.ndarray
) -> None:
    """Keep what is drawn: all measures, and the first seed's units."""
    vectors = nets.vectors()
    found = np.column_stack([*right, concentration(vectors), nets.lengths()])
    places = [(arm, seed) for arm in ARMS for seed in config.seeds]
    for (arm, seed), values in zip(places, found.tolist(), strict=True):
        record.add("curves", arm, seed, step, *values)
    units = record.result().units.copy()
    units[:, min(step, 1)] = relative(power(vectors[:: config.repetitions]))
    record.put(units=units)


def expected_steps(config: GrokkingConfig, stage: Stage) -> float:
    """Steps of all networks of a stage for each seed; those that are not drawn end early."""
    if stage.drawn:
        return 2.0 * config.steps
    return min(config.steps, EXPECTED[stage.share])


def cost(config: GrokkingConfig) -> Cost:
    """Expected cost: steps of every network, each answering the table and learning from it."""
    whole_table = 2.0 * config.modulus**3 * config.width
    steps = config.repetitions * sum(expected_steps(config, stage) for stage in stages(config))
    flops = steps * whole_table * (3 + 1 / EVERY)
    return Cost(flops, flops / FLOPS_PER_SECOND)

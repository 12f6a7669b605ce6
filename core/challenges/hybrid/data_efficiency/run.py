"""Encoders learn elsewhere first; then every way with weights learns the few labels, in step."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import TYPE_CHECKING

import numpy as np

from core.challenges.hybrid.data_efficiency.config import (
    CONSTRAINED,
    LOGISTIC,
    NEAREST,
    PLAIN,
    PROTOTYPES,
    SELF,
    SHOTS,
    SHOWN,
    DataEfficiencyConfig,
    DataEfficiencyResult,
)
from core.data.few_shot import ASKED, PIXELS, WAYS, FewShotTask, of_digits, of_letters
from core.data.few_shot import SHOTS as MOST
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot, relay
from core.models import few_shot_plans as plans

if TYPE_CHECKING:
    from torch import Tensor

    from core.models.few_shot_nets import FewShotSets

    Features = tuple[Tensor, Tensor]

ELSEWHERE, LOOKS = 2, 4
"""Steps of an encoder for each step on labels; looks at what was learned from labels."""
FLOPS_PER_SECOND, SECONDS_PER_CALL, SECONDS_PER_TASK = 1e10, 1.2e-3, 0.03
"""Reached on one core, as measured: operations; one stack's step however small; one drawing."""
Record = Recorder[DataEfficiencyResult]
Looking = Generator[Snapshot[DataEfficiencyResult], None, None]


def run(config: DataEfficiencyConfig) -> Run[DataEfficiencyResult]:
    """Compare class means at once, then train encoders, then everything that learns labels."""
    total = config.steps * (2 * ELSEWHERE + len(_shapes()))
    record = Recorder(
        DataEfficiencyResult, total, pictures=config.pictures, names=np.zeros(0, np.int64),
        faces=np.zeros((0, SHOWN, PIXELS), np.float32),
    )  # fmt: skip
    yield record.snapshot("drawing the pictures", shown=False)
    from core.models.few_shot_nets import Encoders, FewShotSets

    tasks = []
    for seed in config.seeds:
        tasks.append(_task(config, seed))
        yield record.snapshot("drawing the pictures", shown=False)
    record.put(names=tasks[0].names, faces=tasks[0].support[:, :SHOWN])
    sets = FewShotSets(config.seeds, tasks, SHOTS)
    _keep(record, NEAREST, sets, sets.of_prototypes(sets.support, sets.asked).ravel())
    yield record.snapshot("comparing with class means")
    encoders = Encoders(config.seeds), Encoders(config.seeds, config.pretext)
    for _ in range(ELSEWHERE * config.steps):
        for one in encoders:
            one.learn(sets)
            record.did(1)
            yield record.snapshot(f"training {2 * len(config.seeds)} encoders")
    learned, own = (one.features(sets) for one in encoders)
    _keep(record, PROTOTYPES, sets, sets.of_prototypes(*learned).ravel())
    yield record.snapshot("comparing with prototypes")
    yield from _learn_labels(record, config, sets, own)
    return record.result()


def _task(config: DataEfficiencyConfig, seed: int) -> FewShotTask:
    if config.pictures == "digits":
        return of_digits(seed, config.pool)
    return of_letters(seed, config.others, config.pool)


def _keep(record: Record, arm: str, sets: FewShotSets, values: Iterable[float]) -> None:
    """Put an arm's newest scores in place of those before; values are in the order of `places`."""
    table = record.frame("scores")
    rows = [(arm, *place, float(value)) for place, value in zip(sets.places, values, strict=True)]
    record.replace("scores", table[table["arm"] != arm])
    record.extend("scores", rows)


def _shapes() -> dict[str, tuple[int, ...]]:
    """Layers of every arm that learns labels, inputs first."""
    linear = {LOGISTIC: (PIXELS, WAYS), SELF: (plans.FEATURES, WAYS)}
    return {PLAIN: plans.PLAIN, CONSTRAINED: plans.PLAIN, **linear}


def _learn_labels(
    record: Record, config: DataEfficiencyConfig, sets: FewShotSets, own: Features
) -> Looking:
    """Train every arm that learns labels on the same batches; look now and then."""
    from core.models.few_shot_nets import LabelNets

    pixels = sets.support, sets.asked
    nets = {
        arm: LabelNets(
            sets, own if arm == SELF else pixels, shape[1:-1],
            config.constraint if arm == CONSTRAINED else 0.0,
        )
        for arm, shape in _shapes().items()
    }  # fmt: skip
    phase = f"training {len(nets) * len(sets.places)} networks on few labels"
    for step in range(1, config.steps + 1):
        batch = sets.batch()
        for one in nets.values():
            one.learn(*batch)
            record.did(1)
            yield record.snapshot(phase)
        if step % (config.steps // LOOKS) and step < config.steps:
            continue
        for arm, one in nets.items():
            right = yield from relay(one.accuracy(), lambda _: record.snapshot(phase))
            _keep(record, arm, sets, right)
        yield record.snapshot(phase)


def cost(config: DataEfficiencyConfig) -> Cost:
    """Expected cost: the encoders of each seed, and of each seed and number of labels the rest."""
    episode = WAYS * (plans.EPISODE_SHOTS + plans.EPISODE_ASKED)
    whole = (*plans.ENCODER, plans.HEADS[config.pretext])
    made = plans.BATCH * plans.COPIES[config.pretext]
    elsewhere = episode * plans.learning_flops(plans.ENCODER) + made * plans.learning_flops(whole)
    if config.pretext == plans.CONTRASTIVE:
        elsewhere += 6.0 * made**2 * whole[-1]
    flops = ELSEWHERE * config.steps * elsewhere
    flops += 2 * (WAYS * MOST + ASKED) * plans.forward_flops(plans.ENCODER)
    for arm, shape in _shapes().items():
        batch = plans.BATCH * (2 if arm == CONSTRAINED else 1)
        each = config.steps * batch * plans.learning_flops(shape)
        flops += len(SHOTS) * (each + LOOKS * ASKED * plans.forward_flops(shape))
    flops *= config.repetitions
    calls = config.steps * (2 * ELSEWHERE + len(_shapes())) * SECONDS_PER_CALL
    drawing = config.repetitions * SECONDS_PER_TASK
    return Cost(flops, flops / FLOPS_PER_SECOND + calls + drawing)

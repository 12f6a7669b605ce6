"""Four ways to read a chain learn side by side; then rules are typed into the one that can."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

import numpy as np

from core.challenges.hybrid.kinship.config import (
    ARMS,
    ASKED,
    COMMON,
    LENGTHS,
    NEEDING,
    TYPED,
    KinshipConfig,
    KinshipResult,
)
from core.data.kinship import COUNT, NO_RULE, RELATIONS, Chains, draw, draw_needing, rule_table
from core.data.kinship import withheld_rules as drawn_rules
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot, relay
from core.lab.seeding import numpy_generator
from core.models.chain_plans import RULES, answer_flops

if TYPE_CHECKING:
    from torch import Tensor

    from core.models.chain_nets import ChainNets

BATCH, WIDTH, LOOKS = 64, 32, 5
PIECE = 15_000
"""Relations that are read at once, over all networks of a stack."""
FLOPS_PER_SECOND, SECONDS_PER_STEP = 1e10, 1.3e-3
"""Reached on one core, as measured: operations, and one architecture's step however small."""
Record = Recorder[KinshipResult]
Looking = Generator[Snapshot[KinshipResult], None, None]


def run(config: KinshipConfig) -> Run[KinshipResult]:
    """Train all arms in turn, one step each, on the same chains; look now and then."""
    record = Recorder(
        KinshipResult, config.steps * len(ARMS), longest=config.longest,
        withheld=config.withheld, typed_in=config.typed_in,
        tables=np.zeros((0, COUNT, COUNT, COUNT), np.float32),
    )  # fmt: skip
    yield record.snapshot("drawing the chains", shown=False)
    from core.models.chain_nets import ChainNets

    hidden = [drawn_rules(config.withheld, seed) for seed in config.seeds]
    asked = {length: _drawn(config, length, hidden, f"asked {length}") for length in LENGTHS}
    nets = {arm: ChainNets(arm, config.seeds, WIDTH, COUNT) for arm in ARMS}
    rngs = [numpy_generator(seed, "chains") for seed in config.seeds]
    for step in range(config.steps + 1):
        if step % (config.steps // LOOKS) == 0:
            yield from _look(record, config, nets, asked)
            _keep_rules(record, config, nets[RULES], hidden)
            yield record.snapshot("reading longer chains")
        if step == config.steps:
            break
        length = 2 + step % (config.longest - 1)
        pairs = zip(hidden, rngs, strict=True)
        chains, answers = _stacked([draw(BATCH, length, own, rng) for own, rng in pairs])
        for one in nets.values():
            one.learn(chains, answers)
            record.did(1)
            yield record.snapshot(f"training {len(ARMS)} ways to read a chain")
    if config.withheld:
        yield from _type_in(record, config, nets, hidden)
    return record.result()


def _drawn(
    config: KinshipConfig, length: int, hidden: list[np.ndarray], purpose: str
) -> tuple[Tensor, Tensor]:
    return _stacked([
        draw(ASKED, length, own, numpy_generator(seed, purpose))
        for own, seed in zip(hidden, config.seeds, strict=True)
    ])  # fmt: skip


def _stacked(chains: list[Chains]) -> tuple[Tensor, Tensor]:
    import torch

    relations, answers = [one.relations for one in chains], [one.answers for one in chains]
    return torch.from_numpy(np.stack(relations)), torch.from_numpy(np.stack(answers))


def _right(nets: ChainNets, chains: Tensor, truth: Tensor) -> Generator[None, None, np.ndarray]:
    """Share of right answers of each network, `(K,)`, piece by piece."""
    size = max(1, PIECE // (chains.shape[0] * chains.shape[2]))
    said = []
    for start in range(0, chains.shape[1], size):
        said.append(nets.answers(chains[:, start : start + size]))
        yield
    found: np.ndarray = (np.concatenate(said, 1) == truth.numpy()).mean(1)
    return found


def _look(
    record: Record, config: KinshipConfig, nets: dict[str, ChainNets],
    asked: dict[int, tuple[Tensor, Tensor]],
) -> Looking:  # fmt: skip
    """Ask every arm for chains of every length."""
    scores: list[tuple[object, ...]] = []
    ahead = record.snapshot("reading longer chains", shown=False)
    for arm, one in nets.items():
        for length, (chains, truth) in asked.items():
            right = yield from relay(_right(one, chains, truth), lambda _: ahead)
            shares = zip(config.seeds, right.tolist(), strict=True)
            scores += [(arm, seed, length, value) for seed, value in shares]
    for length, (_, truth) in asked.items():
        most = [float(np.bincount(own).max() / ASKED) for own in truth.numpy()]
        shares = zip(config.seeds, most, strict=True)
        scores += [(COMMON, seed, length, value) for seed, value in shares]
    record.replace("scores", scores)


def _keep_rules(
    record: Record, config: KinshipConfig, nets: ChainNets, hidden: list[np.ndarray]
) -> None:
    """Read the tables: the first seed's rule by rule, and how many each seed has right."""
    truth, tables = rule_table(), nets.rules()
    record.put(tables=tables)
    there = np.argwhere(truth != NO_RULE)
    record.replace("rules", [
        (RELATIONS[a], RELATIONS[b], RELATIONS[truth[a, b]], RELATIONS[tables[0, a, b].argmax()],
         float(tables[0, a, b].max()), bool(hidden[0][a, b]))
        for a, b in there
    ])  # fmt: skip
    shares = [
        float((own.argmax(2) == truth)[(truth != NO_RULE) & ~away].mean())
        for own, away in zip(tables, hidden, strict=True)
    ]
    record.replace("recovered", zip(config.seeds, shares, strict=True))


def _type_in(
    record: Record, config: KinshipConfig, nets: dict[str, ChainNets], hidden: list[np.ndarray]
) -> Looking:
    """Ask for what needs the withheld rules; then type them into the tables and ask again."""
    rules = [
        _typed(own, config.typed_in == "true", seed)
        for own, seed in zip(hidden, config.seeds, strict=True)
    ]
    chains, truth = _stacked([
        draw_needing(ASKED, NEEDING, own, numpy_generator(seed, "needing"))
        for own, seed in zip(hidden, config.seeds, strict=True)
    ])  # fmt: skip
    ahead = record.snapshot("asking for withheld rules")
    for arm, one in {**nets, TYPED: nets[RULES].with_rules(rules)}.items():
        right = yield from relay(_right(one, chains, truth), lambda _: ahead)
        shares = zip(config.seeds, right.tolist(), strict=True)
        record.extend("needing", [(arm, seed, value) for seed, value in shares])


def _typed(hidden: np.ndarray, true: bool, seed: int) -> list[tuple[int, int, int]]:
    """The withheld rules as they are typed in; a wrong one names another relation."""
    off = numpy_generator(seed, "wrong rules").integers(1, COUNT, size=hidden.shape)
    made = rule_table() if true else (rule_table() + off) % COUNT
    return [(int(a), int(b), int(made[a, b])) for a, b in np.argwhere(hidden)]


def cost(config: KinshipConfig) -> Cost:
    """Expected cost: steps of every arm on chains of every training length, and the looks."""
    lengths = range(2, config.longest + 1)
    flops = 0.0
    for arm in ARMS:
        each = [answer_flops(arm, length, WIDTH, COUNT) for length in lengths]
        learned = 3 * config.steps * BATCH * sum(each) / len(each)
        asked = [answer_flops(arm, length, WIDTH, COUNT) for length in LENGTHS]
        flops += learned + (LOOKS + 1) * ASKED * sum(asked)
    flops *= config.repetitions
    calls = len(ARMS) * config.steps * SECONDS_PER_STEP
    return Cost(flops, flops / FLOPS_PER_SECOND + calls)

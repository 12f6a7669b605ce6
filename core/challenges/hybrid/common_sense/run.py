"""Every arm learns from towers that agree with a shortcut, but for a share that does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.challenges.hybrid.common_sense.config import (
    AGREES,
    ARMS,
    DRAWN,
    LAW,
    NETWORK,
    OPPOSES,
    SHARES,
    CommonSenseConfig,
    CommonSenseResult,
)
from core.challenges.hybrid.common_sense.config import ASKED as EACH
from core.data.dataset import Dataset
from core.data.towers import Towers, draw, joined, overhangs
from core.engine.job import Job
from core.engine.sweep import Planned, Trained, sweep
from core.lab.seeding import numpy_generator

LOOKS = 10


@dataclass(frozen=True)
class Seen:
    """One seed's towers: of the shortcut's side and of the other, to learn from and to be asked."""

    agreeing: Towers
    opposing: Towers
    asked: Towers
    against: Towers

    def learned(self, share: float) -> Towers:
        """Training towers of which a share contradicts the shortcut: the first of each kind."""
        n = len(self.agreeing.stands)
        against = round(share * n)
        parts = (self.agreeing, n - against), (self.opposing, against)
        return joined([towers.rows(np.arange(count)) for towers, count in parts])


def drawn(config: CommonSenseConfig, seed: int) -> Seen:
    """One seed's towers."""
    half = round(max(SHARES) * config.n_train)
    kinds = (
        (config.n_train, True, "learned"), (half, False, "learned against"), (EACH, True, "asked"),
        (EACH, False, "asked against"),
    )  # fmt: skip
    return Seen(*(
        draw(n, config.shortcut, right, numpy_generator(seed, "towers", purpose))
        for n, right, purpose in kinds
    ))  # fmt: skip


def inputs(arm: str, towers: Towers, law: str) -> np.ndarray:
    """What an arm sees of towers, `(n, d)` float32."""
    weights = towers.weights if law == "true" else (towers.weights > 0).astype(float)
    out = overhangs(towers.places, weights).astype(np.float32)
    if arm == LAW:
        return out.max(1, keepdims=True)
    return towers.features if arm == NETWORK else np.concatenate([towers.features, out], 1)


def plan(config: CommonSenseConfig) -> Iterator[Planned]:
    """One model per arm, share of towers against the shortcut, and seed."""
    for seed in config.seeds:
        seen = drawn(config, seed)
        # Test towers are the same for every share: the engine keeps what it is given once.
        tests = {arm: _tests(arm, seen, config.law) for arm in ARMS}
        for share in SHARES:
            learned = seen.learned(share)
            for arm in ARMS:
                x, y = _labelled(arm, learned, config.law)
                none = np.zeros(len(y), dtype=bool)
                data = Dataset("towers", x, y, *tests[arm][AGREES], 2, none)
                hidden = () if arm == LAW else (config.width, config.width)
                watch = {OPPOSES: tests[arm][OPPOSES]}
                job = Job(data, seed, hidden, watch=watch, scores_train=False)
                yield {"arm": arm, "opposed": share, "seed": seed}, job


def _labelled(arm: str, towers: Towers, law: str) -> tuple[np.ndarray, np.ndarray]:
    return inputs(arm, towers, law), towers.stands.astype(np.int64)


def _tests(arm: str, seen: Seen, law: str) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    return {
        AGREES: _labelled(arm, seen.asked, law), OPPOSES: _labelled(arm, seen.against, law),
    }  # fmt: skip


def read(config: CommonSenseConfig, trained: Trained) -> CommonSenseResult:
    """The scores so far, and what the first seed's models say of a few towers."""
    first = config.seeds[0]
    some = chosen(drawn(config, first).against)
    answers = []
    for place, label in enumerate(trained.labels.itertuples()):
        if label.seed == first:
            logits = trained.fit.logits(inputs(str(label.arm), some, config.law), [place])
            says = np.asarray(logits)[0].reshape(len(some.stands), -1)[:, -1] > 0
            answers += [(n, label.arm, label.opposed, bool(one)) for n, one in enumerate(says)]
    return CommonSenseResult(
        scores=trained.scores((AGREES, OPPOSES)), blocks=blocks(some),
        answers=pd.DataFrame(answers, columns=["tower", "arm", "opposed", "says"]),
    )  # fmt: skip


def chosen(towers: Towers) -> Towers:
    """The first that stand, then the first that fall."""
    places = [np.flatnonzero(towers.stands == stands)[: DRAWN // 2] for stands in (True, False)]
    return towers.rows(np.concatenate(places))


def blocks(towers: Towers) -> pd.DataFrame:
    """One row a block, as in `CommonSenseResult`."""
    rows = [
        (tower, block, float(towers.places[tower, block]), float(towers.weights[tower, block]),
         bool(towers.stands[tower]))
        for tower in range(len(towers.stands))
        for block in range(int(towers.blocks[tower]))
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["tower", "block", "place", "weight", "stands"])


TRAINING = sweep(plan, read, evaluations=LOOKS)

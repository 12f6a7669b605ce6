"""How long a run will take here: the experiment's own guess, corrected by what was measured."""

from __future__ import annotations

import statistics
from collections import defaultdict, deque
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from core.lab.experiment import ConfigT, Experiment, ViewT
from core.lab.run import Cost, ResultT

LATEST = 5
SLOWEST, FASTEST = 50.0, 0.02
ENOUGH_OTHERS = 3
MOST_BY_OTHERS = 3.0
"""A single odd run, such as the one that imported torch, must not spoil all other forecasts."""


@lru_cache(maxsize=256)
def _predicted(cost: Callable[[Any], Cost], config: Any) -> float:
    """Seconds by the experiment's own guess, which some count through for tens of milliseconds."""
    return cost(config).seconds


class Pace:
    """Remembers measured / predicted seconds of the latest runs of each experiment."""

    def __init__(self) -> None:
        """Start without measurements: the guesses are taken as they are."""
        self._ratios: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=LATEST))

    def note(self, slug: str, predicted: float, measured: float) -> None:
        """Take in one finished run; both times in seconds."""
        if predicted > 0 and measured > 0:
            self._ratios[slug].append(min(max(measured / predicted, FASTEST), SLOWEST))

    def expected_seconds(
        self, experiment: Experiment[ConfigT, ViewT, ResultT], config: ConfigT
    ) -> float:
        """Return the expected wall time in seconds of a run that has the trainer to itself."""
        return _predicted(experiment.cost, config) * self._ratio(experiment.slug)

    def _ratio(self, slug: str) -> float:
        """Median ratio of this experiment; of the others, within bounds, while it has none."""
        own = self._ratios.get(slug)
        if own:
            return statistics.median(own)
        others = [ratio for ratios in list(self._ratios.values()) for ratio in ratios]
        if len(others) < ENOUGH_OTHERS:
            return 1.0
        return min(max(statistics.median(others), 1 / MOST_BY_OTHERS), MOST_BY_OTHERS)

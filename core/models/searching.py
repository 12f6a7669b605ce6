"""Searches for good settings, by Optuna's own samplers and pruners; a door to it.

Optuna is imported when a run searches for the first time. A search asks and is told, trial by
trial, so that the run can pause between; its trials are trained by whoever answers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.lab.seeding import derived_seed, numpy_generator
from core.models import classical

if TYPE_CHECKING:
    from optuna import Study
    from optuna.pruners import BasePruner
    from optuna.samplers import BaseSampler

GRID, RANDOM, TPE, CMA_ES = "grid", "random", "TPE", "CMA-ES"
HALVING, HYPERBAND = "successive halving", "Hyperband"
METHODS = (GRID, RANDOM, TPE, CMA_ES, HALVING, HYPERBAND)
FACTOR = 3
"""Of successive halving: one in so many goes on, so many times as long."""
LOOKS = (1, FACTOR, FACTOR**2)
"""After how many parts of a training it is looked at; the last is a whole training."""
WHOLE = LOOKS[-1]
TREES = 5
"""In fANOVA's forest; Optuna's default of 64 would hold up other runs for half a second."""
MODULES = ("optuna", "cmaes", "sklearn.ensemble")
SECONDS = {
    GRID: 1.2e-3, RANDOM: 1.0e-3, TPE: 6e-3, CMA_ES: 2e-3, HALVING: 3e-3, HYPERBAND: 3.5e-3,
}  # fmt: skip
"""Of a search, for each whole training that it may spend."""
Rungs = Mapping[str, int]
"""Knob -> the rung it stands on, from 0."""


@dataclass(frozen=True)
class Trial:
    """One trial of a search, as far as it was trained.

    Attributes:
        rungs: Where each knob stood.
        seen: Score at each of `LOOKS`, as far as it came.
        parts: How many parts of a training it got, of `WHOLE`.
        spent: Parts that the search had spent when the trial ended.
    """

    rungs: Rungs
    seen: tuple[float, ...]
    parts: int
    spent: int

    @property
    def finished(self) -> bool:
        """Whether it was trained to the end."""
        return self.parts == WHOLE


def importing() -> Generator[None, None, None]:
    """Import Optuna, and what its samplers use, aside; pause until it is there."""
    yield from classical.importing(*MODULES)


def grid_levels(sizes: Sequence[int], budget: int) -> tuple[int, ...]:
    """How many levels a grid has of each knob: as many as a budget buys, as even as possible.

    Args:
        sizes: Rungs of each knob; where levels cannot be even, earlier knobs get more.
        budget: Whole trainings, at least 1.
    """
    levels = [1] * len(sizes)
    while True:
        for place in sorted(range(len(sizes)), key=levels.__getitem__):
            more = math.prod(levels) // levels[place] * (levels[place] + 1)
            if levels[place] < sizes[place] and more <= budget:
                levels[place] += 1
                break
        else:
            return tuple(levels)


def grid(space: Rungs, budget: int, seed: int) -> dict[str, list[int]]:
    """Lay a grid over a space: evenly, and shifted at random, so that no knob is favoured by luck.

    Args:
        space: Knob -> number of its rungs.
        budget: Whole trainings.
        seed: Of the shifts.
    """
    shifts = numpy_generator(seed, "grid").random(len(space))
    levels = grid_levels(list(space.values()), budget)
    laid = zip(space.items(), levels, shifts, strict=True)
    return {
        knob: [int((level + shift) / n * rungs) for level in range(n)]
        for (knob, rungs), n, shift in laid
    }


def search(
    method: str, space: Rungs, answer: Callable[[Rungs], np.ndarray], budget: int, seed: int
) -> Generator[Trial, None, Study]:
    """Search for the setting with the highest score, until the budget is spent.

    Args:
        method: One of `METHODS`; each with Optuna's defaults, halving and Hyperband over settings
            that are drawn at random.
        space: Knob -> number of its rungs, which have an order.
        answer: Setting -> its score after each part of a training, `(WHOLE,)`.
        budget: Parts of trainings in all. A trial that it does not cover is cut off; the grid
            ends when all of it is trained.
        seed: Of whatever the sampler draws.

    Yields:
        Each trial when it ended.

    Returns:
        Optuna's study.
    """
    study = _study(method, space, budget // WHOLE, seed)
    ranges = ranges_of(space)
    most = math.prod(grid_levels(list(space.values()), budget // WHOLE))
    spent = 0
    while spent < budget and not (method == GRID and len(study.trials) == most):
        trial = study.ask(ranges)
        scores = answer(trial.params)
        seen: list[float] = []
        parts = 0
        for look in LOOKS:
            parts = min(look, budget - spent)
            if parts < look:
                break
            seen.append(float(scores[look - 1]))
            trial.report(seen[-1], look)
            if look < WHOLE and trial.should_prune():
                break
        spent += parts
        _tell(study, trial, seen[-1] if parts == WHOLE else None)
        yield Trial(dict(trial.params), tuple(seen), parts, spent)
    return study


def _study(method: str, space: Rungs, budget: int, seed: int) -> Study:
    import optuna

    sampler, pruner = _sampler(method, space, budget, seed), _pruner(method)
    with quiet():
        # Hyperband deals trials to its brackets by the study's name.
        return optuna.create_study(
            study_name=f"{method} {seed}", direction="maximize", sampler=sampler, pruner=pruner
        )


@contextmanager
def quiet() -> Iterator[None]:
    """Keep Optuna from telling the log that all is well; it may say so again afterwards."""
    from optuna import logging

    before = logging.get_verbosity()
    logging.set_verbosity(logging.WARNING)
    try:
        yield
    finally:
        logging.set_verbosity(before)


def _sampler(method: str, space: Rungs, budget: int, seed: int) -> BaseSampler:
    from optuna import samplers

    own = derived_seed(seed, "sampler") % 2**32
    if method == GRID:
        return samplers.GridSampler(grid(space, budget, seed), seed=own)
    if method == TPE:
        return samplers.TPESampler(seed=own)
    if method == CMA_ES:
        import cmaes  # noqa: F401 - Optuna's sampler runs on it, and says so only once it is asked.

        return samplers.CmaEsSampler(seed=own, warn_independent_sampling=False)
    return samplers.RandomSampler(seed=own)


def _pruner(method: str) -> BasePruner:
    from optuna import pruners

    if method == HALVING:
        return pruners.SuccessiveHalvingPruner(min_resource=1, reduction_factor=FACTOR)
    if method == HYPERBAND:
        return pruners.HyperbandPruner(1, WHOLE, FACTOR)
    return pruners.NopPruner()


def _tell(study: Study, trial: Any, score: float | None) -> None:
    from optuna.samplers import GridSampler
    from optuna.trial import TrialState

    try:
        study.tell(trial, score, TrialState.PRUNED if score is None else TrialState.COMPLETE)
    except RuntimeError:
        # A grid that is through stops the study, which only `Study.optimize` knows how to be.
        if not (isinstance(study.sampler, GridSampler) and study.sampler.is_exhausted(study)):
            raise


def importance(study: Study, seed: int) -> dict[str, float]:
    """Which knobs the scores of a study depend on: fANOVA (Hutter et al. 2014), by Optuna.

    Args:
        study: With at least two finished trials.
        seed: Of the forest.

    Returns:
        Knob -> its share of what single knobs explain; the shares add up to 1.
    """
    from optuna.importance import FanovaImportanceEvaluator, get_param_importances

    own = derived_seed(seed, "forest") % 2**32
    evaluator = FanovaImportanceEvaluator(n_trees=TREES, seed=own)
    found = get_param_importances(study, evaluator=evaluator)
    return {knob: float(share) for knob, share in found.items()}


def ranges_of(space: Rungs) -> dict[str, Any]:
    """Describe a space as Optuna does: whole numbers from 0, a rung each."""
    from optuna.distributions import IntDistribution

    return {knob: IntDistribution(0, rungs - 1) for knob, rungs in space.items()}

"""Train every setting once, then let each method look its answers up until its budget is spent."""

from __future__ import annotations

import itertools
from collections.abc import Generator
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from core.challenges.tuning.race.config import (
    EXPECTED,
    FRESH,
    KNOBS,
    N_FRESH,
    N_TRAIN,
    ONE_SEARCH,
    PICKING,
    STUDY,
    USUAL,
    WHOLE_TABLE,
    RaceConfig,
    RaceResult,
)
from core.data.by_name import draw
from core.data.dataset import Dataset, with_validation
from core.data.held_out import Examples
from core.engine.cost import evaluation_flops
from core.engine.job import Job
from core.engine.sweep import planned_cost
from core.engine.training import Fit, Progress, fit
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot, relay
from core.lab.seeding import derived_seed, numpy_generator
from core.metrics.best_of import winner_weights
from core.metrics.variance_shares import each_alone
from core.models import searching, studies

if TYPE_CHECKING:
    from optuna import Study

AT_ONCE = 24
"""Networks that answer the fresh examples between two pauses."""
SECONDS_OF_FANOVA = 0.06
Row = tuple[str, int, str, int, float]
Snapshots = Generator[Snapshot[RaceResult], None, None]


def split(config: RaceConfig, seed: int) -> tuple[Dataset, Examples]:
    """Draw the data: examples that train, those that pick, and fresh ones."""
    data = draw(config.dataset, N_TRAIN, 0.0, seed)
    order = numpy_generator(seed, "race", data.name).permutation(len(data.y_validation))
    picking, fresh = np.split(order[: config.n_validation + N_FRESH], [config.n_validation])
    return with_validation(data, picking), (data.x_validation[fresh], data.y_validation[fresh])


def job(data: Dataset, seed: int, settings: dict[str, float]) -> Job:
    """One network; knobs that are not given are where they usually are."""
    one = {**USUAL, **settings}
    return Job(
        data, seed, (int(one["width"]),), one["learning rate"], weight_decay=one["weight decay"],
        momentum=one["momentum"], optimizer="sgd", scores_train=False,
    )  # fmt: skip


def jobs(config: RaceConfig, data: Dataset, seed: int) -> list[Job]:
    """A network for each setting, all from the same draws."""
    every = itertools.product(*(KNOBS[name] for name in config.real))
    return [job(data, seed, dict(zip(config.real, one, strict=True))) for one in every]


class Race:
    """The run as it goes: what was gathered, and the table of the seed that is searched."""

    def __init__(self, config: RaceConfig) -> None:
        self.config = config
        self.record = Recorder(
            RaceResult, cost(config).seconds, answers=np.zeros((*config.shape, 2)), journal="",
            budget=config.budget,
        )  # fmt: skip
        self.scores = np.zeros(0)  # (*shape, WHOLE): after each part of a training
        self.fresh = np.zeros(0)  # (*shape): at its end

    def train(self, seed: int) -> Snapshots:
        """Train all settings of one seed."""
        data, fresh = split(self.config, seed)
        planned = jobs(self.config, data, seed)
        units = _table_cost(self.config).seconds
        phase = f"training {len(planned)} networks of seed {seed}"

        def snapshot(at: Progress) -> Snapshot[RaceResult]:
            known = at.known
            return self.record.snapshot(
                phase, units * at.step / at.total, lambda: self.ahead(at.fit, seed), shown=known
            )

        every = self.config.steps // searching.WHOLE
        fitted = yield from relay(fit(planned, steps=self.config.steps, evaluate_every=every),
                                  snapshot)  # fmt: skip
        shape, right = self.config.shape, []
        for start in range(0, len(planned), AT_ONCE):
            some = range(start, min(start + AT_ONCE, len(planned)))
            right += list((fitted.logits(fresh[0], some).argmax(-1) == fresh[1]).mean(-1))
            yield self.record.snapshot(phase, units)
        self.scores = fitted.curve("validation", "accuracy")[1:].T.reshape(*shape, -1)
        self.fresh = np.array(right).reshape(shape)
        last = self.scores[..., -1].ravel()
        for measure, judged in ((PICKING, last), (FRESH, self.fresh.ravel())):
            self.record.extend("regrets", self.expected(last, judged, measure, seed))
        self.record.did(units)
        if seed == self.config.first_seed:
            self.record.put(answers=np.stack([self.scores[..., -1], self.fresh], axis=-1))

    def ahead(self, fitted: Fit, seed: int) -> RaceResult:
        """Until there is a search to show: what random search is expected to find as it stands."""
        if seed != self.config.first_seed:
            return self.record.result()
        now = fitted.curve("validation", "accuracy")[-1]
        return self.record.result(regrets=self.expected(now, now, PICKING, seed))

    def expected(self, last: np.ndarray, judged: np.ndarray, measure: str, seed: int) -> list[Row]:
        """Regret of random search in expectation, by trainings spent."""
        target = judged[last == last.max()].mean()
        weights = [winner_weights(last, n + 1, again=True) for n in range(self.config.budget)]
        return [(EXPECTED, n + 1, measure, seed, float(target - found @ judged))
                for n, found in enumerate(weights)]  # fmt: skip

    def search(self, method: str, seed: int) -> Snapshots:
        """Let one method search this seed's table, as often as it is asked to."""
        found, tried = [], []
        for place in range(self.config.searches):
            own = derived_seed(seed, "search", place)
            trials: list[searching.Trial] = []
            work = searching.search(
                method, self.config.space, self.answer, self.config.budget * searching.WHOLE, own
            )
            units = self.config.budget * searching.SECONDS[method]
            study = yield from self.record.relay(
                _gathered(work, trials), f"{method} searches, seed {seed}", units,
                share=lambda spent: spent / searching.WHOLE / self.config.budget,
            )  # fmt: skip
            found.append(self.regrets(trials))
            tried.append(len(trials))
            if place == 0:
                yield from self.first(method, seed, study, trials)
        self.record.add("tried", method, seed, float(np.mean(tried)))
        for measure, values in zip((PICKING, FRESH), np.mean(found, axis=0), strict=True):
            self.record.extend(
                "regrets",
                [(method, n + 1, measure, seed, float(v)) for n, v in enumerate(values)],
            )

    def answer(self, rungs: searching.Rungs) -> np.ndarray:
        """Look up what training a setting gave."""
        return np.asarray(self.scores[self.at(rungs)])

    def at(self, rungs: searching.Rungs) -> tuple[int, ...]:
        """Place of a setting in the table."""
        return tuple(rungs[name] for name in self.config.real)

    def regrets(self, trials: list[searching.Trial]) -> np.ndarray:
        """How far the pick so far is behind that of the whole table, `(2, budget)`.

        The pick is what Optuna calls best: the best of the trainings that came to their end.
        """
        last = self.scores[..., -1]
        target = last.max(), self.fresh[last == last.max()].mean()
        behind, best = np.full((2, self.config.budget), np.nan), -1.0
        for trial in trials:
            if trial.finished and trial.seen[-1] > best:
                best = trial.seen[-1]
                first = -(-trial.spent // searching.WHOLE) - 1
                pick = best, self.fresh[self.at(trial.rungs)]
                behind[:, first:] = np.subtract(target, pick)[:, None]
        return behind

    def first(
        self, method: str, seed: int, study: Study, trials: list[searching.Trial]
    ) -> Snapshots:
        """Keep what is shown of a method's first search."""
        if method == searching.RANDOM:
            found = searching.importance(study, seed)
            alone = each_alone(self.scores[..., -1])
            whole = dict(zip(self.config.real, alone / alone.sum(), strict=True))
            for source, shares in ((ONE_SEARCH, found), (WHOLE_TABLE, whole)):
                self.record.extend(
                    "shares", [(source, knob, seed, shares.get(knob, 0.0))
                               for knob in self.config.space],
                )  # fmt: skip
            self.record.did(SECONDS_OF_FANOVA)
            yield self.record.snapshot("asking which knobs matter")
        if seed == self.config.first_seed:
            rows = [
                (method, trial.spent / searching.WHOLE, trial.seen[-1],
                 "whole" if trial.finished else "cut short") for trial in trials if trial.seen
            ]  # fmt: skip
            self.record.extend("asked", rows)
            if method == searching.TPE:
                about = {"settings": self.config.model_dump(), "seed": seed}
                self.record.put(journal=studies.journal(study, STUDY, about, KNOBS))


def _gathered(
    work: Generator[searching.Trial, None, Study], trials: list[searching.Trial]
) -> Generator[int, None, Study]:
    """Keep the trials of a search as they end, and tell what it has spent."""

    def spent(trial: searching.Trial) -> int:
        trials.append(trial)
        return trial.spent

    return relay(work, spent)


def run(config: RaceConfig) -> Run[RaceResult]:
    """Train the table of one seed, race on it, then go on to the next seed."""
    race = Race(config)
    yield race.record.snapshot("drawing the data", shown=False)
    for seed in config.seeds:
        yield from race.train(seed)
        if seed == config.first_seed:
            yield from race.record.relay(searching.importing(), "fetching Optuna", shown=False)
        for method in searching.METHODS:
            yield from race.search(method, seed)
    return race.record.result()


@lru_cache(maxsize=64)
def _table_cost(config: RaceConfig) -> Cost:
    data, fresh = split(config, config.first_seed)
    planned = jobs(config, data, config.first_seed)
    asked = sum(evaluation_flops(one.sizes, len(fresh[1])) for one in planned)
    trained = planned_cost(planned, config.steps, 1 + searching.WHOLE)
    return trained + Cost(asked, 1e-6 * len(planned) * len(fresh[1]))


def cost(config: RaceConfig) -> Cost:
    """Expected cost of a run, before it starts."""
    one = config.searches * config.budget * sum(searching.SECONDS.values()) + SECONDS_OF_FANOVA
    return sum((_table_cost(config) + Cost(0.0, one) for _ in config.seeds), Cost(0.0, 0.0))

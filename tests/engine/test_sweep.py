"""A plan is a run: labels, progress, live results and cost follow from it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

from core.data.generated import make_two_moons
from core.engine.job import Job
from core.engine.sweep import (
    DRAWN_TOGETHER,
    Planned,
    ScoreView,
    SweepResult,
    Trained,
    planned_cost,
    sweep,
)
from core.engine.training import fit
from core.lab.run import Cost, complete
from core.lab.scores import NotMeasuredError
from core.lab.settings import Config, ladder


class PlainConfig(Config):
    steps: int = ladder(20, 40, default=20)
    """Steps."""


def plan(config: PlainConfig) -> Iterator[Planned]:
    for width in (2, 16):
        for seed in config.seeds:
            data = make_two_moons(40, noise=0.2, seed=seed)
            yield {"width": width, "seed": seed}, Job(data, seed, (width,))


def test_scores_are_those_of_the_trainer() -> None:
    config = PlainConfig()
    result = complete(sweep(plan, evaluations=4).run(config))
    assert isinstance(result, SweepResult)
    fitted = complete(fit([job for _, job in plan(config)], steps=20, evaluate_every=5))  # type: ignore[arg-type]
    np.testing.assert_array_equal(
        result.at(width=16).values, fitted.curve("validation", "accuracy")[-1, 5:]
    )
    np.testing.assert_array_equal(
        result.at("train", "loss", width=2).values, fitted.curve("train", "loss")[-1, :5]
    )
    assert result.at(width=2).seeds == config.seeds and result.at(width=2).unit == "share"
    assert result.at(metric="loss", width=2).unit == "nats"
    with pytest.raises(NotMeasuredError):
        result.at(width=3)


def test_it_shows_results_on_its_way_and_counts_every_model() -> None:
    snapshots = list(sweep(plan, evaluations=4).run(PlainConfig()))
    assert snapshots[0].phase == "drawing the data"
    assert snapshots[-1].phase == "training 10 networks"
    partials = [s.partial for s in snapshots if s.partial is not None]
    assert len(partials[0]().scores) == 2 * 2 * 10


def test_it_pauses_while_many_data_sets_are_drawn() -> None:
    run = sweep(plan, evaluations=4).run(PlainConfig(repetitions=20))
    phases = [snapshot.phase for snapshot in run]
    assert phases.count("drawing the data") == 1 + 40 // DRAWN_TOGETHER
    assert phases[-1] == "training 40 networks"


def test_curves_name_every_evaluated_step() -> None:
    def read(config: PlainConfig, trained: Trained) -> object:
        return trained

    trained = complete(sweep(plan, read, evaluations=4).run(PlainConfig()))
    curves = trained.curves()  # type: ignore[attr-defined]
    assert sorted(set(curves["step"])) == [0, 5, 10, 15, 20]
    last = curves[curves["step"] == 20].drop(columns="step").reset_index(drop=True)
    assert last.equals(trained.scores()[last.columns])  # type: ignore[attr-defined]


def test_scores_by_epoch_are_the_curves() -> None:
    labels, jobs = zip(*plan(PlainConfig()), strict=True)
    trained = Trained(pd.DataFrame(labels), complete(fit(jobs, steps=20, evaluate_every=10)))
    wide = trained.by_epoch(4, 2)
    assert wide["epoch"].tolist() == [0.0, 2.5] * len(jobs)
    long = trained.curves()
    for split, metric in (("train", "loss"), ("validation", "accuracy")):
        rows = long[(long.split == split) & (long.metric == metric) & (long.step < 20)]
        for (width, seed), part in wide.groupby(["width", "seed"]):
            own = rows[(rows.width == width) & (rows.seed == seed)]
            assert part[f"{split}_{metric}"].tolist() == own["value"].tolist()


def test_the_cost_is_that_of_the_planned_jobs() -> None:
    for steps in (20, 40):
        config = PlainConfig(steps=steps)
        jobs = [job for _, job in plan(config)]
        made = sweep(plan, evaluations=4).cost(config)
        assert made == planned_cost(jobs, steps, evaluations=5)
        assert made.flops > 0 and made.seconds > 0


def test_steps_may_be_fixed() -> None:
    made = sweep(plan, lambda c, trained: trained.fit.evaluated_steps[-1], steps=12, evaluations=3)
    assert complete(made.run(PlainConfig())) == 12


def test_steps_and_evaluations_may_follow_from_the_config() -> None:
    def steps(config: PlainConfig) -> int:
        return 3 * config.steps // 10

    made = sweep(plan, lambda c, t: list(t.fit.evaluated_steps), steps=steps, evaluations=steps)
    assert complete(made.run(PlainConfig(steps=40))) == list(range(13))
    jobs = [job for _, job in plan(PlainConfig())]
    assert made.cost(PlainConfig()) == planned_cost(jobs, 6, evaluations=7)


def test_the_gap_is_training_minus_validation() -> None:
    result = complete(sweep(plan, evaluations=4).run(PlainConfig()))
    gap = result.gap(width=16)
    np.testing.assert_allclose(
        gap.values, result.at("train", width=16).values - result.at(width=16).values
    )
    assert gap.unit == "points"
    noisy = result.scores[result.scores.split == "validation"]
    noisy = noisy.assign(split="noisy", value=noisy["value"] - 0.25)
    copied = SweepResult(pd.concat([result.scores, noisy], ignore_index=True))
    np.testing.assert_allclose(copied.gap(width=16).values, gap.values + 0.25)
    with pytest.raises(NotMeasuredError, match="width 3"):
        result.at(width=3)


@pytest.mark.parametrize("label", ["split", "metric", "step", "value"])
def test_labels_do_not_take_the_names_of_scores(label: str) -> None:
    def taken(config: PlainConfig) -> Iterator[Planned]:
        for labels, job in plan(config):
            yield {**labels, label: 1}, job

    with pytest.raises(ValueError, match="labels name the seed"):
        complete(sweep(taken, evaluations=4).run(PlainConfig()))


def test_few_steps_are_each_looked_at() -> None:
    made = sweep(plan, lambda c, trained: len(trained.fit.evaluated_steps), steps=3)
    assert complete(made.run(PlainConfig())) == 4
    assert made.cost(PlainConfig()).flops > 0


def test_a_view_of_scores_knows_their_units_and_which_way_is_better() -> None:
    accuracy, loss = ScoreView(), ScoreView(metric="loss")
    assert (accuracy.unit, accuracy.change_unit, accuracy.sign) == ("share", "points", 1)
    assert (loss.unit, loss.change_unit, loss.sign) == ("nats", "nats", -1)


def test_costs_add_up() -> None:
    assert sum([Cost(1, 2), Cost(3, 5)], Cost(0, 0)) == Cost(4, 7)

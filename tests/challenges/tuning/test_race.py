"""The race: regret on hand-made tables, its study from outside, its lesson on fresh seeds."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from benchmarks.server import ROOT
from core.challenges.tuning.race import EXPERIMENT, finding, worker
from core.challenges.tuning.race.config import (
    EXPECTED,
    KNOBS,
    MEASURES,
    N_FRESH,
    ONE_SEARCH,
    PICKING,
    WHOLE_TABLE,
    RaceConfig,
    RaceResult,
    RaceView,
)
from core.challenges.tuning.race.run import Race, jobs, split
from core.metrics.families import one_of
from core.models.searching import GRID, HALVING, METHODS, RANDOM, TPE, WHOLE, Trial
from core.models.studies import resumed
from tests import runs
from tests.runs import and_shipped, figure, result_of

BLOCKS = and_shipped(300, 600, 900)
SLUG = "tuning/race"


def hand_made(budget: int = 12, **ahead: float) -> RaceResult:
    """Random search ends 5 points behind; the others so much nearer on either measure."""
    rows = [
        (method, n, measure, seed, 0.05 + (budget - n + 0.1 * seed) / 100 - ahead.get(method, 0.0))
        for method in (*METHODS, EXPECTED) for n in range(1, budget + 1) for measure in MEASURES
        for seed in range(5)
    ]  # fmt: skip
    shares = [(source, knob, seed, 0.25 + seed / 1000) for source in (WHOLE_TABLE, ONE_SEARCH)
              for knob in KNOBS for seed in range(5)]  # fmt: skip
    return RaceResult(
        pd.DataFrame(rows, columns=["method", "trainings", "measure", "seed", "value"]),
        pd.DataFrame([(m, s, 12.0) for m in METHODS for s in range(5)],
                     columns=["method", "seed", "value"]),
        pd.DataFrame(shares, columns=["source", "knob", "seed", "value"]),
        pd.DataFrame(columns=["method", "spent", "accuracy", "ended"]),
        np.zeros((10, 4, 3, 3, 2)), "", budget,
    )  # fmt: skip


def a_race(scores: np.ndarray, fresh: np.ndarray) -> Race:
    """Two knobs, a table whose answers do not change while a training goes on."""
    race = Race(RaceConfig(knobs=2, budget=12, repetitions=5))
    race.scores = np.repeat(scores[..., None], WHOLE, axis=-1)
    race.fresh = fresh
    return race


def trial(rate: int, width: int, score: float, parts: int, spent: int) -> Trial:
    return Trial({"learning rate": rate, "width": width}, (score,), parts, spent)


def test_regret_is_of_the_best_whole_training_so_far_and_of_its_own_fresh_examples():
    scores, fresh = np.full((10, 4), 0.5), np.full((10, 4), 0.4)
    scores[6, 2], fresh[6, 2] = 0.9, 0.8
    scores[5, 2], fresh[5, 2] = 0.7, 0.85
    told = a_race(scores, fresh).regrets([
        trial(0, 0, 0.5, 9, 9), trial(6, 2, 0.9, 1, 10), trial(5, 2, 0.7, 9, 19),
        trial(0, 1, 0.5, 9, 28), trial(6, 2, 0.9, 9, 37),
    ])  # fmt: skip
    # Cut short, the best one is no pick yet; a training counts once all of it is paid.
    assert told[0] == pytest.approx([0.4, 0.4, 0.2, 0.2, *[0.0] * 8])
    assert told[1] == pytest.approx([0.4, 0.4, -0.05, -0.05, *[0.0] * 8])


def test_before_a_training_came_to_its_end_there_is_no_pick():
    told = a_race(np.full((10, 4), 0.5), np.zeros((10, 4))).regrets([
        trial(0, 0, 0.5, 3, 3), trial(1, 1, 0.5, 9, 12)])  # fmt: skip
    assert np.isnan(told[:, 0]).all() and (told[0, 1:] == 0).all()


def test_leads_are_paired_and_hold_for_five_at_once():
    result = hand_made(**{TPE: 0.04, GRID: -0.03})
    table = figure(EXPERIMENT, "lead").table(result, RaceView())
    lead = table[table["measure"] == PICKING].set_index("method")["mean"]
    assert lead[TPE] == pytest.approx(0.04) and lead[GRID] == pytest.approx(-0.03)
    assert lead[RANDOM] == pytest.approx(0) and set(lead.index) == set(METHODS)
    words = finding(result)
    assert "TPE clearly ahead and grid clearly behind" in words and "+4.0 points" in words
    caption = figure(EXPERIMENT, "lead").caption(table, RaceView())
    assert "in expectation: grid (−3.0 points) and TPE (+4.0 points)." in caption


def test_examples_that_pick_and_fresh_ones_are_each_in_one_set():
    config = RaceConfig(n_validation=50)
    data, fresh = split(config, 3)
    assert len(data.y_validation) == 50 and len(fresh[1]) == N_FRESH
    whole = np.concatenate([data.x_train, data.x_validation, fresh[0]])
    assert len(np.unique(whole, axis=0)) == len(whole)


def test_every_setting_is_trained_from_the_same_weights():
    config = RaceConfig()
    every = jobs(config, split(config, 0)[0], 0)
    assert len(every) == np.prod(config.shape) and {one.seed for one in every} == {0}
    settings = {(o.learning_rate, o.hidden, o.momentum, o.weight_decay) for o in every}
    assert len(settings) == len(every)


def test_useless_knobs_are_searched_and_change_nothing():
    config = RaceConfig(useless_knobs=2)
    assert list(config.space)[-2:] == ["useless 1", "useless 2"]
    race = Race(config)
    race.scores = np.arange(np.prod(config.shape)).reshape(config.shape)
    rungs = dict.fromkeys(config.space, 1)
    assert race.answer(rungs) == race.answer({**rungs, "useless 1": 3, "useless 2": 0})


@pytest.mark.trained
def test_the_run_looks_at_more_settings_with_halving_and_at_as_many_as_paid_without():
    result = runs.smallest(SLUG).result
    assert set(result.looked_at(RANDOM).values) == {12.0}
    assert (result.looked_at(HALVING).values > 20).all()
    assert (result.regrets.loc[result.regrets["measure"] == PICKING, "value"].dropna() >= 0).all()
    grid = result.regrets[result.regrets["method"] == GRID]
    assert len(grid) == 2 * 12 * 5
    whole = result.share("learning rate", WHOLE_TABLE) + result.share("width", WHOLE_TABLE)
    assert whole.values == pytest.approx(np.ones(5))
    assert set(result.share("useless 1", WHOLE_TABLE).values) == {0.0}


@pytest.mark.trained
@pytest.mark.parametrize("shares", [["5"], pytest.param(["3", "2"], marks=pytest.mark.slow)])
def test_the_study_from_outside_holds_what_is_shown_and_others_go_on_with_it(tmp_path, shares):
    """In fresh processes: Optuna alone reads it; a worker, or two at a time, add five trials."""
    result = runs.smallest(SLUG).result
    file = tmp_path / "race.log"
    file.write_text(result.journal, encoding="utf-8")
    code = (
        "import optuna, sys; s = optuna.storages\n"
        "study = optuna.load_study(study_name='race', storage=s.JournalStorage("
        "s.journal.JournalFileBackend(sys.argv[1])))\n"
        "print(*[f'{trial.value:.6f}' for trial in study.trials])"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, str(file)], capture_output=True, text=True, check=True
    )
    shown = result.asked[result.asked["method"] == TPE]["accuracy"]
    assert told.stdout.split() == [f"{value:.6f}" for value in shown]

    command = [sys.executable, "-m", "core.challenges.tuning.race.worker", str(file), "--trials"]
    going = [subprocess.Popen([*command, n], cwd=ROOT, stdout=subprocess.PIPE, text=True)
               for n in shares]  # fmt: skip
    said = "".join(one.communicate(timeout=240)[0] for one in going)
    assert {one.returncode for one in going} == {0}
    study = resumed(str(file), "race")
    assert len(study.trials) == 12 + 5 and said.count("trial ") == 5
    # What a worker trains anew is what the race looked up.
    for one in study.trials[12:]:
        rungs = tuple(one.params[knob] for knob in ("learning rate", "width"))
        assert one.value == pytest.approx(result.answers[rungs][0], abs=0.021)


@pytest.mark.parametrize(
    ("file", "said"), [("none.log", "there is no file"), ("bad.log", "cannot be gone on with")]
)
def test_a_worker_says_in_a_sentence_what_is_wrong(tmp_path, monkeypatch, capsys, file, said):
    (tmp_path / "bad.log").write_text("hello\n", encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["worker", str(tmp_path / file)])
    with pytest.raises(SystemExit) as ended:
        worker.main()
    assert ended.value.code == 2 and said in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["bad.log"]


@pytest.mark.trained
def test_a_setting_trained_alone_is_the_setting_trained_in_the_table():
    result = runs.smallest(SLUG).result
    rungs = {"learning rate": 5, "width": 3, "useless 1": 2}
    alone = worker.trained(EXPERIMENT.smallest, 0, rungs)
    assert len(alone) == WHOLE
    assert alone[-1] == pytest.approx(result.answers[5, 3][0], abs=0.021)


@pytest.mark.parametrize("block", BLOCKS)
def test_the_lesson_holds_on_seeds_that_chose_nothing(block):
    result = result_of(SLUG, RaceConfig(first_seed=block))
    verdicts = {c.name: c.verdict(c.measure(result)) for c in EXPERIMENT.claims}
    lesson = ("tpe_beats_random", "tpe_beats_random_on_fresh", "halving_beats_random")
    assert {verdicts[name] for name in (*lesson, "few_knobs_matter")} == {"shown"}
    # Optuna's own random search finds what random search is expected to find.
    control = one_of(result.lead(RANDOM).estimate, len(METHODS))
    assert control.low < 0 < control.high

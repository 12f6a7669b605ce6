"""Searches by Optuna: budgets that can be counted by hand, and what chance alone would find."""

from __future__ import annotations

import json
import logging
import math
from fractions import Fraction

import numpy as np
import pytest

from core.lab.run import complete
from core.metrics.variance_shares import each_alone
from core.models.searching import (
    CMA_ES,
    GRID,
    HALVING,
    HYPERBAND,
    LOOKS,
    METHODS,
    RANDOM,
    TPE,
    WHOLE,
    grid,
    grid_levels,
    importance,
    importing,
    search,
)
from core.models.studies import journal, one_more, resumed

SPACE = {"rate": 10, "width": 4, "momentum": 3}


@pytest.fixture(scope="module", autouse=True)
def fetched():
    complete(importing())


def table(seed: int = 0) -> np.ndarray:
    """A score for every setting of `SPACE`, after each part of a training."""
    rng = np.random.default_rng(seed)
    last = 0.9 - 0.05 * np.abs(np.arange(10) - 6)[:, None, None] + 0.02 * rng.random((10, 4, 3))
    return last[..., None] * np.linspace(0.6, 1.0, WHOLE)


def trials_of(method: str, budget: int, seed: int = 0, scores: np.ndarray | None = None):
    known = table() if scores is None else scores
    trials = []
    work = search(method, SPACE, lambda at: known[tuple(at[k] for k in SPACE)], budget, seed)
    while True:
        try:
            trials.append(next(work))
        except StopIteration as stop:
            return trials, stop.value


@pytest.mark.parametrize("method", METHODS)
def test_every_budget_is_spent_to_the_last_part_and_never_more(method):
    trials, study = trials_of(method, 24 * WHOLE)
    assert trials[-1].spent == sum(trial.parts for trial in trials) == 24 * WHOLE
    assert len(study.trials) == len(trials)
    best = max(trial.seen[-1] for trial in trials if trial.finished)
    assert study.best_value == best, "what Optuna calls best came to its end"
    again, _ = trials_of(method, 24 * WHOLE)
    assert again == trials, "a seed decides everything"
    assert trials_of(method, 24 * WHOLE, seed=1)[0] != trials


@pytest.mark.parametrize("method", [GRID, RANDOM, TPE, CMA_ES])
def test_without_a_pruner_every_training_is_whole(method):
    trials, _ = trials_of(method, 12 * WHOLE)
    assert [trial.parts for trial in trials] == [WHOLE] * 12
    assert all(len(trial.seen) == len(LOOKS) for trial in trials)


def by_hand(scores: list[float], budget: int, hastes: list[int]) -> list[int]:
    """Parts that each training gets where settings are asked in this order.

    Args:
        scores: Of the settings in the order in which they are asked, the same at every look.
        budget: In parts.
        hastes: Bracket of each: before which look nothing is ended.
    """
    reached: dict[tuple[int, int], list[float]] = {}
    given = []
    for score, haste in zip(scores, hastes, strict=False):
        parts = WHOLE
        for look in LOOKS[haste:-1]:
            rung = reached.setdefault((haste, look), [])
            rung.append(score)
            # The best third goes on; of fewer than three, the best.
            better = sum(other > score for other in rung)
            if better >= max(1, len(rung) // 3):
                parts = look
                break
        parts = min(parts, budget - sum(given))
        given.append(parts)
        if sum(given) == budget:
            break
    return given


def flat_scores() -> np.ndarray:
    """A score for every setting that is the same at every look, and of no other setting."""
    distinct = np.random.default_rng(5).permutation(120).reshape(10, 4, 3) / 120
    return np.repeat(distinct[..., None], WHOLE, axis=-1)


def test_successive_halving_lets_the_best_third_go_on():
    known = flat_scores()
    trials, _ = trials_of(HALVING, 12 * WHOLE, scores=known)
    scores = [float(known[tuple(t.rungs[k] for k in SPACE)][0]) for t in trials]
    assert [t.parts for t in trials] == by_hand(scores, 12 * WHOLE, [0] * len(trials))
    assert {1, 3, 9} == {t.parts for t in trials[:-1]}


def test_hyperband_deals_trials_to_three_degrees_of_haste():
    """Brackets are read off the parts: what got 1 was in the hastiest, and so on."""
    import optuna
    from optuna.pruners import HyperbandPruner

    known = flat_scores()
    trials, study = trials_of(HYPERBAND, 12 * WHOLE, scores=known)
    pruner = HyperbandPruner(1, WHOLE, 3)
    pruner._try_initialization(study)
    told = study.get_trials(deepcopy=False)
    hastes = [pruner._get_bracket_id(study, trial) for trial in told]
    assert set(hastes) == {0, 1, 2} and optuna.__version__
    scores = [float(known[tuple(t.rungs[k] for k in SPACE)][0]) for t in trials]
    assert [t.parts for t in trials] == by_hand(scores, 12 * WHOLE, hastes)


def test_random_search_finds_what_chance_finds():
    """The best of n draws with replacement is at most the k-th of m settings with (k / m)^n."""
    known = flat_scores()[..., -1].ravel()
    n, m = 12, known.size
    upto = np.arange(m + 1) / m
    expected = float(np.sort(known) @ np.diff(upto**n))
    found = [
        max(t.seen[-1] for t in trials_of(RANDOM, n * WHOLE, seed, flat_scores())[0])
        for seed in range(100)
    ]
    sem = np.std(found, ddof=1) / math.sqrt(len(found))
    assert abs(np.mean(found) - expected) < 4 * sem and sem < 0.012


def test_a_grid_is_as_even_as_its_budget_allows():
    assert grid_levels((10, 4, 4, 3), 36) == (3, 3, 2, 2)
    assert grid_levels((10, 4, 4, 3), 16) == (2, 2, 2, 2)
    assert grid_levels((10, 4, 4, 3), 1) == (1, 1, 1, 1)
    assert grid_levels((2, 2), 100) == (2, 2)
    assert grid_levels((10, 4, 4, 3, 4, 4), 36) == (2, 2, 2, 2, 2, 1)


def test_a_grid_lies_somewhere_else_for_each_seed_and_favours_no_rung():
    counts = np.zeros(10)
    for seed in range(400):
        laid = grid({"rate": 10, "width": 4}, 6, seed)
        assert [len(levels) for levels in laid.values()] == [3, 2]
        assert all(len(set(levels)) == len(levels) for levels in laid.values())
        counts[laid["rate"]] += 1
    share = Fraction(3, 10)
    spread = math.sqrt(400 * share * (1 - share))
    assert np.abs(counts - 400 * float(share)).max() < 4 * spread


def test_the_grid_is_asked_once_each_and_ends_early_where_it_is_smaller():
    trials, _ = trials_of(GRID, 11 * WHOLE)
    asked = [tuple(t.rungs.values()) for t in trials]
    assert len(asked) == len(set(asked)) == 8 and trials[-1].spent == 8 * WHOLE


def test_fanova_of_all_settings_is_the_analysis_of_variance():
    """Where nothing has to be guessed, the forest says what the sums of squares say."""
    import optuna

    known = table()[..., -1]
    study = optuna.create_study(direction="maximize")
    ranges = {k: optuna.distributions.IntDistribution(0, n - 1) for k, n in SPACE.items()}
    study.add_trials([
        optuna.trial.create_trial(params=dict(zip(SPACE, map(int, at), strict=True)),
                                  distributions=ranges, value=float(score))
        for at, score in np.ndenumerate(known)
    ])  # fmt: skip
    exact = each_alone(known) / each_alone(known).sum()
    found = importance(study, 0)
    assert [found[knob] for knob in SPACE] == pytest.approx(exact, abs=0.02)


def test_a_study_that_is_written_is_the_study_that_is_read(tmp_path):
    trials, study = trials_of(TPE, 12 * WHOLE)
    settings = {"rate": [0.1 * rung for rung in range(10)]}
    text = journal(study, "mine", {"seed": 3}, settings)
    file = tmp_path / "study.log"
    file.write_text(text, encoding="utf-8")
    back = resumed(str(file), "mine")
    assert [(t.params, t.value, t.intermediate_values) for t in back.trials] == [
        (dict(t.rungs), t.seen[-1], dict(zip(LOOKS, t.seen, strict=True))) for t in trials
    ]
    assert back.user_attrs == {"seed": 3} and back.best_value == study.best_value
    first = trials[0].rungs["rate"]
    assert back.trials[0].user_attrs == {"rate": settings["rate"][first]}
    assert {json.loads(line)["worker_id"] for line in text.splitlines()} == {"mine"}
    assert journal(study, "mine", {"seed": 3}, settings) == text

    number, score = one_more(back, SPACE, lambda at: table()[tuple(at[k] for k in SPACE)])
    assert number == 12 and resumed(str(file), "mine").trials[12].value == score


@pytest.mark.parametrize("text", ["", "hello\n", '{"op_code":99}\n', "[]\n", "\x00\n"])
def test_a_file_that_is_no_study_is_refused(tmp_path, text):
    file = tmp_path / "bad.log"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="no journal with a study named mine"):
        resumed(str(file), "mine")
    with pytest.raises(FileNotFoundError):
        resumed(str(tmp_path / "none.log"), "mine")
    assert [path.name for path in tmp_path.iterdir()] == ["bad.log"]


def test_nothing_is_told_to_the_log_and_the_verbosity_stays(capfd):
    from optuna import logging as its

    before = its.get_verbosity()
    _, study = trials_of(GRID, 8 * WHOLE)
    journal(study, "mine", {}, {})
    assert its.get_verbosity() == before and logging.getLogger("optuna").level == before
    assert capfd.readouterr() == ("", "")

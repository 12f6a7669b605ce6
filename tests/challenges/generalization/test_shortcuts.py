"""Shortcuts: what each arm learns from, the worst group by hand, and the lesson on fresh seeds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from core.challenges.generalization.shortcuts import EXPERIMENT
from core.challenges.generalization.shortcuts.config import (
    ADDED,
    ARMS,
    DECAY,
    EQUAL,
    LAST,
    NEVER,
    OFTEN,
    PLAIN,
    RANDOM,
    RESERVE,
    TESTS,
    ShortcutsConfig,
    ShortcutsResult,
    ShortcutsView,
)
from core.challenges.generalization.shortcuts.run import features, plan, retrained, summary, taught
from core.data.cued_digits import CORNERS, draw
from core.lab.run import complete
from tests import runs
from tests.runs import figure, first_now

FRESH_BLOCKS = first_now(400, 700, 900)
SHOWN = {
    "the_shortcut_is_taken", "the_average_hides_it", "the_last_layer_is_enough",
    "randomising_the_cue_helps", "weight_decay_does_not_help",
}  # fmt: skip


def hand_made(gains: dict[str, tuple[float, ...]]) -> ShortcutsResult:
    """Three seeds without a remedy, worst group 0.4, 0.5, 0.6, and arms that gain so much."""
    rows = []
    for seed in range(3):
        plain = {"right": 1.0, "none": 0.9, "wrong": 0.5 + 0.1 * seed, "worst": 0.4 + 0.1 * seed}
        rows += [(PLAIN, 0.98, seed, test, value) for test, value in plain.items()]
        for arm, gain in gains.items():
            rows.append((arm, 0.98, seed, "worst", plain["worst"] + gain[seed]))
    scores = pd.DataFrame(rows, columns=["arm", "alignment", "seed", "test", "value"])
    return ShortcutsResult(
        scores=scores, pictures=np.zeros((3, 8, 8), np.uint8), alignment=0.98, rarest=5
    )


def test_what_each_arm_learns_from():
    train, reserve, _ = draw(500, RESERVE, 0.9, 2)
    sizes = [len(group) for group in train.members()]
    arms = taught(train, reserve, 1.0, 2)
    assert set(arms) == set(ARMS) - {LAST}

    def groups(arm: str) -> list[int]:
        x, y = arms[arm]
        return [int(((y == c) & (x[:, CORNERS[k]] == 1)).sum()) for c in (0, 1) for k in (0, 1)]

    assert groups(PLAIN) == groups(DECAY) == sizes
    assert groups(OFTEN) == [max(sizes)] * 4
    assert groups(EQUAL) == [min(sizes)] * 4
    per_class = [sizes[0] + sizes[1]] * 2 + [sizes[2] + sizes[3]] * 2
    assert groups(RANDOM) == per_class
    assert sum(groups(ADDED)) == 500 + RESERVE
    assert sum(groups(NEVER)) == 0


def test_the_networks_of_a_seed_share_the_arrays_they_are_tested_on():
    """The engine keeps each array once, and asks networks that begin alike once."""
    config = ShortcutsConfig(repetitions=5, n_train=250)
    tests: dict[int, set[tuple[int, ...]]] = {}
    for labels, job in plan(config):
        own = (job.data.x_validation, *(x for x, _ in job.watch.values()))
        tests.setdefault(int(labels["seed"]), set()).add(tuple(map(id, own)))
        assert not job.scores_train
    assert [len(one) for one in tests.values()] == [1] * 5


def test_the_worst_group_by_hand():
    accuracy = {(0, 0): 1.0, (0, 1): 0.2, (1, 0): 0.6, (1, 1): 0.9}
    found = summary(accuracy, {(0, 0): 30, (0, 1): 30, (1, 0): 10, (1, 1): 10})
    assert found == pytest.approx({"worst": 0.2, "right": 0.975, "wrong": 0.3})


def test_average_counts_the_cue_as_often_right_as_in_training():
    found = hand_made({}).usual().values
    assert found == pytest.approx([0.98 + 0.02 * wrong for wrong in (0.5, 0.6, 0.7)])


def test_the_retrained_layer_is_scikit_learns_logistic_regression():
    config = ShortcutsConfig(n_train=250, width=16)
    rng = np.random.default_rng(0)
    shapes = ((65, 16), (17, 16), (17, 1))
    weights = [rng.normal(size=shape).astype(np.float32) / 4 for shape in shapes]
    ours = retrained(config, 0, weights)
    _, reserve, test = draw(250, RESERVE, config.alignment, 0)
    inner = features(weights, reserve.stamped(1.0))
    mean, spread = inner.mean(0), inner.std(0) + 1e-6
    theirs = LogisticRegression(C=1.0, tol=1e-8, max_iter=1000)
    theirs.fit((inner - mean) / spread, reserve.y)
    seen = (features(weights, test.stamped(1.0)) - mean) / spread
    assert ours["right"] == pytest.approx(theirs.score(seen, test.y), abs=1e-9)


def test_remedies_are_judged_together_and_in_pairs():
    result = hand_made({RANDOM: (0.3, 0.31, 0.32), OFTEN: (0.1, -0.1, 0.0), DECAY: (-0.2,) * 3})
    shown, view = figure(EXPERIMENT, "worst_group"), ShortcutsView()
    table = shown.table(result, view).set_index("arm")
    assert table.loc[RANDOM, "mean"] == pytest.approx(0.31)
    assert dict(table["verdict"]) == {RANDOM: "better", OFTEN: "unclear", DECAY: "worse"}
    told = shown.caption(table.reset_index(), view)
    assert f"Clearly better: {RANDOM} (+31.0 points)" in told
    assert f"Clearly worse: {DECAY} (−20.0 points)" in told


@pytest.fixture(scope="module")
def smallest() -> ShortcutsResult:
    return runs.smallest("generalization/shortcuts").result


@pytest.mark.trained
def test_every_arm_is_asked_everything(smallest: ShortcutsResult):
    main = smallest.scores[smallest.scores["alignment"] == smallest.alignment]
    assert len(main) == len(ARMS) * 5 * len(TESTS)
    assert main["value"].between(0, 1).all()
    wide = main.pivot(index=["arm", "seed"], columns="test", values="value")
    assert (wide["worst"] <= wide[["right", "wrong"]].min(axis=1) + 1e-9).all()


@pytest.mark.parametrize("first_seed", FRESH_BLOCKS)
def test_the_lesson_holds_on_fresh_seeds(first_seed: int):
    config = ShortcutsConfig(first_seed=first_seed, repetitions=5)
    result = complete(EXPERIMENT.run(config))
    found = {one.name: one.verdict(one.measure(result)) for one in EXPERIMENT.claims}
    assert {name for name in SHOWN if found[name] != "shown"} == set()
    assert "It goes by the cue" in EXPERIMENT.finding(result)

"""What the overfitting page concludes: gaps of one distribution, choices allowed for, seeds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.challenges import experiment
from core.challenges.overfitting import CHALLENGE, capacity, remedies, training_time
from core.challenges.overfitting.capacity.config import WIDTHS, CapacityConfig
from core.challenges.overfitting.capacity.run import plan as capacity_plan
from core.challenges.overfitting.random_labels import EXPERIMENT as RANDOM_LABELS
from core.challenges.overfitting.remedies.config import RemediesConfig, RemediesView
from core.challenges.overfitting.remedies.figures import UNCLEAR, effects
from core.challenges.overfitting.remedies.run import plan as remedies_plan
from core.challenges.overfitting.training_time.config import TrainingTimeConfig
from core.challenges.overfitting.training_time.run import plan as training_time_plan
from core.data.by_name import draw
from core.miniature import moons
from tests.challenges.overfitting.test_capacity import hand_made as capacity_scores
from tests.challenges.overfitting.test_random_labels import hand_made as random_labels_scores
from tests.challenges.overfitting.test_remedies import hand_made as remedies_scores
from tests.challenges.overfitting.test_training_time import hand_made as training_curves

DRAWS = 200
PLANS = (
    (capacity_plan, CapacityConfig(label_noise=0.3, n_train=50)),
    (remedies_plan, RemediesConfig(label_noise=0.3, n_train=50)),
    (training_time_plan, TrainingTimeConfig(label_noise=0.3, n_train=64)),
)


@pytest.mark.parametrize(("plan", "config"), PLANS)
def test_new_examples_of_the_gap_are_labelled_as_the_training_examples(
    plan: Callable, config: object
) -> None:
    _, job = next(iter(plan(config)))
    x, noisy = job.watch["noisy"]
    np.testing.assert_array_equal(x, job.data.x_validation)
    wrong = (noisy != job.data.y_validation).mean()
    assert wrong == pytest.approx(job.data.flipped.mean(), abs=0.01)
    assert wrong == pytest.approx(0.3, abs=0.01)


def test_without_wrong_labels_there_is_nothing_to_copy() -> None:
    _, job = next(iter(capacity_plan(CapacityConfig(label_noise=0.0))))
    assert not job.watch


def test_the_gap_of_training_time_is_to_the_noisy_labels_at_the_end() -> None:
    result = training_curves()
    result.curves[0, 1], result.curves[1, 1], result.curves[2, 1] = 0.9, 0.6, 0.4
    # Rows: training, true and noisy validation labels.
    assert result.gap().values == pytest.approx([0.5, 0.5])
    assert "generalization gap of +50.0 points" in training_time.finding(result)


@pytest.mark.simulation
def test_widths_that_do_not_differ_are_seldom_said_to_lose() -> None:
    rng, loses, result = np.random.default_rng(5), 0, capacity_scores(seeds=10)
    scores = result.scores
    rows = (scores.sweep == "width") & (scores.split == "validation") & (
        scores.metric == "accuracy"
    )  # fmt: skip
    for _ in range(DRAWS):
        drawn = scores.copy()
        drawn.loc[rows, "value"] = rng.normal(0.8, 0.02, rows.sum())
        said = capacity.finding(replace(result, scores=drawn))
        loses += "it loses" in said or "best of all" in said
    assert loses / DRAWS <= 0.05


@pytest.mark.simulation
def test_useless_remedies_are_seldom_said_to_help_or_to_hurt() -> None:
    rng, told, result, n = np.random.default_rng(5), 0, remedies_scores(), 10
    arms = pd.concat([result.arms[result.arms.seed == 7].assign(seed=s) for s in range(n)])
    arms = pd.concat([arms.assign(remedy=arms.remedy + m, label=arms.label + m) for m in " abc"])
    arms["remedy"], arms["label"] = arms["remedy"].str.strip(), arms["label"].str.strip()
    arms = arms[~arms["remedy"].isin([f"no remedy{m}" for m in "abc"])].reset_index(drop=True)
    for _ in range(DRAWS):
        curves = rng.normal(0.8, 0.02, (3, 2, 2, len(arms)))
        table = effects(replace(result, arms=arms, curves=curves), RemediesView())
        told += bool((table["verdict"] != UNCLEAR).any())
    assert table["label"].nunique() == 12
    assert told / DRAWS <= 0.06, "5% for all remedies together, and what 200 draws scatter"


def test_labels_that_all_networks_learned_have_an_interval() -> None:
    result = random_labels_scores()
    found = RANDOM_LABELS.metrics(result)["training_accuracy_random_labels"]
    assert found.mean == 1.0 and 0.96 < found.low < 0.98, "120 of 120 labels"
    claim = next(c for c in RANDOM_LABELS.claims if c.name == "random_labels_are_fitted")
    assert claim.verdict(claim.measure(result)) == "not shown", "three seeds of 40 labels"


def test_what_a_seed_varies_is_what_the_data_do() -> None:
    one, other = (
        {name: {x.tobytes() for x in draw(name, 50, 0.0, seed).x_validation} for name in NAMES}
        for seed in (0, 1)
    )
    assert one["mnist1d"] == other["mnist1d"]
    assert not one["two_moons"] & other["two_moons"]
    assert 0.25 < len(one["digits"] & other["digits"]) / len(one["digits"]) < 0.42
    for name in CHALLENGE.experiments:
        varies = experiment("overfitting", name).varies
        assert "overlap" in varies
        assert ("MNIST-1D: all seeds share" in varies) == (name != "double_descent")


NAMES = ("two_moons", "digits", "mnist1d")


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        ((0.10, 0.12), "The networks get more of their own points right than of new ones"),
        ((-0.12, -0.10), "The networks get more of new points right than of their own"),
        ((0.004, 0.006), "as well as for their own, to within 2.0 points"),
        ((-0.2, 0.3), "stays open"),
    ],
)
def test_the_miniature_says_what_the_gap_allows(gap: tuple[float, float], words: str) -> None:
    rows = [
        (10, seed, split, 0.2 + value * (split == "validation"))
        for seed, value in enumerate(gap)
        for split in ("train", "validation")
    ]
    errors = pd.DataFrame(rows, columns=["step", "seed", "split", "value"])
    # Two seeds have wide intervals: each value twenty times.
    errors = pd.concat([errors.assign(seed=errors.seed + 2 * i) for i in range(20)])
    if words == "stays open":
        errors = errors[errors.seed < 2]
    result = moons.MoonsResult(errors, pd.DataFrame(), np.zeros((2, 2)), np.zeros(4))
    assert words in moons.finding(result)


@pytest.mark.parametrize("module", [capacity, remedies])
def test_accuracy_on_true_labels_is_named_so(module: object) -> None:
    result = capacity_scores(noisy=True) if module is capacity else remedies_scores()
    names = list(module.EXPERIMENT.metrics(result))  # type: ignore[attr-defined]
    assert [name for name in names if name.startswith("validation")]
    assert all("true_labels" in name for name in names if name.startswith("validation"))
    if module is capacity:
        assert len(names) == 3 + 2 and max(WIDTHS) == 128

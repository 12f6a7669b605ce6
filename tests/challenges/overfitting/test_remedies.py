"""The remedies experiment: its rules and tables by hand, its lesson on fresh seeds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from core.challenges.overfitting.remedies import EXPERIMENT, finding
from core.challenges.overfitting.remedies.config import (
    LEVELS,
    RemediesConfig,
    RemediesResult,
    RemediesView,
)
from core.challenges.overfitting.remedies.figures import HELPS, HURTS, UNCLEAR, verdict
from core.challenges.overfitting.remedies.run import (
    EVALUATIONS,
    arms,
)
from core.lab.scores import NotMeasuredError
from core.lab.settings import knob_of
from tests import runs
from tests.runs import and_shipped, figure, result_of

BLOCKS = and_shipped(300, 600, 900)
SLUG = "overfitting/remedies"
SURE_ON_MOONS = ("more_data", "weight_decay", "augmentation", "dropout", "early_stopping")


def hand_made(finished: bool = True) -> RemediesResult:
    """Three seeds. Dropout gains 5, 10 and 15 points and loses .1 nats; decay loses 20 points."""
    arms_of = [
        ("no remedy", "off", "no remedy", "off"),
        ("weight decay", "medium", "weight decay 1", "1"),
        ("dropout", "medium", "dropout 0.5", "0.5"),
        ("label smoothing", "medium", "label smoothing 0.1", "0.1"),
    ]
    rows = [(*arm, seed) for arm in arms_of for seed in (7, 8, 9)]
    labels = pd.DataFrame(rows, columns=["remedy", "level", "label", "setting", "seed"])
    base = np.array([0.60, 0.70, 0.80])
    accuracy = np.concatenate(
        [base, base - 0.2 + np.array([0.0, 0.01, -0.01]), base + np.array([0.05, 0.10, 0.15]),
         base + np.array([-0.1, 0.0, 0.1])]
    )  # fmt: skip
    loss = np.concatenate([[0.5] * 3, [0.5] * 3, [0.6, 0.6, 0.6], [0.4, 0.4, 0.4]])
    curves = np.zeros((3, 2, 2, 12))
    curves[1, 0, -1], curves[1, 1, -1] = accuracy, loss
    curves[0, 0, -1] = 0.9
    # A copy with noisy labels: 10 points fewer of them are given than of the true ones.
    curves[2, :, -1] = curves[1, :, -1] - 0.1
    return RemediesResult(labels, curves, np.array([0, 10]), 100, finished)


# Numbers


def test_gain_is_paired_by_seed():
    gain = hand_made().gain("dropout").estimate
    assert gain.mean == pytest.approx(0.10)
    low, high = stats.t.interval(0.95, 2, loc=0.10, scale=0.05 / 3**0.5)
    assert (gain.low, gain.high) == pytest.approx((low, high))


def test_gain_in_loss_counts_what_is_saved():
    assert hand_made().gain("dropout", metric="loss").mean == pytest.approx(-0.1)
    assert hand_made().gain("label smoothing", metric="loss").mean == pytest.approx(0.1)


def test_an_arm_that_is_not_there_has_no_gain():
    with pytest.raises(NotMeasuredError):
        hand_made().gain("dropout", "strong")
    assert "gain_more_data" not in EXPERIMENT.metrics(hand_made())
    assert "gain_weight_decay" in EXPERIMENT.metrics(hand_made())


@pytest.mark.parametrize(
    ("low", "high", "n", "expected"),
    [
        (0.01, 0.02, 5, HELPS),
        (-0.02, -0.01, 5, HURTS),
        (-0.01, 0.02, 5, UNCLEAR),
        (0.0, 0.02, 5, UNCLEAR),
        (0.01, 0.01, 1, UNCLEAR),
    ],
)
def test_verdict_needs_an_interval_beyond_zero(low, high, n, expected):
    assert verdict(low, high, n) == expected


def test_effects_are_sorted_only_when_the_run_is_over():
    view = RemediesView()
    effects = figure(EXPERIMENT, "effects").table
    done = effects(hand_made(), view)
    assert done["label"].tolist() == ["dropout 0.5", "label smoothing 0.1", "weight decay 1"]
    under_way = effects(hand_made(finished=False), view)
    assert under_way["label"].tolist() == ["weight decay 1", "dropout 0.5", "label smoothing 0.1"]


def test_gaps_begin_without_a_remedy_and_then_rank_by_validation():
    table = figure(EXPERIMENT, "gaps").table(hand_made(), RemediesView())
    assert table["label"].tolist()[:2] == ["no remedy", "dropout 0.5"]
    # Training 0.9 against the noisy labels of new examples, 0.6 and 0.7; true ones are 0.7 and 0.8.
    assert table["mean"].tolist()[:2] == pytest.approx([0.3, 0.2])
    assert table["validation"].tolist()[:2] == pytest.approx([0.7, 0.8])
    assert hand_made().gap().mean == pytest.approx(0.3)


def test_strengths_begin_with_off_and_carry_the_paired_gain():
    table = figure(EXPERIMENT, "strengths").table(hand_made(), RemediesView(remedy="dropout"))
    validation = table[table["split"] == "validation"]
    assert validation["setting"].tolist() == ["off", "0.5"]
    assert validation["mean"].tolist() == pytest.approx([0.7, 0.8])
    assert validation["gain"].tolist() == pytest.approx([0.0, 0.1])


# Words


def test_finding_names_every_remedy_under_its_verdict():
    text = finding(hand_made())
    assert "Clearly worse: weight decay 1 (−20.0 points)." in text
    # 10 ± 12.4 points over three seeds settles nothing, however large the mean.
    assert "No clear difference: dropout 0.5, label smoothing 0.1." in text
    assert "Clearly better" not in text
    assert "lower validation loss but no clearly higher accuracy: label smoothing 0.1" in text


def test_caption_of_all_strengths_tells_where_strength_decides():
    rows = [
        ("a", "1", "a 1", HELPS),
        ("a", "2", "a 2", HELPS),
        ("b", "1", "b 1", HELPS),
        ("b", "2", "b 2", HURTS),
        ("c", "1", "c 1", UNCLEAR),
    ]
    table = pd.DataFrame(rows, columns=["remedy", "setting", "label", "verdict"])
    text = figure(EXPERIMENT, "effects").caption(
        table.assign(baseline=0.8), RemediesView(strength="all")
    )
    assert text.endswith(
        "Clearly better at every strength tried: a. Only at some: b (1). At none: c. "
        "Clearly worse: b 2."
    )


def test_gap_caption_warns_that_the_smallest_gap_is_not_the_goal():
    columns = ["label", "train", "validation", "mean"]
    rows = [("no remedy", 1.0, 0.8, 0.2), ("a", 0.95, 0.9, 0.05), ("b", 0.6, 0.6, 0.0)]
    text = figure(EXPERIMENT, "gaps").caption(pd.DataFrame(rows, columns=columns), RemediesView())
    assert "not the goal" in text
    rows[2] = ("b", 0.6, 0.4, 0.2)
    text = figure(EXPERIMENT, "gaps").caption(pd.DataFrame(rows, columns=columns), RemediesView())
    assert "not the goal" not in text


# Arms


@pytest.mark.parametrize("dataset", ["two_moons", "digits", "mnist1d"])
@pytest.mark.parametrize("n_train", [50, 500])
def test_every_remedy_has_the_medium_strength_that_is_judged(dataset, n_train):
    planned = arms(RemediesConfig(dataset=dataset, n_train=n_train))
    names = {arm.remedy for arm in planned}
    assert names - {"no remedy"} == {a.remedy for a in planned if a.level == "medium"}
    assert len({arm.label for arm in planned}) == len(planned)
    assert len({(arm.remedy, arm.level) for arm in planned}) == len(planned)
    assert {arm.level for arm in planned} == {"off", *LEVELS}


def test_more_data_stops_where_the_data_end():
    planned = arms(RemediesConfig(dataset="digits", n_train=500))
    assert [a.n_train for a in planned if a.remedy == "more data"] == [1000, 1200]


# A run


def columns(result: RemediesResult, remedy: str, level: str) -> np.ndarray:
    """Places of one arm in the curves, one per seed."""
    arms_of = result.arms
    return np.flatnonzero((arms_of["remedy"] == remedy) & (arms_of["level"] == level))


@pytest.fixture(scope="module")
def smallest() -> RemediesResult:
    return runs.smallest(SLUG).result


@pytest.mark.trained
def test_all_arms_of_a_seed_start_from_the_same_network(smallest):
    config = EXPERIMENT.smallest
    before = smallest.curves[1, 1, 0]
    alike = {a.label for a in arms(config) if a.width == config.width and a.remedy != "batch norm"}
    starts = smallest.arms.assign(loss=before)[smallest.arms["label"].isin(alike)]
    assert len(alike) > 15
    assert (starts.groupby("seed")["loss"].agg(np.ptp) < 1e-6).all()
    assert starts["loss"].nunique() >= config.repetitions


@pytest.mark.trained
def test_early_stopping_repeats_the_untreated_network_at_an_earlier_step(smallest):
    plain = smallest.curves[..., columns(smallest, "no remedy", "off")]
    stopped = smallest.curves[..., columns(smallest, "early stopping", "medium")]
    for seed in range(EXPERIMENT.smallest.repetitions):
        moments = (plain[..., seed] == stopped[:, :, -1:, seed]).all(axis=(0, 1))
        assert moments.any(), "its scores are those of one evaluation of the untreated network"


@pytest.mark.parametrize("steps", knob_of(RemediesConfig, "steps").options)
def test_patience_is_a_whole_number_of_evaluations(steps):
    assert steps % EVALUATIONS == 0


@pytest.mark.trained
def test_a_remedy_changes_what_is_trained(smallest):
    """No arm is the baseline under another name; early stopping may be where nothing overfits."""
    end = smallest.curves[1, 1, -1]
    plain = end[columns(smallest, "no remedy", "off")]
    for (remedy, level), _ in smallest.arms.groupby(["remedy", "level"]):
        if remedy not in ("no remedy", "early stopping"):
            assert not np.allclose(end[columns(smallest, remedy, level)], plain), remedy


# The lesson


@pytest.mark.parametrize("block", BLOCKS)
def test_what_helps_on_noisy_moons_does_on_seeds_that_chose_nothing(block):
    config = RemediesConfig(first_seed=block)
    result = result_of(SLUG, config)
    verdicts = {
        c.name: c.verdict(c.measure(result)) for c in EXPERIMENT.claims if c.applies(config)
    }
    sure = {name: verdicts.pop(f"{name}_accuracy_two_moons") for name in SURE_ON_MOONS}
    assert sure == dict.fromkeys(SURE_ON_MOONS, "shown")
    # Real but small effects: ten seeds sometimes settle them and sometimes do not.
    small = {"batch_norm_accuracy_two_moons", "label_smoothing_accuracy_two_moons",
             "label_smoothing_loss_two_moons", "weight_decay_has_a_right_size"}  # fmt: skip
    assert set(verdicts) == small
    assert "contradicted" not in verdicts.values()
    smoothing = result.gain("label smoothing")
    assert smoothing.mean < 0.5 * result.gain("dropout").mean


def verdicts_of(settings_of: str, block: int) -> dict[str, str]:
    """Verdicts of all claims that share the settings of one of them."""
    settings = next(c.settings for c in EXPERIMENT.claims if c.name == settings_of)
    config = RemediesConfig(first_seed=block, **settings)
    result = result_of(SLUG, config)
    claims = [c for c in EXPERIMENT.claims if c.applies(config)]
    return {c.name: c.verdict(c.measure(result)) for c in claims}


@pytest.mark.parametrize("block", BLOCKS[1:])
def test_on_clean_digits_data_help_and_weight_decay_does_not(block):
    found = verdicts_of("more_data_accuracy_digits", block)
    assert found["more_data_accuracy_digits"] == "shown"
    assert found["weight_decay_accuracy_digits"] != "shown"


@pytest.mark.slow
@pytest.mark.parametrize("block", BLOCKS[1:])
def test_on_signals_augmentation_helps_and_early_stopping_hurts(block):
    assert verdicts_of("early_stopping_accuracy_mnist1d", block) == {
        "augmentation_accuracy_mnist1d": "shown",
        "augmentation_worth_more_than_twice_the_data": "shown",
        "early_stopping_accuracy_mnist1d": "contradicted",
    }

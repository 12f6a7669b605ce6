"""The second reader can fail: each kind of false sentence is caught, and the true one is not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.lab.intervals import POINTS, Estimate
from core.lab.wording import with_interval
from tests.contract.judging import faults
from tests.contract.reading import Facts, numbers

ARMS = pd.DataFrame(
    {
        "arm": ["plain", "FGSM", "PGD", "TRADES"],
        "mean": [0.102, 0.451, 0.612, 0.604],
        "low": [0.08, 0.43, 0.59, 0.58],
        "high": [0.12, 0.47, 0.63, 0.62],
        "n": [5, 5, 5, 5],
    }
)
CHANGES = pd.DataFrame(
    {
        "arm": ["data", "decay", "dropout"],
        "mean": [0.062, -0.033, 0.004],
        "low": [0.05, -0.04, -0.01],
        "high": [0.07, -0.02, 0.02],
        "n": [5, 5, 5],
    }
)
CLOSED = pd.DataFrame(
    {
        "remedy": ["none", "weak", "firm", "firmer", "strict"],
        "strength": [0.0, 1.0, 1.0, 2.0, 1.0],
        "gap": [-0.4, -0.3, 0.08, -0.05, 0.01],
        "accuracy": [0.8, 0.79, 0.71, 0.75, 0.6],
        "low": [0.78, 0.77, 0.69, 0.70, 0.58],
        "high": [0.82, 0.81, 0.73, 0.80, 0.62],
        "n": [5] * 5,
    }
)
SOME_CLOSE = "Of those that on average close three quarters of it, {} is the most accurate{}: {}%."
TRUE = (
    (CLOSED, SOME_CLOSE.format("firmer", " on average, not clearly ahead of firm", "75.0")),
    (ARMS, "PGD keeps most (61.2%, not clearly ahead of TRADES) and plain least (10.2%)."),
    (ARMS, "plain keeps least: 10.2%."),
    (ARMS, "Training on FGSM changes 10.2% into 45.1%, by +34.9 points."),
    (ARMS, "From plain to FGSM it rises from 10.2% to 45.1%; 4 of 4 arms were trained."),
    (CHANGES, "With data it gains +6.2 points [5.0, 7.0]; with decay it loses −3.3 points."),
    (CHANGES, "What the pick lacks of the best setting's accuracy: −3.3 points [−4.0, −2.0]."),
    (CHANGES, "dropout does not clearly help: +0.4 points [−1.0, 2.0]."),
    (CHANGES, "Clearly better: data. Clearly worse: decay."),
)
FALSE = (
    (CLOSED, SOME_CLOSE.format("firmer", "", "75.0"), "is not clearly the most of those"),
    (CLOSED, SOME_CLOSE.format("firm", " on average", "71.0"), "is not the most of those"),
    (CLOSED, SOME_CLOSE.format("weak", " on average", "79.0"), "is not the most of those"),
    (ARMS, "PGD keeps 61.7% of the images.", "in no table"),
    (ARMS, "The gap between FGSM and plain is 33.9 points.", "in no table"),
    (ARMS, "FGSM keeps most (45.1%).", "is not the most"),
    (ARMS, "FGSM keeps least: 45.1%.", "is not the least"),
    (ARMS, "PGD is best: 61.2%.", "is not clearly the best"),
    (ARMS, "PGD keeps 61.2% and FGSM 60.4%.", "FGSM has no"),
    (ARMS, "It rises from 61.2% to 45.1%.", "rises from"),
    (ARMS, "It is 10.2% at first and falls to 45.1%.", "falls from"),
    (ARMS, "5 of 4 arms were trained.", "5 of 4"),
    (ARMS, "2 of 17 arms were trained.", "17 counts nothing"),
    (CHANGES, "With decay it changes by +3.3 points.", "in no table"),
    (CHANGES, "With data it loses +6.2 points.", "loses beside"),
    (CHANGES, "With decay it gains −3.3 points.", "gains beside"),
    (CHANGES, "Decay is ahead by −3.3 points.", "ahead beside"),
    (CHANGES, "dropout helps: +0.4 points [−1.0, 2.0].", "may be none"),
    (CHANGES, "With data it gains +6.2 points [6.0, 6.4].", "narrower"),
    (CHANGES, "With data it gains +6.2 points [6.3, 7.0].", "lies outside"),
    (CHANGES, "Clearly better: data, dropout.", "dropout is not clearly"),
)  # fmt: skip


@pytest.mark.parametrize(("table", "text"), TRUE, ids=lambda one: str(one)[:50])
def test_a_true_sentence_passes(table: pd.DataFrame, text: str) -> None:
    assert faults(text, Facts([table])) == []


@pytest.mark.parametrize(("table", "text", "why"), FALSE, ids=lambda one: str(one)[:50])
def test_a_false_sentence_is_caught(table: pd.DataFrame, text: str, why: str) -> None:
    found = faults(text, Facts([table]))
    assert any(why in fault for fault in found), found


def test_numbers_are_read_with_sign_unit_and_interval() -> None:
    read = numbers("MNIST-1D at 2,000 steps: −3.2 points [−4.1, 1,234] of 8x8, 45% and 1.2e−05.")
    assert [one.text for one in read] == ["2,000", "−3.2point", "45%", "1.2e−05"]
    assert [one.value for one in read] == pytest.approx([2000, -0.032, 0.45, 1.2e-5])
    assert read[1].ends == pytest.approx((-0.041, 12.34)) and read[1].signed


def test_large_numbers_are_read_in_words() -> None:
    read = numbers("With 100 million operations, or 2.5 billion [950,000, 4.05 billion], 3 times.")
    assert [one.value for one in read] == [1e8, 2.5e9, 3.0]
    assert read[1].ends == (950_000.0, 4.05e9)
    assert read[0].near(np.array([1.004e8, 1.02e8])).tolist() == [True, False]


def test_means_that_round_alike_have_each_their_own_interval() -> None:
    gap = Estimate(-0.0331, -0.06, -0.001, 5, "95% t interval over seeds", POINTS)
    told = "Decay changes it by −3.3 points [{}]."
    facts = Facts([CHANGES], estimates=[gap])
    assert faults(told.format("−6.0, −0.1"), facts) == []
    assert faults(told.format("−4.0, −2.0"), facts) == []
    assert faults(told.format("−4.5, −1.5"), facts) == [], "wider than its own, for several at once"
    assert any("narrower" in one for one in faults(told.format("−3.6, −3.1"), facts))


def test_an_interval_is_spelled_to_the_place_of_its_largest_end() -> None:
    steps = Estimate(97.2, 93.6, 100.4, 5, "95% t interval over seeds", "steps")
    assert with_interval(steps) == "97 steps [94, 100]"
    facts = Facts([CHANGES], estimates=[steps])
    assert faults(f"They are learned after {with_interval(steps)}.", facts) == []
    assert faults("They are learned after 97 steps [95, 99].", facts)


def test_the_orders_of_each_group_are_compared() -> None:
    table = pd.DataFrame({
        "arm": ["a"] * 4 + ["b"] * 4, "mean": [10.0, 23, 37, 61] * 2,
        "effect": [3.0, 7, 16, 11, 90, 60, 77, 50],
    })  # fmt: skip
    told = "Rank correlation of means and effects: a {}; b {}."
    assert faults(told.format("0.8", "−0.8"), Facts([table])) == []
    assert faults(told.format("0.77", "−0.8"), Facts([table]))


def test_names_that_hold_figures_are_not_numbers() -> None:
    table = pd.DataFrame({"arm": ["ε = 8", "ε = 2"], "mean": [0.7, 0.6]})
    assert faults("With ε = 8 the area is 0.7, with ε = 2 it is 0.6.", Facts([table])) == []
    assert faults("With ε = 9 the area is 0.7.", Facts([table]))


def test_what_the_words_themselves_fix_is_known() -> None:
    facts = Facts([ARMS], frozenset({0.5}))
    assert faults("PGD keeps 61.2%, where 0.5 is guessing.", facts) == []
    assert faults("PGD keeps 61.2%, where 0.25 is guessing.", facts)

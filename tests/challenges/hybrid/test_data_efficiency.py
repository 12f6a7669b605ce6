"""Data efficiency: tables by hand, and the lesson on fresh seeds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.challenges.hybrid.data_efficiency import EXPERIMENT
from core.challenges.hybrid.data_efficiency.config import (
    ARMS,
    NEAREST,
    PLAIN,
    PROTOTYPES,
    SELF,
    SHOTS,
    DataEfficiencyConfig,
    DataEfficiencyResult,
    DataEfficiencyView,
)
from core.lab.run import complete
from core.lab.scores import NotMeasuredError
from tests import runs
from tests.runs import and_shipped, figure, first_now

SLUG = "hybrid/data_efficiency"
OVER = {NEAREST: 0.0, PLAIN: 0.001, SELF: 0.1, PROTOTYPES: -0.1}


def hand_made(arms: tuple[str, ...] = ARMS, pictures: str = "digits") -> DataEfficiencyResult:
    """Three seeds: means gain a tenth with each rung; other arms lie above or below them."""
    rows = [
        (arm, n, seed, 0.4 + 0.1 * rung + OVER.get(arm, 0.0) + 0.002 * seed * (arm != NEAREST))
        for arm in arms
        for rung, n in enumerate(SHOTS)
        for seed in range(3)
    ]
    return DataEfficiencyResult(
        scores=pd.DataFrame(rows, columns=["arm", "labels", "seed", "value"]),
        names=np.array([1, 2, 5, 8, 9]), faces=np.zeros((5, 5, 64)), pictures=pictures,
    )  # fmt: skip


def test_a_finding_says_who_beats_class_means_and_who_does_not():
    told = EXPERIMENT.finding(hand_made())
    assert "nearest class mean of the pixels gets 40.0%" in told
    assert f"clearly better: {SELF} (+10.2 points)" in told
    assert f"clearly worse: {PROTOTYPES} (−9.8 points)" in told
    assert f"no clear difference: logistic regression (+0.2 points), {PLAIN} (+0.3" in told


def test_labels_are_worth_what_the_plain_network_needs_for_them():
    result = hand_made()
    # A tenth above: the next rung of the ladder, less a little that the plain network is ahead.
    assert result.worth(SELF, 2).values == pytest.approx([4.955] * 3, abs=0.01)
    assert result.worth(PLAIN, 5).values == pytest.approx([5.0] * 3)
    assert result.worth(SELF, 20).values == pytest.approx([20.0] * 3)
    assert result.worth(PROTOTYPES, 1).values == pytest.approx([1.0] * 3)
    with pytest.raises(NotMeasuredError):
        hand_made((NEAREST, SELF)).worth(SELF)


def test_captions_end_where_the_curve_ends():
    result, shown = hand_made(), figure(EXPERIMENT, "worth")
    view = DataEfficiencyView(labels=1)
    told = shown.caption(shown.table(result, view), view)
    assert f"{PROTOTYPES} 1 or fewer" in told and f"{SELF} 1.9" in told
    last = DataEfficiencyView(labels=20)
    assert f"{SELF} 20 or more" in shown.caption(shown.table(result, last), last)


@pytest.mark.parametrize(("pictures", "named"), [("digits", "1, 2, 5, 8 and 9"),
                                                 ("letters", "A, B, C, D and E")])  # fmt: skip
def test_new_classes_are_named(pictures, named):
    result, view, shown = hand_made(pictures=pictures), DataEfficiencyView(), figure(
        EXPERIMENT, "faces"
    )  # fmt: skip
    assert named in shown.caption(shown.table(result, view), view)


@pytest.mark.trained
def test_the_run_scores_every_arm_at_every_number_of_labels():
    result = runs.smallest(SLUG).result
    assert result.scores.groupby(["arm", "labels"]).size().eq(5).all()
    assert len(result.scores) == len(ARMS) * len(SHOTS) * 5
    assert result.at(NEAREST, 20).mean > result.at(NEAREST).mean > 0.4
    assert result.faces.shape == (5, 5, 64) and result.faces.max() == 1


@pytest.mark.parametrize("first_seed", and_shipped(400, 700, 900))
def test_five_digits_are_too_few_to_practise_on(first_seed: int):
    result = runs.result_of(SLUG, DataEfficiencyConfig(first_seed=first_seed))
    assert result.gain(PROTOTYPES).estimate.high < 0
    assert result.gain(SELF, over="logistic regression").estimate.mean > 0
    assert result.gain("network and constraint", 5, over=PLAIN).estimate.low > 0


@pytest.mark.parametrize("first_seed", first_now(400, 700))
def test_a_hundred_letters_are_enough(first_seed: int):
    config = DataEfficiencyConfig(first_seed=first_seed, pictures="letters")
    many, few = (complete(EXPERIMENT.run(config.changed(others=n))) for n in (100, 5))
    assert many.gain(PROTOTYPES).estimate.low > 0
    assert (many.at(PROTOTYPES) - few.at(PROTOTYPES)).estimate.low > 0
    # Nobody else looks at the other letters.
    for arm in (NEAREST, PLAIN, SELF):
        assert many.at(arm).values == pytest.approx(few.at(arm).values)

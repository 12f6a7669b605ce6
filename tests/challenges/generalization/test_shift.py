"""The shift experiment: its tables on hand-made scores, its arms, its lesson on fresh seeds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.challenges.generalization.shift import EXPERIMENT, ShiftConfig, ShiftResult, ShiftView
from core.challenges.generalization.shift.config import (
    ARMS,
    BASELINE,
    CNN,
    ENSEMBLE,
    LEVELS,
    N_TEST,
    SAME,
    SCALED,
    phrase,
    spelled,
)
from core.challenges.generalization.shift.run import (
    MEMBERS,
    PICKED,
    draw,
    learners,
    own_seeds,
    probabilities,
)
from core.challenges.generalization.stacks import FLOPS
from core.lab.run import complete
from core.metrics.calibration import of_bins
from tests.runs import figure, first_now, smallest

SLUG = "generalization/shift"
MEASURES, EXAMPLES, RELIABILITY, GAINS, BY_ARM = (
    figure(EXPERIMENT, name) for name in ("measures", "examples", "reliability", "gains", "by_arm")
)
VIEW = ShiftView(digit="4")


def hand_made() -> ShiftResult:
    """Accuracy falls to 10% in all arms but "augmentation", which keeps 80%; sure stays at 90%."""
    rows = []
    for arm in ARMS:
        for level in LEVELS:
            for seed in (0, 1):
                end = 0.8 if arm == SAME else 0.1
                right = 0.9 + (end - 0.9) * level / 6 - 0.01 * seed
                for measure, value in (
                    ("accuracy", right), ("confidence", 0.9), ("error", abs(0.9 - right)),
                ):  # fmt: skip
                    rows.append((seed, value, arm, measure, level))
    bins = np.zeros((len(ARMS), len(LEVELS), 2, 10, 3))
    bins[:, 0, :, 9], bins[:, 6, :, 9] = (100, 95, 95), (100, 95, 10)
    bins[:, 6, :, 0] = (5, 0.4, 1)
    answers = np.full((len(ARMS), 10, len(LEVELS)), 4)
    answers[..., 6] = 7
    return ShiftResult(
        scores=pd.DataFrame(rows, columns=["seed", "value", "arm", "measure", "level"]),
        temperatures=pd.DataFrame({"seed": [0, 1], "value": [1.5, 1.7]}),
        bins=bins, pictures=np.zeros((10, len(LEVELS), 64)), answers=answers,
        sure=np.full(answers.shape, 0.95), kind="rotation",
    )  # fmt: skip


def test_finding_tells_right_and_sure_at_both_ends():
    text = EXPERIMENT.finding(hand_made())
    assert "turned by 90°, it is right in 9.5%" in text
    assert "overconfident by +80.5 points" in text
    assert "Augmentation with this kind of shift changes its accuracy there by +70.0 points" in text
    assert "temperature scaling does not clearly change its calibration error" in text


def test_remedies_are_paired_differences_that_allow_for_each_other():
    table = GAINS.table(hand_made(), VIEW).set_index(["panel", "arm"])
    own = table.loc[("Accuracy (right is better)", SAME)]
    assert own["mean"] == own["low"] == pytest.approx(0.7), "both seeds gain the same"
    assert (
        table["mean"]
        .drop((own.name[0], SAME))
        .drop(("Calibration error (left is better)", SAME))
        .eq(0)
        .all()
    )
    caption = GAINS.caption(table.reset_index(), VIEW)
    assert caption.startswith(
        "Clearly more accurate: augmentation (+70.0 points). Clearly smaller calibration error: "
        "augmentation (−70.0 points)."
    )


def test_reliability_pools_the_seeds_and_leaves_small_bins_out():
    table = RELIABILITY.table(hand_made(), VIEW)
    assert table["pictures"].tolist() == ["unshifted", "shifted"], "ten answers are too few"
    assert table["mean"].tolist() == pytest.approx([0.95, 0.10])
    assert table["n"].tolist() == [200, 200]
    assert "right in 10.0%" in RELIABILITY.caption(table, VIEW)


def test_the_picture_is_told_with_its_answer():
    table = EXAMPLES.table(hand_made(), VIEW)
    assert table["panel"].tolist()[-1] == "Turned by 90°"
    assert table["words"].tolist()[-1] == "read as 7, 95.0% sure"
    assert EXAMPLES.caption(table, VIEW) == "This 4 is read as 7 in the end, and 95.0% sure of it."
    assert "misread before" in EXAMPLES.caption(
        EXAMPLES.table(hand_made(), ShiftView(digit="5")), VIEW
    )


def test_severities_are_spelled_in_their_unit():
    assert [spelled("rotation", level) for level in (0, 3)] == ["none", "45°"]
    assert phrase("missing patch", 2) == "with 2x2 px missing"
    assert phrase("scale", 6) == "made 60% smaller" and phrase("blur", 0) == "unshifted"


def test_arms_share_pictures_and_first_weights_and_members_do_not():
    config = ShiftConfig(n_train=100, kind="noise")
    world = complete(draw(config))
    plain, same, more = (learners(config, world, r) for r in (BASELINE, SAME, "more data"))
    assert [one.seed for one in plain] == [one.seed for one in same] == list(config.seeds)
    assert all(np.array_equal(a.x, b.x) for a, b in zip(plain, same, strict=True))
    assert all(np.array_equal(a.x, b.x[:100]) for a, b in zip(plain, more, strict=True))
    assert plain[0].change is None and same[0].change is not None
    strangers = {seed for member in MEMBERS for seed in own_seeds(config.seeds, member)}
    assert len(strangers) == 20 and not strangers & set(range(1000))
    assert [test.shape for test in world.tests] == [(5, N_TEST, 64)] * len(LEVELS)


def test_the_ensemble_is_a_mean_and_scaling_keeps_every_answer():
    rng = np.random.default_rng(0)
    logits = {role: rng.normal(size=(7, 2, 9, 10)) for role in (BASELINE, *MEMBERS)}
    logits[PICKED] = rng.normal(size=(2, 9, 10))
    found = dict(probabilities(logits, np.array([2.0, 3.0])))
    assert list(found) == [BASELINE, ENSEMBLE, SCALED]
    assert np.allclose(found[ENSEMBLE].sum(-1), 1)
    assert (found[SCALED].argmax(-1) == found[BASELINE].argmax(-1)).all()
    assert (found[SCALED].max(-1) < found[BASELINE].max(-1)).all()


@pytest.mark.trained
def test_scores_are_those_of_the_bins_and_operations_those_of_the_networks():
    from core.models.digit_cnn import DigitNets

    result = smallest(SLUG).result
    told = of_bins(result.bins)["accuracy"][ARMS.index(CNN), 6]
    assert result.at("accuracy", 6, CNN).values == pytest.approx(told)
    assert (result.bins[..., 0].sum(-1) == N_TEST).all()
    assert (result.gain(SCALED).values == 0).all(), "scaling changes no answer"
    assert {name: DigitNets(name, (0,)).flops for name in FLOPS} == FLOPS


@pytest.mark.parametrize("first_seed", first_now(500, 600, 700))
def test_the_lesson_holds_on_fresh_seeds(first_seed):
    result = complete(EXPERIMENT.run(ShiftConfig(first_seed=first_seed)))
    verdicts = {
        c.name: c.verdict(c.measure(result)) for c in EXPERIMENT.claims
        if c.applies(ShiftConfig())
    }  # fmt: skip
    for name in (
        "confident_and_wrong", "calibration_gets_worse_with_shift",
        "temperature_scaling_falls_short", "training_on_a_shift_helps_against_it",
        "training_on_another_shift_does_not",
    ):  # fmt: skip
        assert verdicts[name] == "shown", verdicts
    assert "contradicted" not in verdicts.values(), verdicts

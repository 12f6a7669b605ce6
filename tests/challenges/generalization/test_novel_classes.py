"""Novel classes: what is left out, hand-made scores, and the lesson on fresh seeds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.challenges.generalization.asking import ask
from core.challenges.generalization.novel_classes import (
    EXPERIMENT,
    NovelClassesConfig,
    NovelClassesResult,
    NovelClassesView,
)
from core.challenges.generalization.novel_classes.config import (
    ALARMS,
    AREA,
    KNOWN,
    MISSED,
    N_KNOWN,
    N_NOVEL,
    NEAR,
    NOVEL,
)
from core.challenges.generalization.novel_classes.run import TRAIN, draw, told_apart
from core.lab.run import complete
from core.metrics.novelty_scores import (
    DETECTORS,
    DISAGREEMENT,
    ENERGY,
    NEIGHBOURS,
    PIXELS,
    SOFTMAX,
    Asked,
    strangeness,
)
from tests.runs import figure, first_now, smallest

QUALITY, SURENESS, EXAMPLES, GAINS, NOTICED = (
    figure(EXPERIMENT, name) for name in ("quality", "sureness", "examples", "gains", "noticed")
)
VIEW = NovelClassesView()


def hand_made() -> NovelClassesResult:
    """Max softmax knows nothing about shapes (0.5), the neighbours know all; all else is at 0.8."""
    rows = []
    for detector in DETECTORS:
        for novelty in NOVEL:
            for seed in (0, 1):
                area = 0.8 + 0.01 * seed
                if novelty == "shapes":
                    area += {SOFTMAX: -0.3, NEIGHBOURS: 0.19}.get(detector, 0)
                rows.append((seed, area, detector, novelty, AREA))
                rows.append((seed, 1 - area, detector, novelty, MISSED))
    sure = [(seed, 0.9 if p == KNOWN else 0.6, p) for p in (KNOWN, *NOVEL) for seed in (0, 1)]
    return NovelClassesResult(
        scores=pd.DataFrame(rows, columns=["seed", "value", "detector", "novelty", "measure"]),
        sureness=pd.DataFrame(sure, columns=["seed", "value", "pictures"]),
        accuracy=pd.DataFrame({"seed": [0, 1], "value": [0.95, 0.97]}),
        curves=np.tile(np.sqrt(ALARMS), (len(DETECTORS), len(NOVEL), 2, 1)),
        usual=np.zeros(0), weights=np.zeros(0), sizes=np.zeros(0), x=np.zeros(0), y=np.zeros(0),
        classes=np.arange(8), neighbours=5,
        pictures=np.zeros((5, 64)), answers=np.array([1, 2, 3, 4, 5]), sure=np.full(5, 0.6),
    )  # fmt: skip


def test_left_out_digits_are_in_no_training_and_all_are_what_they_are_called():
    config = NovelClassesConfig(left_out=3, n_train=200)
    for seed in range(4):
        world = draw(config, seed)
        assert len(world.classes) == 7 and world.y.max() == 6
        assert {kind: x.shape for kind, x in world.x.items()} == {
            TRAIN: (200, 64), KNOWN: (N_KNOWN, 64), **dict.fromkeys(NOVEL, (N_NOVEL, 64))
        }  # fmt: skip
        trained = {row.tobytes() for row in world.x[TRAIN]}
        for kind in (KNOWN, NEAR):
            assert not trained & {row.tobytes() for row in world.x[kind]}, kind
    assert len({tuple(draw(config, seed).classes) for seed in range(4)}) > 1, "drawn anew"


def test_the_largest_training_set_is_there_whatever_is_left_out():
    for seed in range(20):
        assert len(draw(NovelClassesConfig(left_out=3, n_train=600), seed).y) == 600


def test_scores_of_separated_pictures_have_area_one():
    area, curve = told_apart(np.arange(10.0), 10 + np.arange(5.0))
    assert area == 1 and curve.tolist() == [1.0] * len(ALARMS)
    area, curve = told_apart(np.arange(10.0), np.arange(10.0))
    assert area == pytest.approx(0.5) and curve[20] == pytest.approx(0.5, abs=0.06)


def test_every_detector_calls_the_odd_one_stranger():
    """One known picture answered firmly and near the others, one odd one in every respect."""
    labels = np.arange(160) % 8
    noise = np.random.default_rng(0).normal(0, 0.3, (160, 8))
    known = Asked(np.zeros((160, 4)), np.zeros((5, 160, 8)), 5 * np.eye(8)[labels] + noise)
    firm, unsure = np.array([9.0] + 7 * [0.0]), 2 * np.eye(8)
    logits = np.stack([np.stack([firm, unsure[member]]) for member in range(5)])
    own = Asked(
        np.array([[0.0] * 4, [1.0] * 4]), logits, np.stack([5 * np.eye(8)[0], np.full(8, 2)])
    )
    found = strangeness(known, labels, own, 5)
    assert list(found) == list(DETECTORS)
    for detector, scores in found.items():
        assert scores[1] > scores[0], detector


def test_figures_tell_near_from_far_and_who_is_ahead():
    table = QUALITY.table(hand_made(), VIEW)
    far = table[table["panel"].str.startswith("Far")].set_index("detector")["mean"]
    assert far[SOFTMAX] == pytest.approx(0.505) and far[NEIGHBOURS] == pytest.approx(0.995)
    assert "AUROC is highest with nearest neighbours" in QUALITY.caption(table, VIEW)
    gains = GAINS.table(hand_made(), VIEW)
    caption = GAINS.caption(gains, VIEW)
    assert (
        "Against digits never seen, clearly better than max softmax: none; worse: none." in caption
    )
    assert f"{ENERGY} (+30.0 points)" in caption and f"{NEIGHBOURS} (+49.0 points)" in caption
    noise = NovelClassesView(far="noise", measure="missed at 95%")
    assert "missed at 95% is highest" in QUALITY.caption(QUALITY.table(hand_made(), noise), noise)


def test_the_other_figures_say_what_they_show():
    told = SURENESS.caption(SURENESS.table(hand_made(), VIEW), VIEW)
    assert told.startswith("Mean confidence: 90.0% for known digits, 60.0% for unseen digits")
    told = EXAMPLES.caption(EXAMPLES.table(hand_made(), VIEW), VIEW)
    assert "unseen digits as 2, 60.0% sure" in told and "known" not in told
    told = NOTICED.caption(NOTICED.table(hand_made(), VIEW), VIEW)
    assert f"{DISAGREEMENT} 22.4%" in told


@pytest.mark.trained
def test_areas_lie_on_their_curves():
    result = smallest("generalization/novel_classes").result
    assert result.curves.shape == (len(DETECTORS), len(NOVEL), 5, len(ALARMS))
    assert (np.diff(result.curves, axis=-1) >= 0).all()
    for row, detector in enumerate(DETECTORS):
        for column, novelty in enumerate(NOVEL):
            under = np.trapezoid(result.curves[row, column], ALARMS, axis=-1)
            assert result.at(detector, novelty).values == pytest.approx(under, abs=0.03)


@pytest.mark.parametrize("first_seed", first_now(500, 600, 700))
def test_the_lesson_holds_on_fresh_seeds(first_seed):
    result = complete(EXPERIMENT.run(NovelClassesConfig(first_seed=first_seed)))
    verdicts = {c.name: c.verdict(c.measure(result)) for c in EXPERIMENT.claims}
    for name in (
        "confidence_tells_something", "ensembles_disagree_about_the_unknown", "mahalanobis_far",
    ):  # fmt: skip
        assert verdicts[name] == "shown", verdicts
    assert verdicts["energy_near"] != "shown", "energy is no better here"


@pytest.mark.trained
def test_a_picture_brought_gets_the_answer_and_the_scores_of_the_run():
    result = smallest("generalization/novel_classes").result
    for picture, answer, sure in zip(result.pictures, result.answers, result.sure, strict=True):
        verdict = ask(result, picture.reshape(8, 8))
        assert verdict.digit == answer
        assert verdict.sure == pytest.approx(sure, abs=0.01), "weights are kept in 16 bits"
        assert list(verdict.stranger) == list(DETECTORS)
        assert all(0 <= share <= 1 for share in verdict.stranger.values())


@pytest.mark.trained
def test_known_digits_are_called_novel_as_seldom_as_they_should_be():
    """A score in the middle of the usual ones is stranger than half of them."""
    result = smallest("generalization/novel_classes").result
    assert result.usual.shape == (len(DETECTORS), N_KNOWN)
    assert (np.diff(result.usual, axis=1) >= 0).all()
    blank = ask(result, np.zeros((8, 8)))
    assert blank.stranger[PIXELS] == 1, "no digit is as far from the others as nothing at all"
    assert PIXELS in blank.noticed

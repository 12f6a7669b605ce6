"""Concepts: what is painted, what is counted, and the lesson."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.challenges.interpretability.concepts import EXPERIMENT
from core.challenges.interpretability.concepts.config import ARMS, ConceptsConfig, ConceptsView
from core.challenges.interpretability.concepts.run import BOUND_SHAPE, world
from core.data.shapes import SHAPES
from core.data.textures import draw_plain
from core.lab.run import complete
from tests import runs


@pytest.fixture(scope="module")
def plain():
    return complete(draw_plain(300, 0, "test"))


def test_stripes_are_bound_to_discs_or_on_all_shapes_alike(plain) -> None:

    def striped(arm: str, share: float) -> np.ndarray:
        images = world(ConceptsConfig(share=share), plain, arm, 0).x_train[:, 0]
        dark = ((images == 0) & plain.masks).sum((1, 2)) / plain.masks.sum((1, 2))
        return dark > 0.4  # dots take a quarter, stripes half

    discs = plain.labels == BOUND_SHAPE
    assert striped("bound", 1.0)[discs].mean() > 0.95
    assert 0.3 < striped("bound", 0.5)[discs].mean() < 0.7
    assert striped("bound", 1.0)[~discs].mean() < 0.05
    everywhere = striped("everywhere", 1.0)
    assert all(0.3 < everywhere[plain.labels == k].mean() < 0.7 for k in range(len(SHAPES)))


@pytest.fixture(scope="module")
def smallest():
    return runs.smallest("interpretability/concepts").result


@pytest.mark.trained
def test_everything_is_asked(smallest) -> None:
    cells = 5 * len(ARMS)
    assert len(smallest.scores) == cells * 3 * len(SHAPES) * (2 + 5)
    assert len(smallest.effects) == cells * len(SHAPES) * 2
    assert len(smallest.vectors) == cells * 3 * 3
    for column in ("score", "t_test", "one_vector"):
        assert smallest.scores[column].between(0, 1).all()


@pytest.mark.trained
def test_alarms_can_be_counted(smallest) -> None:
    """One network and layer: random sets at .4, .5, .6, .5 and one at 1; stripes at .5."""
    rows = [
        (0, "bound", "conv1", "disc", name, score, p, 1.0)
        for name, score, p in [
            ("random 1", 0.4, 0.5), ("random 2", 0.5, 0.04), ("random 3", 0.6, 0.001),
            ("random 4", 0.5, 0.9), ("random 5", 1.0, 0.9), ("stripes", 0.5, 0.2),
        ]
    ]  # fmt: skip
    scores = pd.DataFrame(rows, columns=smallest.scores.columns)
    result = replace(smallest, scores=scores)
    for rule, share in (("t_test", 2 / 5), ("corrected", 1 / 5), ("band", 1 / 5)):
        assert result.alarm_rate(rule, "random").values == [pytest.approx(share)]
    assert result.alarm_rate("band", "decides").values == [0.0]


@pytest.mark.trained
def test_scores_that_follow_the_effects_agree_entirely(smallest) -> None:
    scores = smallest.scores.merge(smallest.effects, on=["seed", "arm", "shape", "concept"])
    scores["score"] = scores["probability"].rank(pct=True)
    result = replace(smallest, scores=scores[smallest.scores.columns])
    np.testing.assert_allclose(result.agreement().values, 1.0)
    result.scores["score"] *= -1
    np.testing.assert_allclose(result.agreement().values, -1.0)


@pytest.mark.trained
def test_captions(smallest) -> None:
    view = ConceptsView()
    for name in ("pictures", "scores", "effects", "alarms", "vectors"):
        figure = runs.figure(EXPERIMENT, name)
        table = figure.table(smallest, view)
        assert figure.caption(table, view)
        assert figure.caption(table[:0], view) == ""


@pytest.mark.slow
@pytest.mark.parametrize("block", [500, 700])
def test_the_lesson_holds_on_seeds_that_chose_nothing(block: int) -> None:
    result = complete(EXPERIMENT.run(ConceptsConfig(first_seed=block)))
    found = {claim.name: claim.verdict(claim.measure(result)) for claim in EXPERIMENT.claims}
    assert found["finds_what_decides"] != "contradicted"
    assert found["t_test_guards"] == "contradicted"
    assert found["random_concepts_guard"] == "shown"
    assert found["common_texture_is_quiet"] == "contradicted"
    assert found["score_follows_effect"] == "shown"

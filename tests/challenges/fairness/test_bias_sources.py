"""Where bias comes from: captions read their tables, the lesson holds."""

from __future__ import annotations

import pandas as pd
import pytest

from core.challenges.fairness.bias_sources import EXPERIMENT, BiasSourcesConfig, BiasSourcesView
from core.challenges.fairness.bias_sources.figures import cause_caption
from core.lab.run import complete
from tests.challenges.fairness.blocks import drawn, judged
from tests.runs import figure

SLUG = "fairness/bias_sources"
WORLDS = ({"repetitions": 20}, {"repetitions": 20, "other_signs": 0.0})


def test_captions_read_their_tables():
    view = BiasSourcesView()
    table = pd.DataFrame({
        "cause": ["none of them", "label bias", "noisy papers"], "sees": ["sees the group"] * 3,
        "mean": [0.3, -0.2, 0.1], "low": [0.2, -0.3, -0.1], "high": [0.4, -0.1, 0.3], "n": [5] * 3,
    })  # fmt: skip
    assert "label bias makes the widest gap" in cause_caption(table, view)
    assert "20 points lower." in cause_caption(table, view)
    assert "no single cause makes a clear gap" in cause_caption(table.iloc[2:], view)


def test_the_lesson_holds_on_its_seeds():
    verdicts = judged(SLUG)
    assert len(verdicts) == 7
    assert set(verdicts.values()) == {"shown"}, verdicts


@pytest.mark.lesson
def test_the_lesson_holds_on_more_of_them():
    verdicts = judged(SLUG, repetitions=20)
    assert len(verdicts) >= 8
    not_shown = {name for name, verdict in verdicts.items() if verdict != "shown"}
    assert not_shown == {"no_cause_no_gap"}  # Twenty seeds leave up to 2.7 points.
    assert "contradicted" not in verdicts.values()


@pytest.mark.slow
@pytest.mark.parametrize("world", WORLDS)
def test_nothing_is_contradicted_on_seeds_drawn_now(world):
    block, verdicts = drawn(SLUG, **world)
    assert verdicts
    assert not {"contradicted", "missing"} & set(verdicts.values()), (block, verdicts)


def test_in_a_fair_world_nothing_is_found():
    fair = {"base_rate_gap": 0.0, "label_bias": 0.0, "minority_share": 0.5, "other_signs": 0.0}
    config = BiasSourcesConfig(first_seed=700, measurement_noise=0.0, **fair)
    result = complete(EXPERIMENT.run(config))
    table = figure(EXPERIMENT, "gap_by_cause").table(result, BiasSourcesView())
    assert table["mean"].abs().max() < 0.04
    assert "Label bias is switched off" in EXPERIMENT.finding(result)
    assert "no single cause makes a clear gap" in cause_caption(table, BiasSourcesView())

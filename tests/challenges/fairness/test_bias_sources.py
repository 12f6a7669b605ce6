"""Where bias comes from: captions read their tables, the lesson holds on fresh seeds."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from core.challenges.fairness.bias_sources import EXPERIMENT, BiasSourcesConfig, BiasSourcesView
from core.challenges.fairness.bias_sources.figures import cause_caption
from core.lab.run import complete
from tests.runs import figure


def judged(config: Any) -> dict[str, str]:
    result = complete(EXPERIMENT.run(config))
    return {c.name: c.verdict(c.measure(result)) for c in EXPERIMENT.claims if c.applies(config)}


def test_captions_read_their_tables():
    view = BiasSourcesView()
    table = pd.DataFrame({
        "cause": ["none of them", "label bias", "noisy papers"], "sees": ["sees the group"] * 3,
        "mean": [0.3, -0.2, 0.1], "low": [0.2, -0.3, -0.1], "high": [0.4, -0.1, 0.3], "n": [5] * 3,
    })  # fmt: skip
    assert "label bias makes the widest gap" in cause_caption(table, view)
    assert "20 points lower." in cause_caption(table, view)
    assert "no single cause makes a clear gap" in cause_caption(table.iloc[2:], view)


@pytest.mark.parametrize("block", [500, 900])
def test_the_lesson_holds_on_seeds_that_chose_nothing(block):
    verdicts = judged(BiasSourcesConfig(first_seed=block, repetitions=20))
    assert len(verdicts) >= 8
    assert {name: v for name, v in verdicts.items() if v != "shown"} == {}


def test_few_alone_is_harmless_on_fresh_seeds():
    assert judged(BiasSourcesConfig(first_seed=500, other_signs=0.0, repetitions=20))[
        "few_alone_is_harmless"
    ] == "shown"  # fmt: skip


def test_in_a_fair_world_nothing_is_found():
    fair = {"base_rate_gap": 0.0, "label_bias": 0.0, "minority_share": 0.5, "other_signs": 0.0}
    config = BiasSourcesConfig(first_seed=700, measurement_noise=0.0, **fair)
    result = complete(EXPERIMENT.run(config))
    table = figure(EXPERIMENT, "gap_by_cause").table(result, BiasSourcesView())
    assert table["mean"].abs().max() < 0.04
    assert "Label bias is switched off" in EXPERIMENT.finding(result)
    assert "no single cause makes a clear gap" in cause_caption(table, BiasSourcesView())

"""Kinship: tables by hand, and the lesson on fresh seeds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.challenges.hybrid.kinship import EXPERIMENT
from core.challenges.hybrid.kinship.config import (
    ARMS,
    COMMON,
    LENGTHS,
    LONG,
    TYPED,
    KinshipConfig,
    KinshipResult,
    KinshipView,
)
from core.lab.run import complete
from core.models.chain_plans import RULES
from tests import runs
from tests.runs import and_shipped, figure, first_now

SLUG = "hybrid/kinship"


def hand_made(typed: float = 1.0, withheld: int = 2, said: str = "true") -> KinshipResult:
    """Three seeds; everything but the rules loses a twentieth with each relation."""
    rows = [
        (arm, seed, length, 1.0 if arm == RULES else 1 - 0.05 * length)
        for arm in (*ARMS, COMMON)
        for seed in range(3)
        for length in LENGTHS
    ]
    needing = [(arm, seed, 0.2 + 0.01 * seed) for arm in ARMS for seed in range(3)]
    needing += [(TYPED, seed, typed) for seed in range(3)]
    rules = [
        ("parent", "child", "sibling", "sibling", 0.9, False),
        ("child", "child", "grandchild", "cousin", 0.2, False),
        ("parent", "parent", "grandparent", "child", 0.3, True),
    ]
    return KinshipResult(
        scores=pd.DataFrame(rows, columns=["arm", "seed", "length", "value"]),
        needing=pd.DataFrame(needing, columns=["arm", "seed", "value"]),
        rules=pd.DataFrame(
            rules, columns=["first", "second", "truth", "learned", "sure", "withheld"]
        ),
        recovered=pd.DataFrame({"seed": range(3), "value": [0.5] * 3}),
        tables=np.full((3, 9, 9, 9), 1 / 9, np.float32), longest=3, withheld=withheld,
        typed_in=said,
    )  # fmt: skip


def test_a_finding_tells_what_typing_in_changes_or_nothing():
    told = EXPERIMENT.finding(hand_made())
    assert "a recurrent network gets 50.0%" in told and "gets 100.0%" in told
    assert "Typing in the 2 withheld rules makes a change of +79.0 points" in told
    wrong = EXPERIMENT.finding(hand_made(typed=0.0, said="wrong"))
    assert "each with a wrong result, makes a change of −21.0 points" in wrong
    assert "no clear change" in EXPERIMENT.finding(hand_made(typed=0.21))
    assert "Typing" not in EXPERIMENT.finding(hand_made(withheld=0))


def test_captions_tell_rules_in_training_from_those_withheld():
    result, view = hand_made(), KinshipView()
    shown = figure(EXPERIMENT, "rules")
    told = shown.caption(shown.table(result, view), view)
    assert "1 of the 2 rules in training" in told and "1 rule withheld" in told
    assert "“My parent’s child is my sibling.”" in told
    lengths = figure(EXPERIMENT, "by_length")
    assert f"{RULES} 100.0% and 100.0%" in lengths.caption(lengths.table(result, view), view)
    some = KinshipView(networks_only=True)
    assert RULES not in lengths.caption(lengths.table(result, some), some)


@pytest.mark.trained
def test_the_run_reads_every_rule_and_asks_every_arm():
    result = runs.smallest(SLUG).result
    assert len(result.rules) == 33 and result.rules["withheld"].sum() == 5
    assert len(result.scores) == (len(ARMS) + 1) * len(LENGTHS) * 5
    assert len(result.needing) == (len(ARMS) + 1) * 5


@pytest.mark.parametrize("first_seed", and_shipped(400, 700, 900))
def test_rules_carry_over_to_longer_chains_on_fresh_seeds(first_seed: int):
    config = KinshipConfig(first_seed=first_seed)
    result = runs.result_of(SLUG, config)
    found = {one.name: one.verdict(one.measure(result)) for one in EXPERIMENT.claims}
    # Some recurrent networks carry over to chains of ten, so five seeds need not show a fall.
    for name in ("recurrence_falls_with_length", "rules_keep_where_recurrence_falls"):
        assert found.pop(name) != "contradicted"
    assert set(found.values()) == {"shown"}, found


@pytest.mark.parametrize("first_seed", first_now(400, 700))
def test_wrong_rules_are_believed_too(first_seed: int):
    config = KinshipConfig(first_seed=first_seed, typed_in="wrong", steps=100)
    result = complete(EXPERIMENT.run(config))
    assert result.without(TYPED).mean < 0.2
    assert result.at(RULES, LONG).mean > 0.9

"""Unlearning: who is judged, what each arm begins with, and the lesson on fresh seeds."""

from __future__ import annotations

import numpy as np
import pytest

from core.challenges.privacy.unlearning import EXPERIMENT
from core.challenges.privacy.unlearning.config import (
    ORIGINAL,
    UnlearningConfig,
    UnlearningView,
)
from core.challenges.privacy.unlearning.run import NETWORKS, attack_scores, draw_sets
from core.lab.run import complete
from tests.runs import figure, result_of

SAID = {claim.name: claim for claim in EXPERIMENT.claims}


def test_what_is_forgotten_was_learned_and_is_not_kept():
    sets = draw_sets(UnlearningConfig(n_forget=25), seed=3)
    for network in range(NETWORKS):
        gone, kept = set(sets.forgotten[network]), set(sets.kept[network])
        assert len(gone) == 25 and not gone & kept
        assert gone | kept == set(np.flatnonzero(sets.people.is_member[network]))


def test_only_forgotten_and_unseen_records_are_judged():
    rng = np.random.default_rng(0)
    inside = np.array([rng.permutation(40) < 20 for _ in range(6)])
    forgotten = np.stack([np.flatnonzero(mine)[:5] for mine in inside])
    before = rng.normal(size=inside.shape) + 4 * inside
    kept = inside.copy()
    np.put_along_axis(kept, forgotten, False, axis=1)
    found = attack_scores(inside, forgotten, before, before, kept)
    assert found["auc"] > 0.95
    assert (found["forgotten"], found["kept"], found["other"]) == (0.0, 1.0, 0.0)


QUICKER = UnlearningConfig(first_seed=700, steps=75, width=16, tuning=30)
"""Narrower and shorter than the default, and quicker; the claims hold there too."""


@pytest.mark.parametrize(
    "config",
    [UnlearningConfig(), pytest.param(QUICKER, marks=pytest.mark.lesson)],
    ids=["default", "fresh"],
)
@pytest.mark.parametrize("name", list(SAID))
def test_the_lesson_on_its_seeds_and_on_fresh_ones(config, name):
    found = SAID[name].measure(result_of("privacy/unlearning", config))
    assert SAID[name].verdict(found) == "shown"


def test_work_is_counted_from_shards_and_slices():
    result = result_of("privacy/unlearning", UnlearningConfig())
    one = result.work(10, 1)
    # A shard of ten, from its first slice on or its second: 3/3 or 2/3 of a tenth.
    assert ((one.values >= 0.2 / 3) & (one.values <= 0.1)).all()
    assert (np.diff([result.work(10, k).mean for k in (1, 5, 25, 100)]) > 0).all()
    table = figure(EXPERIMENT, "shards").table(result, UnlearningView())
    panels = table.set_index(["panel", "shards"])["mean"]
    assert panels["Work to forget one record", 10] == pytest.approx(one.mean)
    assert panels["Accuracy on other records", 1] == result.accuracy(ORIGINAL).mean


@pytest.mark.slow
@pytest.mark.parametrize("first_seed", [500, 900])
def test_every_claim_on_fresh_seeds(first_seed):
    result = complete(EXPERIMENT.run(UnlearningConfig(first_seed=first_seed)))
    verdicts = {name: claim.verdict(claim.measure(result)) for name, claim in SAID.items()}
    assert set(verdicts.values()) == {"shown"}, verdicts

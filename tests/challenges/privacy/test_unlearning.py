"""Unlearning: who is judged, what each arm begins with, and the lesson on fresh seeds."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.challenges.privacy import unlearning
from core.challenges.privacy.tables import unlearning as tables
from core.challenges.privacy.unlearning import EXPERIMENT, UnlearningConfig
from core.experiment import complete
from core.metrics.privacy import likelihood_ratios
from core.models.private_sgd import PrivateNetworks, Protection, train

SAID = {claim.name: claim for claim in EXPERIMENT.claims}


def test_what_is_forgotten_was_learned_and_is_not_kept():
    sets = unlearning._sets(UnlearningConfig(n_forget=25), seed=3)
    for network in range(unlearning.NETWORKS):
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
    found = tables.scores(inside, forgotten, before, before, kept)
    assert found["auc"] > 0.95
    assert (found["forgotten"], found["kept"], found["other"]) == (0.0, 1.0, 0.0)


def test_the_attacked_need_not_be_the_shadows():
    rng = np.random.default_rng(1)
    inside = np.array([rng.permutation(40) < 20 for _ in range(6)])
    scores = rng.normal(size=inside.shape)
    np.testing.assert_array_equal(
        likelihood_ratios(scores, inside, scores), likelihood_ratios(scores, inside)
    )
    other = scores.copy()
    other[2] += 1
    changed = likelihood_ratios(scores, inside, other) != likelihood_ratios(scores, inside)
    assert changed[2].all() and not changed[[0, 1, 3, 4, 5]].any()


def test_a_copy_leaves_the_original_alone():
    networks = PrivateNetworks(3, 4, 2, 1, [0])
    copy, before = networks.copied(), networks.first.clone()
    x, y = np.ones((1, 6, 3), dtype=np.float32), np.zeros((1, 6), dtype=np.int64)
    for _ in train(
        copy,
        x,
        y,
        protections=[Protection()],
        sample_rate=1.0,
        steps=2,
        learning_rate=0.1,
        seeds=[0],
    ):
        pass  # fmt: skip
    assert torch.equal(networks.first, before)
    assert not torch.equal(copy.second, networks.second)


@pytest.mark.parametrize(("rate", "falls"), [(0.1, True), (-0.1, False)])
def test_below_zero_the_learning_rate_climbs(rate, falls):
    networks = PrivateNetworks(3, 4, 2, 1, [0])
    x, y = np.ones((1, 6, 3), dtype=np.float32), np.zeros((1, 6), dtype=np.int64)

    def margin() -> float:
        z = networks.logits(x[0])[0, 0]
        return float(z[0, 0] - z[0, 1])

    before = margin()
    for _ in train(
        networks,
        x,
        y,
        protections=[Protection()],
        sample_rate=1.0,
        steps=3,
        learning_rate=rate,
        seeds=[0],
    ):
        pass  # fmt: skip
    assert (margin() > before) == falls


@pytest.fixture(scope="module")
def fresh():
    return complete(EXPERIMENT.run(UnlearningConfig(first_seed=700)))


@pytest.mark.parametrize("name", list(SAID))
def test_the_lesson_on_fresh_seeds(fresh, name):
    assert SAID[name].verdict(SAID[name].measure(fresh)) == "shown"

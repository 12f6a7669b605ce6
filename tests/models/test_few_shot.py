"""Losses without labels by hand, prototypes as scikit-learn has them, and stacks as single runs."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from sklearn.neighbors import KNeighborsClassifier

from core.data.few_shot import of_digits
from core.models import few_shot
from core.models.few_shot import (
    PRETEXTS,
    Draws,
    changed,
    contrastive_loss,
    exactly_one_loss,
    nearest_prototypes,
)
from core.models.few_shot_nets import Encoders, FewShotSets, LabelNets
from core.models.few_shot_plans import PLAIN, forward_flops, learning_flops
from core.models.stacked_mlp import StackedMlp

SHOTS = (1, 20)


@pytest.fixture(scope="module")
def tasks():
    return [of_digits(seed) for seed in (3, 4)]


def test_the_semantic_loss_is_the_chance_of_worlds_with_one_truth():
    logits = torch.randn(1, 4, 5, generator=torch.Generator().manual_seed(0))
    p = logits[0].sigmoid().numpy().astype(float)
    total = 0.0
    for row in p:
        worlds = [w for w in itertools.product((0, 1), repeat=5) if sum(w) == 1]
        chance = sum(
            np.prod([q if one else 1 - q for q, one in zip(row, w, strict=True)]) for w in worlds
        )
        total -= np.log(chance)
    assert exactly_one_loss(logits).item() == pytest.approx(total / 4, rel=1e-5)


def test_sure_of_one_class_costs_nothing_and_of_two_or_none_much():
    sure = torch.full((1, 1, 5), -20.0)
    assert exactly_one_loss(sure) > 10
    sure[..., 2] = 20.0
    assert exactly_one_loss(sure) == pytest.approx(0.0, abs=1e-5)
    sure[..., 3] = 20.0
    assert exactly_one_loss(sure) > 10


@pytest.mark.parametrize("shots", SHOTS)
def test_the_nearest_class_mean_is_scikit_learns(tasks, shots):
    sets = FewShotSets((3, 4), tasks, SHOTS)
    ours = sets.of_prototypes(sets.support, sets.asked)[SHOTS.index(shots)]
    for task, accuracy in zip(tasks, ours, strict=True):
        # Its own NearestCentroid warns of pixels that never change.
        peer = KNeighborsClassifier(1).fit(task.support[:, :shots].mean(1), np.arange(5))
        assert accuracy == pytest.approx(peer.score(task.asked, task.answers), abs=1e-6)


def test_prototype_logits_are_minus_squared_distances():
    support, asked = torch.rand(2, 5, 3, 7), torch.rand(2, 4, 7)
    apart = torch.cdist(asked, support.mean(2)) ** 2
    torch.testing.assert_close(nearest_prototypes(support, asked), -apart, atol=1e-4, rtol=1e-4)


def test_a_changed_copy_is_the_picture_moved_by_at_most_a_pixel(monkeypatch):
    monkeypatch.setattr(few_shot, "NOISE", 0.0)
    x = torch.zeros(1, 50, 8, 8)
    x[:, :, 3, 4] = 1.0
    places = changed(x.flatten(2), Draws([0], "here"))[0].unflatten(1, (8, 8)).nonzero()
    assert len(places) == 50
    found = {(int(down), int(right)) for _, down, right in places}
    assert found == set(itertools.product((2, 3, 4), (3, 4, 5)))


def test_contrast_is_low_where_each_picture_is_told_from_all_others(monkeypatch):
    monkeypatch.setattr(few_shot, "changed", lambda x, draws: x)
    encoder, head = (StackedMlp([0], (64, 64), name) for name in ("encoder", "head"))
    for net in (encoder, head):
        net.weights[0].data = torch.eye(64)[None]
        net.weights[1].data.zero_()
    x = torch.eye(64)[None, :10]
    # Cosines are 1 with the other copy and 0 with the 18 others, over a temperature of a half.
    expected = np.log(np.exp(2) + 18) - 2
    found = contrastive_loss(encoder, head, x, Draws([0], "here")).item()
    assert found == pytest.approx(expected, rel=1e-5)
    assert contrastive_loss(encoder, head, x * 0 + 1, Draws([0], "here")).item() > expected


@pytest.mark.parametrize("pretext", ["", *PRETEXTS])
def test_an_encoder_in_a_stack_is_the_encoder_alone(tasks, pretext):
    found = []
    for seeds, own in (((3, 4), tasks), ((4,), tasks[1:])):
        sets, encoders = FewShotSets(seeds, own, SHOTS), Encoders(seeds, pretext)
        for _ in range(3):
            encoders.learn(sets)
        found.append(encoders.features(sets)[1][-1])
    torch.testing.assert_close(*found, atol=1e-4, rtol=1e-3)


def test_networks_of_one_shape_begin_alike_and_differ_by_the_constraint_alone(tasks):
    sets = FewShotSets((3, 4), tasks, SHOTS)
    pixels = sets.support, sets.asked
    plain, same, other = (LabelNets(sets, pixels, PLAIN[1:-1], w) for w in (0.0, 0.0, 1.0))
    for _ in range(3):
        batch = sets.batch()
        for one in (plain, same, other):
            one.learn(*batch)
    assert all(torch.equal(*pair) for pair in zip(plain.weights, same.weights, strict=True))
    assert not any(torch.equal(*pair) for pair in zip(plain.weights, other.weights, strict=True))


def test_labels_beyond_the_shots_are_never_seen(tasks):
    sets = FewShotSets((3, 4), tasks, SHOTS)
    for _ in range(5):
        rows, _ = sets.batch()
        assert rows[:2].eq(0).all() and rows[2:].lt(20).all() and rows[2:].max() > 1


def test_learning_takes_three_passes_but_for_the_first_layer():
    assert forward_flops((4, 3, 2)) == 2 * (12 + 6)
    assert learning_flops((4, 3, 2)) == 3 * 36 - 24

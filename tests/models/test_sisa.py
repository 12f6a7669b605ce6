"""Training in shards and slices: what is forgotten leaves no trace, and what that takes."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.models import sisa


def some_shards(n_shards: int = 5) -> sisa.Shards:
    """Three ensembles of 40 records each."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(3, 40, 40)).astype(np.float32)
    return sisa.deal(x, rng.integers(0, 10, size=(3, 40)), n_shards, [1, 2, 3])


def test_every_record_is_dealt_once() -> None:
    shards = some_shards(4)
    assert shards.y.shape == (12, 10)
    for ensemble in np.split(shards.place, 3):
        assert sorted(ensemble.ravel()) == list(range(40))
    with pytest.raises(ValueError, match="make no"):
        some_shards(3)


def test_work_of_forgetting_by_hand() -> None:
    """Two slices: the second stage sees twice the examples of the first."""
    assert sisa.SLICES == 2
    present = np.ones((3, 4), dtype=bool)
    present[0, 1] = present[1, 2] = False
    assert sisa.first_stage(present).tolist() == [0, 1, 2]
    shares = sisa.share_of_work(sisa.first_stage(present))
    assert shares == pytest.approx([1, 2 / 3, 0])


def test_work_of_random_requests_lies_between_the_cheapest_and_all() -> None:
    shards = some_shards(4)
    # Of four shards one is touched: 3/3 or 2/3 of its work.
    assert 2 / 12 <= sisa.work_of_requests(shards, 1, seed=0) <= 3 / 12
    assert sisa.work_of_requests(shards, 40, seed=0) == 1


def test_examples_are_padded_to_the_room_of_their_stage() -> None:
    """4 standard deviations above the mean: all of 5 rows, 8 of 10."""
    assert (sisa.batch_room(5), sisa.batch_room(10)) == (5, 8)
    assert sisa.padded_examples(10, 30) == 20 * (5 + 8)


STEPS = 30
ROUNDING = 1e-4
"""Training fewer networks at once, the processor may multiply in another order. After 30 steps that
makes at most 2e-6 of these weights, under four instruction sets; a record that is left in the
batches, or taken out, moves a network by 1.8 or more."""


def learned(shards: sisa.Shards, present: np.ndarray) -> sisa.Ensembles:
    """Three ensembles after their first training."""
    ensembles = sisa.Ensembles(shards, 8, 10, [4, 5, 6])
    for _ in ensembles.learn(present, STEPS):
        pass
    return ensembles


def apart(one: sisa.Ensembles, two: sisa.Ensembles) -> float:
    """The largest difference between two weights in the same place."""
    pairs = zip(one.weights(), two.weights(), strict=True)
    return max(float((mine - other).abs().max()) for mine, other in pairs)


@pytest.mark.parametrize("n_forget", [1, 2, 15])
def test_forgetting_leaves_the_weights_of_a_model_that_never_saw(n_forget: int) -> None:
    """In every shard, whether it was trained again or never touched."""
    shards, ever = some_shards(), np.ones((15, 8), dtype=bool)
    gone = np.stack([np.random.default_rng(k).permutation(40)[:n_forget] for k in range(3)])
    present = sisa.present_without(shards, gone)
    assert (~present).sum() == 3 * n_forget
    asked, never = learned(shards, ever), learned(shards, present)
    before = asked.networks.first.clone()
    for _ in asked.forget(present, STEPS):
        pass
    assert apart(asked, never) < ROUNDING
    moved = (before - asked.networks.first).abs().flatten(2).amax(-1)[0].numpy()
    # A record that joined no batch changes nothing when it goes.
    assert moved.max() > 1000 * ROUNDING
    assert not moved[present.all(axis=1)].any(), "never touched: not a bit of it"


def test_bit_for_bit_where_all_networks_are_trained_again() -> None:
    """The same shapes, so the same kernels: every shard loses a record of its first slice."""
    shards, present = some_shards(), np.ones((15, 8), dtype=bool)
    asked = learned(shards, present)
    present[:, 1] = False
    assert not sisa.first_stage(present).any()
    for _ in asked.forget(present, STEPS):
        pass
    assert apart(asked, learned(shards, present)) == 0


def test_a_shard_alone_is_the_shard_in_company_and_can_forget_again() -> None:
    shards = some_shards()
    one, two = (learned(shards, np.ones((15, 8), dtype=bool)) for _ in range(2))
    first, both = (
        sisa.present_without(shards, np.arange(n) * np.ones((3, 1), int)) for n in (2, 6)
    )
    for _ in one.forget(first, STEPS):
        pass
    for ensembles in (one, two):
        for _ in ensembles.forget(both, STEPS):
            pass
    assert apart(one, two) < ROUNDING


def test_probabilities_are_averaged_over_an_ensembles_shards() -> None:
    ensembles = sisa.Ensembles(some_shards(), 8, 10, [4, 5, 6])
    x = np.random.default_rng(1).normal(size=(7, 40)).astype(np.float32)
    one_by_one = torch.from_numpy(ensembles.networks.logits(x)[0]).softmax(-1)
    mean = one_by_one.view(3, 5, 7, 10).mean(1).log().numpy()
    np.testing.assert_allclose(sisa.log_probabilities(ensembles, x, 5), mean, rtol=1e-5)

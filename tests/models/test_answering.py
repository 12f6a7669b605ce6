"""A network that answers requests: timed round by round, without touching anything shared."""

from __future__ import annotations

import torch

from core.models.answering import timed


def test_every_round_times_every_batch_size_and_leaves_the_global_generator_alone():
    before = torch.get_rng_state()
    found = list(timed((8, 16, 4), (1, 2, 8), seed=0, rounds=5, calls=2))
    assert len(found) == 5 * 3 and min(found) > 0
    assert torch.equal(before, torch.get_rng_state())


def test_more_work_takes_longer():
    """A thousand times the operations, by the fastest of several rounds."""
    found = list(timed((64, 512, 512, 10), (1, 1024), seed=0, rounds=5, calls=2))
    assert min(found[1::2]) > 2 * min(found[::2])

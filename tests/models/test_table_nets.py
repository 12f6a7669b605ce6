"""Networks of tables: against autograd and torch's own AdamW, and alone or in a stack."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.models.table_nets import LEARNING_RATE, SECOND_BETA, TableJob, TableNets

P, WIDTH = 5, 8


def job(seed: int, decay: float = 1.0) -> TableJob:
    a, b = np.indices((P, P))
    known = np.zeros((P, P), bool)
    known.ravel()[np.random.default_rng(seed).permutation(P * P)[:15]] = True
    return TableJob((a + b) % P, known, seed, decay)


def plainly(one: TableJob, steps: int) -> list[torch.Tensor]:
    """The weights of one network, trained by autograd and torch's own AdamW on the known cells."""
    weights = [weight[0].clone().requires_grad_() for weight in TableNets([one], WIDTH).weights]
    optimizer = torch.optim.AdamW(
        weights, lr=LEARNING_RATE, betas=(0.9, SECOND_BETA), weight_decay=one.decay
    )
    a, b = (torch.from_numpy(side) for side in np.nonzero(one.known))
    target = torch.from_numpy(one.answers[one.known])
    for _ in range(steps):
        first, second, last = weights
        logits = (first[a] + second[b]) ** 2 @ last
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(logits, target).backward()
        optimizer.step()
    return [weight.detach() for weight in weights]


@pytest.mark.parametrize("decay", [0.0, 1.0])
def test_training_is_that_of_torchs_own_adamw(decay):
    nets = TableNets([job(3, decay)], WIDTH)
    for _ in range(60):
        nets.step()
    for ours, theirs in zip(nets.weights, plainly(job(3, decay), 60), strict=True):
        torch.testing.assert_close(ours[0], theirs, atol=2e-4, rtol=2e-3)


def test_a_network_in_a_stack_is_the_network_alone():
    both, alone = TableNets([job(1, 0.0), job(2)], WIDTH), TableNets([job(2)], WIDTH)
    for _ in range(20):
        both.step()
        alone.step()
    for stacked, own in zip(both.weights, alone.weights, strict=True):
        torch.testing.assert_close(stacked[1], own[0], atol=1e-5, rtol=1e-4)


def test_both_arms_of_a_seed_begin_with_the_same_weights():
    nets = TableNets([job(4, 0.0), job(4, 1.0), job(5, 1.0)], WIDTH)
    for weight in nets.weights:
        torch.testing.assert_close(weight[0], weight[1])
        assert not torch.allclose(weight[0], weight[2])


def test_known_and_unknown_cells_are_counted_apart():
    nets = TableNets([job(1)], WIDTH)
    for weight in nets.weights:
        weight.zero_()  # Every cell is then answered 0.
    one = job(1)
    zero = one.answers == 0
    found = nets.right()
    assert found.known == pytest.approx(zero[one.known].mean())
    assert found.unknown == pytest.approx(zero[~one.known].mean())


def test_lengths_are_those_of_all_weights():
    nets = TableNets([job(1), job(2)], WIDTH)
    for place in (0, 1):
        flat = torch.cat([weight[place].ravel() for weight in nets.weights])
        assert nets.lengths()[place] == pytest.approx(float(flat.norm()), rel=1e-6)

"""Networks that say the next sign: held to autograd and to torch.optim, in company and alone."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional

from core.data.two_back import SIGNS, make_language
from core.models.next_sign_nets import BATCH, INPUTS, LEARNING_RATE, RECENT, NextSignNets

LANGUAGE = make_language(0, 1.2)
NAMES = [(0, 0), (0, 1), (7, 0)]


def nets(names: list[tuple[int, int]], widths: list[int]) -> NextSignNets:
    return NextSignNets([LANGUAGE] * len(names), names, widths)


def test_steps_are_those_of_torch_optim_on_the_mean_cross_entropy():
    """One network, written down with torch's own parts, on the text that it read."""
    width, steps = 5, 30
    mine, reader = nets([(0, 0)], [width]), nets([(0, 0)], [width])
    weights = [mine.lower[0, :, :width].clone(), mine.upper[0].clone()]
    weights = [weight.requires_grad_() for weight in weights]
    optimizer = torch.optim.Adam(weights, lr=LEARNING_RATE)
    averaged = [weight.detach().clone() for weight in weights]
    for step in range(1, steps + 1):
        before, last, following = reader._batch()[0]
        mine.step()
        x = functional.one_hot(torch.stack([before, last + SIGNS], 1), INPUTS).sum(1).float()
        hidden = (x @ weights[0][:-1] + weights[0][-1]).relu()
        logits = hidden @ weights[1][:-1] + weights[1][-1]
        optimizer.zero_grad()
        functional.cross_entropy(logits, following).backward()
        optimizer.step()
        share = min(1.0, (RECENT + 1) / (step + RECENT))
        averaged = [a + share * (w.detach() - a) for a, w in zip(averaged, weights, strict=True)]
    assert len(following) == BATCH
    torch.testing.assert_close(mine.lower[0, :, :width], weights[0].detach(), atol=2e-4, rtol=1e-3)
    torch.testing.assert_close(mine.upper[0], weights[1].detach(), atol=2e-4, rtol=1e-3)
    torch.testing.assert_close(mine.averaged[1][0], averaged[1], atol=2e-4, rtol=1e-3)


def test_the_loss_is_the_expected_one_over_all_contexts():
    mine = nets([(0, 0)], [3])
    for weight in mine.averaged:
        weight.zero_()
    assert mine.losses(0) == pytest.approx([np.log(SIGNS)], abs=1e-6)
    marginal = LANGUAGE.joint.reshape(-1, SIGNS).sum(0)
    mine.averaged[1][0, -1] = torch.from_numpy(np.log(marginal)).float()
    blind = -float((marginal * np.log(marginal)).sum())
    assert mine.losses(0) == pytest.approx([blind], abs=1e-5), "biases alone say how frequent"
    assert blind > LANGUAGE.entropy


def test_in_company_a_network_learns_what_it_learns_alone():
    company, alone = nets(NAMES, [4, 6]), nets([NAMES[1]], [6])
    for _ in range(60):
        company.step()
        alone.step()
    assert company.losses(1)[1] == pytest.approx(alone.losses(0)[0], abs=1e-5)
    others = [company.losses(place)[1] for place in (0, 2)]
    assert all(abs(other - alone.losses(0)[0]) > 1e-4 for other in others)


def test_no_network_is_below_the_entropy_and_training_comes_nearer():
    mine = nets([(0, 0)], [16])
    before = mine.losses(0)[0]
    for _ in range(150):
        mine.step()
    assert LANGUAGE.entropy < mine.losses(0)[0] < before - 0.2

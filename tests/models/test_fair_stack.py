"""Networks trained with fairness in the loss: alone, in company, and against torch's own Adam."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.models.fair_stack import ADVERSARY_RATE, FairJob, FairStack


def small_stack(*jobs: FairJob) -> FairStack:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(2, 600, 3))
    group = (x[..., 2] > 0).astype(int)
    y = (x[..., 0] + 1.5 * x[..., 2] + 0.3 * rng.normal(size=(2, 600)) > 0).astype(int)
    return FairStack(x, y, group, jobs, hidden=8)


def trained(*jobs: FairJob, steps: int = 150) -> tuple[np.ndarray, FairStack]:
    stack = small_stack(*jobs)
    for _ in stack.train(steps):
        pass
    return stack.logits(stack.x.numpy()), stack


ONES = np.ones(600)


def test_a_network_is_the_same_alone_and_in_company():
    job = FairJob(1, 5, ONES, penalty=1.0)
    alone, _ = trained(job)
    among, _ = trained(FairJob(0, 3, ONES), job, FairJob(1, 5, ONES, adversary=1.0))
    np.testing.assert_allclose(alone[0], among[1], atol=2e-4)


@pytest.mark.parametrize(("penalty", "adversary"), [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)])
def test_a_stack_of_one_trains_like_torchs_own_adam(penalty, adversary):
    job = FairJob(0, 7, ONES, penalty=penalty, adversary=adversary)
    _, stack = trained(job, steps=40)
    other = small_stack(job)
    network, critic = (
        [p.detach()[0].clone().requires_grad_() for p in part]
        for part in (other.network, other.critic)
    )
    adam = torch.optim.Adam(
        [{"params": network, "lr": 0.01}, {"params": critic, "lr": 0.01 * ADVERSARY_RATE}]
    )
    loss_of = torch.nn.functional.binary_cross_entropy_with_logits
    for step in range(40):
        epoch, place = divmod(step, 2)
        rows = other.order(epoch)[0, place * 256 : (place + 1) * 256]
        group = other.group[0, rows]
        inner = torch.relu(other.x[0, rows] @ network[0] + network[1])
        logit = (inner @ network[2] + network[3])[:, 0]
        output = torch.sigmoid(logit)
        apart = output[group == 1].mean() - output[group == 0].mean()
        told = loss_of(critic[0] * logit + critic[1], group)
        loss = loss_of(logit, other.y[0, rows]) + penalty * apart**2 - adversary * told
        gradients = [
            *torch.autograd.grad(loss, network, retain_graph=True),
            *torch.autograd.grad(told, critic, materialize_grads=True),
        ]
        for weight, gradient in zip([*network, *critic], gradients, strict=True):
            weight.grad = gradient
        adam.step()
    for ours, theirs in zip([*stack.network, *stack.critic], [*network, *critic], strict=True):
        torch.testing.assert_close(ours[0], theirs.reshape(ours[0].shape), atol=1e-4, rtol=1e-3)


def test_penalty_and_adversary_hide_the_group():
    jobs = [
        FairJob(0, 2, ONES),
        FairJob(0, 2, ONES, penalty=10.0),
        FairJob(0, 2, ONES, adversary=3.0),
    ]
    logits, stack = trained(*jobs, steps=400)
    group = stack.group[0].numpy() == 1
    gaps = [(row[group] > 0).mean() - (row[~group] > 0).mean() for row in logits]
    assert gaps[0] > 0.6
    assert abs(gaps[1]) < gaps[0] / 2
    assert abs(gaps[2]) < gaps[0]


def test_for_equalized_odds_penalty_and_adversary_look_at_each_label_alone():
    jobs = [
        FairJob(0, 2, ONES),
        FairJob(0, 2, ONES, penalty=10.0, by_label=True),
        FairJob(0, 2, ONES, adversary=3.0, by_label=True),
    ]
    logits, stack = trained(*jobs, steps=400)
    group, y = stack.group[0].numpy() == 1, stack.y[0].numpy() == 1
    gaps = [
        max(abs((row[own & group] > 0).mean() - (row[own & ~group] > 0).mean()) for own in (y, ~y))
        for row in logits
    ]
    assert gaps[1] < gaps[0] / 2
    assert gaps[2] < gaps[0]


def test_the_aim_of_one_network_does_not_reach_another():
    plain = FairJob(0, 2, ONES, penalty=3.0, adversary=1.0)
    odds = FairJob(1, 2, ONES, penalty=3.0, adversary=1.0, by_label=True)
    alone, _ = trained(plain, steps=60)
    among, _ = trained(odds, plain, steps=60)
    np.testing.assert_allclose(alone[0], among[1], atol=2e-4)

"""Operations counted by hand, expected seconds against measured ones."""

from __future__ import annotations

import time

import pytest

from core.data.embedded import load_digits
from core.data.generated import make_two_moons
from core.engine.cost import evaluation_flops, expected_cost, step_flops
from core.engine.sweep import planned_cost
from core.engine.training import Job, fit
from core.lab.run import complete
from tests.operations import Operations


def test_flops_are_counted_by_hand() -> None:
    # 2-3-1: 2*(2*3 + 3*1) = 18 per example forward. A step of 10: forward 180, weight
    # gradients 180, errors of the hidden layer 2*3*1*10 = 60.
    assert evaluation_flops((2, 3, 1), 10) == 180
    assert step_flops((2, 3, 1), 10) == 420
    job = Job(make_two_moons(20, noise=0.1, seed=0, n_validation=50), 0, (3,), batch_size=10)
    done = complete(fit([job, job], steps=4, evaluate_every=2))  # type: ignore[arg-type]
    assert done.flops == 2 * (4 * 420 + 3 * 18 * 70)


def test_the_forecast_counts_what_is_carried_out() -> None:
    # Stored as 2-8-1 with a row of biases each: 2*(3*8 + 9*1) = 66 per example forward. A step of
    # 10: forward 660, weight gradients 660, errors of the hidden layer 2*8*1*10 = 160.
    cost = expected_cost((2, 3, 1), n_jobs=2, steps=4, batch_size=10, evaluations=3, n_evaluated=70)
    assert cost.flops == 2 * (4 * 1480 + 3 * 66 * 70)
    assert 0 < cost.seconds < 0.01


@pytest.mark.parametrize("hidden", [(3,), (16, 16), ()])
def test_the_forecast_is_what_torch_counts(hidden: tuple[int, ...]) -> None:
    data = load_digits(100, seed=0)
    jobs = [Job(data, seed, hidden) for seed in range(6)]
    with Operations() as counter:
        complete(fit(jobs, steps=30, evaluate_every=10))  # type: ignore[arg-type]
    told = planned_cost(jobs, steps=30, evaluations=4).flops
    assert told == pytest.approx(counter.total, rel=0.05)


def test_expected_seconds_are_of_the_right_order() -> None:
    jobs = [
        Job(make_two_moons(100, noise=0.1, seed=s, n_validation=50), s, (64, 64)) for s in range(10)
    ]
    start = time.process_time()
    complete(fit(jobs, steps=300, evaluate_every=300))  # type: ignore[arg-type]
    seconds = time.process_time() - start
    cost = expected_cost(jobs[0].sizes, n_jobs=10, steps=300, evaluations=2, n_evaluated=150)
    assert seconds / 5 < cost.seconds < seconds * 5

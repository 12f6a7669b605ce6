"""Operations counted by hand, expected seconds against measured ones."""

from __future__ import annotations

import time

from core.data.generated import make_two_moons
from core.engine.cost import evaluation_flops, expected_cost, step_flops
from core.engine.training import Job, fit
from core.lab.experiment import complete


def test_flops_are_counted_by_hand() -> None:
    # 2-3-1: 2*(2*3 + 3*1) = 18 per example forward. A step of 10: forward 180, weight
    # gradients 180, errors of the hidden layer 2*3*1*10 = 60.
    assert evaluation_flops((2, 3, 1), 10) == 180
    assert step_flops((2, 3, 1), 10) == 420
    job = Job(make_two_moons(20, noise=0.1, seed=0, n_validation=50), 0, (3,), batch_size=10)
    done = complete(fit([job, job], steps=4, evaluate_every=2))  # type: ignore[arg-type]
    assert done.flops == 2 * (4 * 420 + 3 * 18 * 70)
    cost = expected_cost((2, 3, 1), n_jobs=2, steps=4, batch_size=10, evaluations=3, n_evaluated=70)
    assert cost.flops == done.flops
    assert 0 < cost.seconds < 0.01


def test_expected_seconds_are_of_the_right_order() -> None:
    jobs = [
        Job(make_two_moons(100, noise=0.1, seed=s, n_validation=50), s, (64, 64)) for s in range(10)
    ]
    start = time.process_time()
    complete(fit(jobs, steps=300, evaluate_every=300))  # type: ignore[arg-type]
    seconds = time.process_time() - start
    cost = expected_cost(jobs[0].sizes, n_jobs=10, steps=300, evaluations=2, n_evaluated=150)
    assert seconds / 5 < cost.seconds < seconds * 5

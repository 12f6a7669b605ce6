"""The training loop: against torch.nn and torch.optim, alone and in company, paused and ended."""

from __future__ import annotations

import gc
import subprocess
import sys
import time
import weakref
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from core.data.dataset import Dataset
from core.data.embedded import load_digits
from core.data.generated import make_two_moons
from core.engine.cost import step_flops
from core.engine.training import Fit, Job, fit
from core.lab.run import complete

STEPS = 200


def moons(n: int = 100, seed: int = 0) -> Dataset:
    return make_two_moons(n, noise=0.3, seed=seed, n_validation=50)


def trained(jobs: list[Job], **options: Any) -> Fit:
    settings = {"steps": STEPS, "evaluate_every": STEPS, **options}
    return complete(fit(jobs, **settings))  # type: ignore[arg-type]


REMEDIES: dict[str, dict[str, Any]] = {
    "plain": {},
    "sgd": {"optimizer": "sgd", "learning_rate": 0.1, "momentum": 0.9},
    "dropout": {"dropout": 0.3},
    "batch norm": {"batch_norm": True},
    "noise": {"augmentation": "noise", "augmentation_strength": 0.2},
    "smoothing": {"label_smoothing": 0.1},
}


@pytest.mark.parametrize("remedy", REMEDIES)
def test_alone_as_in_company(remedy: str) -> None:
    mine = Job(moons(100, 5), 5, (12, 12), **{"learning_rate": 0.003, **REMEDIES[remedy]})
    company = [
        Job(moons(70 + seed % 3, seed), seed, width, **options)
        for seed, width, options in [
            (5, (12, 12), {}),
            (6, (12, 12), REMEDIES[remedy] | {"learning_rate": 0.01}),
            (7, (16, 9), REMEDIES[remedy] | {"weight_decay": 0.3}),
            (8, (3, 3), REMEDIES[remedy]),
            (9, (12, 12), {"label_smoothing": 0.3, "batch_size": 10}),
            (5, (12, 12), {"dropout": 0.6, "learning_rate": 0.003}),
        ]
    ]
    x = mine.data.x_validation
    alone = trained([mine]).logits(x)[0]
    assert np.abs(alone).max() > 0.5
    for k in (1, 2, len(company)):
        together = trained([*company[:k], mine, *company[k:]]).logits(x, [k])[0]
        np.testing.assert_allclose(together, alone, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("models", [2, 5, 33])
def test_number_of_models_changes_nothing(models: int) -> None:
    jobs = [Job(moons(60 + s, s), s, (32, 32), learning_rate=0.003) for s in range(models)]
    together, alone = trained(jobs), trained(jobs[-1:])
    x = jobs[0].data.x_validation
    np.testing.assert_allclose(together.logits(x, [models - 1]), alone.logits(x), atol=1e-5)
    for split in ("train", "validation"):
        found = together.curve(split, "loss")[:, -1:]
        np.testing.assert_allclose(found, alone.curve(split, "loss"), atol=1e-5)


def test_too_much_work_for_one_pause_is_split_without_a_difference(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from core.engine import trainer

    jobs = [Job(moons(50, s), s, (16,)) for s in range(5)]
    whole = trained(jobs).curve("validation", "loss")
    monkeypatch.setattr(trainer, "MOST_FLOPS", 2.5 * step_flops(jobs[0].sizes, 32))
    assert [len(t.jobs) for t in trainer.trainers_for(jobs, False)] == [2, 2, 1]
    np.testing.assert_allclose(trained(jobs).curve("validation", "loss"), whole, atol=1e-5)


def test_curves_are_loss_and_accuracy_of_the_logits() -> None:
    data = load_digits(100, seed=0)
    watched = (data.x_validation[:50], data.y_validation[:50])
    jobs = [
        Job(data, 0, (8,), watch={"some": watched}),
        Job(data, 1, (8,), dropout=0.5, label_smoothing=0.5),
    ]
    done = trained(jobs, steps=25, evaluate_every=10)
    assert done.evaluated_steps.tolist() == [0, 10, 20, 25]
    for split, (x, y), who in (
        ("train", (data.x_train, data.y_train), [0, 1]),
        ("some", watched, [0]),
    ):
        z = done.logits(x, who).astype(np.float64)
        losses = np.log(np.exp(z).sum(2)) - z[:, np.arange(len(y)), y]
        assert done.curve(split, "loss")[-1, who] == pytest.approx(losses.mean(1), abs=1e-5)
        accuracy = (z.argmax(2) == y).mean(1)
        assert done.curve(split, "accuracy")[-1, who] == pytest.approx(accuracy, abs=1e-9)
    assert np.isnan(done.curve("some", "loss")[:, 1]).all()
    with pytest.raises(KeyError):
        done.curve("test", "loss")


def test_best_weights_are_those_of_the_lowest_validation_loss() -> None:
    noisy = make_two_moons(40, noise=0.3, label_noise=0.3, seed=0, n_validation=200)
    jobs = [Job(noisy, s, (w,), learning_rate=0.03, batch_norm=b) for s, w, b in
            [(0, 64, False), (1, 64, True), (2, 4, False)]]  # fmt: skip
    done = trained(jobs, steps=300, evaluate_every=20, keep_best=True)
    curve = done.curve("validation", "loss")
    assert done.best_step.tolist() == done.evaluated_steps[curve.argmin(0)].tolist()
    assert done.best_step[0] < 300
    z = done.logits(noisy.x_validation, best=True)[:, :, 0].astype(np.float64)
    losses = np.logaddexp(0, z) - z * noisy.y_validation
    assert losses.mean(1) == pytest.approx(curve.min(0), abs=1e-5)
    with pytest.raises(ValueError, match="keep_best"):
        trained(jobs[:1], steps=1).logits(noisy.x_validation, best=True)


def test_a_paused_fit_can_be_read_and_pauses_come_in_time() -> None:
    jobs = [Job(moons(200, s), s, (w, w), dropout=0.1) for s in range(5) for w in (4, 64)]
    running, seen, longest = fit(jobs, steps=400, evaluate_every=20), [], 0.0
    while True:
        before = time.thread_time()
        progress = next(running, None)
        if seen:  # the first pause also waits for the engine to be imported
            longest = max(longest, time.thread_time() - before)
        if progress is None:
            break
        assert torch.is_grad_enabled()
        assert float(torch.tensor(1e-40) * 1) > 0  # denormals are as everybody else expects
        seen.append(progress.step)
        reached = progress.fit.evaluated_steps
        assert progress.fit.curve("train", "loss").shape == (len(reached), 10)
        assert np.isfinite(progress.fit.logits(jobs[0].data.x_train, [0, 3])).all()
    assert len(seen) > 5
    assert seen == sorted(seen)
    assert seen[-1] == 400
    assert longest < 0.1  # 0.025 where nothing else runs


def test_closing_early_frees_everything() -> None:
    running = fit([Job(moons(), 0, (8,))], steps=100_000, evaluate_every=100)
    progress = next(running)
    held = [weakref.ref(progress.fit), weakref.ref(progress.fit._trainers[0])]
    gc.disable()
    try:
        del progress
        running.close()
        assert [ref() for ref in held] == [None, None]
    finally:
        gc.enable()


def test_memory_of_training_is_given_back_at_the_end() -> None:
    done = trained([Job(moons(), 0, (8,))], steps=5)
    assert not hasattr(done._trainers[0], "_backprop")
    assert done.logits(np.zeros((2, 2))).shape == (1, 2, 1)


def test_unequal_learning_rates_in_one_stack_are_each_applied() -> None:
    rates = (0.001, 0.1, 0.01)
    jobs = [Job(moons(), 0, (8,), learning_rate=rate) for rate in rates]
    together = trained(jobs, steps=50).curve("train", "loss")[-1]
    alone = [trained([job], steps=50).curve("train", "loss")[-1, 0] for job in jobs]
    assert together == pytest.approx(alone, abs=1e-5)
    assert len({round(loss, 3) for loss in alone}) == 3


def test_batches_are_capped_at_the_training_set() -> None:
    job = Job(moons(10), 0, (8,), batch_size=64)
    assert job.batch == 10
    assert np.isfinite(trained([job], steps=20).curve("train", "loss")).all()


@pytest.mark.parametrize(
    "options",
    [
        {"learning_rate": 0.0},
        {"weight_decay": -1.0},
        {"dropout": 1.0},
        {"label_smoothing": 1.5},
        {"momentum": 1.0},
        {"batch_size": 0},
        {"hidden": (0,)},
        {"augmentation_strength": -1.0},
        {"watch": {"train": (np.zeros((1, 2)), np.zeros(1))}},
        {"batch_norm": True, "batch_size": 1},
    ],
)
def test_settings_out_of_range_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(options)).replace("_", ".")):
        Job(**{"data": moons(), "seed": 0, "hidden": (4,), **options})


def test_a_fit_needs_jobs_and_steps() -> None:
    job = Job(moons(), 0, ())
    for jobs, steps, every in (([], 1, 1), ([job], 0, 1), ([job], 1, 0)):
        with pytest.raises(ValueError, match="needs"):
            next(fit(jobs, steps=steps, evaluate_every=every))


def test_models_with_different_outputs_have_no_common_logits() -> None:
    done = trained([Job(moons(), 0, ()), Job(load_digits(50, seed=0), 0, ())], steps=2)
    assert done.logits(np.zeros((3, 64)), [1]).shape == (1, 3, 10)
    with pytest.raises(ValueError, match="common"):
        done.logits(np.zeros((3, 64)))
    with pytest.raises(ValueError, match=r"\(n, 64\)"):
        done.logits(np.zeros((3, 2)), [1])


def test_augmentation_changes_training_and_not_evaluation() -> None:
    job = Job(moons(), 0, (8,), augmentation="noise", augmentation_strength=0.5)
    still = replace(job, augmentation_strength=0.0)
    plain = replace(job, augmentation="none", augmentation_strength=0.0)
    losses = [trained([j]).curve("train", "loss")[:, 0] for j in (job, still, plain)]
    assert losses[0][0] == losses[1][0] == losses[2][0]
    assert losses[1][1] == pytest.approx(losses[2][1], abs=1e-5)
    assert losses[0][1] > losses[2][1] + 0.005


def test_importing_the_loop_does_not_import_torch() -> None:
    script = "import sys, core.engine.training; sys.exit('torch' in sys.modules)"
    root = Path(__file__).resolve().parents[2]
    assert subprocess.run([sys.executable, "-c", script], cwd=root, check=False).returncode == 0


def test_the_engine_does_not_load_the_compiler() -> None:
    # torch.optim loads it on first use: most of a second, in the middle of a first run.
    script = (
        "import sys, numpy as np\n"
        "from core.engine.training import Job, fit\n"
        "from core.data.generated import make_two_moons\n"
        "list(fit([Job(make_two_moons(9, noise=0.1, seed=0), 0, (4,), batch_norm=True,"
        " dropout=0.1)], steps=2, evaluate_every=1))\n"
        "sys.exit('torch._dynamo' in sys.modules)"
    )
    root = Path(__file__).resolve().parents[2]
    assert subprocess.run([sys.executable, "-c", script], cwd=root, check=False).returncode == 0


def test_weights_of_a_model_compute_its_logits() -> None:
    """Widths below what is stored, and in company: the copied weights are the model's own."""
    from core.models.network import logits_of

    data = make_two_moons(60, noise=0.2, seed=0)
    jobs = [Job(data, seed, hidden) for seed, hidden in ((0, (5, 11)), (1, ()), (2, (5, 11)))]
    fitted = complete(fit(jobs, steps=20, evaluate_every=20))
    for place, job in enumerate(jobs):
        weights = fitted.weights(place)
        sizes = zip(job.sizes, job.sizes[1:], strict=False)
        assert [layer.shape for layer in weights] == [(i + 1, o) for i, o in sizes]
        theirs = fitted.logits(data.x_validation, [place])[0, :, 0]
        np.testing.assert_allclose(logits_of(weights, data.x_validation), theirs, atol=1e-5)
        weights[0][:] = 0
        assert fitted.weights(place)[0].any(), "a copy"


def test_weights_beside_batch_norm_are_refused() -> None:
    data = make_two_moons(60, noise=0.2, seed=0)
    fitted = complete(fit([Job(data, 0, (8,), batch_norm=True)], steps=1, evaluate_every=1))
    with pytest.raises(ValueError, match="batch norm"):
        fitted.weights(0)


def test_a_job_that_is_not_scored_on_its_training_examples_learns_the_same() -> None:
    data = make_two_moons(40, noise=0.2, seed=0)
    whole, part = (
        complete(fit([Job(data, 0, (8,), scores_train=some)], steps=20, evaluate_every=10))
        for some in (True, False)
    )
    np.testing.assert_array_equal(
        whole.curve("validation", "loss"), part.curve("validation", "loss")
    )
    with pytest.raises(KeyError):
        part.curve("train", "loss")


def test_a_learning_rate_that_grows_is_torchs_exponential_schedule() -> None:
    data = moons(64)
    job = Job(data, 0, (8,), 0.01, optimizer="sgd", momentum=0.9, batch_size=64, growth=1.1)
    start = trained([replace(job, learning_rate=1e-30)], steps=1, evaluate_every=1).weights(0)
    net = torch.nn.Sequential(torch.nn.Linear(2, 8), torch.nn.ReLU(), torch.nn.Linear(8, 1))
    for layer, block in zip((net[0], net[2]), start, strict=True):
        layer.weight.data = torch.from_numpy(block[:-1].T.copy())
        layer.bias.data = torch.from_numpy(block[-1].copy())
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9)
    schedule = torch.optim.lr_scheduler.ExponentialLR(optimizer, 1.1)
    x, y = torch.from_numpy(data.x_train), torch.from_numpy(data.y_train).float()
    for _ in range(20):
        optimizer.zero_grad()
        torch.nn.functional.binary_cross_entropy_with_logits(net(x)[:, 0], y).backward()
        optimizer.step()
        schedule.step()
    theirs = net[0].weight.detach().numpy().T
    ours, constant = (
        trained([replace(job, growth=growth)], steps=20).weights(0)[0][:-1] for growth in (1.1, 1.0)
    )
    assert ours == pytest.approx(theirs, abs=1e-4)
    assert constant != pytest.approx(theirs, abs=1e-2)


def test_a_range_test_has_no_weight_decay() -> None:
    with pytest.raises(ValueError, match="growth"):
        Job(moons(), 0, (8,), growth=1.1, weight_decay=0.1)

"""Whole trainings against torch.nn and torch.optim, from the same weights on the same batches."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch

from core.data.embedded import load_digits
from core.data.generated import make_two_moons
from core.engine.batches import Order
from core.engine.stack import initial_weights
from core.engine.training import Fit, Job, fit
from core.lab.run import complete

STEPS = 200


def trained(job: Job) -> Fit:
    return complete(fit([job], steps=STEPS, evaluate_every=STEPS))  # type: ignore[arg-type]


def reference_network(job: Job) -> torch.nn.Sequential:
    """The same network in torch.nn, with the same first weights."""
    layers: list[torch.nn.Module] = []
    drawn = initial_weights([job.seed], job.sizes)
    for number, (inputs, outputs) in enumerate(pairwise(job.sizes)):
        hidden = number < len(job.hidden)
        linear = torch.nn.Linear(inputs, outputs, bias=not (hidden and job.batch_norm))
        linear.weight.data = drawn[number][0, :-1].T.clone()
        if linear.bias is not None:
            linear.bias.data = drawn[number][0, -1].clone()
        layers.append(linear)
        if hidden:
            layers += [torch.nn.BatchNorm1d(outputs)] * job.batch_norm + [torch.nn.ReLU()]
    return torch.nn.Sequential(*layers)


def reference_logits(job: Job, x: np.ndarray) -> np.ndarray:
    """Train with torch.nn and torch.optim on the same batches."""
    network = reference_network(job)
    linear = [layer for layer in network if isinstance(layer, torch.nn.Linear)]
    weights = [layer.weight for layer in linear]
    others = [p for p in network.parameters() if all(p is not w for w in weights)]
    groups = [{"params": weights, "weight_decay": job.weight_decay}, {"params": others}]
    if job.optimizer == "adam":
        optimizer: Any = torch.optim.AdamW(groups, lr=job.learning_rate, weight_decay=0.0)
    else:
        optimizer = torch.optim.SGD(
            network.parameters(), lr=job.learning_rate, momentum=job.momentum
        )
    order, data = Order(job.seed, len(job.data.y_train)), job.data
    for _ in range(STEPS):
        places = order.take(job.batch).numpy()
        z = network(torch.from_numpy(data.x_train[places]))
        z = torch.cat([torch.zeros_like(z), z], 1) if job.n_outputs == 1 else z
        y = torch.from_numpy(data.y_train[places])
        loss = torch.nn.functional.cross_entropy(z, y, label_smoothing=job.label_smoothing)
        optimizer.zero_grad()
        loss.backward()
        if job.optimizer == "sgd":
            for weight in weights:
                weight.data *= 1 - job.learning_rate * job.weight_decay
        optimizer.step()
    return network.eval()(torch.from_numpy(x)).detach().numpy()


TRAININGS: dict[str, dict[str, Any]] = {
    "adam": {},
    "adamw": {"weight_decay": 0.5},
    "sgd": {"optimizer": "sgd", "learning_rate": 0.1},
    "momentum and decay": {
        "optimizer": "sgd", "momentum": 0.9, "learning_rate": 0.05, "weight_decay": 0.1,
    },
    "smoothing": {"label_smoothing": 0.2},
    "batch norm": {"batch_norm": True, "learning_rate": 0.003},
    "logistic": {"hidden": ()},
}  # fmt: skip


@pytest.mark.parametrize("training", TRAININGS)
def test_trajectory_equals_torch(training: str) -> None:
    job = Job(
        make_two_moons(100, noise=0.3, seed=0),
        3,
        **{"hidden": (12, 7), "learning_rate": 0.003, **TRAININGS[training]},
    )
    found = trained(job).logits(job.data.x_validation)[0]
    expected = reference_logits(job, job.data.x_validation)
    assert np.abs(expected).max() > 0.5
    np.testing.assert_allclose(found, expected, atol=2e-4, rtol=2e-4)


def test_trajectory_of_ten_classes_equals_torch() -> None:
    job = Job(load_digits(200, seed=1), 1, (32,), learning_rate=0.003)
    found = trained(job).logits(job.data.x_validation)[0]
    expected = reference_logits(job, job.data.x_validation)
    np.testing.assert_allclose(found, expected, atol=5e-4, rtol=5e-4)

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
from core.engine.loss import CROSS_ENTROPY, Loss
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
        loss = reference_loss(job, z, y)
        optimizer.zero_grad()
        loss.backward()
        if job.optimizer == "sgd":
            for weight in weights:
                weight.data *= 1 - job.learning_rate * job.weight_decay
        optimizer.step()
    return network.eval()(torch.from_numpy(x)).detach().numpy()


def reference_loss(job: Job, z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """The mean loss of a batch as the papers write it, for autograd to derive."""
    ours = job.loss
    if ours == CROSS_ENTROPY:
        return torch.nn.functional.cross_entropy(z, y, label_smoothing=job.label_smoothing)
    z = z + torch.tensor(ours.offsets) if ours.offsets else z
    chance = torch.softmax(z, 1).gather(1, y[:, None])[:, 0]
    each = (1 - chance) ** ours.focus * -chance.log()
    if ours.robust:
        each = (1 - chance**ours.robust) / ours.robust
    if ours.class_weights:
        each = each * torch.tensor(ours.class_weights)[y]
    return each.mean()


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
    "generalized cross entropy": {"loss": Loss(robust=0.7)},
    "mean absolute error": {"loss": Loss(robust=1.0), "learning_rate": 0.001},
    "focal": {"loss": Loss(focus=2.0)},
    "focal, below 1": {"loss": Loss(focus=0.5)},
    "class weights": {"loss": Loss(class_weights=(0.5, 3.0))},
    "logit adjustment": {"loss": Loss(offsets=(-0.1, -2.0))},
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


TEN: dict[str, Loss] = {
    "cross-entropy": CROSS_ENTROPY,
    "generalized cross entropy": Loss(robust=0.7),
    "focal": Loss(focus=2.0),
    "weights and offsets": Loss(
        class_weights=tuple(np.linspace(0.5, 2, 10).tolist()),
        offsets=tuple(np.linspace(-1, 1, 10).tolist()),
    ),
}


@pytest.mark.parametrize("loss", TEN)
def test_trajectory_of_ten_classes_equals_torch(loss: str) -> None:
    job = Job(load_digits(200, seed=1), 1, (32,), learning_rate=0.003, loss=TEN[loss])
    found = trained(job).logits(job.data.x_validation)[0]
    expected = reference_logits(job, job.data.x_validation)
    np.testing.assert_allclose(found, expected, atol=5e-4, rtol=5e-4)


@pytest.mark.parametrize(
    "loss",
    [
        Loss(robust=1.5), Loss(focus=-1), Loss(robust=0.5, focus=1), Loss(offsets=(0.0,)),
        Loss(class_weights=(1.0, 0.0)),
    ],
)  # fmt: skip
def test_a_loss_out_of_range_is_refused(loss: Loss) -> None:
    data = make_two_moons(20, noise=0.3, seed=0)
    with pytest.raises(ValueError, match="loss"):
        Job(data, 0, (8,), loss=loss)


def test_label_smoothing_goes_with_cross_entropy_only() -> None:
    data = make_two_moons(20, noise=0.3, seed=0)
    with pytest.raises(ValueError, match="loss"):
        Job(data, 0, (8,), loss=Loss(focus=2.0), label_smoothing=0.1)


def test_other_losses_beside_it_leave_a_model_as_it_is() -> None:
    data = make_two_moons(100, noise=0.3, seed=0)
    plain, focal = Job(data, 3, (12, 7)), Job(data, 3, (12, 7), loss=Loss(focus=2.0))
    other = Job(data, 3, (12, 7), loss=Loss(robust=0.7))
    together = complete(fit([focal, plain, other], steps=STEPS, evaluate_every=STEPS))
    for place, job in enumerate((focal, plain, other)):
        alone = trained(job).logits(data.x_validation)[0]
        found = together.logits(data.x_validation, [place])[0]
        np.testing.assert_allclose(found, alone, atol=1e-5, rtol=1e-5)

"""The same training by several means; each trains, shuffles and evaluates at start and end.

Every function trains networks of a case and returns the accuracies on new examples that they came
to; scikit-learn's evaluates nothing. The caller takes the time. Loops train one network after the
other; ours, `vmap` and JAX (`benchmarks/jax_peer.py`) all at once.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import Any

import torch
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from torch.nn import functional

from benchmarks.cases import Case
from core.data.dataset import Dataset
from core.engine.training import Job, fit
from core.lab.run import complete

LEARNING_RATE = 0.01
Peer = Callable[[Case, Sequence[Dataset]], list[float]]


def ours(case: Case, data: Sequence[Dataset]) -> list[float]:
    """Train all networks of the case at once through the public door of the engine."""
    jobs = [
        Job(one, seed, case.sizes[1:-1], learning_rate=LEARNING_RATE, batch_size=case.batch_size)
        for seed, one in enumerate(data)
    ]
    found = complete(fit(jobs, steps=case.steps, evaluate_every=case.steps))
    return [float(one) for one in found.curve("validation", "accuracy")[-1]]


def torch_loop(case: Case, data: Sequence[Dataset]) -> list[float]:
    """Train each network in a plain PyTorch loop: tensors indexed by a permutation, Adam."""
    return _loop(case, data, fused=False)


def torch_fused(case: Case, data: Sequence[Dataset]) -> list[float]:
    """Train each network in the same loop with PyTorch's fused Adam."""
    return _loop(case, data, fused=True)


def _loop(case: Case, data: Sequence[Dataset], *, fused: bool) -> list[float]:
    found = []
    for seed, one in enumerate(data):
        generator = torch.Generator().manual_seed(seed)
        network = _network(case.sizes)
        optimizer = torch.optim.Adam(network.parameters(), lr=LEARNING_RATE, fused=fused)
        binary = case.sizes[-1] == 1
        loss_of = torch.nn.BCEWithLogitsLoss() if binary else torch.nn.CrossEntropyLoss()
        x, y = torch.from_numpy(one.x_train), torch.from_numpy(one.y_train)
        target = y.float()[:, None] if binary else y
        _evaluate(network, one)
        for _ in range(case.epochs):
            order = torch.randperm(len(x), generator=generator)
            for batch in order.split(case.batch_size):
                loss = loss_of(network(x[batch]), target[batch])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
        found.append(_evaluate(network, one)[1][1])
    return found


def torch_vmap(case: Case, data: Sequence[Dataset]) -> list[float]:
    """Train all networks at once: `torch.func.vmap` of the gradient, fused Adam on the stack."""
    networks = [_network(case.sizes) for _ in data]
    weights, _ = torch.func.stack_module_state(networks)
    optimizer = torch.optim.Adam(weights.values(), lr=LEARNING_RATE, fused=True)
    network, binary = networks[0].to("meta"), case.sizes[-1] == 1

    def loss(own: dict[str, Any], x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        z = torch.func.functional_call(network, own, (x,))
        if binary:
            return functional.binary_cross_entropy_with_logits(z[:, 0], y.float())
        return functional.cross_entropy(z, y)

    gradients = torch.func.vmap(torch.func.grad(loss))
    x, y = (torch.stack([torch.from_numpy(part) for part in parts]) for parts in _training(data))
    generators = [torch.Generator().manual_seed(seed) for seed in range(len(data))]
    rows = torch.arange(len(data))[:, None]
    _evaluate_stack(network, weights, data)
    for _ in range(case.epochs):
        order = torch.stack([torch.randperm(x.shape[1], generator=own) for own in generators])
        for batch in order.split(case.batch_size, 1):
            for name, found in gradients(weights, x[rows, batch], y[rows, batch]).items():
                weights[name].grad = found
            optimizer.step()
    return _evaluate_stack(network, weights, data)


def _training(data: Sequence[Dataset]) -> tuple[list[Any], list[Any]]:
    return [one.x_train for one in data], [one.y_train for one in data]


@torch.no_grad()
def _evaluate_stack(
    network: torch.nn.Module, weights: dict[str, Any], data: Sequence[Dataset]
) -> list[float]:
    def outputs(own: dict[str, Any], x: torch.Tensor) -> torch.Tensor:
        return torch.func.functional_call(network, own, (x,))

    sets = (("x_train", "y_train"), ("x_validation", "y_validation"))
    for inputs, labels in sets:
        x = torch.stack([torch.from_numpy(getattr(one, inputs)) for one in data])
        z = torch.func.vmap(outputs)(weights, x)
        found = [
            _scores(own, torch.from_numpy(getattr(one, labels)))[1]
            for own, one in zip(z, data, strict=True)
        ]
    return found


def _network(sizes: Sequence[int]) -> torch.nn.Sequential:
    layers: list[torch.nn.Module] = []
    for inputs, outputs in zip(sizes, sizes[1:], strict=False):
        layers += [torch.nn.Linear(inputs, outputs), torch.nn.ReLU()]
    return torch.nn.Sequential(*layers[:-1])


@torch.no_grad()
def _evaluate(network: torch.nn.Module, data: Dataset) -> list[tuple[float, float]]:
    sets = ((data.x_train, data.y_train), (data.x_validation, data.y_validation))
    found = []
    for x, labels in sets:
        found.append(_scores(network(torch.from_numpy(x)), torch.from_numpy(labels)))
    return found


def _scores(z: torch.Tensor, y: torch.Tensor) -> tuple[float, float]:
    """Loss and accuracy."""
    if z.shape[1] == 1:
        loss = functional.binary_cross_entropy_with_logits(z[:, 0], y.float())
        right = (z[:, 0] > 0) == (y == 1)
    else:
        loss, right = functional.cross_entropy(z, y), z.argmax(1) == y
    return float(loss), float(right.float().mean())


def sklearn(case: Case, data: Sequence[Dataset]) -> list[float]:
    """Train each network with scikit-learn's MLPClassifier; it evaluates nothing."""
    for seed, one in enumerate(data):
        network = MLPClassifier(
            case.sizes[1:-1], solver="adam", alpha=0.0, batch_size=case.batch_size,
            learning_rate_init=LEARNING_RATE, max_iter=case.epochs, tol=0.0,
            n_iter_no_change=case.epochs + 1, random_state=seed,
        )  # fmt: skip
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            network.fit(one.x_train, one.y_train)
    return []


LOOPS: dict[str, Peer] = {"torch-loop": torch_loop, "torch-fused": torch_fused, "sklearn": sklearn}
"""What trains one network after the other."""


def stacks() -> dict[str, Peer]:
    """What trains all networks at once; JAX where it is installed (`requirements-peers.txt`)."""
    found: dict[str, Peer] = {"torch-vmap": torch_vmap}
    if find_spec("jax") is not None:
        from benchmarks import jax_peer

        found |= {"jax": jax_peer.compiled_before, "jax-compiling": jax_peer.compiling}
    return found

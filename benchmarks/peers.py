"""The same training by three means; each trains, shuffles and evaluates at start and end.

Every function trains networks of a case, one after the other but for ours, and returns nothing:
the caller takes the time.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence

import torch
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from benchmarks.cases import Case
from core.data.dataset import Dataset
from core.engine.training import Job, fit
from core.lab.run import complete

LEARNING_RATE = 0.01


def ours(case: Case, data: Sequence[Dataset]) -> None:
    """Train all networks of the case at once through the public door of the engine."""
    jobs = [
        Job(one, seed, case.sizes[1:-1], learning_rate=LEARNING_RATE, batch_size=case.batch_size)
        for seed, one in enumerate(data)
    ]
    complete(fit(jobs, steps=case.steps, evaluate_every=case.steps))


def torch_loop(case: Case, data: Sequence[Dataset]) -> None:
    """Train each network in a plain PyTorch loop: tensors indexed by a permutation, Adam."""
    for seed, one in enumerate(data):
        generator = torch.Generator().manual_seed(seed)
        network = _network(case.sizes)
        optimizer = torch.optim.Adam(network.parameters(), lr=LEARNING_RATE)
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
        _evaluate(network, one)


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
        z, y = network(torch.from_numpy(x)), torch.from_numpy(labels)
        if z.shape[1] == 1:
            loss = torch.nn.functional.binary_cross_entropy_with_logits(z[:, 0], y.float())
            right = (z[:, 0] > 0) == (y == 1)
        else:
            loss, right = torch.nn.functional.cross_entropy(z, y), z.argmax(1) == y
        found.append((float(loss), float(right.float().mean())))
    return found


def sklearn(case: Case, data: Sequence[Dataset]) -> None:
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


PEERS: dict[str, Callable[[Case, Sequence[Dataset]], None]] = {
    "torch-loop": torch_loop,
    "sklearn": sklearn,
}

"""Training against attacks: one generator for all ways, on stacked networks of the digits."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass

import torch
from torch.nn.functional import cross_entropy, kl_div, log_softmax

from core.attacks import evasion
from core.attacks.evasion import Target
from core.attacks.method import BATCH, Method, batches_in
from core.data.dataset import Dataset
from core.engine.adam import Adam
from core.lab.run import relay
from core.lab.seeding import derived_seed, torch_generator
from core.models.digit_cnn import DigitNets, Logits, stacked_inputs

__all__ = ["Method", "train"]
LEARNING_RATE = 0.005


def train(
    nets: DigitNets, data: Sequence[Dataset], method: Method, epochs: int
) -> Generator[int, None, None]:
    """Train the networks in place, with Adam and a learning rate that falls to zero.

    Args:
        nets: One per seed.
        data: One data set per seed, all of one length, at least one batch.
        method: The same for all.
        epochs: Passes over the training examples.

    Yields:
        The number of batches done, after each batch and each step of an inner attack; never
        inside `torch.no_grad()`.
    """
    x = stacked_inputs([one.x_train for one in data])
    y = stacked_inputs([one.y_train for one in data])
    optimizer = Adam(list(nets.parameters))
    total, done = epochs * batches_in(x.shape[1]), 0
    for epoch in range(epochs):
        order = _order(nets.seeds, epoch, x.shape[1])
        for index in order[:, : x.shape[1] // BATCH * BATCH].split(BATCH, dim=1):
            learning_rate = LEARNING_RATE * (1 - done / total)
            own = x.gather(1, index.unsqueeze(-1).expand(-1, -1, x.shape[2]))
            batch = _Batch(own, y.gather(1, index), nets.seeds, done)
            loss = yield from _loss(nets, batch, method)
            optimizer.forget()
            loss.backward()
            optimizer.step(learning_rate)
            done += 1
            yield done


@dataclass
class _Batch:
    """Examples of one step: inputs `(K, B, d)`, labels `(K, B)`, and the number of the step."""

    x: torch.Tensor
    y: torch.Tensor
    seeds: Sequence[int]
    done: int


def _order(seeds: Sequence[int], epoch: int, n: int) -> torch.Tensor:
    drawn = [torch.randperm(n, generator=torch_generator(s, "order", epoch)) for s in seeds]
    return torch.stack(drawn)


def _loss(nets: DigitNets, batch: _Batch, method: Method) -> Generator[int, None, torch.Tensor]:
    x = batch.x
    if method.kind == "trades":
        return (yield from _trades(nets, batch, method))
    if method.kind in ("noise", "gaussian"):
        x = _noisy(batch, method)
    elif method.kind in ("fgsm", "pgd"):
        x = yield from _attacked(nets.logits(), batch, method)
    return _cross_entropy(nets.logits(frozen=False)(x), batch.y)


def _cross_entropy(scores: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    # A sum over models of means over examples: each model's gradient is as if it were alone.
    return cross_entropy(scores.flatten(0, 1), y.flatten(), reduction="sum") / y.shape[1]


def _noisy(batch: _Batch, method: Method) -> torch.Tensor:
    shape = batch.x.shape[1:]
    generators = [torch_generator(s, "noise", method.kind, batch.done) for s in batch.seeds]
    noise = torch.stack([torch.randn(shape, generator=g) for g in generators])
    if method.kind == "gaussian":
        return batch.x + method.epsilon * noise
    return (batch.x + method.epsilon * noise.sign()).clamp(0, 1)


def _attacked(logits: Logits, batch: _Batch, method: Method) -> Generator[int, None, torch.Tensor]:
    seeds = [derived_seed(seed, "inner attack", batch.done) for seed in batch.seeds]
    target = Target(logits, batch.x, batch.y, seeds)
    if method.kind == "fgsm":
        work = evasion.fgsm(target, method.epsilon)
    else:
        work = evasion.pgd(target, method.epsilon, steps=method.steps, drop_fooled=False)
    return (yield from relay(work, lambda _: batch.done))


def _trades(nets: DigitNets, batch: _Batch, method: Method) -> Generator[int, None, torch.Tensor]:
    """Clean loss, plus `beta` times the divergence that an attack on the divergence finds."""
    frozen = nets.logits()
    with torch.no_grad():
        clean = frozen(batch.x).log_softmax(-1)
    generators = [torch_generator(s, "trades", batch.done) for s in batch.seeds]
    start = torch.stack([torch.randn(batch.x.shape[1:], generator=g) for g in generators])
    moved = (batch.x + 0.001 * start).clamp(0, 1)
    size = 2.5 * method.epsilon / method.steps
    for _ in range(method.steps):
        moved.requires_grad_()
        apart = _divergence(frozen(moved), clean)
        slope = torch.autograd.grad(apart, moved)[0]
        change = moved.detach() + size * slope.sign() - batch.x
        change = change.clamp(-method.epsilon, method.epsilon)
        moved = (batch.x + change).clamp(0, 1)
        yield batch.done
    logits = nets.logits(frozen=False)
    scores = logits(batch.x)
    apart = _divergence(logits(moved), log_softmax(scores, -1)) / batch.y.shape[1]
    return _cross_entropy(scores, batch.y) + method.beta * apart


def _divergence(scores: torch.Tensor, clean: torch.Tensor) -> torch.Tensor:
    return kl_div(scores.log_softmax(-1), clean, reduction="sum", log_target=True)

"""A network that answers requests, and how long it takes for a batch of them here."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from core.lab.seeding import torch_generator
from core.lab.timing import quickest
from core.models.serving.wire import CLASSES, INPUTS


def sizes(width: int) -> tuple[int, ...]:
    """Layers of the network that is served, from input to output."""
    return INPUTS, width, width, CLASSES


def layers(sizes: Sequence[int], seed: int) -> list[Tensor]:
    """Weights of a ReLU network, each `(inputs, outputs)`.

    They are random: times do not depend on what a network has learned.

    Args:
        sizes: Layer widths from input to output.
        seed: Of the weights.
    """
    found = []
    for place, (inputs, outputs) in enumerate(itertools.pairwise(sizes)):
        draws = torch_generator(seed, "served weights", place)
        found.append(torch.empty(inputs, outputs).normal_(0, inputs**-0.5, generator=draws))
    return found


def answers(layers: Sequence[Tensor], x: Tensor) -> Tensor:
    """What the network answers to a batch `(k, inputs)`, `(k, outputs)`."""
    for layer in layers:
        x = (x @ layer).relu_()
    return x


def timed(
    sizes: Sequence[int], batches: Sequence[int], seed: int, rounds: int, calls: int
) -> Iterator[float]:
    """Time a ReLU network on batches of several sizes; these take turns.

    So what slows the machine for a while slows all sizes.

    Args:
        sizes: Layer widths from input to output.
        batches: Ascending.
        seed: Of weights and requests.
        rounds: How often each size is timed,
        calls: each time as the fastest of so many answers.

    Yields:
        Seconds of processor time, one after the other: in each round those of each batch size.
    """
    own = layers(sizes, seed)
    draws = torch_generator(seed, "requests")
    requests = torch.zeros(batches[-1], sizes[0]).uniform_(generator=draws)
    for _ in range(rounds):
        for batch in batches:
            yield quickest(_seconds(own, requests[:batch]) for _ in range(calls))


def _seconds(layers: Sequence[Tensor], requests: Tensor) -> float:
    started = time.thread_time()
    answers(layers, requests)
    return time.thread_time() - started

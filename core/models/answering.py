"""A network that answers requests, and how long it takes for a batch of them here."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Sequence

import torch

from core.lab.seeding import torch_generator
from core.lab.timing import quickest


def timed(
    sizes: Sequence[int], batches: Sequence[int], seed: int, rounds: int, calls: int
) -> Iterator[float]:
    """Time a ReLU network on batches of several sizes; these take turns.

    So what slows the machine for a while slows all sizes. Weights are random: times do not depend
    on what a network has learned.

    Args:
        sizes: Layer widths from input to output.
        batches: Ascending.
        seed: Of weights and requests.
        rounds: How often each size is timed,
        calls: each time as the fastest of so many answers.

    Yields:
        Seconds of processor time, one after the other: in each round those of each batch size.
    """
    layers = []
    for place, (inputs, outputs) in enumerate(itertools.pairwise(sizes)):
        draws = torch_generator(seed, "served weights", place)
        layers.append(torch.empty(inputs, outputs).normal_(0, inputs**-0.5, generator=draws))
    draws = torch_generator(seed, "requests")
    requests = torch.zeros(batches[-1], sizes[0]).uniform_(generator=draws)
    for _ in range(rounds):
        for batch in batches:
            yield quickest(_seconds(layers, requests[:batch]) for _ in range(calls))


def _seconds(layers: Sequence[torch.Tensor], requests: torch.Tensor) -> float:
    started = time.thread_time()
    for layer in layers:
        requests = (requests @ layer).relu_()
    return time.thread_time() - started

"""One network trained by several processes that share out its batches; what each of them runs.

Every process has the whole network and computes the gradient of its part of a batch; the sum over
all of them (all-reduce, by gloo over this machine's own address) is the gradient of the batch. Run
as a program, with its rank, their number and a folder to meet in, this module is one of them.
"""

from __future__ import annotations

import itertools
import math
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, distributed
from torch.nn.functional import cross_entropy

from core.data.embedded import load_digits
from core.lab.beside import packed, serve
from core.lab.seeding import numpy_generator, torch_generator

INPUTS, CLASSES, HIDDEN = 64, 10, 2
N_TRAIN = 1200
RATE = 0.3
WARM = 3
"""Steps that are not timed: the first ones also pay for memory and connections."""
QUICK = 0.1
"""Times are means over this share of many steps, the quickest: others who use the machine make
steps slower, and none faster."""
SECONDS_TO_MEET = timedelta(seconds=40)
ENVIRONMENT = {"GLOO_SOCKET_IFNAME": "lo0" if sys.platform == "darwin" else "lo"}
"""Of such a process: it listens on this machine's own address and on no other."""


def sizes(width: int) -> tuple[int, ...]:
    """Layers of the network, from input to output."""
    return INPUTS, *[width] * HIDDEN, CLASSES


def numbers(width: int) -> int:
    """Weights and biases."""
    return sum((a + 1) * b for a, b in itertools.pairwise(sizes(width)))


class Shared:
    """A ReLU network whose weights, and whose gradient, are one row of numbers each.

    Attributes:
        weights: Of all layers, `(n,)`.
        gradient: `(n + 1,)`: the last number is the loss, so that one sum brings both.
    """

    def __init__(self, width: int, seed: int) -> None:
        """Draw the weights (He et al. 2015): the same in every process."""
        n = numbers(width)
        self.weights, self.gradient = torch.zeros(n), torch.zeros(n + 1)
        self._layers, at = [], 0
        for place, (inputs, outputs) in enumerate(itertools.pairwise(sizes(width))):
            draws = torch_generator(seed, "shared weights", place)
            pair = []
            for shape in ((inputs, outputs), (outputs,)):
                size = math.prod(shape)
                own = self.weights[at : at + size].view(shape)
                if len(shape) > 1:
                    own.normal_(0, (2 / inputs) ** 0.5, generator=draws)
                own.requires_grad_()
                own.grad = self.gradient[at : at + size].view(shape)
                pair.append(own)
                at += size
            self._layers.append(pair)

    def answers(self, x: Tensor) -> Tensor:
        """Scores of every class, `(k, 10)`."""
        for place, (weight, bias) in enumerate(self._layers):
            x = torch.addmm(bias, x, weight)
            x = x.relu() if place < HIDDEN else x
        return x

    def look(self, x: Tensor, y: Tensor, whole: int) -> None:
        """Set gradient and loss to this part's share in those of a batch of `whole` examples."""
        self.gradient.zero_()
        loss = cross_entropy(self.answers(x), y, reduction="sum") / whole
        loss.backward()
        self.gradient[-1] = loss.detach()

    def step(self) -> None:
        """Go against the gradient."""
        with torch.no_grad():
            self.weights.add_(self.gradient[:-1], alpha=-RATE)


def batches(seed: int, batch: int, steps: int) -> Iterator[np.ndarray]:
    """Places of the examples of each step, drawn with replacement, `(batch,)`."""
    draws = numpy_generator(seed, "shared batches", batch)
    for _ in range(steps):
        yield draws.integers(0, N_TRAIN, batch)


def digits(seed: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Training and new digits: inputs and labels of each."""
    data = load_digits(N_TRAIN, seed=seed)
    x, y = (torch.from_numpy(part) for part in (data.x_train, data.y_train))
    new, truth = (torch.from_numpy(part) for part in (data.x_validation, data.y_validation))
    return x.float(), y.long(), new.float(), truth.long()


def alone(width: int, batch: int, steps: int, seed: int) -> Iterator[Shared]:
    """Train in this process alone; yields the network after the gradient of each step."""
    x, y, *_ = digits(seed)
    net = Shared(width, seed)
    for picked in batches(seed, batch, steps):
        net.look(x[picked], y[picked], batch)
        yield net
        net.step()


def right(weights: np.ndarray, width: int, seed: int) -> float:
    """Share of new digits that a network with these weights gets right."""
    *_, new, truth = digits(seed)
    net = Shared(width, seed)
    with torch.no_grad():
        net.weights.copy_(torch.from_numpy(weights.copy()))
        return float((net.answers(new).argmax(1) == truth).float().mean())


@dataclass
class Process:
    """One of the processes, and whom it sums with.

    Attributes:
        rank: Its place among them.
        groups: Number of processes -> those with the lowest ranks; 1 has nobody to sum with.
    """

    rank: int
    groups: Mapping[int, Any]

    def carry_out(self, order: Mapping[str, Any]) -> dict[str, Any]:
        """Do what an order names: `train`, `alone` or `sums`, see there."""
        kinds: dict[str, Callable[..., dict[str, Any]]] = {
            "train": self.train, "alone": self.alone, "sums": self.sums,
        }  # fmt: skip
        told = {name: value for name, value in order.items() if name != "do"}
        return kinds[order["do"]](**told)

    def train(
        self, processes: int, width: int, batch: int, steps: int, seed: int, whole: bool = False
    ) -> dict[str, Any]:
        """Train on this process's part of every batch.

        Args:
            processes: That share a batch out; this is one of the first so many.
            width: Of the hidden layers.
            batch: Examples of a step in all, a multiple of `processes`.
            steps: Of the optimizer.
            seed: Of weights, data and batches.
            whole: Whether first gradient and last weights are told, too, and all losses.

        Returns:
            `step`, seconds of wall time, and `summing`, those of them in the all-reduce, see
            `QUICK`; `computing`, the share of the others in which the processor worked for it;
            `bytes` handed to each all-reduce.
        """
        x, y, *_ = digits(seed)
        net, group, share = Shared(width, seed), self.groups[processes], batch // processes
        mine = slice(self.rank * share, (self.rank + 1) * share)
        clock, first, losses = Clock(), None, []
        self._meet(processes)
        for picked in batches(seed, batch, steps):
            clock.begins()
            net.look(x[picked[mine]], y[picked[mine]], batch)
            clock.computed()
            if processes > 1:
                distributed.all_reduce(net.gradient, group=group)
            clock.summed()
            if whole:
                first = net.gradient[:-1].clone() if first is None else first
                losses.append(float(net.gradient[-1]))
            net.step()
        told: dict[str, Any] = clock.told()
        told |= {"bytes": net.gradient.nbytes if processes > 1 else 0}
        if whole and first is not None and self.rank == 0:
            told |= {"gradient": packed(first.numpy()), "weights": packed(net.weights.numpy())}
        return told | {"losses": losses}

    def alone(self, width: int, several: Sequence[int], steps: int, seed: int) -> dict[str, Any]:
        """Seconds of a step of this process alone, by number of examples."""
        found = [self.train(1, width, batch, steps, seed)["step"] for batch in several]
        return {"steps": found}

    def sums(self, processes: int, sizes: Sequence[int], repeats: int) -> dict[str, Any]:
        """Seconds of an all-reduce by bytes of the message, see `QUICK`."""
        found = []
        for size in sizes:
            message, seconds = torch.zeros(size // 4), []
            self._meet(processes)
            for _ in range(repeats):
                started = time.perf_counter()
                distributed.all_reduce(message, group=self.groups[processes])
                seconds.append(time.perf_counter() - started)
            found.append(quick(np.array(seconds[WARM:])))
        return {"seconds": found}

    def _meet(self, processes: int) -> None:
        if processes > 1:
            distributed.barrier(group=self.groups[processes])


def quick(values: np.ndarray, seconds: np.ndarray | None = None) -> float:
    """Mean over the quickest steps, see `QUICK`.

    Args:
        values: Of each step, `(n,)`.
        seconds: How long each took, `(n,)`; the values themselves by default.
    """
    seconds = values if seconds is None else seconds
    kept = np.argsort(seconds, kind="stable")[: max(2, round(QUICK * len(seconds)))]
    return float(values[kept].mean())


class Clock:
    """Wall and processor time of the parts of a step."""

    def __init__(self) -> None:
        self._wall: list[tuple[float, ...]] = []
        self._work: list[tuple[float, float]] = []

    def begins(self) -> None:
        """A step begins."""
        self._now, self._used = [time.perf_counter()], time.thread_time()

    def computed(self) -> None:
        """The gradient is there."""
        self._now.append(time.perf_counter())
        self._work.append((self._now[1] - self._now[0], time.thread_time() - self._used))

    def summed(self) -> None:
        """The sum is there; the update that follows counts to the next step's beginning."""
        self._wall.append((*self._now, time.perf_counter()))

    def told(self) -> dict[str, float]:
        """As `Process.train` returns it."""
        wall = np.array(self._wall)[WARM:]
        work = np.array(self._work)[WARM:]
        step = np.diff(wall[:, 0])  # From beginning to beginning.
        return {
            "step": quick(step, step),
            "summing": quick(wall[:-1, 2] - wall[:-1, 1], step),
            "computing": float(min(1.0, work[:, 1].sum() / work[:, 0].sum())),
        }


def groups(size: int) -> dict[int, Any]:
    """A group of the lowest ranks for every power of two up to the number of processes."""
    counts = [2**k for k in range(1, size.bit_length()) if 2**k <= size]
    return {1: None, **{n: distributed.new_group(list(range(n))) for n in counts}}


def main(rank: int, size: int, folder: Path) -> None:
    """Be one of the processes until no more orders come; the folder goes with them."""
    torch.set_num_threads(1)
    met: list[Process] = []

    def carry_out(order: Mapping[str, Any]) -> dict[str, Any]:
        if not met:
            distributed.init_process_group(
                "gloo", init_method=(folder / "meeting").as_uri(), rank=rank, world_size=size,
                timeout=SECONDS_TO_MEET,
            )  # fmt: skip
            met.append(Process(rank, groups(size)))
        return met[0].carry_out(order) if order["do"] != "meet" else {}

    serve(carry_out, lambda: shutil.rmtree(folder, ignore_errors=True))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))

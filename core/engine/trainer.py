"""One stack under training: its models, their batches, and the update, step after step."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import torch

from core.engine.backprop import Backprop, Room
from core.engine.batches import Batches, Dropout, Examples
from core.engine.cost import step_flops
from core.engine.evaluation import PIECE, Evaluation
from core.engine.job import Job
from core.engine.loss import CROSS_ENTROPY
from core.engine.losses import Losses
from core.engine.optimizers import Update, settings
from core.engine.stack import Shape, Stack

MOST_FLOPS = 5e8
"""Of one step of a stack: about ten milliseconds, so that wide networks pause in time too."""


class Trainer:
    """Trains the jobs of one stack.

    Attributes:
        jobs: The models, in the order of the stack's rows.
        places: Where each stands in the list that was given to `fit`.
    """

    def __init__(
        self,
        jobs: Sequence[Job],
        places: Sequence[int],
        examples: Examples,
        keep_best: bool,
        rooms: dict[object, Room],
    ) -> None:
        """Draw initial weights, and take or allocate the room that a training step needs."""
        self.jobs, self.places = tuple(jobs), tuple(places)
        self._stack = Stack(jobs)
        self._best = Stack(jobs) if keep_best else None
        self._evaluation = Evaluation(self._stack, examples)
        smoothing = torch.tensor([job.label_smoothing for job in jobs]).view(-1, 1, 1)
        some = bool(smoothing.any())
        room = self._room(rooms)
        self._backprop = Backprop(self._stack, jobs[0].batch, smoothing if some else None, room)
        if jobs[0].loss != CROSS_ENTROPY:
            losses = [job.loss for job in jobs]
            self._backprop.losses = Losses(losses, jobs[0].data.n_classes, jobs[0].n_outputs)
        self._update = Update(self._stack, self._backprop.gradients)
        self._batches = Batches(jobs, examples, self._backprop.batch)
        self._dropout: Dropout | None = None
        if jobs[0].dropout and jobs[0].hidden:
            self._dropout = Dropout(jobs, self._stack.shape, jobs[0].batch)
            self._backprop.masks = self._dropout.masks

    def _room(self, rooms: dict[object, Room]) -> Room:
        shape, first = self._stack.shape, self.jobs[0]
        wanted = shape, len(self.jobs), first.batch, first.precision
        if wanted not in rooms:
            rooms[wanted] = Room(*wanted)
        return rooms[wanted]

    def step(self) -> None:
        """Train every model on its next batch."""
        self._batches.advance()
        if self._dropout is not None:
            self._dropout.advance()
        self._backprop.run()
        self._update.run()

    def evaluate(self, first: bool) -> Generator[None, None, dict[tuple[str, str], np.ndarray]]:
        """Measure all models on all splits, pausing after every piece; first: before any step."""
        return self._evaluation.first() if first else self._evaluation.run()

    def keep(self, better: np.ndarray) -> None:
        """Remember the present weights of the models that are better than ever, `(K,)` bool."""
        if self._best is not None and better.any():
            self._best.copy_rows(np.flatnonzero(better).tolist(), self._stack)

    def finish(self) -> None:
        """Free what only training needs; weights stay."""
        del self._backprop, self._update, self._batches, self._dropout, self._evaluation

    def logits(self, x: np.ndarray, rows: Sequence[int], best: bool) -> np.ndarray:
        """Outputs of some models for the same inputs.

        Args:
            x: Inputs, `(n, n_features)`.
            rows: Which models of the stack.
            best: With the remembered weights.

        Returns:
            `(rows, n, n_outputs)` float32.

        Raises:
            ValueError: If best weights were not kept, or the inputs have another width.
        """
        stack = self._best if best else self._stack
        if stack is None:
            raise ValueError("the best weights were not kept: fit(..., keep_best=True)")
        if x.ndim != 2 or x.shape[1] != stack.shape.n_features:
            raise ValueError(f"inputs must be (n, {stack.shape.n_features}), got {x.shape}")
        ones = np.ones((len(x), 1))
        inputs = torch.from_numpy(np.concatenate([x, ones], axis=1, dtype=np.float32))
        index = torch.tensor(rows)
        widest = max(*stack.shape.hidden, inputs.shape[1], 1)
        pieces = torch.split(inputs, max(1, PIECE // (len(rows) * widest)))
        found = [stack.logits(p.expand(len(rows), -1, -1), index) for p in pieces]
        return np.asarray(torch.cat(found, 1).numpy())

    def weights(self, row: int) -> list[np.ndarray]:
        """Weights of one model per layer, without the units that are only stored."""
        if self._stack.shape.batch_norm:
            raise ValueError("batch norm has weights that are no layer")
        sizes = self.jobs[row].sizes
        blocks = [block[row].numpy() for block in self._stack.weights.layers]
        # Units that are not there lie between a layer's last input and its biases.
        return [
            np.concatenate([block[:inputs, :outputs], block[-1:, :outputs]])
            for block, inputs, outputs in zip(blocks, sizes, sizes[1:], strict=False)
        ]


def trainers_for(jobs: Sequence[Job], keep_best: bool) -> list[Trainer]:
    """Group jobs into stacks; what decides is a function of each job alone."""
    tables: dict[object, list[int]] = {}
    groups: dict[object, list[int]] = {}
    for place, job in enumerate(jobs):
        tables.setdefault(_table(job), []).append(place)
        groups.setdefault((_table(job), _kind(job)), []).append(place)
    examples = {key: Examples([jobs[p] for p in places]) for key, places in tables.items()}
    trainers: list[Trainer] = []
    rooms: dict[object, Room] = {}  # one stack takes its step after the other
    for places in groups.values():
        places.sort(key=lambda p: (*settings(jobs[p]), len(jobs[p].data.y_train)))
        first = jobs[places[0]]
        most = max(1, int(MOST_FLOPS / step_flops(first.sizes, first.batch)))
        for some in (places[i : i + most] for i in range(0, len(places), most)):
            chosen = [jobs[p] for p in some]
            trainers.append(Trainer(chosen, some, examples[_table(first)], keep_best, rooms))
    return trainers


def _table(job: Job) -> tuple[int, int]:
    return job.data.n_features, job.data.n_classes


def _kind(job: Job) -> tuple[object, ...]:
    plain = job.loss == CROSS_ENTROPY
    remedies = job.dropout > 0, job.augmentation
    return Shape.of(job), job.batch, job.optimizer, *remedies, plain, job.precision


@contextmanager
def denormals_flushed() -> Iterator[None]:
    """Treat numbers below 1e-38 as zero: Adam's moments decay into them, and they are slow."""
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(False)

"""Which examples each model of a stack sees at each step, and the randomness that goes with it.

Every draw is named by the run's seed, its purpose and the epoch or step, never by a place in the
stack. Indices and dropout are prepared for several steps at once; that only saves time.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import torch

from core.engine.augment import augmented
from core.engine.job import Job
from core.engine.stack import Shape
from core.lab.seeding import derived_seed, numpy_generator

MOST_STEPS = 64
PREPARED = 1 << 19
"""Numbers prepared ahead at most, so that they stay in the cache."""


class Examples:
    """All data sets of jobs with equal inputs and classes in one table, each array once.

    Attributes:
        rows: `(n, n_features + 1 + targets)`: inputs, a one, and the target (the label for one
            output, else one column per class).
        labels: `(n,)` int64.
    """

    def __init__(self, jobs: Sequence[Job]) -> None:
        """Collect the training set and every split of the jobs.

        Raises:
            ValueError: If inputs and labels of a set do not fit together.
        """
        self._starts: dict[tuple[int, int], int] = {}
        sets, end = [], 0
        for job in jobs:
            for x, y in ((job.data.x_train, job.data.y_train), *job.splits.values()):
                if (id(x), id(y)) not in self._starts:
                    self._starts[id(x), id(y)] = end
                    sets.append((x, y, job))
                    end += len(y)
        self.labels = torch.from_numpy(np.concatenate([y for _, y, _ in sets]).astype(np.int64))
        # Filled in place: joining ready tables would need them all twice.
        tables = (_table(x, y, job) for x, y, job in sets)
        first = next(tables)
        self.rows = torch.empty(end, first.shape[1])
        at = 0
        for table in itertools.chain([first], tables):
            self.rows[at : at + len(table)] = table
            at += len(table)

    def start(self, x: np.ndarray, y: np.ndarray) -> int:
        """Row at which a set begins."""
        return self._starts[id(x), id(y)]


def _table(x: np.ndarray, y: np.ndarray, job: Job) -> torch.Tensor:
    classes, width = job.data.n_classes, job.data.n_features
    if x.shape != (len(y), width) or not np.isin(y, np.arange(classes)).all():
        raise ValueError(f"a set of {job.data.name} has inputs or labels of another shape")
    target = y[:, None] if classes == 2 else y[:, None] == np.arange(classes)
    table = np.concatenate([x, np.ones((len(y), 1)), target], axis=1, dtype=np.float32)
    return torch.from_numpy(table)


class Order:
    """A stream of permutations of one training set, one per epoch."""

    def __init__(self, seed: int, n: int) -> None:
        """Start before the first epoch."""
        self._seed, self._n, self._epoch = seed, n, 0
        self._left = torch.empty(0, dtype=torch.int64)
        self._generator = torch.Generator()

    def take(self, count: int) -> torch.Tensor:
        """The next places in the training set, `(count,)` int64."""
        parts, have = [self._left], len(self._left)
        while have < count:
            self._generator.manual_seed(derived_seed(self._seed, "order", self._epoch))
            parts.append(torch.randperm(self._n, generator=self._generator))
            have, self._epoch = have + self._n, self._epoch + 1
        stream = torch.cat(parts)
        self._left = stream[count:]
        return stream[:count]


class Batches:
    """Fills a stack's training batch, step after step."""

    def __init__(self, jobs: Sequence[Job], examples: Examples, out: torch.Tensor) -> None:
        """Prepare nothing yet.

        Args:
            jobs: Of one batch size and one kind of augmentation.
            examples: Holds their training sets.
            out: `(K, batch, columns)`, overwritten by `advance`.
        """
        self._jobs, self._examples, self._out = jobs, examples, out
        self._flat = out.view(-1, out.shape[-1])
        keys = [(job.seed, len(job.data.y_train)) for job in jobs]
        unique = list(dict.fromkeys(keys))
        self._orders = [Order(seed, n) for seed, n in unique]
        self._order_of = torch.tensor([unique.index(key) for key in keys])
        starts = [examples.start(job.data.x_train, job.data.y_train) for job in jobs]
        self._starts = torch.tensor(starts)[:, None]
        self._augmented = jobs[0].augmentation != "none"
        some = jobs if self._augmented else ()
        self._generators = [numpy_generator(job.seed, job.augmentation) for job in some]
        columns = out.shape[-1] if self._augmented else 1
        self._ahead = _steps_ahead(columns * len(self._flat))
        self._prepared = self._index = torch.empty(0)
        self._next = self._ahead

    def advance(self) -> None:
        """Put the next step's examples into the batch."""
        if self._next == self._ahead:
            self._prepare()
        if self._augmented:
            self._out.copy_(self._prepared[self._next])
        else:
            torch.index_select(self._examples.rows, 0, self._index[self._next], out=self._flat)
        self._next += 1

    def _prepare(self) -> None:
        models, batch = self._out.shape[:2]
        places = torch.stack([order.take(self._ahead * batch) for order in self._orders])
        index = places[self._order_of] + self._starts
        index = index.view(models, self._ahead, batch).transpose(0, 1)
        self._index, self._next = index.reshape(self._ahead, -1), 0
        if self._augmented:
            self._augment()

    def _augment(self) -> None:
        rows = self._examples.rows[self._index.flatten()].view(self._ahead, *self._out.shape)
        inputs = rows.numpy()[:, :, :, : self._jobs[0].data.n_features]
        for k, (job, rng) in enumerate(zip(self._jobs, self._generators, strict=True)):
            x = inputs[:, k].reshape(-1, inputs.shape[-1])
            changed = augmented(job.augmentation, x, job.augmentation_strength, rng)
            inputs[:, k] = changed.reshape(inputs[:, k].shape)
        self._prepared = rows


class Dropout:
    """What hidden activations are multiplied with in training: zero, or `1 / (1 - rate)`.

    Sixteen random bits decide on a unit, so that rates are exact to 1 in 65536. Jobs of one seed
    and shape share the bits: a unit dropped at a low rate is dropped at every higher one.

    Attributes:
        masks: Per hidden layer `(K, width, batch)` float32, overwritten by `advance`.
    """

    def __init__(self, jobs: Sequence[Job], shape: Shape, batch_size: int) -> None:
        """Prepare nothing yet."""
        units = sum(shape.hidden)
        self._seeds = list(dict.fromkeys(job.seed for job in jobs))
        self._generators = [numpy_generator(seed, "dropout") for seed in self._seeds]
        self._seed_of = [self._seeds.index(job.seed) for job in jobs]
        self._limits = [round(job.dropout * 65536) for job in jobs]
        self._scale = torch.tensor([1 / (1 - job.dropout) for job in jobs])[:, None]
        values = torch.empty(len(jobs), units, batch_size)
        self._flat = values.view(len(jobs), -1)
        ends = list(itertools.accumulate(shape.hidden))
        self.masks = [values[:, e - w : e] for w, e in zip(shape.hidden, ends, strict=True)]
        self._ahead = _steps_ahead(self._flat.numel())
        self._kept = torch.empty(0)
        self._next = self._ahead

    def advance(self) -> None:
        """Draw the next step's masks."""
        if self._next == self._ahead:
            self._prepare()
        torch.mul(self._kept[self._next], self._scale, out=self._flat)
        self._next += 1

    def _prepare(self) -> None:
        models, per_step = self._flat.shape
        words = self._ahead * per_step // 4
        raw = [rng.bit_generator.random_raw(words) for rng in self._generators]
        bits = [np.asarray(drawn).view(np.uint16) for drawn in raw]
        kept = np.empty((self._ahead, models, per_step), dtype=np.uint8)
        for k, (seed, limit) in enumerate(zip(self._seed_of, self._limits, strict=True)):
            np.greater_equal(bits[seed].reshape(self._ahead, -1), limit, out=kept[:, k].view(bool))
        self._kept, self._next = torch.from_numpy(kept), 0


def _steps_ahead(numbers_per_step: int) -> int:
    return max(1, min(MOST_STEPS, PREPARED // numbers_per_step))

"""Pairs of digits for a stack of networks: every seed's in several sizes."""

from __future__ import annotations

from collections.abc import Generator, Sequence

import numpy as np
import torch
from torch import Tensor

from core.data.digit_pairs import DIGITS, Pairs
from core.lab.seeding import numpy_generator
from core.models.long_addition import BASE, sum_of_numbers
from core.models.sum_nets import SumNets, remainders, stacked

PIECE = 12_000
"""Pairs that are asked at once, over all networks of a stack."""


class SumSets:
    """What the networks of a stack learn from and are asked; one network per size and seed.

    Attributes:
        places: Size and seed of each network, sizes first.
        labelled: Single pictures `(K, m, 64)` and their digits `(K, m)`, if any.
        singles: New single pictures, `(K, 597, 64)`,
        labels: and their digits, `(K, 597)`.
        asked: New pairs for each seed.
    """

    def __init__(
        self,
        seeds: Sequence[int],
        sizes: Sequence[int],
        pairs: Sequence[tuple[Pairs, Pairs]],
        labelled: int = 0,
    ) -> None:
        """Stack the pairs of all seeds.

        Args:
            seeds: Of the run.
            sizes: Numbers of pairs, ascending.
            pairs: Of each seed: as many as the largest size, and new ones that are asked.
            labelled: Single pictures with their digit, the same number of each digit.
        """
        self.places = [(size, seed) for size in sizes for seed in seeds]
        owner = torch.arange(len(seeds)).repeat(len(sizes))
        drawn, new = zip(*pairs, strict=True)
        self._owner, self._train, self._test = owner, stacked(drawn), stacked(new)
        self._digits = torch.from_numpy(np.stack([p.digits for p in drawn]))
        self._orders = [numpy_generator(seed, "sums", size) for size, seed in self.places]
        self.asked = self._test[2].shape[1]
        self.singles = torch.from_numpy(np.stack([p.singles for p in new]))[owner]
        self.labels = np.stack([p.labels for p in new])[owner.numpy()]
        self.labelled = None
        if labelled:
            rows = [_of_each_digit(p.labels, labelled // DIGITS) for p in drawn]
            x, y = (
                np.stack([part[own] for part, own in zip(parts, rows, strict=True)])
                for parts in ([p.singles for p in drawn], [p.labels for p in drawn])
            )
            self.labelled = torch.from_numpy(x)[owner], torch.from_numpy(y)[owner]

    def batch(self, size: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Draw pairs for every network: pictures `(K, B, 64)` twice, sums, and digits `(K, 2B)`."""
        rows = [
            rng.integers(own, size=size)
            for rng, (own, _) in zip(self._orders, self.places, strict=True)
        ]
        at = self._owner[:, None], torch.from_numpy(np.stack(rows))
        first, second, sums = (part[at] for part in self._train)
        return first, second, sums, self._digits[at].mT.flatten(1)

    def columns(self, nets: SumNets) -> Generator[None, None, Tensor]:
        """Probabilities of the sums of all new pairs, `(K, asked, 19)`, piece by piece."""
        found, size = [], max(1, PIECE // len(self.places))
        for start in range(0, self.asked, size):
            pair = [part[:, start : start + size][self._owner] for part in self._test[:2]]
            found.append(nets.columns(*pair))
            yield
        return torch.cat(found, 1)

    def right(self, columns: Tensor, modulus: int) -> np.ndarray:
        """Share of the new pairs whose remainder is answered rightly, `(K,)`."""
        told = (self._test[2] % modulus)[self._owner]
        return (remainders(columns, modulus).argmax(2) == told).float().mean(1).numpy()

    def longer(self, columns: Tensor, network: int, digits: int, count: int) -> float:
        """Share of right sums of numbers of several digits, from one network's columns.

        Args:
            columns: As `columns` gives them.
            network: Its place in the stack.
            digits: Of both numbers; those of one digit are all the new pairs.
            count: How many longer sums are asked, drawn by the seed.
        """
        rng = numpy_generator(self.places[network][1], "longer numbers")
        rows = rng.integers(self.asked, size=(digits, count))
        rows = np.arange(self.asked)[None] if digits == 1 else rows
        sums = self._test[2][self._owner[network]].numpy()[rows]
        truth = (sums * BASE ** np.arange(digits)[::-1, None]).sum(0)
        return float((sum_of_numbers(columns[network].numpy()[rows]).argmax(1) == truth).mean())

    def faces(self, names: np.ndarray) -> np.ndarray:
        """Mean of the pictures that the first seed's networks call by each name.

        Args:
            names: What every network takes the single pictures for, `(K, 597)`.

        Returns:
            `(sizes, 10, 64)`, zero where no picture is called so.
        """
        found = np.zeros((len(self._firsts(names)), DIGITS, self.singles.shape[2]), np.float32)
        for calls, means in zip(self._firsts(names), found, strict=True):
            for name in np.unique(calls):
                means[name] = self.singles[0].numpy()[calls == name].mean(0)
        return found

    def called(self, names: np.ndarray) -> list[tuple[int, int, int, float]]:
        """Size, name, how many pictures the first seed's network calls so, share of them right."""
        sizes = [size for size, seed in self.places if seed == self.places[0][1]]
        return [
            (size, name, int((calls == name).sum()), _share(self.labels[0][calls == name] == name))
            for size, calls in zip(sizes, self._firsts(names), strict=True)
            for name in range(DIGITS)
        ]

    def _firsts(self, names: np.ndarray) -> np.ndarray:
        return names[[seed == self.places[0][1] for _, seed in self.places]]


def _share(right: np.ndarray) -> float:
    """Share of what is right; NaN of nothing."""
    return float(right.mean()) if len(right) else float("nan")


def _of_each_digit(labels: np.ndarray, each: int) -> np.ndarray:
    """Places of the first pictures of each digit."""
    return np.concatenate([np.flatnonzero(labels == digit)[:each] for digit in range(DIGITS)])

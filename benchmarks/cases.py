"""What is measured: sweeps of equal networks on generated and real data."""

from __future__ import annotations

from dataclasses import dataclass

from core.data.dataset import Dataset
from core.data.embedded import load_digits, load_mnist1d
from core.data.generated import make_two_moons


@dataclass(frozen=True)
class Case:
    """A sweep of `models` networks that differ in seed and data.

    Attributes:
        data: `"mlp"` (two moons), `"digits"` or `"mnist1d"`.
        sizes: Layer widths from input to output.
        batch_size: Divides `n_train`, so that every peer takes the same steps.
        n_train: Training examples of each network.
        epochs: Passes over them.
        models: Networks trained by us at once.
    """

    data: str
    sizes: tuple[int, ...]
    batch_size: int
    n_train: int
    epochs: int
    models: int

    @property
    def name(self) -> str:
        """For example `mlp-2-32-32-1-x128`."""
        return f"{self.data}-{'-'.join(map(str, self.sizes))}-x{self.models}"

    @property
    def steps(self) -> int:
        """Optimiser steps of each network."""
        return self.epochs * self.n_train // self.batch_size

    def dataset(self, seed: int) -> Dataset:
        """Draw the data of one network."""
        if self.data == "digits":
            return load_digits(self.n_train, seed=seed)
        if self.data == "mnist1d":
            return load_mnist1d(self.n_train, seed=seed)
        return make_two_moons(self.n_train, noise=0.3, label_noise=0.1, seed=seed)


def cases(quick: bool) -> list[Case]:
    """All cases, or those that the project's promises are about."""
    moons = [Case("mlp", (2, 32, 32, 1), 32, 1024, 10, models) for models in (1, 32, 128)]
    digits = [Case("digits", (64, 64, 64, 10), 64, 1152, 12, models) for models in (1, 32)]
    small = [Case("mlp", (2, 8, 8, 1), 10, 1000, 3, models) for models in (1, 128)]
    deep = [Case("mlp", (2, *(64,) * 6, 1), 64, 1024, 10, models) for models in (1, 32)]
    wide = [Case("mnist1d", (40, 256, 256, 10), 128, 1024, 10, models) for models in (1, 8)]
    widest = [Case("digits", (64, 512, 512, 512, 10), 128, 1152, 3, models) for models in (1, 8)]
    return moons + digits if quick else moons + digits + small + deep + wide + widest

"""The full networks with their data, from which every form is made, and how forms are trained."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from core.challenges.hardware.fitting.config import (
    BUDGETS,
    FULL,
    SMALL,
    TAUGHT,
    FittingConfig,
)
from core.data.by_name import draw
from core.models import stored_weights as stored

if TYPE_CHECKING:
    from core.models.compression import Form

N_TRAIN = {"digits": 1000, "mnist1d": 4000}
FEATURES, CLASSES = {"digits": 64, "mnist1d": 40}, 10
RATE, GENTLE = 0.01, 0.003
"""Learning rates from the start, and after something is gone."""
HEAT = 3.0
"""Temperature of distillation."""


def sizes_of(config: FittingConfig) -> tuple[int, ...]:
    """Layer widths of the full network."""
    return FEATURES[config.dataset], config.width, config.width, CLASSES


def steps_of(config: FittingConfig, arm: str) -> int:
    """Of the training of an arm."""
    return config.steps if arm in (FULL, SMALL, TAUGHT) else config.repair


class Bench:
    """The full networks with their data, from which every form is made.

    Attributes:
        data: Of each seed, with
        x: the training examples of all `(seeds, n, features)`, and
        y: their classes, one-hot.
        full: The full networks.
        files: Seed, arm, size in bits, and what was written, of every network so far.
    """

    def __init__(self, config: FittingConfig) -> None:
        """Draw the data of every seed, and first weights."""
        import torch

        from core.engine.stack import initial_weights
        from core.models.compression import masked

        self.config, self.sizes = config, sizes_of(config)
        self.data = [draw(config.dataset, N_TRAIN[config.dataset], 0.0, s) for s in config.seeds]
        self.x = torch.stack([torch.from_numpy(d.x_train) for d in self.data])
        classes = torch.eye(CLASSES)
        self.y = torch.stack([classes[torch.from_numpy(d.y_train)] for d in self.data])
        first = initial_weights(config.seeds, self.sizes)
        self.files: list[tuple[int, str, int, bytes]] = []
        self.full = masked(first, [torch.ones_like(layer) for layer in first])

    def form(self, arm: str) -> Form:
        """All networks of one arm before they are trained on, in `BUDGETS`' order."""
        from core.engine.stack import initial_weights
        from core.models import compression as c

        layers = c.repeated(self.full.layers(), len(BUDGETS))
        if arm in (SMALL, TAUGHT):
            budgets = [stored.bytes_in_bits(self.sizes, bits) for bits in BUDGETS]
            widths = [stored.widest_within(self.sizes, budget) for budget in budgets]
            narrow = [(self.sizes[0], width, width, CLASSES) for width in widths]
            drawn = [initial_weights(self.config.seeds, sizes) for sizes in narrow]
            layers = c.laid_out(drawn, self.sizes)
        return c.of_budgets(arm, layers, self.sizes, BUDGETS)

    def training(self, arm: str, form: Form) -> Generator[int, None, None]:
        """Train the networks of an arm on what is left."""
        import torch

        from core.models.compression import scores, train

        left = slice(0, self.config.images)
        x, targets, heat = self.x[:, left], self.y[:, left], 1.0
        if arm == TAUGHT:
            heat = HEAT
            with torch.no_grad():
                targets = (scores(self.full.layers(), x) / heat).softmax(-1)
        return train(
            form, self.config.seeds, x, targets, steps=steps_of(self.config, arm),
            rate=RATE if arm in (SMALL, TAUGHT) else GENTLE, heat=heat,
        )  # fmt: skip

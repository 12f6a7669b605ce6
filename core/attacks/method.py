"""How networks are trained against attacks, and what that costs; without torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.models.digit_flops import FLOPS

Kind = Literal["standard", "noise", "gaussian", "fgsm", "pgd", "trades"]
BATCH = 50


@dataclass(frozen=True)
class Method:
    """How the networks are trained.

    Attributes:
        kind: `"standard"`: clean examples. `"noise"`: each pixel moved by `epsilon` up or down
            at random. `"gaussian"`: normal noise of standard deviation `epsilon`, not clipped.
            `"fgsm"`, `"pgd"`: examples attacked anew at every step. `"trades"`: clean loss plus
            `beta` times how far an attack can move the prediction (Zhang et al. 2019).
        epsilon: Largest change of a pixel, in [0, 1].
        steps: Of the inner attack of `"pgd"` and `"trades"`.
        beta: Weight of the second part of TRADES.
    """

    kind: Kind = "standard"
    epsilon: float = 0.0
    steps: int = 5
    beta: float = 6.0

    @property
    def passes(self) -> float:
        """Forward passes that one example costs per epoch; a backward pass counts as two.

        A gradient by the input alone counts as one backward half: one pass.
        """
        inner = {"fgsm": 2, "pgd": 2 * self.steps, "trades": 2 * self.steps + 3}
        return 3.0 + inner.get(self.kind, 0)

    def pauses(self, n_train: int, epochs: int) -> int:
        """How often a training pauses: after each batch and each step of an inner attack."""
        inner = {"fgsm": 1, "pgd": self.steps, "trades": self.steps}.get(self.kind, 0)
        return epochs * batches_in(n_train) * (1 + inner)


def batches_in(n_train: int) -> int:
    """Batches of one epoch."""
    return n_train // BATCH


@dataclass(frozen=True)
class Training:
    """How networks of one kind are trained, and what that takes.

    Attributes:
        network: A name in `FLOPS`.
        n_train: Training images of each seed.
        epochs: Passes over them.
        method: Against what.
    """

    network: str
    n_train: int
    epochs: int
    method: Method = Method()

    @property
    def flops(self) -> float:
        """Operations of one network."""
        return FLOPS[self.network] * self.n_train * self.epochs * self.method.passes

    @property
    def pauses(self) -> int:
        """How often the training of a stack pauses: once for each gradient."""
        return self.method.pauses(self.n_train, self.epochs)

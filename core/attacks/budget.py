"""What an attacker may spend, and what that costs; without torch."""

from __future__ import annotations

from dataclasses import dataclass

STRONGEST, WEAK = "strongest", "PGD"
"""For each image the worst of all attacks, and one of them: PGD on cross-entropy, one start."""


@dataclass(frozen=True)
class Budget:
    """What the strongest attack may spend on an image that withstands it.

    Attributes:
        steps: Gradients of each ascent.
        targets: Wrong classes aimed at, the nearest first.
        queries: Answers that the Square Attack asks for.
        restarts: How often all of it is done, from other random starts.
    """

    steps: int = 10
    targets: int = 5
    queries: int = 50
    restarts: int = 1

    @property
    def gradients(self) -> int:
        """Gradients for an image that withstands: one ascent on cross-entropy, two per target."""
        return self.restarts * (1 + 2 * self.targets) * self.steps

    @property
    def passes(self) -> float:
        """Forward passes for an image that withstands; a gradient by the input counts as two."""
        return 2.0 * self.gradients + self.restarts * self.queries

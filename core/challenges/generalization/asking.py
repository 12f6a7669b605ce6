"""One picture that somebody brings, and what every detector says about it; without torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.challenges.generalization.novel_classes.config import MEMBERS, NovelClassesResult
from core.metrics.calibration import softmax
from core.metrics.novelty_scores import DETECTORS, Asked, strangeness

NOTICED = 0.95
"""Share of known digits that are less strange, from which on a picture is called novel."""


@dataclass(frozen=True)
class Verdict:
    """What the first seed's networks and the detectors make of one picture.

    Attributes:
        digit: The first network's answer.
        sure: Its confidence.
        stranger: Detector -> share of known test digits that are less strange, in [0, 1].
    """

    digit: int
    sure: float
    stranger: dict[str, float]

    @property
    def noticed(self) -> list[str]:
        """Detectors that call it novel where 95% of the known digits pass."""
        return [name for name, share in self.stranger.items() if share >= NOTICED]


def ask(result: NovelClassesResult, image: np.ndarray) -> Verdict:
    """Ask about one picture.

    Args:
        result: Of a finished run.
        image: `(8, 8)` in [0, 1].
    """
    layers = _layers(result)
    known = _asked(layers, result.x.astype(np.float32) / 16)
    own = _asked(layers, image.reshape(1, -1).astype(np.float32))
    found = strangeness(known, result.y, own, result.neighbours)
    p = softmax(own.logits[0, 0])
    shares = {
        name: float((usual < found[name][0] - 1e-6).mean())
        for name, usual in zip(DETECTORS, result.usual, strict=True)
    }
    return Verdict(int(result.classes[p.argmax()]), float(p.max()), shares)


def _layers(result: NovelClassesResult) -> list[np.ndarray]:
    """Weights of every layer, `(members, inputs + 1, outputs)`, biases in the last row."""
    shapes = [(int(a) + 1, int(b)) for a, b in zip(result.sizes, result.sizes[1:], strict=False)]
    ends = np.cumsum([a * b for a, b in shapes])[:-1]
    parts = np.split(result.weights.astype(np.float32), ends, axis=1)
    return [part.reshape(MEMBERS, *shape) for part, shape in zip(parts, shapes, strict=True)]


def _asked(layers: Sequence[np.ndarray], x: np.ndarray) -> Asked:
    read = np.tile(x, (MEMBERS, 1, 1))
    for layer in layers[:-1]:
        read = np.maximum(read @ layer[:, :-1] + layer[:, -1:], 0)
    last = layers[-1]
    return Asked(x, read @ last[:, :-1] + last[:, -1:], read[0])

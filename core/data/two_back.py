"""Languages in which the next sign depends on the two before, of exactly known entropy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import xlogy

from core.lab.seeding import numpy_generator

SIGNS = 32
"""Signs of every language."""
UNEVEN = 0.7
"""Zipf's law: before any rule the k-th sign is drawn in proportion to `k ** -UNEVEN`."""
STRENGTH = 1.5
"""Standard deviation of what all rules together add to the log probability of a sign."""
RULES = SIGNS * SIGNS // 2
SETTLED = 1e-13


@dataclass(frozen=True)
class Language:
    """A second-order Markov chain over `SIGNS` signs.

    Attributes:
        following: Probabilities of the next sign after two others, `(SIGNS, SIGNS, SIGNS)`.
        contexts: How often two signs follow each other in an endless text, `(SIGNS, SIGNS)`.
    """

    following: np.ndarray
    contexts: np.ndarray

    @property
    def entropy(self) -> float:
        """Nats a sign: no predictor, however large, has a lower expected loss."""
        surprise = xlogy(self.following, self.following)
        return float(-(self.contexts[..., None] * surprise).sum())

    @property
    def joint(self) -> np.ndarray:
        """Probability of every three signs in a row, `(SIGNS ** 3,)`, which sum to 1."""
        return np.asarray((self.contexts[..., None] * self.following).ravel())


def make_language(seed: int, decay: float) -> Language:
    """Draw a language: `RULES` rules, of which the k-th is weaker than the first by `k ** -decay`.

    A rule multiplies a number for the sign before last, one for the last and one for the next, and
    adds the product to the log probability of the next.

    Args:
        seed: Of the rules.
        decay: At least 0; at 0 all rules are equally strong.
    """
    rng = numpy_generator(seed, "language", "rules")
    before, last, following = rng.normal(size=(3, RULES, SIGNS))
    strength = np.arange(1, RULES + 1.0) ** -decay
    strength *= STRENGTH / np.sqrt((strength**2).sum())
    pairs = (before * strength[:, None])[:, :, None] * last[:, None]
    added = (pairs.reshape(RULES, -1).T @ following).reshape(SIGNS, SIGNS, SIGNS)
    logits = added - UNEVEN * np.log(np.arange(1, SIGNS + 1))
    odds = np.exp(logits - logits.max(2, keepdims=True))
    chances = odds / odds.sum(2, keepdims=True)
    return Language(chances, _stationary(chances))


def _stationary(chances: np.ndarray) -> np.ndarray:
    """How often each two signs stand together, by letting an endless text go on until it is so."""
    now = np.full((SIGNS, SIGNS), 1 / SIGNS**2)
    while True:
        then = np.einsum("ab,abc->bc", now, chances)
        if np.abs(then - now).max() < SETTLED:
            return np.asarray(then / then.sum())
        now = then


def language_of_counts(counts: np.ndarray) -> Language:
    """The language in which three signs follow each other as often as in a text.

    Args:
        counts: Of every three signs in a row, `(SIGNS, SIGNS, SIGNS)`, not all 0.
    """
    after = counts.sum(2)
    # What follows two signs that never come counts for nothing.
    following = np.where(after[..., None] > 0, counts, 1.0)
    return Language(following / following.sum(2, keepdims=True), after / after.sum())


def draw_triples(language: Language, n: int, rng: np.random.Generator) -> np.ndarray:
    """Draw places of an endless text: three signs in a row each, `(3, n)` int64."""
    bounds = np.cumsum(language.joint)
    cells = np.searchsorted(bounds, rng.random(n) * bounds[-1], side="right")
    return np.stack(np.unravel_index(cells, (SIGNS,) * 3))

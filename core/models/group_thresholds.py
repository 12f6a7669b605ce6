"""Thresholds per group, chosen after training: plain ones, and randomized ones between two."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

GRID = np.linspace(0, 1, 1001)


@dataclass(frozen=True)
class RandomizedThresholds:
    """A rule that draws lots: each group has two thresholds and a chance for each of them.

    Attributes:
        thresholds: `(groups, 2)`.
        chances: Of each threshold to be used, `(groups, 2)`, rows sum to 1.
        ignored: Share of a group's decisions in which the score is not looked at, `(groups,)`.
        blind: Chance of a positive decision in these.
    """

    thresholds: np.ndarray
    chances: np.ndarray
    ignored: np.ndarray
    blind: float = 0.0

    def chance(self, score: np.ndarray, group: np.ndarray) -> np.ndarray:
        """Chance of a positive decision, `(n,)` in [0, 1], for scores and groups `(n,)`."""
        above = score[:, None] > self.thresholds[group]
        looked = (self.chances[group] * above).sum(axis=1)
        return self.ignored[group] * self.blind + (1 - self.ignored[group]) * looked


def randomized_thresholds(
    score: np.ndarray, y: np.ndarray, group: np.ndarray, *, by_label: bool
) -> RandomizedThresholds:
    """Choose the most accurate rule that treats two groups alike (Hardt, Price & Srebro 2016).

    Args:
        score: `(n,)`, higher means more likely positive.
        y: Labels `(n,)` in {0, 1}; each group has both.
        group: `(n,)` in {0, 1}.
        by_label: Equalized odds (equal true and false positive rates) instead of demographic
            parity (equal selection rates).

    Returns:
        The rule whose rates are equal on these examples, to the grid's width of 0.001.
    """
    curves = [_hull(score[group == g], y[group == g], by_label=by_label) for g in (0, 1)]
    heights = np.stack([np.interp(GRID, curve[0], curve[1]) for curve in curves])
    if by_label:
        base, lower = y.mean(), heights.min(axis=0)
        accuracy = base * lower + (1 - base) * (1 - GRID)
    else:
        shares = np.array([(group == g).mean() for g in (0, 1)])
        accuracy, lower = shares @ heights, np.zeros_like(GRID)
    at = int(accuracy.round(15).argmax())
    parts = [_mixed(curve, float(GRID[at])) for curve in curves]
    ignored = np.zeros(2)
    if by_label:
        # Down from the group's own curve to the lower one, along the line to pure chance.
        above = heights[:, at] - GRID[at]
        ignored = np.divide(heights[:, at] - lower[at], above, out=np.zeros(2), where=above > 1e-12)
    thresholds, chances = (np.stack(column) for column in zip(*parts, strict=True))
    return RandomizedThresholds(thresholds, chances, ignored, float(GRID[at]))


def equal_rate_thresholds(score: np.ndarray, counted: np.ndarray, group: np.ndarray) -> np.ndarray:
    """One threshold per group, at which its rate is that of everybody at a threshold of 0.

    That is the rule of Hardt, Price & Srebro 2016 without randomising.

    Args:
        score: `(n,)`.
        counted: Who the rate is about, `(n,)` bool: all for equal selection rates, the positives
            for equal true positive rates.
        group: `(n,)` in {0, 1}.

    Returns:
        `(2,)`; 0 for a group without anybody that counts.
    """
    if not counted.any():
        return np.zeros(2)
    share = float((score[counted] > 0).mean())
    own = [score[counted & (group == g)] for g in (0, 1)]
    return np.array([float(np.quantile(one, 1 - share)) if len(one) else 0.0 for one in own])


def _hull(
    score: np.ndarray, y: np.ndarray, *, by_label: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What thresholds can reach: the upper hull as `x`, `y` and thresholds, from strict to lax.

    False and true positive rate for equalized odds, else selection rate and accuracy.
    """
    order = np.argsort(-score, kind="stable")
    ranked, label = score[order].astype(float), y[order]
    last = np.append(np.flatnonzero(np.diff(ranked)), len(ranked) - 1)
    hits = np.append(0, np.cumsum(label)[last])
    selected = np.append(0, last + 1)
    between = (ranked[last[:-1]] + ranked[last[:-1] + 1]) / 2
    thresholds = np.concatenate([[np.inf], between, [-np.inf]])
    n, positives = len(label), label.sum()
    false = selected - hits
    if by_label:
        x, height = false / max(n - positives, 1), hits / max(positives, 1)
    else:
        x, height = selected / n, (hits + (n - positives) - false) / n
    kept = _upper(x, height)
    return x[kept], height[kept], thresholds[kept]


def _upper(x: np.ndarray, y: np.ndarray) -> list[int]:
    """Corners of the upper hull of points sorted by `x`; of points above each other the highest."""
    kept: list[int] = []
    xs, ys = x.tolist(), y.tolist()
    for place in range(len(xs)):
        while kept and xs[kept[-1]] == xs[place] and ys[kept[-1]] <= ys[place]:
            kept.pop()
        while len(kept) > 1:
            a, b = kept[-2], kept[-1]
            if (ys[b] - ys[a]) * (xs[place] - xs[a]) > (ys[place] - ys[a]) * (xs[b] - xs[a]):
                break
            kept.pop()
        kept.append(place)
    return kept


def _mixed(
    curve: tuple[np.ndarray, np.ndarray, np.ndarray], x: float
) -> tuple[np.ndarray, np.ndarray]:
    """The two thresholds around a point of a curve, and the chance of each."""
    right = min(max(int(np.searchsorted(curve[0], x)), 1), len(curve[0]) - 1)
    ends = curve[0][right - 1 : right + 1]
    part = float(np.clip((ends[1] - x) / max(ends[1] - ends[0], 1e-12), 0, 1))
    return curve[2][right - 1 : right + 1], np.array([part, 1 - part])

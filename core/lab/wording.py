"""Numbers as words: one spelling of values and intervals for pages, captions and command line."""

from __future__ import annotations

import math
from collections.abc import Sequence

from core.lab.intervals import POINTS, SHARE, Estimate

UNDEFINED = "not defined"
LARGE = {1e9: "billion", 1e6: "million"}
PROPER_NAMES = {
    "mnist1d": "MNIST-1D", "mlp": "MLP", "cnn": "CNN", "sgd": "SGD", "float32": "float32",
    "bfloat16": "bfloat16", "int8": "int8",
}  # fmt: skip
"""Options that are names, as their owners write them."""


def capital(words: str) -> str:
    """The same words at the beginning of a sentence; names and abbreviations stay what they are."""
    return words[:1].upper() + words[1:]


def option_words(option: str) -> str:
    """Spell an option for people: `two_moons` is `Two moons`, `mnist1d` is `MNIST-1D`."""
    words = option.replace("_", " ")
    return PROPER_NAMES.get(option) or (capital(words) if words.islower() else words)


def how_many(n: int, noun: str) -> str:
    """Spell a count: `1 seed`, `6,150 cases`.

    Args:
        n: How many.
        noun: One of them; its plural is made with an s.
    """
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def number(value: float, unit: str = "") -> str:
    """Spell a value: `86.3%` for a share, `+18.6 points` for a difference of shares.

    Args:
        value: In the unit's own scale: shares and their differences in [0, 1].
        unit: `"share"`, `"points"`, or any word that is written behind the number.

    Returns:
        `not defined` for NaN: a rate over no cases, a correlation of constants.
    """
    if math.isnan(value):
        return UNDEFINED
    if unit == SHARE:
        return f"{100 * value:.1f}%".replace("-", "−")
    if unit == POINTS:
        return f"{round(100 * value, 1) + 0.0:+.1f} points".replace("-", "−")
    return f"{_plain(value)} {unit}".strip().replace("-", "−")


def _plain(value: float) -> str:
    """Three digits, whole numbers, from a million on words: `0.0658`, `6,150`, `100 million`."""
    if abs(value) < 999.5:
        return f"{value:,.3g}"
    told = float(f"{value:.3g}")
    for size, word in LARGE.items():
        if size <= abs(told) < math.inf:
            return f"{told / size:,.{3 if abs(told) < 1000 * size else 6}g} {word}"
    return f"{value:,.0f}"


def with_interval(found: Estimate) -> str:
    """Spell an estimate with its interval: `86.3% [84.9, 87.7]`; without a value `not defined`."""
    if math.isnan(found.mean):
        return UNDEFINED
    if found.unit in (SHARE, POINTS):
        low, high = (
            f"{round(100 * end, 1) + 0.0:.1f}".replace("-", "−") for end in (found.low, found.high)
        )
        return f"{number(found.mean, found.unit)} [{low}, {high}]"
    mean, low, high = _alike((found.mean, found.low, found.high))
    told = f"{mean} {found.unit}".strip()
    return f"{told} [{low}, {high}]"


def ends(found: Estimate) -> str:
    """Spell the interval of an estimate alone: `0.920 to 0.933`, `84.9% to 87.7%`."""
    if found.unit in (SHARE, POINTS) or math.isnan(found.mean):
        return f"{number(found.low, found.unit)} to {number(found.high, found.unit)}"
    _, low, high = _alike((found.mean, found.low, found.high))
    return " to ".join(f"{end} {found.unit}".strip() for end in (low, high))


def _alike(values: Sequence[float]) -> list[str]:
    """Spell values that belong together with as many decimals as the largest has in three digits.

    Each by itself if one of them would become zero, or is spelled with a power or a word.
    """
    size = max(map(abs, values))
    texts = [_plain(value) for value in values]
    if 1e-4 <= size < 1000 and all(map(math.isfinite, values)):
        decimals = max(0, 2 - math.floor(math.log10(size)))
        rounded = [round(value, decimals) + 0.0 for value in values]
        if all(value == 0 or told != 0 for value, told in zip(values, rounded, strict=True)):
            whole = all(told == round(told) for told in rounded)
            texts = [f"{told:.{0 if whole else decimals}f}" for told in rounded]
    return [text.replace("-", "−") for text in texts]


def listed(names: Sequence[str]) -> str:
    """Join names as a sentence does: `A`, `A and B`, `A, B and C`."""
    head, last = names[:-1], names[-1] if names else ""
    return f"{', '.join(head)} and {last}" if head else last


def hedged(rivals: Sequence[str], words: str = "not clearly ahead of") -> str:
    """Spell what takes a superlative back: `, not clearly ahead of A and B`; empty without any.

    Beyond three rivals only their number is told.
    """
    if not rivals:
        return ""
    who = listed(rivals) if len(rivals) <= 3 else f"{len(rivals)} others"
    return f", {words} {who}"

"""Times, sizes and counts in words."""

from __future__ import annotations


def duration(seconds: float) -> str:
    """Spell a time: `0.04 s`, `2.3 s`, `48 s`, `3 min 20 s`."""
    if seconds < 0.1:
        return f"{seconds:.2f} s"
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"


def scaled(value: float, unit: str) -> str:
    """Spell a large count with a prefix of a thousand: `1.2 GFLOP`, `210 MB`."""
    for prefix in ("", "k", "M", "G", "T"):
        if abs(value) < 1000 or prefix == "T":
            break
        value /= 1000
    return f"{value:.3g} {prefix}{unit}"

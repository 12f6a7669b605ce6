"""Charts of a report as coordinates; the template draws them as SVG."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from core.audit import naming
from core.audit.document import tables, words

PANELS = ("selection_rate", "true_positive_rate", "false_positive_rate", "precision",
          "mean_error", "mean_prediction")  # fmt: skip
MOST_GROUPS = 12
MOST_LINES = 5
LABEL = 28
"""Most characters of a name beside a chart."""
LEFT, WIDTH, ROW, TOP = 186.0, 160.0, 17.0, 8.0
"""Room for names, and for the numbers, in units of the drawing."""
SIDE = 210.0
"""Of a square chart."""
Picture = dict[str, Any]


def panels(found: Mapping[str, Any]) -> list[Picture]:
    """For each rate a row of dots with intervals, one a group."""
    rows = sorted(found["groups"], key=lambda row: -row["n"])[:MOST_GROUPS]
    labels = naming.short_labels([_values(row["group"]) for row in rows], LABEL)
    told = []
    for name in PANELS:
        numbers = [row["metrics"].get(name) for row in rows]
        if any(part is not None for part in numbers):
            told.append(_panel(found, name, labels, numbers))
    return told


def _values(group: Mapping[str, str]) -> str:
    """A group's values without the names of their columns, which are the same for all."""
    return ", ".join(naming.visible(value) for value in group.values())


def _panel(
    found: Mapping[str, Any], name: str, labels: Sequence[str], numbers: Sequence[Any]
) -> Picture:
    ends = [n[end] for n in numbers if n for end in ("low", "high", "value") if n[end] is not None]
    whole = words.numbers(found)
    low, high = (min(ends, default=0.0), max(ends, default=1.0)) if whole else (0.0, 1.0)
    span = (high - low) or 1.0

    def x(value: float) -> float:
        return round(LEFT + WIDTH * (value - low) / span, 2)

    dots = [
        {
            "label": label, "y": TOP + ROW * (place + 0.5),
            "said": "not defined" if n is None or n["value"] is None else words.spelled(found, n),
            **({} if n is None else {end: None if n[end] is None else x(n[end]) for end in n}),
        }
        for place, (label, n) in enumerate(zip(labels, numbers, strict=True))
    ]  # fmt: skip
    ticks = _ticks(low, high)
    return {
        "title": tables.HEADINGS[name], "dots": dots, "bottom": TOP + ROW * len(dots),
        "height": TOP + ROW * len(dots) + 18, "width": LEFT + WIDTH + 24, "left": LEFT,
        "ticks": [(x(t), f"{t + 0.0:.6g}" if whole else f"{100 * t:.0f}%") for t in ticks],
        "zero": x(0.0) if whole and low < 0 < high else None,
    }  # fmt: skip


def _ticks(low: float, high: float) -> list[float]:
    """Round numbers between two ends, three to six of them."""
    if (low, high) == (0.0, 1.0):
        return [0.0, 0.25, 0.5, 0.75, 1.0]
    rough = (high - low or 1.0) / 4
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(size * one for one in (1, 2, 5, 10) if size * one >= rough)
    first = math.ceil(low / step)
    return [step * place for place in range(first, math.floor(high / step) + 1)]


def curves(found: Mapping[str, Any]) -> list[Picture]:
    """ROC and calibration of the largest groups, where there are scores and truth."""
    known = [one for one in found.get("curves", {}).get("groups", ()) if "roc" in one]
    largest = sorted(known, key=lambda one: -one["n"])[:MOST_LINES]
    labels = naming.short_labels([_values(one["group"]) for one in largest], LABEL)
    told = [_square("ROC curve", "false positive rate", "true positive rate", [
        _line(f"{label}: AUC {words.spelled(found, one['auc'], scale=1)}",
              one["roc"]["fpr"], one["roc"]["tpr"])
        for label, one in zip(labels, largest, strict=True)
        if one["auc"]["value"] is not None
    ])] if largest else []  # fmt: skip
    scored = [(label, one["calibration"]) for label, one in zip(labels, largest, strict=True)
              if "calibration" in one]  # fmt: skip
    if scored:
        told.append(_square("Calibration", "mean score", "share of positives", [
            _line(label, part["score"], part["value"], part["low"], part["high"])
            for label, part in scored
        ]))  # fmt: skip
    return told


def _square(title: str, x: str, y: str, lines: list[Picture]) -> Picture:
    return {"title": title, "x": x, "y": y, "side": SIDE, "lines": lines}


def _line(
    label: str, xs: Sequence[Any], ys: Sequence[Any], lows: Sequence[Any] = (),
    highs: Sequence[Any] = (),
) -> Picture:  # fmt: skip
    known = [place for place, y in enumerate(ys) if y is not None and xs[place] is not None]
    at = [(_at(xs[place]), _down(ys[place])) for place in known]
    bars = [(_at(xs[place]), _down(lows[place]), _down(highs[place])) for place in known if lows]
    return {"label": label, "points": " ".join(f"{a},{b}" for a, b in at), "at": at, "bars": bars}


def _at(value: float) -> float:
    return round(SIDE * value, 2)


def _down(value: float) -> float:
    return round(SIDE * (1 - value), 2)

"""From `knob=a,b,c` to the configs of a grid."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import Any

from core.lab.experiment import Experiment
from core.lab.settings import Config, Value, knob_of, knobs, value_from_text

AnyExperiment = Experiment[Any, Any, Any]
MOST_CONFIGS = 10_000
ALL = "all"
Axes = dict[str, list[Value]]


def axes(experiment: AnyExperiment, written: Sequence[str], seeds: int | None = None) -> Axes:
    """Read what is varied.

    Args:
        experiment: Whose knobs.
        written: Each `knob=a,b,c`, or `knob=all` for every rung; a knob once only.
        seeds: Of each config; a rung of `repetitions`.

    Raises:
        ValueError: With one sentence that says what is wrong.
    """
    found: Axes = {}
    for text in written:
        name, equals, values = text.partition("=")
        name = name.strip().replace("-", "_")
        if not equals or not values.strip():
            raise ValueError(f"{text[:40]!r} is not of the form knob=a,b,c")
        if name in found:
            raise ValueError(f"the knob {name} is given twice")
        found[name] = _values(experiment, name, values)
    if seeds is not None:
        if "repetitions" in found:
            raise ValueError("seeds and the knob repetitions say the same; give one of them")
        found["repetitions"] = _values(experiment, "repetitions", str(seeds))
    if math.prod(map(len, found.values())) > MOST_CONFIGS:
        raise ValueError(f"that grid has more than {MOST_CONFIGS:,} configs")
    return found


def _values(experiment: AnyExperiment, name: str, text: str) -> list[Value]:
    names = [knob.name for knob in knobs(experiment.config)]
    if name not in names:
        raise ValueError(f"{experiment.slug} has no knob {name[:40]!r}; it has {', '.join(names)}")
    knob = knob_of(experiment.config, name)
    if text.strip() == ALL:
        return list(knob.options)
    found = []
    for part in text.split(","):
        try:
            found.append(value_from_text(knob, part.strip()))
        except ValueError as error:
            raise ValueError(f"the {name} {part.strip()[:40]!r} is {error}") from None
    return list(dict.fromkeys(found))


def configs(experiment: AnyExperiment, varied: Axes) -> Iterator[Config]:
    """Every combination, the last knob fastest; the other knobs stand at their defaults."""
    for chosen in itertools.product(*varied.values()):
        yield experiment.config(**dict(zip(varied, chosen, strict=True)))

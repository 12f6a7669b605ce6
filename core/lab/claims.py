"""Sentences of the literature, and how a result speaks to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, Literal

from core.lab.intervals import Estimate
from core.lab.run import ResultT
from core.lab.scores import NotMeasuredError, PerSeed
from core.lab.settings import Config, Value

OWN_CONTROL = "a control of this lab's own"
"""Source of a claim that is no paper's: that the experiment itself does what it should."""
Verdict = Literal["shown", "not shown", "contradicted"]
Measure = Callable[[ResultT], PerSeed | Estimate | None]


@dataclass(frozen=True)
class Claim(Generic[ResultT]):
    """One sentence of the literature, and how a result speaks to it.

    The verdict is *shown* when the whole interval of the measured value lies beyond the
    threshold, *contradicted* when the whole interval lies on the other side, and *not shown*
    (at this scale) otherwise.

    Attributes:
        name: Short identifier, unique within the experiment.
        sentence: The claim, as one sentence a newcomer understands.
        source: Paper and place: `"Zhang et al. 2017, Table 1"`.
        published: The number reported there, in words, or `""` if it gives none.
        measure: Result -> the value the claim is about, or None where these settings hold
            nothing to measure.
        direction: `"above"` if the claim says the value is above the threshold.
        threshold: In the value's unit.
        settings: Knobs that must be so for the claim to be about this run.
        reason: Why the threshold is what it is, in words, where it is neither 0 nor a number that
            the source gives.
        read: Whether the place in the source was looked up for this claim; where it was not,
            readers are told that it is cited from memory.
    """

    name: str
    sentence: str
    source: str
    published: str
    measure: Callable[[ResultT], Estimate | None]
    direction: Literal["above", "below"]
    threshold: float
    settings: Mapping[str, Value] = field(default_factory=dict)
    reason: str = ""
    read: bool = False

    @property
    def cited(self) -> str:
        """The source, and whether it was looked up; a control of ours has no paper to look up."""
        known = self.read or self.source == OWN_CONTROL
        return self.source if known else f"{self.source}; from memory"

    def verdict(self, value: Estimate) -> Verdict:
        """Judge a measured value against the threshold."""
        above, below = value.low > self.threshold, value.high < self.threshold
        if self.direction == "below":
            above, below = below, above
        return "shown" if above else "contradicted" if below else "not shown"

    def applies(self, config: Config) -> bool:
        """Tell whether a run of `config` is one the claim speaks about."""
        return all(getattr(config, name) == value for name, value in self.settings.items())


def claim(
    name: str,
    sentence: str,
    source: str | tuple[str, str],
    measure: Measure[ResultT],
    *,
    above: float | None = None,
    below: float | None = None,
    settings: Mapping[str, Value] | None = None,
    reason: str = "",
    read: bool = False,
) -> Claim[ResultT]:
    """State a claim; what it measures may be one number a seed, and may be missing.

    Args:
        name: As in `Claim`.
        sentence: As in `Claim`.
        source: Paper and place; or both, and the number reported there, as a pair.
        measure: Result -> one number a seed, an estimate, or None; `NotMeasuredError` is None too,
            and so is an estimate of no seed at all (`PerSeed.defined`).
        above: The claim says that the value lies above this,
        below: or below this; one of the two.
        settings: As in `Claim`; by default the claim is about every run.
        reason: As in `Claim`.
        read: As in `Claim`.

    Raises:
        ValueError: If not exactly one of `above` and `below` is given.
    """
    place, published = (source, "") if isinstance(source, str) else source
    threshold = below if above is None else above
    if threshold is None or (above is not None and below is not None):
        raise ValueError(f"{name}: a claim says above or below, one of them")

    def measured(result: ResultT) -> Estimate | None:
        try:
            found = measure(result)
        except NotMeasuredError:
            return None
        value = found.estimate if isinstance(found, PerSeed) else found
        return value if value and value.n else None

    return Claim(
        name, sentence, place, published, measured,
        "below" if above is None else "above", threshold, settings or {}, reason, read,
    )  # fmt: skip

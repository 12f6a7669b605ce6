"""What a visitor is asked before the result is shown, and how the measurement judges the answer."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Literal

from core.lab.intervals import Estimate
from core.lab.run import ResultT
from core.lab.scores import NotMeasuredError, PerSeed

Judgement = Literal["right", "wrong", "open"]
FEWEST, MOST = 2, 4
"""How many answers a question offers."""


@dataclass(frozen=True)
class Answer:
    """One answer of a guess, and the values that make it right.

    Attributes:
        text: As on its button: "It falls".
        low: The answer is right where the measured value lies above this,
        high: and below this; in the value's unit.
    """

    text: str
    low: float = -math.inf
    high: float = math.inf

    def judged(self, value: Estimate) -> Judgement:
        """Right or wrong where the whole interval says so; open where it holds both."""
        if self.low <= value.low and value.high <= self.high:
            return "right"
        return "wrong" if value.high < self.low or value.low > self.high else "open"


@dataclass(frozen=True)
class Guess(Generic[ResultT]):
    """A question about the run that comes, judged by the interval that it measures.

    It has either answers to choose from, or a scale on which the visitor sets a range that should
    hold the number.

    Attributes:
        question: What happens, in words a newcomer understands, without the answer in it.
        measure: Result -> one number a seed, an estimate, or None where nothing is measured.
        answers: Two to four, whose ranges do not overlap; none for a number.
        scale: Lowest and highest number that can be guessed, and the step between two, in the
            unit of what is measured; only without answers.
    """

    question: str
    measure: Callable[[ResultT], PerSeed | Estimate | None]
    answers: tuple[Answer, ...] = ()
    scale: tuple[float, float, float] | None = None

    def __post_init__(self) -> None:
        """Refuse a guess that nobody could answer.

        Raises:
            ValueError: If it has both answers and a scale or neither, another number of answers,
                or answers that can be right at once.
        """
        if bool(self.answers) == (self.scale is not None):
            raise ValueError(f"{self.question}: either answers or a scale")
        if self.answers and not FEWEST <= len(self.answers) <= MOST:
            raise ValueError(f"{self.question}: {FEWEST} to {MOST} answers")
        ranges = sorted((answer.low, answer.high) for answer in self.answers)
        if any(upper > low for (_, upper), (low, _) in zip(ranges, ranges[1:], strict=False)):
            raise ValueError(f"{self.question}: two answers can be right at once")

    def measured(self, result: ResultT) -> Estimate | None:
        """What the run found, or None where these settings hold nothing to measure."""
        try:
            found = self.measure(result)
        except NotMeasuredError:
            return None
        value = found.estimate if isinstance(found, PerSeed) else found
        return value if value and value.n else None

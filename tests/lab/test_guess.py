"""A guess is judged by the whole interval, and one that nobody could answer is refused."""

from __future__ import annotations

import pytest

from core.lab.guess import Answer, Guess
from core.lab.intervals import Estimate
from core.lab.scores import NotMeasuredError, PerSeed


def between(low: float, high: float) -> Estimate:
    return Estimate((low + high) / 2, low, high, 5)


@pytest.mark.parametrize(
    ("low", "high", "judged"),
    [(-5, -1, "right"), (1, 5, "wrong"), (-1, 1, "open"), (-3, 0, "right"), (0.5, 0.5, "wrong")],
)
def test_an_answer_is_judged_by_the_whole_interval(low: float, high: float, judged: str) -> None:
    assert Answer("It falls", high=0).judged(between(low, high)) == judged


def test_one_number_a_seed_becomes_its_interval() -> None:
    guess: Guess[PerSeed] = Guess("How much?", lambda result: result, scale=(0, 1, 0.1))
    found = guess.measured(PerSeed.of([0, 1, 2], [0.2, 0.4, 0.6]))
    assert found is not None
    assert found.mean == pytest.approx(0.4)
    assert found.n == 3


def test_what_these_settings_do_not_measure_is_no_answer() -> None:
    def missing(result: None) -> Estimate:
        raise NotMeasuredError("no such arm")

    assert Guess("How much?", missing, scale=(0, 1, 0.1)).measured(None) is None
    assert Guess("How much?", lambda result: None, scale=(0, 1, 0.1)).measured(None) is None


@pytest.mark.parametrize(
    ("answers", "scale"),
    [
        ((), None),
        ((Answer("a", high=0), Answer("b", low=0)), (0.0, 1.0, 0.1)),
        ((Answer("a"),), None),
        ((Answer("a", high=1), Answer("b", low=0)), None),
    ],
)
def test_a_guess_that_nobody_could_answer_is_refused(
    answers: tuple[Answer, ...], scale: tuple[float, float, float] | None
) -> None:
    with pytest.raises(ValueError, match="answer"):
        Guess("What?", lambda result: None, answers, scale)

"""Every experiment asks first, and its default result judges what was answered."""

from __future__ import annotations

import re

import pytest

from core.lab.guess import Guess
from core.lab.intervals import Estimate
from core.lab.wording import number
from core.store.store import shipped_store
from core.ui.guessing import rungs_of
from tests.runs import SLUGS, assert_sentence, found

every_experiment = pytest.mark.parametrize("slug", SLUGS)
MOST_WORDS = 45
MOST_RUNGS = 41


def asked(slug: str) -> tuple[Guess[object], Estimate]:
    """The guess of an experiment, and what its default result has measured."""
    one = found(slug)
    assert one.guess is not None, f"{slug} asks nothing"
    record = shipped_store().get(one.key(one.config()), one.result)
    assert record is not None, f"no default result of {slug}: python -m core warm"
    value = one.guess.measured(record.result)
    assert value is not None, "the default result measures nothing"
    return one.guess, value


@every_experiment
def test_the_default_result_judges_every_answer(slug: str) -> None:
    guess, value = asked(slug)
    if guess.answers:
        judged = [answer.judged(value) for answer in guess.answers]
        assert sorted(judged) == ["right", *["wrong"] * (len(judged) - 1)], value
        return
    rungs = rungs_of(guess)
    assert 5 <= len(rungs) <= MOST_RUNGS
    assert rungs[0] <= value.low and value.high <= rungs[-1], "no range can hold it"


@every_experiment
def test_the_question_is_one_and_does_not_hold_its_answer(slug: str) -> None:
    guess, value = asked(slug)
    assert_sentence(guess.question)
    assert "?" in guess.question and len(guess.question.split()) <= MOST_WORDS
    lowered = guess.question.lower()
    texts = [answer.text for answer in guess.answers]
    assert len(set(texts)) == len(texts)
    assert [text for text in texts if text.lower() in lowered] == []
    told = re.findall(r"[\d.]+", number(value.mean, value.unit))
    assert guess.answers or not set(told) & set(re.findall(r"[\d.]+", guess.question))

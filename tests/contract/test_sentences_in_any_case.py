"""Every sentence that an experiment can make is borne out by its numbers, whatever these are.

Ten times a stored result has its numbers moved about (`shaken`): all alike, turned round, given to
other arms; by default for the experiments whose turn it is. In the slow suite two
hundred settings are drawn and run. Each finding and caption is then read by the second reader
(`reading`, `judging`). A new experiment joins without a line.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from core.lab.run import complete
from core.lab.settings import Config, knobs
from core.store.store import shipped_store
from tests.contract.said import AnyExperiment, Said, any_view, sentences
from tests.contract.shaken import SHAKES, shaken
from tests.runs import SLUGS, found, in_turn, turn

DRAWN = 200
SECONDS = 1.5
"""Most that a drawn run may be expected to take, unless the smallest takes longer."""
TRIES = 4000


def stored(one: AnyExperiment) -> Any:
    """The result of the defaults."""
    record = shipped_store().get(one.key(one.config()), one.result)
    assert record is not None
    return record.result


def in_any_case(one: AnyExperiment) -> Iterator[tuple[str, Said]]:
    """The sentences of a stored result, its numbers moved about in ten ways."""
    result = stored(one)
    for place, shake in enumerate(SHAKES):
        rng = np.random.default_rng([place, len(one.slug)])
        view = any_view(one, rng) if place else one.view()
        for said in sentences(one, shaken(result, shake, rng), view):
            yield shake.__name__, said


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # Numbers moved about may divide by zero.
@pytest.mark.parametrize("slug", in_turn(SLUGS, turn()))
def test_sentences_are_true_whatever_the_numbers_are(slug: str) -> None:
    told = [(case, said.false) for case, said in in_any_case(found(slug))]
    assert [f"{case}: {words}" for case, words in told if words] == []


def affordable(one: AnyExperiment, rng: np.random.Generator) -> Iterator[Config]:
    """Settings drawn at random whose runs are short; from the smallest on, a few knobs changed."""
    most = max(SECONDS, 1.2 * one.cost(one.smallest).seconds)
    options = {knob.name: knob.options for knob in knobs(one.config) if knob.name != "repetitions"}
    for _ in range(TRIES):
        names = rng.choice(list(options), size=rng.integers(1, len(options) + 1), replace=False)
        change = {name: options[name][rng.integers(len(options[name]))] for name in names}
        config = one.smallest.changed(**change)
        if one.cost(config).seconds <= most:
            yield config


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("slug", SLUGS)
def test_sentences_are_true_at_any_settings(slug: str) -> None:
    one, rng = found(slug), np.random.default_rng(len(slug))
    drawn = dict.fromkeys(itertools.islice(affordable(one, rng), DRAWN))
    wrong = []
    for config in drawn:
        result, view = complete(one.run(config)), any_view(one, rng)
        told = [said.false for said in sentences(one, result, view)]
        wrong += [f"{config!r}: {words}" for words in told if words]
    assert wrong == []

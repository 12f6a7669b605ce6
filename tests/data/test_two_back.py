"""Made-up languages: their entropy and their texts against counting."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core.data.two_back import SIGNS, Language, draw_triples, make_language


def test_where_every_sign_is_as_likely_the_entropy_is_its_logarithm():
    even = np.full((SIGNS,) * 3, 1 / SIGNS)
    language = Language(even, np.full((SIGNS, SIGNS), 1 / SIGNS**2))
    assert language.entropy == pytest.approx(math.log(SIGNS))
    assert language.joint.sum() == pytest.approx(1)


@pytest.mark.parametrize("decay", [0.0, 1.2])
def test_pairs_of_an_endless_text_stay_as_frequent_from_sign_to_sign(decay):
    language = make_language(0, decay)
    assert language.following.sum(2) == pytest.approx(np.ones((SIGNS, SIGNS)))
    then = np.einsum("ab,abc->bc", language.contexts, language.following)
    assert then == pytest.approx(language.contexts, abs=1e-12)
    alone = language.contexts.sum(0)
    blind = -float((alone * np.log(alone)).sum())
    assert 0 < language.entropy < blind < math.log(SIGNS)


def test_a_long_text_written_sign_by_sign_has_the_frequencies_and_the_entropy():
    language, rng = make_language(1, 1.2), np.random.default_rng(0)
    text, bounds = [0, 1], language.following.cumsum(2)
    for chance in rng.random(60_000):
        row = bounds[text[-2], text[-1]]
        text.append(int(np.searchsorted(row, chance * row[-1])))
    triples = np.array([text[:-2], text[1:-1], text[2:]])
    surprise = -np.log(language.following[tuple(triples)]).mean()
    assert surprise == pytest.approx(language.entropy, abs=0.02)
    drawn = draw_triples(language, 60_000, rng)
    for place in range(3):
        written, found = (np.bincount(t[place], minlength=SIGNS) / 60_000 for t in (triples, drawn))
        assert np.abs(written - found).max() < 0.01


def test_a_seed_is_a_language():
    one, same, other = make_language(3, 0.9), make_language(3, 0.9), make_language(4, 0.9)
    assert np.array_equal(one.following, same.following)
    assert one.entropy != other.entropy

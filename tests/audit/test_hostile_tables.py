"""Whatever somebody brings is answered, or refused in one sentence: never a traceback."""

from __future__ import annotations

import json

import numpy as np
import pytest

from core.audit import reading
from core.audit.objections import TableError
from core.audit.report import audit_file
from tests.audit import hostile


def outcome(seed: int) -> str:
    """What becomes of one generated table; fails where it is neither answer nor sentence."""
    rng = np.random.default_rng(seed)
    data, choices = hostile.table(rng), hostile.choices(rng)
    try:
        seen = reading.look(data, choices)
        assert seen.n > 0 and len(set(seen.names)) == len(seen.names)
        found = audit_file(data, hostile.question(rng), choices)
    except TableError as error:
        sentence = str(error)
        assert sentence.endswith(".") and "\n" not in sentence and len(sentence) < 300
        assert sentence.count(". ") <= 1 and sentence.isprintable(), sentence
        return "refused"
    json.dumps(found, allow_nan=False)
    assert all(note.endswith(".") and note.isprintable() for note in found["reading"])
    assert sum(row["n"] for row in found["groups"]) == found["n"] <= seen.n
    return "answered"


def test_a_hundred_hostile_tables_are_answered_or_refused():
    outcomes = [outcome(seed) for seed in range(120)]
    assert min(outcomes.count("answered"), outcomes.count("refused")) >= 12


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_fifteen_hundred_hostile_tables_are_answered_or_refused():
    outcomes = [outcome(seed) for seed in range(10_000, 11_500)]
    assert min(outcomes.count("answered"), outcomes.count("refused")) >= 150

"""Whatever somebody brings is answered, or refused in one sentence: never a traceback."""

from __future__ import annotations

import contextlib
import json

import numpy as np
import pytest

from core.audit import reading
from core.audit.objections import TableError
from core.audit.report import Question, audit_file
from tests.audit import hostile
from tests.audit.test_audit_bounds import peak
from tests.pace import within


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


LONG = {
    "digits": "9" * 120_000 + "x",
    "blanks": "a" + " " * 120_000 + "b",
    "lines": "-" * 120_000 + "x",
    "commas": '"' + ",111" * 30_000 + 'x"',
    "letters": "\u0301" * 60_000,
    "quotes": '"' + '""' * 60_000 + '"',
}


@pytest.mark.parametrize("name", LONG)
@pytest.mark.parametrize("place", range(3))
def test_long_cells_cost_no_more_than_their_length(name, place):
    row = ["1", "1", "A"]
    row[place] = LONG[name]
    rows = ["y,s,g", ",".join(row), *["1,1,A", "0,0,B", "1,0,B"] * 20, ",".join(row)]
    asked = Question("y", ["g"], y_score="s", threshold=0.5, positive="1")
    for kept in (rows, rows[1:]):
        with within(3), contextlib.suppress(TableError):
            audit_file("\n".join(kept).encode(), asked)


def test_wide_rows_below_a_narrow_header_need_little_memory():
    data = b"y,p,g\n" + (b"1" + b"," * 250_000 + b"1\n") * 70
    with pytest.raises(TableError, match="cells, the first line 3"):
        reading.look(data)
    assert peak(lambda: _looked(data)) < 120


def test_a_thousand_columns_of_one_name_are_not_compared():
    data = b"y," * 1500 + b"p,g\n" + (b"," * 1501 + b"\n") * 3 + (b"1," * 1501 + b"a\n") * 4
    with pytest.raises(TableError, match=r"^1,500 columns are named 'y': rename one\.$"):
        audit_file(data, Question("y", ["g"], "p"))


def test_signs_that_stand_for_many_others_need_little_memory():
    cells = ["\ufdfa" * 40_000 + str(i) for i in range(60)]
    data = "y,p,g\n" + "".join(f"1,1,{cell}\n0,0,{cell}\n" for cell in cells)
    assert peak(lambda: audit_file(data.encode(), Question("y", ["g"], "p"))) < 150


def _looked(data: bytes) -> None:
    with contextlib.suppress(TableError):
        reading.look(data)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_fifteen_hundred_hostile_tables_are_answered_or_refused():
    outcomes = [outcome(seed) for seed in range(10_000, 11_500)]
    assert min(outcomes.count("answered"), outcomes.count("refused")) >= 150

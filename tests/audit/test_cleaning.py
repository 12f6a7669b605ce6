"""Missing cells and values that look alike: nothing leaves or joins without being said."""

from __future__ import annotations

import pytest

from core.audit.choices import Choices
from core.audit.cleaning import OWN
from core.audit.objections import SpellingError
from core.audit.reading import TableError
from core.audit.report import Question, audit_file
from tests.audit.tables import PLAIN, ROWS, base, rates, text

WORDS = [
    "",
    " ",
    "NA",
    "n/a",
    "NaN",
    "nan",
    "None",
    "NULL",
    "<NA>",
    "#N/A",
    "NaT",
    "-nan",
    "?",
    "-",
]
MARKED = [".", "\u2014", "#NULL!", "\u00a0"]


def grouped(names: list[str]) -> bytes:
    """The table with other groups, in turn."""
    return text([(y, p, names[i % len(names)]) for i, (y, p, _) in enumerate(ROWS)]).encode()


def sizes(data: bytes, choices: Choices | None = None) -> dict[str, int]:
    found = audit_file(data, PLAIN, choices)
    return {row["group"]["g"]: row["n"] for row in found["groups"]}


@pytest.mark.parametrize("word", WORDS + MARKED)
def test_a_missing_group_is_what_was_chosen(word):
    data = grouped(["A", "B", word])
    assert sizes(data) == {OWN: 30, "A": 30, "B": 30}
    own = audit_file(data, PLAIN)["reading"]
    assert len(own) == 1 and "30 cells are missing, and counted as a group of their own" in own[0]
    assert sizes(data, Choices(missing="leave")) == {"A": 30, "B": 30}
    left = audit_file(data, PLAIN, Choices(missing="leave"))
    assert left["n"] == 60 and "30 cells are missing, and those rows were left out" in str(
        left["reading"]
    )
    with pytest.raises(TableError, match="30 cells are missing, the first on line 4"):
        audit_file(data, PLAIN, Choices(missing="refuse"))


@pytest.mark.parametrize("word", ["NA", "Null", "none", "?"])
def test_a_word_can_be_declared_a_value(word):
    data = grouped(["A", "B", word])
    assert sizes(data, Choices(values=(word.upper(),))) == {"A": 30, "B": 30, word: 30}


def test_missing_labels_are_left_out_and_counted():
    data = text([*ROWS, ("", "1", "A"), ("NA", "0", "B"), ("1", "", "A")]).encode()
    assert rates(data) == base()
    said = audit_file(data, PLAIN)["reading"]
    assert said == [
        "Column 'y': 2 cells are missing ('NA'), and those rows were left out.",
        "Column 'p': 1 cell is missing, and that row was left out.",
    ]
    scored = text(
        [(y, {"1": ".9", "0": ".1"}[p], g) for y, p, g in ROWS] + [("1", "", "A")], "y,s,g"
    )
    assert rates(scored, Question("y", ["g"], y_score="s", threshold=0.5)) == base()
    with pytest.raises(TableError, match="'y' is empty"):
        audit_file(text([("", p, g) for _, p, g in ROWS]).encode(), PLAIN)


def test_the_signs_plus_and_minus_are_classes():
    signs = {"1": "+", "0": "-"}
    data = text([(signs[y], signs[p], g) for y, p, g in ROWS])
    assert rates(data, Question("y", ["g"], "p", positive="+")) == base()


@pytest.mark.parametrize(
    "twin",
    ["A\u200b", "\u200bA", "\u00a0A", "A ", "\uff21", "A\ufeff", "A\u00ad", "\u200eA"],
)
def test_forms_that_look_alike_are_one_group(twin):
    assert sizes(grouped(["A", "B", twin, "B"])) == {"A": 45, "B": 45}


def test_letters_in_one_or_two_parts_are_one_group():
    assert sizes(grouped(["M\u00e9tis", "B", "Me\u0301tis", "B"])) == {"B": 45, "M\u00e9tis": 45}
    assert sizes(grouped(["a  b", "B", '"a\nb"', "B"])) == {"B": 45, "a b": 45}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Male", "male"), ("1", "1.0"), ("African American", "African_American"),
        ("\u0410", "A"), ("O'Brien", "O\u2019Brien"), ("18-25", "18\u201325"),
    ],
)  # fmt: skip
def test_spellings_of_a_group_are_asked_about(one, other):
    data = grouped([one, "B", other, "B"])
    with pytest.raises(SpellingError, match="differ in spelling only: say whether spellings are"):
        audit_file(data, PLAIN)
    assert sizes(data, Choices(spellings="apart")) == {one: 23, "B": 45, other: 22}
    joined = audit_file(data, PLAIN, Choices(spellings="one"))
    assert [row["n"] for row in joined["groups"]] == [45, 45]
    assert "counted as one, as asked" in str(joined["reading"])


@pytest.mark.parametrize(("one", "other"), [("01", "1"), ("1.10", "1.1"), ("A1", "A2")])
def test_codes_that_may_differ_stay_apart(one, other):
    assert sizes(grouped([one, "B", other, "B"])) == {one: 23, "B": 45, other: 22}

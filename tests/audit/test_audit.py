"""`python -m core audit`: ProPublica's table comes out of it, hostile tables get one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.audit import reading
from core.audit.question import Question
from core.audit.reading import TableError
from core.audit.report import audit_file
from core.cli.main import main
from core.data.published import compas_csv
from tests.pace import within

GOOD = b"y,p,s,g,h\n" + b"1,1,0.9,a,x\n0,0,0.2,a,y\n1,0,0.4,b,x\n0,1,0.7,b,y\n" * 40
PLAIN = Question("y", ["g"], "p")
SCORED = Question("y", ["g"], y_score="s", threshold=0.5)


def refusal(data: bytes, question: Question = PLAIN) -> str:
    with within(3), pytest.raises(TableError) as caught:
        audit_file(data, question)
    sentence = str(caught.value)
    assert sentence.endswith(".") and sentence.count(". ") == 0 and "\n" not in sentence
    assert len(sentence) < 300
    return sentence


HOSTILE = {
    "empty": (b"", "empty"),
    "header only": (b"y,p,g\n", "no rows"),
    "missing column": (GOOD.replace(b"y,p,s,g", b"y,q,s,g"), "no column 'p'"),
    "one class": (b"y,p,g\n1,1,a\n1,0,b\n", "one class only"),
    "one group": (b"y,p,g\n1,1,a\n0,0,a\n", "one group only"),
    "no label": (b"y,p,g\n,1,a\n,0,b\n", "'y' is empty"),
    "duplicate names": (GOOD.replace(b"y,p,s", b"y,p,p"), "Two columns are named 'p'"),
    "half an archive": (b"PK\x03\x04\x00\x00" * 100, "damaged"),
    "binary": (b"\x00\x01\x02\x00\xff" * 100, "not a text file"),
    "short row": (GOOD + b"1,1\n", "has 2 cells, the first line 5"),
    "open quotation": (GOOD + b'1,"1,0.5,a,x\n' * 3, "never closed"),
    "header of a million names": (b"y,p,g," + b"a," * 1_000_000 + b"\n1,1,a\n", "longer than"),
    "header of 3,000 names": (b",".join(b"c%d" % i for i in range(3000)) + b"\n",
                              "2,000 columns"),
    "row of a million cells": (b"y,p,g\n" + b"1," * 1_000_000 + b"\n", "longer than"),
    "other names of classes": (b"y,p,g\n" + b"1,cat,a\n0,dog,a\n1,dog,b\n0,cat,b\n" * 40, "alike"),
    "too many rows": (b"y,p,g\n" + b"1,1,a\n0,0,b\n" * 150_001, "300,000 rows"),
    "too large": (b"y,p,g\n" + b"1,1,a\n" * 3_400_000, "20 MB"),
    "names are not groups": (b"y,p,g\n" + b"".join(b"%d,%d,n%d\n" % (i % 2, i % 2, i)
                                                   for i in range(900)), "at most 200"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_tables_get_one_sentence(name):
    data, part = HOSTILE[name]
    assert part in refusal(data)


@pytest.mark.parametrize(
    ("question", "part"),
    [
        (lambda: Question("y", [], "p"), "At least one column"),
        (lambda: Question("y", ["y"], "p"), "named twice"),
        (lambda: Question("y", ["g"], "p", "s", 0.5), "Either"),
        (lambda: Question("y", ["g"], y_score="s"), "need a threshold"),
        (lambda: Question("y", ["g"], y_score="s", threshold=float("nan")), "finite"),
    ],
)
def test_questions_without_an_answer_are_refused(question, part):
    with pytest.raises(TableError, match=part):
        question()


def test_scores_must_be_numbers_and_decisions_no_scores():
    assert "is no number" in refusal(GOOD + b"1,1,high,a,x\n", SCORED)
    assert "is no number" in refusal(GOOD + b"1,1,inf,a,x\n", SCORED)
    many = b"y,p,g\n" + b"".join(b"%d,0.%03d,a\n%d,1,b\n" % (i % 2, i, i % 2) for i in range(99))
    assert "looks like a score" in refusal(many)
    three = GOOD.replace(b"1,1,0.9,a", b"2,1,0.9,a")
    assert "score of two classes" in refusal(three, SCORED)


def test_spreadsheets_that_write_numbers_differently_are_read_alike():
    other = GOOD.replace(b"1,1,0.9", b"1.0,1,0.9").replace(b"\n", b"\r\n")
    assert audit_file(b"\xef\xbb\xbf" + other, PLAIN) == audit_file(GOOD, PLAIN)


def test_the_positive_class_is_found_or_told():
    words = GOOD.replace(b"1,1,", b"Yes,Yes,").replace(b"0,0,", b"No,No,")
    words = words.replace(b"1,0,", b"Yes,No,").replace(b"0,1,", b"No,Yes,")
    assert audit_file(words, PLAIN)["classes"] == ["No", "Yes"]
    assert audit_file(words, PLAIN)["overall"] == audit_file(GOOD, PLAIN)["overall"]
    odd = words.replace(b"Yes", b"cat").replace(b"No", b"dog")
    assert "'dog' was taken as the positive class" in audit_file(odd, PLAIN)["positive"]["said"]


def test_a_group_of_three_rows_is_a_warning():
    found = audit_file(GOOD + b"1,1,0.5,c,x\n" * 3, PLAIN)
    assert found["reading"] == []
    assert found["warnings"] == [
        "Group g=c has 3 rows: too few to judge it by.",
        "The false positive rate does not exist in group g=c: no row to count.",
    ]


def test_scores_give_the_decisions_of_their_threshold():
    scored, plain = audit_file(GOOD, SCORED), audit_file(GOOD, PLAIN)
    first = scored["groups"][0]["metrics"]
    assert "expected_calibration_error" in first
    assert scored["overall"]["accuracy"] == plain["overall"]["accuracy"]
    beyond = audit_file(GOOD, Question("y", ["g"], y_score="s", threshold=2.0))
    assert "Every row got the same decision." in beyond["warnings"]


@settings(max_examples=200)
@given(st.binary(max_size=200), st.text(max_size=120))
def test_any_bytes_are_refused_in_a_sentence_or_answered(data, text):
    for tried in (data, b"y,p,g\n" + data, ("y,p,g\n" + text).encode("utf-8", "replace")):
        try:
            found = audit_file(tried, PLAIN)
        except TableError as error:
            assert str(error).endswith(".")
        else:
            json.dumps(found, allow_nan=False)


@pytest.fixture
def compas(tmp_path: Path) -> Path:
    path = tmp_path / "compas.csv"
    path.write_bytes(compas_csv())
    return path


ASKED = ["--y-true", "two_year_recid", "--y-pred", "high_score", "--groups", "race"]


def test_propublicas_table_comes_out(compas, capsys):
    assert main(["audit", str(compas), *ASKED, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found) >= {"overall", "groups", "differences", "ratios", "warnings"}
    assert [row["n"] for row in found["groups"]] == [3696, 2454]
    black, white = (row["metrics"] for row in found["groups"])
    assert round(100 * black["false_positive_rate"]["value"], 2) == 44.85
    assert round(100 * white["false_positive_rate"]["value"], 2) == 23.45
    assert round(100 * black["false_negative_rate"]["value"], 2) == 27.99
    assert round(100 * white["false_negative_rate"]["value"], 2) == 47.72
    gap = found["differences"]["false_positive_rate_difference"]
    # Newcombe's interval of 805 of 1795 against 349 of 1488.
    assert gap["low"] == pytest.approx(0.1821, abs=1e-4)
    assert gap["high"] == pytest.approx(0.2450, abs=1e-4)
    assert gap["noise"] is False


def test_the_words_hold_the_numbers(compas, capsys):
    assert main(["audit", str(compas), *ASKED]) == 0
    out = capsys.readouterr().out
    assert "44.85" in out and "23.45" in out and "more than chance" in out
    assert "corrected by\nHolm over all 5 of this report" in out


def test_the_words_say_why_a_gap_is_not_defined(tmp_path, capsys):
    path = tmp_path / "t.csv"
    path.write_bytes(b"y,p,g\n" + b"1,1,a\n0,0,a\n1,0,b\n0,1,b\n0,1,c\n0,0,c\n" * 20)
    assert main(["audit", str(path), "--y-true", "y", "--y-pred", "p", "--groups", "g"]) == 0
    lines = capsys.readouterr().out.splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("equal_opportunity_difference"))
    assert "not defined" in lines[at]
    assert "does not exist in group g=c (no positives)." in lines[at]
    assert lines[at + 1].lstrip().startswith("between those that have it")
    assert "100.00" in lines[at + 1]


@pytest.mark.parametrize(
    "change",
    [
        ["--y-true", "nothing"],
        ["--groups", "race,race"],
        ["--groups", ""],
        ["--y-score", "high_score", "--threshold", "0.5"],
    ],
)
def test_wrong_questions_exit_with_code_2_and_one_sentence(compas, change, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["audit", str(compas), *ASKED, *change])
    assert stopped.value.code == 2
    said = capsys.readouterr()
    assert said.out == "" and said.err.count("\n") == 1


def test_a_file_that_is_not_there_is_a_sentence(tmp_path, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["audit", str(tmp_path / "none.csv"), *ASKED])
    assert stopped.value.code == 2
    assert "cannot be read" in capsys.readouterr().err


def test_a_full_table_is_answered_in_seconds():
    row = b"%d,%d,0.%03d,g%d,h%d\n"
    data = b"y,p,s,g,h\n" + b"".join(
        row % (i % 2, i % 3 % 2, i % 997, i % 7, i % 5) for i in range(reading.MOST_ROWS)
    )
    with within(12):
        found = audit_file(data, Question("y", ["g", "h"], y_score="s", threshold=0.5))
    assert found["n"] == reading.MOST_ROWS and len(found["groups"]) == 35

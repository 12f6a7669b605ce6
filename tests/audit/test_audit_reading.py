"""What a table is taken for: blank lines, values that are one class, scores, the positive class."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from streamlit.runtime.uploaded_file_manager import UploadedFile
from streamlit.testing.v1 import AppTest

from core.audit import labels, reading
from core.audit.choices import Choices
from core.audit.positive import positive
from core.audit.question import Question
from core.audit.reading import TableError
from core.audit.report import audit_file
from core.cli.main import main
from core.ui import upload_limits

pytestmark = pytest.mark.usefixtures("server_keeps_files")
BODY = b"1,1,a\n0,0,a\n1,0,b\n0,1,b\n" * 40
GOOD = b"y,p,g\n" + BODY
SMALL = b"y,p,g\n1,1,a\n0,0,a\n1,0,b\n0,1,b\n"
PLAIN = Question("y", ["g"], "p")
SCORED = Question("y", ["g"], y_score="p", threshold=0.5)
BLANKS = {
    "one": b"\n",
    "two of Windows": b"\r\n\r\n",
    "old Macintosh": b"\r\r",
    "spaces": b"   \t \n",
    "mark, then blank": b"\xef\xbb\xbf\n",
    "blank, then mark": b"\n\xef\xbb\xbf",
    "mark in spaces": b"\xef\xbb\xbf \xef\xbb\xbf\n \n",
    "separators": "\x1c\x85\u2028\u3000\n".encode(),
}


def table(rows: list[tuple[str, str, str]]) -> bytes:
    return "\n".join(["y,p,g", *(",".join(row) for row in rows), ""]).encode()


def renamed(**names: str) -> bytes:
    """GOOD with other names of its classes."""
    rows = [line.split(",") for line in BODY.decode().split()]
    name = {"0": names["no"], "1": names["yes"]}
    return table([(name[y], name[p], g) for y, p, g in rows])


def refused(data: bytes, question: Question = PLAIN, choices: Choices | None = None) -> str:
    with pytest.raises(TableError) as caught:
        audit_file(data, question, choices)
    sentence = str(caught.value)
    assert sentence.endswith(".") and sentence.count(". ") == 0 and len(sentence) < 300
    return sentence


@pytest.mark.parametrize("name", BLANKS)
def test_blank_lines_above_the_header_are_passed_over(name):
    assert audit_file(BLANKS[name] + GOOD, PLAIN) == audit_file(GOOD, PLAIN)


@pytest.mark.parametrize("blank", [b"\n", b" \n", b"\t \r\n", "\u3000\n".encode()])
def test_blank_lines_between_and_below_are_passed_over(blank):
    spread = GOOD.replace(b"\n", b"\n" + blank)
    assert audit_file(spread, PLAIN) == audit_file(GOOD, PLAIN)


@pytest.mark.parametrize("name", BLANKS)
def test_a_file_of_blank_lines_is_empty(name):
    assert refused(BLANKS[name] * 3) == "The file is empty: export the table again."


@pytest.mark.parametrize(("above", "line"), [(b"", 162), (b"\n\n", 164), (b"\r\n \r\n", 164)])
def test_the_lines_of_the_file_are_told(above, line):
    assert f"Line {line}" in refused(above + GOOD + b"1,1\n")
    strict = Choices(missing="refuse")
    assert f"line {line}" in refused(above + GOOD + b"1,1,\n", PLAIN, strict)
    assert f"Line {line} is not proper" in refused(above + GOOD + b'1,"1,a\n')


def test_a_blank_first_line_on_the_command_line(tmp_path, capsys):
    path = tmp_path / "blank.csv"
    path.write_bytes(b"\r\n\n" + GOOD)
    assert main(["audit", str(path), "--y-true", "y", "--y-pred", "p", "--groups", "g"]) == 0
    path.write_bytes(b"\n \n")
    with pytest.raises(SystemExit) as stopped:
        main(["audit", str(path), "--y-true", "y", "--y-pred", "p", "--groups", "g"])
    assert stopped.value.code == 2
    assert capsys.readouterr().err == "The file is empty: export the table again.\n"


SIGNS = st.sampled_from([
    "\n", "\r", "\r\n", " ", ",", '"', "'", "\t", ";", "\ufeff", "\x00", "\x1c", "\x85", "\u2028",
    "y", "p", "g", "y,p,g", "y,p,g\n", "0", "1", "1,1,a\n", "0,0,b\n", "1_0", "1e9", "0.5", "-",
    "1E999999999", "nan", "inf", "\u0661", "\ud800",
])  # fmt: skip


def answered(data: bytes, question: Question) -> None:
    try:
        found = audit_file(data, question)
    except TableError as error:
        assert str(error).endswith(".")
    else:
        json.dumps(found, allow_nan=False)


@settings(max_examples=100, deadline=None)
@example(["\n", "y,p,g"])
@example(["\ufeff", "\r"])
@given(st.lists(SIGNS, max_size=30))
def test_whatever_is_made_of_a_tables_signs_is_refused_or_answered(signs):
    data = "".join(signs).encode("utf-8", "surrogatepass")
    for tried in (data, b"\n" + data, SMALL + data, b"y,p,g\n" + data):
        answered(tried, PLAIN)
        answered(tried, SCORED)
        with contextlib.suppress(TableError):
            reading.look(tried)


@settings(max_examples=60, deadline=None)
@given(st.text("0123456789_.eE+- infa\u0661\uff11", max_size=12))
def test_whatever_a_cell_holds_is_a_class_or_refused(cell):
    answered(GOOD + f"{cell},{cell},a\n{cell},1,b\n".encode(), PLAIN)
    answered(GOOD + f"1,{cell},a\n".encode(), SCORED)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("0.1234561", "0.1234562"),
        ("1_0", "10"),
        ("1.10", "1.1"),
        ("1E2", "100"),
        ("\u0661", "1"),
        ("\uff11", "1"),
        ("123456789012345678", "123456789012345679"),
        ("9007199254740992", "9007199254740993"),
        ("1.00000000000000000001", "1"),
        ("inf", "Infinity"),
        ("1e999", "inf"),
    ],
)
def test_classes_that_differ_stay_apart(one, other):
    found = audit_file(renamed(no=one, yes=other), PLAIN)
    assert sorted(found["classes"]) == sorted([one, other])


@pytest.mark.parametrize("spelled", ["1", "1.0", "01", "+1", "1.", "1.000000000000000000e+00"])
def test_a_whole_number_is_one_class_however_it_is_spelled(spelled):
    rows = [line.split(",") for line in BODY.decode().split()]
    mixed = table([(spelled if y == "1" else y, p, g) for y, p, g in rows])
    assert audit_file(mixed, PLAIN) == audit_file(GOOD, PLAIN)


@pytest.mark.parametrize("cell", ["1_0", "0_0.5", "\u0661", "infinity", "0x1", "1e", "--1"])
def test_scores_are_numbers_as_tables_spell_them(cell):
    said = refused(GOOD + f"1,{cell},a\n".encode(), SCORED)
    assert "is no number" in said


@pytest.mark.parametrize(
    "values",
    [
        [f"0.{i:03d}" for i in range(99)],
        [str(i) for i in range(1, 11)],
        ["0", "0.5", "1"],
        ["1", "2", "3", "4", "5"],
    ],
)
@pytest.mark.parametrize("names", [("0", "1"), ("legit", "fraud")])
def test_a_score_given_as_decisions_is_refused(values, names):
    rows = [(names[i % 2], values[i % len(values)], "ab"[i // 2 % 2]) for i in range(200)]
    said = refused(table(rows))
    assert "'p' looks like a score" in said and "threshold" in said


def test_numbers_that_are_no_class_are_no_decisions():
    rows = [(str(i % 4), f"{i % 4}.{i % 10}", "ab"[i // 2 % 2]) for i in range(200)]
    assert "looks like a score" in refused(table(rows))


def test_decisions_that_are_classes_are_audited():
    digits = [(str(i % 10), str(i * 7 % 10), "ab"[i // 2 % 2]) for i in range(400)]
    assert len(audit_file(table(digits), PLAIN)["classes"]) == 10
    halves = [(str(0.5 * (i % 3)), str(0.5 * (i // 3 % 3)), "ab"[i % 2]) for i in range(400)]
    assert audit_file(table(halves), PLAIN)["classes"] == ["0", "0.5", "1"]


def test_a_decision_that_is_never_true_is_told():
    found = audit_file(GOOD + b"1,unsure,a\n", PLAIN)
    assert found["warnings"][0].startswith("'unsure' is decided in column 'p' and never true")
    assert audit_file(GOOD, PLAIN)["warnings"] == []


@pytest.mark.parametrize(
    ("no", "yes"),
    [
        ("0", "1"), ("-1", "1"), ("False", "True"), ("no", "yes"), ("reject", "admit"),
        ("rejected", "hired"), ("Denied", "Granted"), ("legit", "fraud"), ("no", "maybe"),
        ("other", "yes"), ("<=50K", ">50K"), ("9", "10"),
    ],
)  # fmt: skip
def test_the_positive_class_is_guessed_and_said(no, yes):
    found = audit_file(renamed(no=no, yes=yes), PLAIN)
    assert found["positive"]["class"] == yes and found["positive"]["chosen"] is False
    assert found["positive"]["said"].startswith(f"'{yes}' was taken as the positive class and")
    assert found["overall"] == audit_file(GOOD, PLAIN)["overall"]


def test_the_positive_class_can_be_chosen():
    data = renamed(no="reject", yes="admit")
    usual = audit_file(data, PLAIN)
    turned = audit_file(data, Question("y", ["g"], "p", positive="reject"))
    assert turned["classes"] == ["admit", "reject"]
    assert turned["positive"]["chosen"] is True and "as asked" in turned["positive"]["said"]
    rates = [found["overall"] for found in (usual, turned)]
    assert rates[1]["true_positive_rate"]["value"] == pytest.approx(
        1 - rates[0]["false_positive_rate"]["value"]
    )
    again = audit_file(GOOD, Question("y", ["g"], "p", positive=" 1.0"))
    assert again["overall"] == audit_file(GOOD, PLAIN)["overall"]


def test_a_positive_class_that_is_not_there_is_refused():
    assert "no class 'x'" in refused(GOOD, Question("y", ["g"], "p", positive="x"))
    three = GOOD + b"2,2,a\n"
    assert "two classes only" in refused(three, Question("y", ["g"], "p", positive="1"))
    assert audit_file(three, PLAIN)["positive"]["class"] is None


@pytest.mark.parametrize(("no", "yes"), [("admit", "reject"), ("cat", "dog"), ("1", "2")])
def test_a_score_is_never_silently_the_other_classs(no, yes):
    """The words say which class it is of, or it is asked."""
    rows = [((no, yes)[i % 2], f"0.{i % 10}", "ab"[i // 2 % 2]) for i in range(200)]
    if no == "admit":
        found = audit_file(table(rows), SCORED)
        assert found["positive"]["class"] == "admit"
    else:
        assert "say which of the two is the positive class" in refused(table(rows), SCORED)
    for name in (no, yes):
        asked = Question("y", ["g"], y_score="p", threshold=0.5, positive=name)
        assert audit_file(table(rows), asked)["positive"]["class"] == name


@given(st.lists(st.text(max_size=6), min_size=2, max_size=2, unique=True))
def test_a_guess_is_one_of_the_two_and_one_sentence(names):
    found = positive(sorted(names))
    assert sorted(found.names) == sorted(names)
    assert found.said.endswith(".") and "\n" not in found.said


def test_rows_of_each_class_are_counted():
    read = reading.read_csv(b"y,p\n1,a\n1.0,a\n0,a\n", ["y"])
    assert labels.counted(read, "y") == {"0": 1, "1": 2}


def test_the_command_line_says_what_is_positive_first(tmp_path, capsys):
    path = tmp_path / "table.csv"
    path.write_bytes(renamed(no="rejected", yes="hired"))
    asked = ["audit", str(path), "--y-true", "y", "--y-pred", "p", "--groups", "g"]
    assert main(asked) == 0
    assert capsys.readouterr().out.startswith("'hired' was taken as the positive class")
    assert main([*asked, "--positive", "rejected"]) == 0
    assert capsys.readouterr().out.startswith("'rejected' was taken as the positive class")
    assert main([*asked, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["positive"]["class"] == "hired"


def section() -> None:
    from core.ui.sections import audit

    audit.section()


def page_with(data: bytes) -> AppTest:
    page = AppTest.from_function(section, default_timeout=60).run()
    page.session_state["audit-table"] = "own"
    return page.run().file_uploader[0].upload("t.csv", data, "text/csv").run()


def told(page: AppTest, start: str) -> bool:
    return any(text.value.startswith(start) for text in page.text)


def test_the_page_reads_a_table_below_a_blank_line():
    page = page_with(b"\n" + GOOD)
    assert not page.error and not page.exception
    assert [box.label for box in page.multiselect] == ["Groups"]


def test_the_page_says_and_asks_what_is_positive():
    page = page_with(renamed(no="rejected", yes="hired"))
    page.multiselect[0].set_value(["g"]).run()
    texts = [text.value for text in page.text]
    positive = next(
        i for i, t in enumerate(texts) if t.startswith("'hired' was taken as the posit")
    )
    assert all("%" not in text for text in texts[:positive]), "said above every number"
    assert any("%" in text for text in texts[positive:])
    choice = next(box for box in page.selectbox if box.label == "Positive class")
    assert choice.options == ["Guess from the names", "hired (80 rows)", "rejected (80 rows)"]
    choice.set_value("rejected").run()
    assert not page.error and not page.exception
    assert told(page, "'rejected' was taken as the positive class")


def test_the_page_asks_which_class_a_score_is_of():
    rows = [("12"[i % 2], f"0.{i % 10}", "ab"[i // 2 % 2]) for i in range(200)]
    page = page_with(table(rows))
    page.multiselect[0].set_value(["g"]).run()
    assert any("looks like a score" in text.value for text in page.text)
    page.toggle[0].set_value(True).run()
    assert any("say which of the two" in text.value for text in page.text)
    next(box for box in page.selectbox if box.label == "Positive class").set_value("2").run()
    assert told(page, "'2' was taken as the positive class")


def test_the_session_keeps_no_bytes_of_a_file_that_the_server_holds(monkeypatch):
    monkeypatch.setattr(upload_limits, "used", lambda file_id: True)
    closed = []
    usual = UploadedFile.close
    monkeypatch.setattr(UploadedFile, "close", lambda file: (closed.append(1), usual(file)))
    page = page_with(GOOD)
    assert page.multiselect and not page.error and closed == [1]


def test_a_file_that_was_let_go_is_asked_for_again(monkeypatch):
    from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

    page = page_with(GOOD)
    assert page.multiselect
    monkeypatch.setattr(MemoryUploadedFileManager, "get_files", lambda self, **_: [])
    page.run()
    assert not page.error and not page.exception and not page.multiselect
    assert "no longer in memory" in page.info[0].value

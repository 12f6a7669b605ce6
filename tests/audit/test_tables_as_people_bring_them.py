"""One table as pandas, R, Excel and databases write it: the same rates, and what was assumed."""

from __future__ import annotations

import gzip
import io
import json
import zipfile

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.audit import reading
from core.audit.choices import Choices
from core.audit.reading import TableError
from core.audit.report import Question, audit_file
from tests.audit.tables import PLAIN, ROWS, SCORED, base, rates, renamed, spelled, text

WIDE = [(str(i), *row) for i, row in enumerate(ROWS)]
NOTED = text([(*row, '"5"" tall"') for row in ROWS], "y,p,g,note")
SEMICOLONS = text(sign=";", header="y;p;g")
SPELLED: dict[str, tuple[str | bytes, str | None]] = {
    "as it is": (text(), None),
    "index of pandas": (text(WIDE, ",y,p,g"), "no name"),
    "index read again": (text(WIDE, "Unnamed: 0,y,p,g"), None),
    "row names of R": (text([(f'"{i}"', *row) for i, *row in WIDE], '"","y","p","g"'), "no name"),
    "header one short": (text(WIDE, "y,p,g"), "one cell more"),
    "doubles that are not used": (text([(*r, "1", "2") for r in ROWS], "y,p,g,x,x"), None),
    "doubles that are the same": (text([(*r, r[0]) for r in ROWS], "y,p,g,y"), "are the same"),
    "delimiters at the end": (text([(*r, "") for r in ROWS], "y,p,g,"), None),
    "delimiters at the end of rows": (text([(*r, "") for r in ROWS]), None),
    "a comment above": ("# exported, 2024\n" + text(), "1 line was above"),
    "a title and a blank line above": ("Decisions of May\n\n" + text(), "1 line was above"),
    "a line for Excel": ("sep=;\n" + SEMICOLONS, "semicolons"),
    "carriage returns": (text(end="\r"), None),
    "a mark and quotes": (b"\xef\xbb\xbf" + text([[f'"{c}"' for c in r] for r in ROWS],
                                                 '"y","p","g"').encode(), None),
    "UTF-16": (text().encode("utf-16"), "UTF-16"),
    "UTF-16 without a mark": (text().encode("utf-16-le"), "UTF-16"),
    "Windows": (text([(y, p, g + "é") for y, p, g in ROWS]).encode("cp1252"), "Windows-1252"),
    "semicolons": (SEMICOLONS, "semicolons"),
    "tabs": (text(sign="\t", header="y\tp\tg"), "tabs"),
    "bars": (text(sign="|", header="y|p|g"), "vertical bars"),
    "spaces": (text(sign="  ", header="y p  g"), "spaces"),
    "Markdown": ("| y | p | g |\n|---|:-:|--:|\n" +
                 "".join(f"| {' | '.join(r)} |\n" for r in ROWS), "vertical bars"),
    "blanks after commas": (text(sign=", ", header="y, p, g"), None),
    "quotes after a blank": (text([(y, p, f' "{g}"') for y, p, g in ROWS]), None),
    "quotes inside": (NOTED, None),
    "quotes by backslash": (NOTED.replace('""', '\\"'), "backslash"),
    "a stray quote": (NOTED.replace('"5"" tall"', '5" tall'), None),
    "text after quotes": (NOTED.replace('"5"" tall"', '"Bob" Smith'), None),
    "a line break in a cell": (NOTED.replace('"5"" tall"', '"two\nlines"'), None),
    "a line break in a group": (text([(y, p, f'"{g}\nx"') for y, p, g in ROWS]), None),
    "empty rows": (text().replace("\n", "\n,,\n", 1) + ",,\n,,\n", "3 rows are empty"),
    "a row of totals": (text() + "Total,,\n", "footer"),
    "sums below": (text() + "Sum,45,90\n", "footer"),
    "what a database says": (text() + "\n(90 rows)\n", "footer"),
    "the end of DOS": (text() + "\x1a", None),
    "a byte 0": (text().replace("A", "A\0", 1), "NUL"),
    "no header": (text().split("\n", 1)[1], "looks like data"),
    "blanks that do not break": (text([(y, p, f"{g}\u00a0x") for y, p, g in ROWS]), None),
}  # fmt: skip


@pytest.mark.parametrize("name", SPELLED)
def test_the_same_table_has_the_same_rates(name):
    data, part = SPELLED[name]
    data = data.encode() if isinstance(data, str) else data
    question = Question("0", ["2"], "1") if name == "no header" else PLAIN
    assert rates(data, question) == base()
    notes = audit_file(data, question)["reading"]
    assert all(note.endswith(".") and note.count(". ") == 0 for note in notes)
    assert (part is None) == (not notes)
    assert part is None or any(part in note for note in notes)


CELLS = st.text(st.sampled_from("ab01 .,;'\"\n\u00e9"), max_size=6)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=8))
def test_what_pandas_writes_is_read_as_pandas_reads_it(rows):
    frame = pd.DataFrame([("1", *row) for row in rows], columns=["y", "p", "g", "s"], dtype=str)
    data = frame.to_csv(index=False).encode()
    expected = pd.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False)
    table = reading.read(data, None, Choices(delimiter="comma", header=1))
    for name in frame:
        assert [cell.strip() for cell in table[name]] == [c.strip() for c in expected[name]]


def packed(data: bytes, name: str = "t.csv", **more: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, content in {name: data, **more}.items():
            archive.writestr(file, content)
    return out.getvalue()


def test_packed_tables_are_read():
    data = text().encode()
    halves = gzip.compress(data[:200]) + gzip.compress(data[200:])
    for found in (gzip.compress(data), halves, packed(data), packed(data, **{"__MACOSX/t": b""})):
        assert rates(found) == base()


def test_parquet_and_json_are_read():
    frame = pd.DataFrame(ROWS, columns=["y", "p", "g"]).astype({"y": int, "p": float})
    out = io.BytesIO()
    frame.assign(when=pd.Timestamp("2024-05-01")).to_parquet(out)
    assert rates(out.getvalue()) == base()
    told = (
        frame.to_json(orient="records"),
        frame.to_json(orient="records", lines=True),
        json.dumps(frame.to_dict("list")),
    )
    for text_of_frame in told:
        assert rates(text_of_frame) == base()


SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    "{}</sheetData></worksheet>"
)


def workbook(*sheets: list[tuple[str, ...]]) -> bytes:
    """A workbook as its standard has it; cells that are digits are numbers."""
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/"
    names = [f"Sheet {n}" for n in range(1, len(sheets) + 1)]
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}content-types"><Default Extension="xml" '
        'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="'
        'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}relationships"><Relationship Id="r" '
        f'Type="{kind}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/'
        f'main" xmlns:r="{kind}"><sheets>' + "".join(
            f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"/>' for n, name in enumerate(names, 1)
        ) + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}relationships">' + "".join(
            f'<Relationship Id="r{n}" Type="{kind}/worksheet" Target="worksheets/s{n}.xml"/>'
            for n in range(1, len(sheets) + 1)
        ) + "</Relationships>",
    }  # fmt: skip
    for n, rows in enumerate(sheets, 1):
        body = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in rows)
        parts[f"xl/worksheets/s{n}.xml"] = SHEET.format(body)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def _cell(value: str) -> str:
    if value.isdigit():
        return f"<c><v>{value}</v></c>"
    return f'<c t="inlineStr"><is><t>{value}</t></is></c>'


def test_workbooks_are_read_and_their_sheet_is_chosen():
    table = [("y", "p", "g"), *ROWS]
    assert rates(workbook(table)) == base()
    above = [("Decisions of May", "", ""), ("", "", ""), *table]
    assert rates(workbook(above)) == base()
    two = workbook([("x", "y")], table)
    with pytest.raises(TableError, match="no column 'p'"):
        audit_file(two, Question("y", ["x"], "p"))
    assert rates(two, PLAIN, Choices(sheet="Sheet 2")) == base()
    with pytest.raises(TableError, match="no such sheet"):
        audit_file(two, PLAIN, Choices(sheet="Sheet 3"))
    assert "Of 2 sheets the first was read" in str(reading.look(workbook(table, table)).notes)


def test_two_columns_of_a_name_that_differ_can_be_told_apart():
    data = text([(*row, "2") for row in ROWS], "y,p,g,y").encode()
    with pytest.raises(TableError, match=r"'y \(column 1\)' or 'y \(column 4\)'"):
        audit_file(data, PLAIN)
    assert rates(data, Question("y (column 1)", ["g"], "p")) == base()
    assert reading.look(data).names == ("y (column 1)", "p", "g", "y (column 4)")
    odd = text([(*row, "2", "3") for row in ROWS], "y,p,g,y,y (column 1)").encode()
    assert len(set(reading.look(odd).names)) == 5
    with pytest.raises(TableError, match="and differ"):
        audit_file(odd, Question("y (column 1)", ["g"], "p"))
    same = text([(*row, row[0]) for row in ROWS], "y,p,g,y").encode()
    assert reading.look(same).names == ("y", "p", "g")


def test_many_columns_of_which_few_are_used():
    more = [",".join("7" for _ in range(597))] * len(ROWS)
    header = "y,p,g," + ",".join(f"c{i % 500}" for i in range(597))
    data = text([(*row, rest) for row, rest in zip(ROWS, more, strict=True)], header)
    assert rates(data) == base()


def test_what_was_assumed_can_be_chosen_instead():
    odd = text([(y, p, g + "é") for y, p, g in ROWS]).encode("cp1252")
    chosen = audit_file(odd, PLAIN, Choices(encoding="cp437"))["groups"][0]["group"]
    assert chosen == {"g": "AΘ"}
    table = reading.read(b"a;b,c\n1;2,3\n4;5,6\n", None, Choices(delimiter="comma"))
    assert table.names == ("a;b", "c") and table["c"] == ["3", "6"]
    lines = b"1,1,a\n" + text().encode()
    assert rates(lines, PLAIN, Choices(header=2)) == base()
    numbered = reading.look(text().encode(), Choices(header=0))
    assert numbered.names == ("0", "1", "2") and numbered.n == 91 and numbered.header == 0
    summed = text().encode() + b"Sum,1,A\n"
    assert reading.look(summed).n == 90
    assert reading.look(summed, Choices(footer="keep")).n == 91
    ragged = text().encode() + b"1,1\n1,1,A,7\n"
    with pytest.raises(TableError, match=r"Line 92 has 2 cells, the first line 3"):
        audit_file(ragged, PLAIN)
    found = audit_file(ragged, PLAIN, Choices(uneven="leave"))
    assert found["n"] == 90 and found["reading"] == ["2 rows are of another length and left out."]


def test_a_choice_that_is_none_is_refused_with_those_there_are():
    for wrong in (
        {"delimiter": "x"}, {"encoding": "x"}, {"decimal": "x"}, {"missing": "x"},
        {"spellings": "x"}, {"uneven": "x"}, {"footer": "x"}, {"header": -1},
    ):  # fmt: skip
        with pytest.raises(TableError, match=r"\.$"):
            Choices(**wrong)


def test_what_is_no_table_is_said():
    for data, part in (
        (b"<!DOCTYPE html><html></html>", "web page"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n", "git lfs pull"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "old or protected workbook"),
        (b"%PDF-1.7\n", "no table"),
        (b'{"a": {"b": 1}}', "one column|no column|no rows"),
        (packed(b"a", b=b"b"), "2 files"),
        (packed(packed(b"a")), "archive holds an archive"),
        (gzip.compress(gzip.compress(text().encode())), "no table"),
        (b"PAR1" + b"x" * 50 + b"PAR1", "damaged"),
        (packed(b"x", "xl/workbook.xml"), "damaged"),
        (packed(b"x", "xl/workbook.bin"), "only .xlsx"),
        (gzip.compress(text().encode())[:-20], "damaged"),
        (b"y p g", "no rows"),
        (b"y\n1\n0\n", "one column only"),
    ):  # fmt: skip
        with pytest.raises(TableError, match=part):
            audit_file(data, PLAIN)


def test_a_preview_shows_what_was_understood():
    seen = reading.look(b"sep=;\n" + text(sign=";", header="y;p;g\u00e9").encode("cp1252"))
    assert (seen.names, seen.n, seen.delimiter) == (("y", "p", "gé"), 90, "semicolon")
    assert (seen.encoding, seen.header) == ("cp1252", 2)
    assert seen.first[0] == ROWS[0] and len(seen.first) == reading.SHOWN


@pytest.mark.parametrize(
    ("numbers", "part"),
    [
        ({"1": "75%", "0": "2.5 %"}, "in percent"),
        ({"1": "€75", "0": "EUR 2"}, "currency"),
        ({"1": "1,975", "0": "1,002"}, "thousands"),
        ({"1": "12'975.5", "0": "1'002"}, None),
        ({"1": "0,75", "0": "0,25"}, "decimal sign"),
        ({"1": "1.000,75", "0": "-0,25"}, "decimal sign"),
        ({"1": "−1", "0": "−3"}, None),
        ({"1": "7.5e-1", "0": ".2"}, None),
    ],
)
def test_scores_as_people_write_them(numbers, part):
    threshold = {"75%": 50, "€75": 50, "1,975": 1500, "12'975.5": 1500, "−1": -2}.get(
        numbers["1"], 0.5
    )
    asked = Question("y", ["g"], y_score="s", threshold=threshold)
    assert rates(spelled(numbers), asked) == base()
    notes = audit_file(spelled(numbers).encode(), asked)["reading"]
    assert (part is None and not notes) or any(part in note for note in notes)


def test_what_may_be_thousands_or_a_fraction_is_asked():
    data = text([(y, {"1": "1,750", "0": "1,250"}[p], g) for y, p, g in ROWS], "y;s;g", ";")
    asked = Question("y", ["g"], y_score="s", threshold=1.5)
    with pytest.raises(TableError, match="thousands or a fraction"):
        audit_file(data.encode(), asked)
    assert rates(data, asked, Choices(decimal=",")) == base()
    thousands = Question("y", ["g"], y_score="s", threshold=1500)
    assert rates(data, thousands, Choices(decimal=".")) == base()


@pytest.mark.parametrize(
    ("cell", "part"),
    [
        ("[0.2, 0.8]", "several"),
        ("inf", "counted with"),
        ("high", "no number"),
        ("(5)", "no number"),
    ],
)
def test_scores_that_are_no_numbers_are_answered_with_what_to_do(cell, part):
    data = spelled({"1": cell, "0": "0.1"})
    with pytest.raises(TableError, match=part):
        audit_file(data.encode(), SCORED)


def test_a_score_of_the_other_class_is_noticed():
    found = audit_file(spelled({"1": "0.2", "0": "0.8"}).encode(), SCORED)
    assert "may be the score of the other class" in found["warnings"][0]
    assert audit_file(spelled({"1": "0.8", "0": "0.2"}).encode(), SCORED)["warnings"] == []


@pytest.mark.parametrize(
    ("true", "decided"),
    [
        ({"1": "Yes", "0": "No"}, {"1": "yes", "0": "no"}),
        ({"1": "True", "0": "False"}, {"1": "1", "0": "0"}),
        ({"1": "True", "0": "False"}, {"1": "TRUE", "0": "FALSE"}),
        ({"1": "1.0", "0": "0.0"}, {"1": "1", "0": "0"}),
        ({"1": "Y", "0": "N"}, {"1": "1", "0": "0"}),
        ({"1": " Yes", "0": "No "}, {"1": "Yes", "0": "No"}),
        ({"1": "b", "0": "a"}, {"1": "b\u200b", "0": "\u00a0a"}),
    ],
)
def test_one_answer_in_two_spellings_is_one_class(true, decided):
    data = renamed(true, decided)
    assert rates(data) == base()
    names = [true[code].strip().removesuffix(".0") for code in "01"]
    assert audit_file(data.encode(), PLAIN)["classes"] == names


def test_classes_that_differ_in_spelling_only_are_asked_about():
    data = renamed({"1": "Hire", "0": "Leave"}, {"1": "hire", "0": "leave"})
    with pytest.raises(TableError, match=r"'Hire' and 'hire', which differ in spelling only"):
        audit_file(data.encode(), PLAIN)
    asked = Question("y", ["g"], "p", positive="hire")
    assert rates(data, asked, Choices(spellings="one")) == base()
    dotted = renamed({"1": ">50K", "0": "<=50K"}, {"1": ">50K.", "0": "<=50K."})
    with pytest.raises(TableError, match="differ in spelling only"):
        audit_file(dotted.encode(), PLAIN)
    assert rates(dotted, PLAIN, Choices(spellings="one")) == base()
    apart = renamed({"1": "1.10", "0": "1.1"})
    assert audit_file(apart.encode(), PLAIN)["classes"] == ["1.1", "1.10"]


def test_codes_for_decisions_need_the_positive_class():
    data = renamed({"1": ">50K", "0": "<=50K"}, {"1": "1", "0": "0"})
    with pytest.raises(TableError, match="choose the positive class"):
        audit_file(data.encode(), PLAIN)
    asked = Question("y", ["g"], "p", positive=">50K")
    assert rates(data, asked) == base()
    assert "'1' was counted as '>50K'" in str(audit_file(data.encode(), asked)["warnings"])


def test_a_file_that_was_no_text_is_not_said_to_have_separators():
    rows = [("y", "p", "g"), ("1", "0", "a"), ("0", "1", "b")]
    assert reading.look(workbook(rows)).how() == "read as an Excel workbook"
    records = b'[{"y": 1, "p": 0, "g": "a"}, {"y": 0, "p": 1, "g": "b"}]'
    assert reading.look(records).how() == "read as JSON"
    text = reading.look(b"y;p;g\n1;0;a\n0;1;b\n")
    assert text.how() == "named on line 1; separated by semicolon, encoded in utf-8"

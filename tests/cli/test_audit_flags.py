"""Flags of `audit`: each assumption about a file can be said, and a preview shows them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.cli.audit_flags import split
from core.cli.main import main
from tests.audit.tables import ROWS, spelled, text

ASKED = ["--y-true", "y", "--y-pred", "p", "--groups", "g"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "t.csv"


def said(file: Path, *arguments: str) -> str:
    with pytest.raises(SystemExit) as stopped:
        main(["audit", str(file), *arguments])
    assert stopped.value.code == 2
    return ""


def test_a_preview_needs_no_columns_and_computes_nothing(file, capsys):
    file.write_text("sep=;\n" + text(sign=";", header="y;p;g"))
    assert main(["audit", str(file), "--preview"]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0].startswith("90 rows, 3 columns named on line 2; separated by semicolon")
    assert [line.split() for line in out if line.startswith(("y ", "1 "))][0] == ["y", "p", "g"]
    assert main(["audit", str(file), "--preview", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["n"] == 90 and found["names"] == ["y", "p", "g"]


def test_what_was_assumed_is_said_below_the_positive_class(file, capsys):
    file.write_text(text(sign=";", header="y;p;g"))
    assert main(["audit", str(file), *ASKED]) == 0
    parts = capsys.readouterr().out.split("\n\n")
    assert parts[0].startswith("'1' was taken") and parts[1] == (
        "Read: The cells are separated by semicolons."
    )


@pytest.mark.parametrize(
    ("content", "flags", "hint"),
    [
        (text([(y, p, "Aa"[i % 2]) for i, (y, p, _) in enumerate(ROWS)]) + "1,1,B\n",
         ["--spellings", "one"], "--spellings one"),
        (text() + "1,1\n", ["--uneven", "leave"], "--uneven leave"),
        (text([*ROWS, ("1", "1", "NA")]), ["--missing", "leave"], None),
        (text([*ROWS, ("1", "1", "NA")]), ["--value", "na"], None),
        (text().split("\n", 1)[1], ["--no-header", "--y-true", "0", "--y-pred", "1", "--groups",
                                    "2"], None),
        ("1,1,x\n" + text(), ["--header", "2"], None),
        (text(), ["--delimiter", "comma", "--encoding", "utf-8", "--decimal", "."], None),
    ],
)  # fmt: skip
def test_every_choice_has_a_flag(file, capsys, content, flags, hint):
    file.write_text(content)
    if hint:
        said(file, *ASKED)
        assert hint in capsys.readouterr().err
    asked = flags if "--groups" in flags else [*ASKED, *flags]
    assert main(["audit", str(file), *asked, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["n"] >= 90


def test_a_threshold_may_have_a_comma_or_a_percent_sign(file, capsys):
    file.write_text(spelled({"1": "0,75", "0": "0,25"}))
    scored = ["--y-true", "y", "--y-score", "s", "--groups", "g", "--threshold"]
    answers = []
    for threshold in ("0,5", "0.5", "0.5%"):
        assert main(["audit", str(file), *scored, threshold, "--json"]) == 0
        answers.append(capsys.readouterr().out)
    assert len(set(answers)) == 1
    said(file, *scored, "half")
    assert "'half' is no number" in capsys.readouterr().err


def test_names_of_groups_with_commas_are_found():
    names = ("race, ethnicity", "sex", "a", "a,b")
    assert split(["race, ethnicity,sex"], names) == ["race, ethnicity", "sex"]
    assert split(["sex", "race, ethnicity"], names) == ["sex", "race, ethnicity"]
    assert split(['"race, ethnicity", sex'], names) == ["race, ethnicity", "sex"]
    assert split(["a,b,a"], names) == ["a,b", "a"]
    assert split(["x, y"], names) == ["x", "y"]


def test_groups_separated_by_blanks_get_a_hint(file, capsys):
    file.write_text(text([(*row, "x") for row in ROWS], "y,p,g,h"))
    said(file, "--y-true", "y", "--y-pred", "p", "--groups", "g", "h")
    assert "separated by commas" in capsys.readouterr().err
    said(file, "--y-true", "y", "--y-pred", "p", "--groups", "g h")
    assert "separate several by commas, 'g,h'" in capsys.readouterr().err
    assert main(["audit", str(file), "--y-true", "y", "--y-pred", "p", "--groups", "g", "--groups",
                 "h", "--json"]) == 0  # fmt: skip
    assert len(json.loads(capsys.readouterr().out)["groups"]) == 2


def test_names_in_other_capitals_get_a_hint(file, capsys):
    file.write_text(text(header="Y,P,G"))
    said(file, *ASKED)
    assert "no column 'y'; there is 'Y'" in capsys.readouterr().err

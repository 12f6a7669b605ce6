"""The report as one file: it says what was found, fetches nothing, escapes everything, repeats."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from html.parser import HTMLParser

import numpy as np
import pytest

from core.audit import document
from core.audit.document import repeat
from core.audit.question import Question
from core.audit.report import audit_file
from core.audit.settings import Settings
from core.cli.main import main
from core.data.published import compas_csv
from tests.audit.test_audit_settings import DATA, TABLE

COMPAS = Question("two_year_recid", ["race"], "high_score")
HOSTILE = '<script>alert("1")</script>'
OUTSIDE = re.compile(r"https?:|//|@import|url\(|src=|href=|<script|<link|<iframe|javascript:", re.I)


class Text(HTMLParser):
    """Words of a page, and its tags."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def read(html: str) -> tuple[str, list[str]]:
    parser = Text()
    parser.feed(html)
    return " ".join(" ".join(parser.words).split()), parser.tags


def written(question: Question, data: bytes = DATA) -> str:
    return document.html(audit_file(data, question), question)


def test_it_says_what_was_found_asked_and_assumed():
    words, tags = read(written(COMPAS, compas_csv()))
    assert (
        "race=African-American has a higher false positive rate than all others: 44.8% against "
        "23.5%, 21.4 points [18.2, 24.5]; corrected p < 0.001." in words
    )
    assert "'1' was taken as the positive class" in words
    for heading in ("Findings, widest first", "What was asked", "Method and limits", "fairlearn"):
        assert heading in words
    assert tags.count("svg") == 4 and tags.count("table") == 3


def test_findings_stand_in_order_of_their_size():
    words, _ = read(written(COMPAS, compas_csv()))
    sizes = [float(size) for size in re.findall(r"% against [\d.]+%, −?([\d.]+) points", words)]
    assert len(sizes) > 2 and sizes == sorted(sizes, reverse=True)


@pytest.mark.parametrize(
    "question",
    [
        Question("y", ["g"], "p", settings=Settings(beside=("q",), weights="w", within="st")),
        Question("y", ["age", "g"], y_score="s", threshold=0.5,
                 settings=Settings(bins={"age": (40.0,)}, smallest=30)),
        Question(None, ["g"], "p", settings=Settings(reference={"g": "B"})),
        Question("salary", ["g"], "guess", settings=Settings(regression=True)),
    ],
)  # fmt: skip
def test_nothing_is_fetched_and_no_number_is_missing(question):
    html = written(question)
    assert not OUTSIDE.search(html)
    words, tags = read(html)
    assert "nan" not in words.split() and "None" not in words and "svg" in tags
    assert "default-src 'none'" in html


def test_hostile_names_are_text():
    rng = np.random.default_rng(0)
    names = (HOSTILE, "{{ 7 * 7 }}", "</svg><img src=x onerror=y>", "'];import os;['")
    lines = [f'y,p,"{HOSTILE.replace(chr(34), chr(34) * 2)}"']
    for _ in range(400):
        cell = rng.choice(names).replace('"', '""')
        lines.append(f'{rng.integers(2)},{rng.integers(2)},"{cell}"')
    html = written(Question("y", [HOSTILE], "p"), "\n".join(lines).encode())
    _, tags = read(html)
    assert not set(tags) & {"script", "img", "iframe"}
    assert "<script" not in html and "<img" not in html and "{{ 7 * 7 }}" in html


def test_two_hundred_groups_fit_on_a_few_pages():
    rng = np.random.default_rng(1)
    rows = "\n".join(
        f"{rng.integers(2)},{rng.integers(2)},group {rng.integers(200)}" for _ in range(4000)
    )
    html = written(Question("y", ["g"], "p"), ("y,p,g\n" + rows).encode())
    assert len(html) < 120_000 and "more rows are in the JSON and CSV files" in html


@pytest.mark.parametrize(
    "question",
    [
        Question("y", ["g"], "p"),
        Question("y", ["g", "age"], y_score="s", threshold=0.5,
                 settings=Settings(bins={"age": (40.0,)})),
        Question("y", ["g"], "p", settings=Settings(weights="w")),
        Question("y", ["age"], "p", settings=Settings(bins={"age": 4})),
        Question(None, ["g"], "p"),
        Question("salary", ["g"], "guess", settings=Settings(regression=True)),
    ],
)  # fmt: skip
def test_the_code_repeats_the_rates(question, tmp_path):
    found = audit_file(DATA, question)
    (tmp_path / "your-table.csv").write_bytes(DATA)
    code = repeat.code(found, question) + "\nprint(frame.by_group.to_json(orient='values'))\n"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    theirs = json.loads(done.stdout.splitlines()[-1])
    names = [name for name in re.findall(r"'(\w+)': ?(?:\w+|lambda)", code)
             if name in found["overall"]]  # fmt: skip
    ours = {
        tuple(round(row["metrics"][name]["value"], 7) for name in names) for row in found["groups"]
    }
    assert {tuple(round(float(cell), 7) for cell in row) for row in theirs} == ours
    assert len(ours) == len(found["groups"]) and len(TABLE) == 900


def test_a_report_that_cannot_be_written_is_one_sentence(tmp_path, capsys):
    path = tmp_path / "t.csv"
    path.write_bytes(DATA)
    with pytest.raises(SystemExit) as stopped:
        main(["audit", str(path), "--y-true", "y", "--y-pred", "p", "--groups", "g",
              "--out", str(tmp_path / "none" / "r.html")])  # fmt: skip
    assert stopped.value.code == 2
    assert "The report cannot be written: No such file or directory." in capsys.readouterr().err


def test_names_beside_charts_fit_in_the_room_for_them():
    """Also where two are cut alike and get a number; a sign takes about six units."""
    group = [f"west and the islands, part {i % 2}, {'north of the river' * 2}" for i in range(900)]
    data = TABLE.assign(g=group).to_csv(index=False).encode()
    html = written(Question("y", ["g"], "p"), data)
    ends = re.findall(r'<text x="([\d.]+)" y="[\d.]+" text-anchor="end">([^<]+)<', html)
    named = [(float(x), name) for x, name in ends if "west" in name]
    assert len(named) >= 6
    assert all(len(name) * 5.6 < x for x, name in named), named

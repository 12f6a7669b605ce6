"""What an audit may cost: bytes at once, columns and cells in all, one at a time."""

from __future__ import annotations

import threading
import tracemalloc
from collections.abc import Callable

import numpy as np
import pytest

from core.audit import answers, labels, reading
from core.audit import report as audits
from core.audit.answers import MOST_GROUPS
from core.audit.measures import MOST_WORK, Decisions, audit, work
from core.audit.question import MOST_COLUMNS, Question
from core.audit.reading import TableError
from core.audit.report import audit_file
from tests.pace import within

MEBIBYTE = 2**20


def many(rows: int, classes: int, groups: int, columns: int) -> Decisions:
    """Classes at random, and columns that cut the rows into the same groups."""
    rng = np.random.default_rng(0)
    names = [str(g) for g in range(groups)]
    group = np.arange(rows) % groups
    return Decisions(
        rng.integers(0, classes, rows), rng.integers(0, classes, rows),
        [f"k{c}" for c in range(classes)], {f"g{c}": (group, names) for c in range(columns)},
    )  # fmt: skip


def peak(make: Callable[[], object]) -> float:
    """Most MiB that are held at once beyond what was there before."""
    tracemalloc.start()
    try:
        make()
        return tracemalloc.get_traced_memory()[1] / MEBIBYTE
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "table",
    [
        many(4000, labels.MOST_CLASSES, MOST_GROUPS, 1),
        many(100_000, labels.MOST_CLASSES, MOST_GROUPS, 1),
        many(20_000, 8, MOST_GROUPS, MOST_COLUMNS),
    ],
    ids=["sparse", "every cell", "every column"],
)
def test_accepted_tables_are_audited_in_little_memory_and_time(table):
    assert MOST_WORK // 2 < work(table) <= MOST_WORK
    with within(20):  # Traced; half of it untraced.
        assert peak(lambda: audit(table)) < 32


def test_a_long_table_is_read_in_little_memory():
    line = b"1,0,%s\n0,1,%s\n" % (b",".join([b"group 1"] * 5), b",".join([b"group 2"] * 5))
    data = b"y,p,a,b,c,d,e\n" + line * 30_000
    # A pointer a cell, a number a line, and the text once; not a text a cell.
    assert peak(lambda: reading.read_csv(data)) < 2 * len(data) / MEBIBYTE + 8


def test_lines_end_as_they_did():
    data = b'y,p,g\r\n1,0,"a\r\nb"\r0,1,c\n\n1,1,d'
    table = reading.read_csv(data)
    assert table["g"] == ["a\r\nb", "c", "d"] and table.lines.tolist() == [3, 4, 6]


def text_of(table: Decisions) -> bytes:
    columns = [codes for codes, _ in table.groups.values()]
    rows = zip(table.y_true, table.y_pred, *columns, strict=True)
    body = "\n".join(",".join(f"k{cell}" for cell in row) for row in rows)
    return f"y,p,{','.join(table.groups)}\n{body}".encode()


def test_more_cells_than_can_be_resampled_are_refused_in_a_sentence():
    table = many(4000, 20, 100, 2)
    with pytest.raises(TableError, match=r"^20 classes in so many groups .*\.$"):
        audit_file(text_of(table), Question("y", list(table.groups), "p"))


def test_more_than_five_group_columns_are_refused_in_a_sentence():
    Question("y", list("abcde"), "p")
    with pytest.raises(TableError, match=r"^6 columns name groups; at most 5 are crossed: .*\.$"):
        Question("y", list("abcdef"), "p")


SMALL = b"y,p,g\n" + b"1,1,a\n0,0,b\n1,0,b\n0,1,a\n" * 5


def test_a_second_audit_waits_for_the_first(monkeypatch):
    entered, leave = threading.Event(), threading.Event()
    inside: list[int] = []
    found: list[int] = []

    def slow(*asked: object) -> dict:
        inside.append(1)
        entered.set()
        assert leave.wait(60)
        inside.pop()
        return answers.answered(*asked)

    monkeypatch.setattr(audits, "answered", slow)

    def ask() -> None:
        found.append(audit_file(SMALL, Question("y", ["g"], "p"))["n"])

    threads = [threading.Thread(target=ask) for _ in range(2)]
    threads[0].start()
    assert entered.wait(60)
    threads[1].start()
    threads[1].join(0.3)
    assert threads[1].is_alive() and len(inside) == 1
    leave.set()
    for thread in threads:
        thread.join(60)
    assert found == [20, 20]


def test_who_waits_too_long_is_told_and_the_turn_is_given_back(monkeypatch):
    monkeypatch.setattr(audits, "PATIENCE", 0.01)
    asked = Question("y", ["g"], "p")
    with audits.turn(), pytest.raises(TableError, match="try again in a minute"):
        audit_file(SMALL, asked)
    with pytest.raises(TableError, match="no rows"):
        audit_file(b"y,p,g\n", asked)
    assert audit_file(SMALL, asked)["n"] == 20

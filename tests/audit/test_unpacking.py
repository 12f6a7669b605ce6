"""What is packed is bounded before anybody parses it: by what it is, not by what it says."""

from __future__ import annotations

import gzip
import io
import subprocess
import zipfile
import zlib

import pandas as pd
import pytest

from core.audit import reading, unpacking
from core.audit.choices import Choices
from core.audit.reading import TableError
from core.audit.sheets import MOST_TEXT, Ending
from core.cli.main import main
from tests.audit.test_audit_bounds import peak
from tests.audit.test_tables_as_people_bring_them import workbook
from tests.pace import within


def refusal(data: bytes, seconds: float = 5) -> str:
    with within(seconds), pytest.raises(TableError) as caught:
        reading.look(data)
    return str(caught.value)


def archive(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return out.getvalue()


def lying(size: int) -> bytes:
    """An archive of one table of `size` bytes that says it has ten."""
    data = bytearray(archive(t=b"0" * size))
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = data.index(mark) + at
        data[place : place + 4] = (10).to_bytes(4, "little")
    return bytes(data)


BOMBS = {
    "gzip": gzip.compress(b"1,1,a\n" * 12_000_000, 1),
    "archive": archive(t=b"1,1,a\n" * 12_000_000),
    "archive that lies": lying(70_000_000),
}


@pytest.mark.parametrize("name", BOMBS)
def test_what_expands_too_far_is_refused_before_it_is_read(name):
    assert len(BOMBS[name]) < 2_000_000
    assert peak(lambda: refusal(BOMBS[name])) < 2 * MOST_TEXT / 2**20
    assert refusal(BOMBS[name]) == unpacking.TOO_MUCH


def test_a_workbook_that_expands_too_far_is_refused():
    many = workbook([("y", "p", "g")])
    out = io.BytesIO(many)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/sharedStrings.xml", bytes(unpacking.MOST_EXPANDED + 1))
    assert refusal(out.getvalue(), 20) == unpacking.TOO_MUCH


def test_a_workbook_of_too_many_cells_is_refused(monkeypatch):
    monkeypatch.setattr(unpacking, "MOST_CELLS", 10)
    table = workbook([("y", "p", "g"), *[("1", "1", "1")] * 9])
    assert "more than 10 cells" in refusal(table)


def test_parquet_that_is_small_on_disk_and_large_in_memory_is_refused():
    out = io.BytesIO()
    pd.DataFrame({"y": ["x" * 1000] * 100_000}).to_parquet(out)
    assert len(out.getvalue()) < 100_000
    assert "too large" in refusal(out.getvalue())


def test_a_process_that_fails_or_takes_too_long_is_a_sentence(monkeypatch):
    out = io.BytesIO()
    pd.DataFrame({"y": [1], "p": [1]}).to_parquet(out)
    monkeypatch.setattr(unpacking, "MOST_SECONDS", 0.001)
    assert "too long to read" in refusal(out.getvalue())
    monkeypatch.undo()
    monkeypatch.setattr(unpacking, "ROOT", unpacking.ROOT / "core")
    assert refusal(out.getvalue()) == unpacking.SENTENCES[Ending.DAMAGED]


def test_broken_streams_are_damaged_and_not_endless():
    whole = gzip.compress(b"y,p,g\n" * 1000)
    for cut in range(11, len(whole), 7):
        assert "damaged" in refusal(whole[:cut])
    raw = zlib.compressobj(wbits=-15)
    assert raw.compress(b"") == b""
    with pytest.raises(TableError, match="damaged"):
        unpacking.unpacked(b"\x1f\x8b" + bytes(200), Choices())


def test_the_command_line_unpacks_a_workbook_once(monkeypatch, tmp_path, capsys):
    people = [(str(i % 2), str(i % 3 % 2), "mf"[i % 2], "no"[i % 5 % 2]) for i in range(40)]
    rows = [("y", "p", "a", "b"), *people]
    path = tmp_path / "t.xlsx"
    path.write_bytes(workbook(rows))
    calls = []

    class Counted(subprocess.Popen):
        def __init__(self, command, **more):
            calls.append(command[-2])
            super().__init__(command, **more)

    monkeypatch.setattr(subprocess, "Popen", Counted)
    asked = ["audit", str(path), "--y-true", "y", "--y-pred", "p", "--groups", "a,b"]
    assert main(asked) == 0 and calls == ["workbook"]
    assert "40 rows, " in capsys.readouterr().out
    assert main(asked) == 0 and len(calls) == 2, "nothing is kept beyond the command"

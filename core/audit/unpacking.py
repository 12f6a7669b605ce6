"""Files that are no text: archives and workbooks become bytes of CSV, inside bounds.

What is compressed is counted while it expands, whatever it says of its own size. Workbooks and
Parquet are read by a process of its own (`core.audit.sheets`) with bounded memory and time.
"""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from pathlib import Path

from core.audit.choices import Choices
from core.audit.objections import TableError, short
from core.audit.sheets import MOST_SECONDS, MOST_TEXT, Ending

MOST_BYTES = 20_000_000
MOST_EXPANDED = 300_000_000
"""Bytes of the parts of a workbook, which are XML: ten times what they say."""
MOST_CELLS = 4_000_000
"""Of a workbook."""
PIECE = 1_000_000
JSON = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:\[\s*\{\s*\"|\{\s*\")")
"""How records begin, and columns."""
ROOT = Path(__file__).resolve().parents[2]
TOO_MUCH = "The file is small only because it is packed: unpacked it is too large."
KINDS = {"workbook": "an Excel workbook", "parquet": "Parquet", "json": "JSON"}
"""What is converted, in words."""
SENTENCES = {
    Ending.DAMAGED: "The file is damaged, or protected by a password: save it anew.",
    Ending.TOO_MUCH: f"The table is too large: it has more than {MOST_TEXT // 10**6} MB of text.",
    Ending.NO_SUCH_SHEET: "There is no such sheet in the workbook.",
    Ending.EMPTY: "The file is empty: export the table again.",
}


@dataclass(frozen=True)
class Content:
    """Bytes of a text file.

    Attributes:
        data: The bytes.
        choices: How they are to be read: what was converted needs no guesses.
        notes: What was assumed, one sentence each.
        kind: What was converted, in words; empty where the file was text.
    """

    data: bytes
    choices: Choices
    notes: tuple[str, ...] = ()
    kind: str = ""


@dataclass
class _Kept:
    """What was unpacked last."""

    asked: tuple[bytes, Choices] | None = None
    content: Content | None = None


_KEPT: ContextVar[_Kept | None] = ContextVar("unpacked", default=None)


@contextmanager
def unpacking_once() -> Iterator[None]:
    """Unpack the same file only once meanwhile: a large workbook takes seconds each time."""
    token = _KEPT.set(_Kept())
    try:
        yield
    finally:
        _KEPT.reset(token)


def unpacked(data: bytes, choices: Choices) -> Content:
    """Take a file out of what it is packed in.

    Raises:
        TableError: If it is too large, also when expanded, or cannot be read.
    """
    kept = _KEPT.get()
    if kept is None:
        return _unpacked(data, choices)
    if kept.content is None or kept.asked != (data, choices):
        kept.asked, kept.content = (data, choices), _unpacked(data, choices)
    return kept.content


def _unpacked(data: bytes, choices: Choices) -> Content:
    if len(data) > MOST_BYTES:
        raise TableError(f"The file is larger than {MOST_BYTES // 10**6} MB.")
    notes: tuple[str, ...] = ()
    if data.startswith(b"\x1f\x8b"):
        data = b"".join(_inflated(data, 31, MOST_TEXT))
    elif data.startswith(b"PK\x03\x04") and not _is_workbook(data):
        data, name = _only_member(data)
        notes = (f"The archive's file {short(name)} was read.",)
    if data.startswith(b"PK\x03\x04"):
        _bound_workbook(data)
        return _converted("workbook", data, choices, notes)
    if data.startswith(b"PAR1"):
        return _converted("parquet", data, choices, notes)
    if JSON.match(data):
        return _converted("json", data, choices, notes)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise TableError("The file is an old or protected workbook: save it as .xlsx or CSV.")
    if data.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"\x1f\x8b", b"7z\xbc\xaf")):
        raise TableError("The file is no table: save the table as CSV, .xlsx or .parquet.")
    return Content(data, choices, notes)


def _inflated(data: bytes, kind: int, most: int) -> Iterator[bytes]:
    """Pieces of what is compressed, never more than `most` bytes; `kind` as zlib counts windows."""
    total = 0
    while data:
        stream = zlib.decompressobj(kind)
        while not stream.eof:
            try:
                piece = stream.decompress(data, PIECE)
            except zlib.error as error:
                raise TableError(SENTENCES[Ending.DAMAGED]) from error
            data = stream.unconsumed_tail
            total += len(piece)
            if total > most:
                raise TableError(TOO_MUCH)
            yield piece
            if not piece and not data and not stream.eof:
                raise TableError(SENTENCES[Ending.DAMAGED])
        # Several packed files one after the other are one, as gzip has it; raw parts are single.
        data = stream.unused_data if kind > 0 and stream.unused_data[:2] == b"\x1f\x8b" else b""


def _archive(data: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise TableError(SENTENCES[Ending.DAMAGED]) from error


def _is_workbook(data: bytes) -> bool:
    names = set(_archive(data).namelist())
    if "xl/workbook.bin" in names or "mimetype" in names:
        raise TableError("Of workbooks only .xlsx is read: save it as .xlsx or CSV.")
    return "xl/workbook.xml" in names


def _only_member(data: bytes) -> tuple[bytes, str]:
    members = [part for part in _archive(data).infolist()
               if not part.is_dir() and not part.filename.startswith("__MACOSX/")]  # fmt: skip
    if len(members) != 1:
        raise TableError(f"The archive holds {len(members):,} files: bring one table.")
    content = b"".join(_member(data, members[0], MOST_TEXT))
    if content.startswith(b"PK\x03\x04") and not _is_workbook(content):
        raise TableError("The archive holds an archive: bring the table itself.")
    return content, members[0].filename


def _member(data: bytes, part: zipfile.ZipInfo, most: int) -> Iterator[bytes]:
    """Pieces of one part, whatever size it claims."""
    if part.flag_bits & 1:
        raise TableError(SENTENCES[Ending.DAMAGED])
    head = data[part.header_offset : part.header_offset + 30]
    start = part.header_offset + 30 + int.from_bytes(head[26:28], "little")
    start += int.from_bytes(head[28:30], "little")
    body = data[start : start + part.compress_size]
    if part.compress_type == zipfile.ZIP_DEFLATED:
        yield from _inflated(body, -15, most)
    elif part.compress_type == zipfile.ZIP_STORED and len(body) <= most:
        yield body
    else:
        raise TableError(SENTENCES[Ending.DAMAGED])


def _bound_workbook(data: bytes) -> None:
    """Count what the parts of a workbook expand to, and its cells, before anybody parses them."""
    left, cells = MOST_EXPANDED, 0
    for part in _archive(data).infolist():
        for piece in _member(data, part, left):
            left -= len(piece)
            if part.filename.startswith("xl/worksheets/"):
                cells += piece.count(b"<c ") + piece.count(b"<c>")
        if cells > MOST_CELLS:
            raise TableError(f"The workbook has more than {MOST_CELLS:,} cells.")


def _converted(kind: str, data: bytes, choices: Choices, notes: tuple[str, ...]) -> Content:
    """Let a process of its own turn a file into CSV."""
    command = [sys.executable, "-m", "core.audit.sheets", kind, choices.sheet or ""]
    environment = {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "PATH": "",
                   "ARROW_DEFAULT_MEMORY_POOL": "system"}  # fmt: skip
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as child:  # fmt: skip
        try:
            body, _ = child.communicate(data, timeout=MOST_SECONDS)
        except subprocess.TimeoutExpired:
            raise TableError("The file took too long to read: save the table as CSV.") from None
        finally:
            child.kill()
    if child.returncode != Ending.DONE:
        code = child.returncode
        raise TableError(SENTENCES[Ending(code) if code in set(Ending) else Ending.TOO_MUCH])
    said, _, text = body.partition(b"\n")
    sheets = json.loads(said)["sheets"]
    if len(sheets) > 1 and choices.sheet is None:
        notes = (*notes, f"Of {len(sheets)} sheets the first was read, {short(sheets[0])}.")
    told = replace(choices, delimiter="comma", encoding="utf-8")
    return Content(text, told, notes, KINDS[kind])

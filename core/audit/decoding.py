"""Bytes of a text file as text: the encoding is found out, said, and can be chosen instead."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from core.audit.objections import TableError

BLANK = re.compile(r"[\s\ufeff]*")
"""What may stand above the first line: blank lines, and byte order marks wherever they are."""
MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
"""Those of UTF-32 before those of UTF-16, which they begin with."""
SAMPLE = 65_536
"""Bytes by which an encoding is told."""
OTHERS = ("cp1252", "cp1251", "cp1253", "cp932", "gb18030", "euc_kr", "big5")
COHERENT = 0.1
"""From here on the detector has seen a language; below it, letters of Western Europe are meant."""
FEW_NULS = 100
"""One byte 0 among so many is an accident; more are no text."""
NOT_TEXT = "The file is not a text file: save the table as CSV in UTF-8, .xlsx or .parquet."


@dataclass(frozen=True)
class Decoded:
    """Text of a file.

    Attributes:
        text: Without marks at its beginning and end.
        encoding: As Python names it.
        notes: What was assumed, one sentence each.
    """

    text: str
    encoding: str
    notes: tuple[str, ...] = ()


def decoded(data: bytes, encoding: str | None = None) -> Decoded:
    """Turn a file into text.

    Args:
        data: At most as many bytes as the reader allows.
        encoding: As chosen; found out when None.

    Raises:
        TableError: If it is empty, not text, or not in the encoding that was chosen.
    """
    name, said = (encoding, False) if encoding else _encoding(data)
    notes = [f"The file was read as {_spoken(name)}."] if said else []
    if b"\0" in data and not name.startswith(("utf-16", "utf-32")):
        if data.count(b"\0") * FEW_NULS > len(data):
            raise TableError(NOT_TEXT)
        data = data.replace(b"\0", b"")
        notes.append("Bytes without a meaning (NUL) were left out.")
    text = _text(data, name)
    if BLANK.fullmatch(text):
        raise TableError("The file is empty: export the table again.")
    return Decoded(text, name, tuple(notes))


def _text(data: bytes, name: str) -> str:
    try:
        text = data.decode("utf-8-sig" if name == "utf-8" else name)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise TableError(
            f"The file is not in {_spoken(name)} (first seen on line {line:,}): choose another "
            "encoding."
        ) from error
    except UnicodeError as error:
        raise TableError(f"The file is not in {_spoken(name)}.") from error
    # The end of a file, as DOS marked it.
    return text.rstrip("\x1a") if text.endswith("\x1a") else text


def _encoding(data: bytes) -> tuple[str, bool]:
    """The encoding of a file, and whether it has to be said."""
    for mark, name in MARKS.items():
        if data.startswith(mark):
            return name, name != "utf-8"
    for name in ("utf-16-le", "utf-16-be"):
        if _is_wide(data[:SAMPLE], name):
            return name, True
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _older(data, error.start), True
    return "utf-8", False


def _is_wide(start: bytes, name: str) -> bool:
    """Whether a file without a mark begins as text in UTF-16: each second byte is 0, and signs."""
    nulls = start[1::2] if name == "utf-16-le" else start[::2]
    if nulls.count(0) * 3 <= len(nulls):
        return False
    text = start[: len(start) // 2 * 2].decode(name, "replace")
    odd = sum(sign < " " and sign not in "\t\r\n" for sign in text)
    return odd * 100 <= len(text)


def _older(data: bytes, at: int) -> str:
    """The encoding of a file that is not in Unicode.

    A few letters tell a detector little: only where it recognises a language is it believed.
    """
    from charset_normalizer import from_bytes

    lines = data[max(0, at - SAMPLE) : at + 10 * SAMPLE].splitlines()
    telling = b"\n".join(line for line in lines if not line.isascii())[:SAMPLE]
    best = from_bytes(telling, cp_isolation=list(OTHERS)).best()
    if best is not None and best.coherence >= COHERENT and _reads(data, best.encoding):
        return str(best.encoding)
    return "cp1252" if _reads(data, "cp1252") else "latin-1"


def _reads(data: bytes, name: str) -> bool:
    try:
        data.decode(name)
    except UnicodeDecodeError:
        return False
    return True


def _spoken(name: str) -> str:
    """The name of an encoding as people write it."""
    known = {"cp1252": "Windows-1252 (Western Europe)", "latin-1": "Latin-1"}
    return known.get(name, name.upper().removesuffix("-LE").removesuffix("-BE"))

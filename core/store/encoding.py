"""A result dataclass as plain bytes and back: raw numbers and JSON, never pickle.

A result has fields of six kinds: `DataFrame`, `ndarray`, `int`, `float`, `str` and `bool`. Its
description (`spec`) goes into a JSON header; the numbers of arrays and columns follow one after
the other as raw bytes. Reading checks everything it takes from the bytes, since a file on disk
may be anything.
"""

from __future__ import annotations

import dataclasses
import json
import math
import operator
import re
from typing import Any, TypeVar, cast, get_origin, get_type_hints

import numpy as np
import pandas as pd

ResultT = TypeVar("ResultT")
Spec = dict[str, Any]
KINDS = {pd.DataFrame: "frame", np.ndarray: "array"} | {
    t: t.__name__ for t in (int, float, str, bool)
}
NUMERIC = re.compile(r"[<>|=][biufc]\d{1,2}")
TEXT = ("str", "string", "object")


class DamagedError(ValueError):
    """Bytes that are not what the reader expects. The message holds no values from them."""


def kinds(result_type: type[Any]) -> dict[str, str]:
    """Name the kind of every field of a result class.

    Raises:
        TypeError: If it is not a dataclass, or a field is of none of the six kinds.
    """
    if not dataclasses.is_dataclass(result_type):
        raise TypeError(f"{result_type.__name__} must be a dataclass")
    hints = get_type_hints(result_type)
    found = {}
    for field in dataclasses.fields(result_type):
        hint = get_origin(hints[field.name]) or hints[field.name]
        if hint not in KINDS:
            raise TypeError(f"{result_type.__name__}.{field.name}: {hint} cannot be stored")
        found[field.name] = KINDS[hint]
    return found


def pack(result: Any) -> tuple[Spec, bytes]:
    """Turn a result into a description that JSON can hold and the raw bytes it describes.

    The index of a frame is not kept: rows are numbered anew.

    Raises:
        TypeError: If a field, column or array holds what cannot be stored.
    """
    spec: Spec = {}
    blocks: list[bytes] = []
    for name, kind in kinds(type(result)).items():
        value = getattr(result, name)
        if kind == "frame":
            spec[name] = _pack_frame(name, value, blocks)
        elif kind == "array":
            spec[name] = {"kind": kind, **_pack_numbers(name, np.asarray(value), blocks)}
        else:
            spec[name] = {"kind": kind, "value": _plain(name, kind, value)}
    return spec, b"".join(blocks)


def _plain(name: str, kind: str, value: Any) -> int | float | str | bool:
    """Turn numpy's numbers into Python's."""
    if kind == "int":
        return operator.index(value)
    if kind == "float":
        return float(value)
    if not isinstance(value, str if kind == "str" else bool | np.bool_):
        raise TypeError(f"{name}: {type(value).__name__} is not {kind}")
    return value if isinstance(value, str) else bool(value)


def _pack_numbers(name: str, values: np.ndarray[Any, Any], blocks: list[bytes]) -> Spec:
    if not NUMERIC.fullmatch(values.dtype.str):
        raise TypeError(f"{name}: an array of {values.dtype} cannot be stored")
    blocks.append(values.tobytes())
    return {"dtype": values.dtype.str, "shape": list(values.shape)}


def _pack_frame(name: str, frame: pd.DataFrame, blocks: list[bytes]) -> Spec:
    labels = list(frame.columns)
    if len(set(labels)) < len(labels) or not all(isinstance(label, str) for label in labels):
        raise TypeError(f"{name}: the columns need different names, all of them text")
    columns = [{"name": label, **_pack_column(label, frame[label], blocks)} for label in labels]
    return {"kind": "frame", "rows": len(frame), "columns": columns}


def _pack_column(name: str, column: pd.Series[Any], blocks: list[bytes]) -> Spec:
    if str(column.dtype) not in TEXT:
        return _pack_numbers(name, column.to_numpy(), blocks)
    words = [None if gone else word for word, gone in zip(column, column.isna(), strict=True)]
    if not all(word is None or isinstance(word, str) for word in words):
        raise TypeError(f"{name}: a column mixes text with something else")
    blocks.append(json.dumps(words).encode("ascii"))
    return {"dtype": str(column.dtype), "bytes": len(blocks[-1])}


def unpack(result_type: type[ResultT], spec: Spec, body: bytes) -> ResultT:
    """Rebuild a result.

    Raises:
        DamagedError: If the description is of another class, or does not fit the bytes.
    """
    expected = kinds(result_type)
    if list(spec) != list(expected) or any(spec[n].get("kind") != k for n, k in expected.items()):
        raise DamagedError("it holds a result of another class")
    blocks = _Blocks(body)
    values = {name: _unpack_field(kind, spec[name], blocks) for name, kind in expected.items()}
    if blocks.left():
        raise DamagedError("it holds more than it describes")
    return result_type(**values)


class _Blocks:
    """Hands out the body piece by piece."""

    def __init__(self, body: bytes) -> None:
        self._body, self._at = body, 0

    def take(self, size: int) -> bytes:
        if not 0 <= size <= self.left():
            raise DamagedError("it holds less than it describes")
        self._at += size
        return self._body[self._at - size : self._at]

    def left(self) -> int:
        return len(self._body) - self._at


def _unpack_field(kind: str, spec: Spec, blocks: _Blocks) -> Any:
    if kind == "frame":
        return _unpack_frame(spec, blocks)
    if kind == "array":
        return _unpack_numbers(spec, tuple(spec["shape"]), blocks)
    if type(spec["value"]).__name__ != kind:
        raise DamagedError("a number or text is of another type")
    return spec["value"]


def _unpack_numbers(spec: Spec, shape: tuple[int, ...], blocks: _Blocks) -> np.ndarray[Any, Any]:
    if not NUMERIC.fullmatch(spec["dtype"]) or not all(_is_count(n) for n in shape):
        raise DamagedError("an array is described wrongly")
    dtype = np.dtype(spec["dtype"])
    raw = blocks.take(math.prod(shape) * dtype.itemsize)
    return np.frombuffer(raw, dtype=dtype).reshape(shape).copy()


def _unpack_frame(spec: Spec, blocks: _Blocks) -> pd.DataFrame:
    rows = spec["rows"]
    if not _is_count(rows):
        raise DamagedError("a table is described wrongly")
    columns = {c["name"]: _unpack_column(c, rows, blocks) for c in spec["columns"]}
    if len(columns) != len(spec["columns"]) or not all(isinstance(n, str) for n in columns):
        raise DamagedError("a table's columns are named wrongly")
    return pd.DataFrame(columns, index=pd.RangeIndex(rows))


def _unpack_column(spec: Spec, rows: int, blocks: _Blocks) -> pd.Series[Any]:
    if spec["dtype"] not in TEXT:
        if spec["shape"] != [rows]:
            raise DamagedError("a column is described wrongly")
        return pd.Series(_unpack_numbers(spec, (rows,), blocks))
    words = json.loads(blocks.take(spec["bytes"]))
    if len(words) != rows or not all(word is None or isinstance(word, str) for word in words):
        raise DamagedError("a text column is not as described")
    column: pd.Series[Any] = pd.Series(words, dtype=cast(Any, spec["dtype"]))
    return column


def _is_count(number: Any) -> bool:
    return type(number) is int and number >= 0

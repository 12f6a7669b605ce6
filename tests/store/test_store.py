from __future__ import annotations

import hashlib
import json
import logging
import stat
import zlib
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from core.store import store as store_module
from core.store.folder import Folder
from core.store.store import MAGIC, Provenance, Record, Store

KEYS = [hashlib.sha256(bytes([n])).hexdigest() for n in range(30)]
KEY = KEYS[0]
PROVENANCE = Provenance("2 cores, x86-64", "2026-01-01T00:00:00+00:00", 1.5, 2e9, 10**8, "2", "0")


@dataclass(frozen=True)
class Everything:
    table: pd.DataFrame
    array: np.ndarray
    count: int
    share: float
    name: str
    flag: bool


@dataclass(frozen=True)
class Other:
    array: np.ndarray


def everything(**changes: object) -> Everything:
    table = pd.DataFrame({"arm": ["a", "ü"], "value": [0.5, np.nan], "seed": [1, 2]})
    plain = Everything(table, np.arange(6.0).reshape(2, 3), 3, 0.25, "sevenfold", True)
    return replace(plain, **changes)


def record(result: object) -> Record[object]:
    return Record(result, PROVENANCE, {"noise": 0.1, "seeds": [1, 2]}, "toys/one", 3)


def assert_same(found: Everything, stored: Everything) -> None:
    frame = stored.table.reset_index(drop=True)
    pd.testing.assert_frame_equal(found.table, frame, check_column_type=False)
    assert found.array.dtype == stored.array.dtype
    np.testing.assert_array_equal(found.array, stored.array)
    for name in ("count", "name", "flag"):
        value = getattr(found, name)
        assert value == getattr(stored, name)
        assert type(value) is type(getattr(stored, name))
    np.testing.assert_equal(found.share, stored.share)


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
DTYPES = hnp.boolean_dtypes() | hnp.integer_dtypes() | hnp.floating_dtypes() | (
    hnp.unsigned_integer_dtypes() | hnp.complex_number_dtypes()
)  # fmt: skip
ARRAYS = DTYPES.flatmap(
    lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0))
)


@st.composite
def frames(draw: st.DrawFn) -> pd.DataFrame:
    rows = draw(st.integers(0, 4))
    native = st.sampled_from(["bool", "int8", "int64", "uint16", "float32", "float64"])
    columns: dict[str, object] = {}
    for name in draw(st.lists(TEXT, unique=True, max_size=4)):
        if draw(st.booleans()):
            words = draw(st.lists(TEXT | st.none(), min_size=rows, max_size=rows))
            columns[name] = pd.Series(words, dtype=draw(st.sampled_from(["str", "object"])))
        else:
            columns[name] = draw(hnp.arrays(draw(native), rows))
    return pd.DataFrame(columns, index=pd.RangeIndex(rows))


@given(table=frames(), array=ARRAYS, count=st.integers(), share=st.floats(), name=st.text())
@settings(max_examples=150)
def test_whatever_a_result_holds_comes_back(
    tmp_path_factory: pytest.TempPathFactory,
    table: pd.DataFrame,
    array: np.ndarray,
    count: int,
    share: float,
    name: str,
) -> None:
    stored = Everything(table, array, count, share, name, bool(count % 2))
    store = Store(tmp_path_factory.getbasetemp() / "round-trip")
    assert store.put(KEY, record(stored))
    found = store.get(KEY, Everything)
    assert found is not None
    assert_same(found.result, stored)
    assert replace(found, result=None) == replace(record(stored), result=None)


def test_a_table_with_gaps_in_its_index_is_numbered_anew(tmp_path: Path) -> None:
    store = Store(tmp_path)
    stored = everything(table=pd.DataFrame({"a": [1, 2, 3]}).iloc[[2, 0]])
    store.put(KEY, record(stored))
    found = store.get(KEY, Everything)
    assert found and found.result.table["a"].tolist() == [3, 1]
    assert found.result.table.index.tolist() == [0, 1]


def test_numpy_numbers_in_plain_fields_come_back_as_python_numbers(tmp_path: Path) -> None:
    store = Store(tmp_path)
    stored = everything(count=np.int64(7), share=np.float32(0.5), flag=np.bool_(False))
    store.put(KEY, record(stored))
    found = store.get(KEY, Everything)
    assert found and (found.result.count, found.result.share, found.result.flag) == (7, 0.5, False)
    assert type(found.result.count) is int
    assert type(found.result.flag) is bool


@pytest.mark.parametrize("changes", [
    {"array": np.array([object()])},
    {"array": np.array(["text"])},
    {"table": pd.DataFrame({1: [2]})},
    {"table": pd.DataFrame([[1, 2]], columns=["a", "a"])},
    {"table": pd.DataFrame({"a": ["text", 3]})},
    {"table": pd.DataFrame({"a": pd.to_datetime(["2020-01-01"])})},
    {"name": 3},
    {"count": 0.5},
    {"flag": "yes"},
])  # fmt: skip
def test_what_cannot_come_back_the_same_is_refused(
    tmp_path: Path, changes: dict[str, object]
) -> None:
    store = Store(tmp_path)
    with pytest.raises(TypeError):
        store.put(KEY, record(everything(**changes)))
    assert store.problem is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("key", ["", "../" + KEY, KEY.upper(), KEY[:-1], KEY + "\n"])
def test_a_key_is_64_hex_digits(tmp_path: Path, key: str) -> None:
    with pytest.raises(ValueError, match="64 hex"):
        Store(tmp_path).get(key, Everything)
    with pytest.raises(ValueError, match="64 hex"):
        Store(tmp_path).put(key, record(everything()))


def test_only_the_owner_may_look(tmp_path: Path) -> None:
    store = Store(tmp_path / "new")
    store.put(KEY, record(everything()))
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
    (file,) = (tmp_path / "new").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def forged(header: object, body: bytes = b"") -> bytes:
    """A file whose checksum is right and whose content is not."""
    rest = json.dumps(header).encode() + b"\n" + zlib.compress(body)
    return MAGIC + hashlib.sha256(rest).hexdigest().encode() + b"\n" + rest


def parts(content: bytes) -> tuple[dict[str, object], bytes]:
    head, _, packed = content[len(MAGIC) + 65 :].partition(b"\n")
    return json.loads(head), zlib.decompress(packed)


def damages(whole: bytes) -> dict[str, bytes]:
    header, body = parts(whole)
    flipped = bytearray(whole)
    flipped[-10] ^= 1
    spec = header["result"]
    assert isinstance(spec, dict)

    def with_array(**changes: object) -> bytes:
        changed = {**spec, "array": {**spec["array"], **changes}}
        return forged({**header, "result": changed}, body)

    return {
        "empty": b"",
        "flipped bit": bytes(flipped),
        "other setting": whole.replace(b'"noise": 0.1', b'"noise": 0.2'),
        "cut in the header": whole[:90],
        "cut in the numbers": whole[:-7],
        "longer": whole + b"x",
        "foreign": b"PK\x03\x04 something else",
        "not JSON": MAGIC + hashlib.sha256(b"{{\n").hexdigest().encode() + b"\n{{\n",
        "a list": forged([1, 2]),
        "another key": forged({**header, "key": KEYS[1]}, body),
        "more numbers": forged(header, body + b"12345678"),
        "fewer numbers": forged(header, body[:-8]),
        "objects": with_array(dtype="|O8"),
        "negative shape": with_array(shape=[-2, -3]),
        "huge shape": with_array(shape=[10**9, 10**9]),
        "wrong provenance": forged({**header, "provenance": {}}, body),
        "bomb": forged(header, bytes(store_module.MOST_UNPACKED_BYTES + 1)),
    }


KINDS_OF_DAMAGE = [
    "empty", "flipped bit", "other setting", "cut in the header", "cut in the numbers", "longer",
    "foreign", "not JSON", "a list", "another key", "more numbers", "fewer numbers", "objects",
    "negative shape", "huge shape", "wrong provenance", "bomb",
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS_OF_DAMAGE)
def test_a_damaged_file_is_a_miss_noted_once_and_replaced(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(store_module, "MOST_UNPACKED_BYTES", 10**6)
    store = Store(tmp_path)
    store.put(KEYS[1], record(everything()))
    store.put(KEY, record(everything()))
    path = tmp_path / f"{KEY}.result"
    path.write_bytes(damages(path.read_bytes())[kind])
    with caplog.at_level(logging.INFO):
        assert store.get(KEY, Everything) is None
    assert len(caplog.records) == 1
    assert "sevenfold" not in caplog.text
    assert str(tmp_path) not in caplog.text
    assert store.get(KEYS[1], Everything) is not None
    assert store.put(KEY, record(everything()))
    assert store.get(KEY, Everything) is not None


def test_the_forger_of_these_tests_can_write_a_valid_file(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.put(KEY, record(everything()))
    path = tmp_path / f"{KEY}.result"
    path.write_bytes(forged(*parts(path.read_bytes())))
    assert store.get(KEY, Everything) is not None


def test_a_result_of_another_class_is_a_miss(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.put(KEY, record(Other(np.zeros(3))))
    assert store.get(KEY, Everything) is None
    assert store.get(KEY, Other) is not None


def test_a_planted_pickle_is_not_executed(tmp_path: Path) -> None:
    mark = tmp_path / "executed"
    # What pickle makes of an object that calls pathlib.Path(mark).touch() when it is loaded.
    planted = b"cpathlib\nPath.touch\n(cpathlib\nPath\n(V" + str(mark).encode() + b"\ntRtR."
    store = Store(tmp_path / "store")
    array = np.frombuffer(planted, dtype=np.uint8)
    store.put(KEY, record(Other(array)))
    path = tmp_path / "store" / f"{KEY}.result"
    header, body = parts(path.read_bytes())
    header["result"]["array"] = {"kind": "array", "dtype": "|O", "shape": [1]}  # type: ignore[index]
    for content in (planted, forged(header, body), MAGIC + planted):
        path.write_bytes(content)
        assert store.get(KEY, Other) is None
    assert not mark.exists()
    import pickletools

    assert any(op.name == "REDUCE" for op, _, _ in pickletools.genops(planted))


def test_what_is_held_is_known_without_reading_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAB_STORE", str(tmp_path / "own"))
    monkeypatch.setattr(store_module, "SHIPPED", tmp_path / "shipped")
    assert store_module.whose(KEY) is None
    Store(tmp_path / "shipped").put(KEY, record(Other(np.arange(3.0))))
    assert store_module.whose(KEY) == "shipped"
    store_module.local_store().put(KEY, record(Other(np.arange(3.0))))
    assert store_module.whose(KEY) == "local"
    assert store_module.whose(KEYS[1]) is None
    with pytest.raises(ValueError, match="64 hex"):
        store_module.whose("../../etc/passwd")


def test_a_listing_says_of_every_key_what_is_said_of_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, shipped = tmp_path / "own", tmp_path / "shipped"
    monkeypatch.setenv("LAB_STORE", str(own))
    monkeypatch.setattr(store_module, "SHIPPED", shipped)
    assert store_module.listing()(KEY) is None, "there is no shipped folder at all"
    for key in KEYS[1:4]:
        Store(shipped).put(key, record(Other(np.arange(3.0))))
    for key in KEYS[3:6]:
        store_module.local_store().put(key, record(Other(np.arange(3.0))))
    for name in ("notes.txt", "a.result", f".{KEYS[7]}.0123456789abcdef.tmp", f"{KEYS[8]}.txt"):
        (own / name).touch()
    whose = store_module.listing()
    assert [whose(key) for key in KEYS] == [store_module.whose(key) for key in KEYS]
    assert [whose(key) for key in KEYS[2:4]] == ["shipped", "local"]
    monkeypatch.setattr(Folder, "write", lambda *_: disk_full())
    store_module.local_store().put(KEYS[9], record(Other(np.arange(3.0))))
    assert store_module.listing()(KEYS[9]) == store_module.whose(KEYS[9]) == "local"


def disk_full() -> None:
    raise OSError(28, "No space left on device")

"""A shipped result is decoded once for all, and never shown once its file is another one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from core import challenges
from core.store import store as module
from core.store.at_hand import AtHand
from core.store.store import Store


@pytest.fixture
def made() -> list[int]:
    return []


def reading(made: list[int], found: object = "a result"):  # type: ignore[no-untyped-def]
    return lambda: made.append(1) or found


def test_a_file_is_read_once_until_it_is_another(tmp_path: Path, made: list[int]) -> None:
    at_hand, file = AtHand(), tmp_path / "a.result"
    file.write_bytes(b"one")
    assert [at_hand.once(file, str, reading(made)) for _ in range(3)] == ["a result"] * 3
    assert len(made) == 1
    other = tmp_path / "other"
    other.write_bytes(b"two")
    os.utime(other, ns=(file.stat().st_atime_ns, file.stat().st_mtime_ns))
    other.replace(file)  # As long and as old.
    assert at_hand.once(file, str, reading(made, "another")) == "another"
    os.utime(file, ns=(1, 1))
    at_hand.once(file, str, reading(made))
    file.write_bytes(b"longer")
    at_hand.once(file, str, reading(made))
    assert len(made) == 4


def test_a_file_that_is_gone_is_asked_for_each_time(tmp_path: Path, made: list[int]) -> None:
    at_hand, file = AtHand(), tmp_path / "a.result"
    file.write_bytes(b"one")
    at_hand.once(file, str, reading(made))
    file.unlink()
    assert [at_hand.once(file, str, reading(made, None)) for _ in range(2)] == [None, None]
    assert len(made) == 3


def test_neither_what_is_damaged_nor_what_is_large_is_kept(tmp_path: Path, made: list[int]) -> None:
    at_hand, file = AtHand(most_bytes=3), tmp_path / "a.result"
    file.write_bytes(b"one")
    at_hand.once(file, str, reading(made, None))
    at_hand.once(file, str, reading(made, None))
    file.write_bytes(b"four")
    at_hand.once(file, str, reading(made))
    at_hand.once(file, str, reading(made))
    assert len(made) == 4


def test_the_latest_used_are_kept(tmp_path: Path, made: list[int]) -> None:
    at_hand = AtHand(most=2)
    files = [tmp_path / f"{name}.result" for name in "abc"]
    for file in files:
        file.write_bytes(b"one")
    for place in (0, 1, 0, 2, 0, 1):
        at_hand.once(files[place], str, reading(made))
    assert len(made) == 4


def test_two_visitors_of_a_default_share_one_decoded_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAB_STORE", str(tmp_path))
    monkeypatch.setattr(module, "_shipped", AtHand())
    decoded = list[str]()
    decode = module.decoded
    monkeypatch.setattr(module, "decoded", lambda *a: decoded.append(a[1]) or decode(*a))
    one = challenges.experiment("history", "xor")
    first, second = (module.find(one, one.config()) for _ in range(2))
    assert first is not None and second is not None
    assert first.record is second.record and len(decoded) == 1
    assert first.origin == "shipped"


def test_an_own_result_goes_before_one_at_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAB_STORE", str(tmp_path))
    one = challenges.experiment("history", "xor")
    shipped = module.find(one, one.config())
    assert shipped is not None and shipped.origin == "shipped"
    assert Store(tmp_path).put(one.key(one.config()), shipped.record)
    own = module.find(one, one.config())
    assert own is not None and own.origin == "local"

from __future__ import annotations

import errno
import logging
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

import core.store.store as stores
from core.lab.experiment import Experiment
from core.lab.run import Cost
from core.lab.settings import Config, View, ladder
from core.store.folder import Folder
from core.store.store import Found, Record, Store, find, local_store, shipped_store
from tests.store.test_store import KEY, KEYS, PROVENANCE

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Field:
    values: np.ndarray


def record(size: int = 10, fill: int = 0) -> Record[Field]:
    noise = np.random.default_rng(fill).integers(0, 256, size, dtype=np.uint8)
    return Record(Field(noise), PROVENANCE, {}, "toys/one", 1)


def size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())


WRITER = """
import functools, os, signal, sys, time, zlib
import numpy as np
from pathlib import Path
from core.store.store import Store
from tests.store.test_folder import Field, record
from tests.store.test_store import KEYS
folder, leftovers = Path(sys.argv[1]), 0
whole = {key: record(400_000, n) for n, key in enumerate(KEYS[:5])}
store = Store(folder)
store.put(KEYS[9], record())
# So that the children write for most of their short lives.
zlib.compress = functools.cache(zlib.compress)
for key, value in whole.items():
    store.put(key, value)
wait = np.random.default_rng(0)
for _ in range(40):
    child = os.fork()
    if child == 0:
        while True:
            for key, value in whole.items():
                store.put(key, value)
    time.sleep(wait.uniform(0.002, 0.05))
    os.kill(child, signal.SIGKILL)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    leftovers += len(list(folder.glob(".*.tmp")))
    again = Store(folder)
    assert not list(folder.glob(".*.tmp")), "leftovers are cleaned up"
    for file in folder.iterdir():
        found = again.get(file.stem, Field)
        assert found is not None, "only whole results"
        if file.stem in whole:
            assert np.array_equal(found.result.values, whole[file.stem].result.values)
    assert again.get(KEYS[9], Field) is not None, "nothing lost"
print(leftovers, len(list(folder.iterdir())))
"""


def in_a_process(code: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdout=-1, stderr=-1, text=True)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forked writers")
def test_40_kills_in_the_middle_of_writing_leave_only_whole_results(tmp_path: Path) -> None:
    process = in_a_process(WRITER, tmp_path)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    leftovers, files = map(int, output.split())
    assert leftovers >= 2, "the kills must hit writers in the middle"
    assert files == 6


def test_a_leftover_goes_and_the_work_of_a_living_writer_stays(tmp_path: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    dead, alive = (tmp_path / f".{KEY}.{n * 16}.tmp" for n in "0a")
    dead.write_bytes(b"half")
    with alive.open("wb") as writer:
        fcntl.flock(writer, fcntl.LOCK_EX)
        Store(tmp_path)
        assert list(tmp_path.iterdir()) == [alive]
    Store(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_least_recently_used_go_first(tmp_path: Path) -> None:
    store = Store(tmp_path, max_bytes=10_000)
    for n, key in enumerate(KEYS[:4]):
        assert store.put(key, record(2_000))
        os.utime(tmp_path / f"{key}.result", (n, n))
    assert store.get(KEYS[0], Field) is not None
    assert store.put(KEYS[4], record(2_000))
    assert store.get(KEYS[1], Field) is None
    assert all(store.get(KEYS[n], Field) for n in (0, 2, 3, 4))


def test_the_folder_never_grows_over_its_bound_and_foreign_files_stay(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    store = Store(tmp_path, max_bytes=10_000)
    for n, key in enumerate(KEYS):
        assert store.put(key, record(500 * (1 + n % 5)))
        assert size_of(tmp_path) <= 10_004
    assert store.get(KEYS[-1], Field) is not None
    Store(tmp_path, max_bytes=3_000)
    assert 0 < size_of(tmp_path) <= 3_004
    assert (tmp_path / "notes.txt").read_text() == "mine"


FOREIGN = ("notes.txt", "draft.tmp", ".draft.tmp", "exam.result", f".{KEY}.tmp", f"{KEY}.txt",
           f"{KEY.upper()}.result", f"{KEY[1:]}.result", f"a{KEY}.result",
           f"{KEY}.{'0' * 16}.tmp", f".{KEY[1:]}.{'0' * 16}.tmp", f".{'0' * 16}.tmp")  # fmt: skip


def test_only_files_of_its_own_names_are_ever_dropped(tmp_path: Path) -> None:
    """A store in a folder with other things would have emptied it."""
    for name in FOREIGN:
        (tmp_path / name).write_bytes(b"mine" * 1000)
        os.utime(tmp_path / name, (0, 0))
    store = Store(tmp_path, max_bytes=5_000)
    for key in KEYS[:5]:
        assert store.put(key, record(2_000))
    assert store.get(KEYS[4], Field) is not None
    assert {path.name for path in tmp_path.iterdir()} >= set(FOREIGN)


def test_a_clock_set_back_drops_no_newcomer(tmp_path: Path) -> None:
    now = 10**18
    folder = Folder(tmp_path, "[a-z]", ".file", 30, now=lambda: now)
    for name in "abc":
        folder.write(name, b"ten bytes.")
        now += 10**9
    now -= 10**17
    folder.touch("a")
    folder.write("d", b"ten bytes.")
    assert [name for name in "abcd" if (tmp_path / f"{name}.file").exists()] == ["a", "c", "d"]
    again = Folder(tmp_path, "[a-z]", ".file", 30, now=lambda: now)
    again.write("e", b"ten bytes.")
    assert [name for name in "abcde" if (tmp_path / f"{name}.file").exists()] == ["a", "d", "e"]


def test_results_of_a_clock_that_ran_ahead_do_not_push_out_new_ones(tmp_path: Path) -> None:
    store = Store(tmp_path, max_bytes=5_000)
    for key in KEYS[:2]:
        assert store.put(key, record(2_000))
        os.utime(tmp_path / f"{key}.result", (4e9, 4e9))
    for key in KEYS[2:4]:
        assert store.put(key, record(2_000))
    assert all(store.get(key, Field) for key in KEYS[2:4])


def mode(folder: Path) -> int:
    return folder.stat().st_mode & 0o7777


unix = pytest.mark.skipif(sys.platform == "win32", reason="there a mode says nothing")


@unix
@pytest.mark.parametrize("before", [0o777, 0o755, 0o775, 0o2777])
def test_a_folder_of_ours_that_was_open_to_all_is_closed(tmp_path: Path, before: int) -> None:
    folder = tmp_path / "store"
    assert Store(folder).put(KEY, record())
    (folder / "tables").mkdir()
    folder.chmod(before)
    store = Store(folder)
    assert store.problem is None and mode(folder) & 0o777 == 0o700
    assert store.get(KEY, Field) is not None


@unix
@pytest.mark.parametrize("before", [0o777, 0o770, 0o1777])
def test_a_shared_folder_keeps_its_mode_and_is_not_used(
    tmp_path: Path, before: int, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever may write into it could plant results, or the results of others' choices."""
    Store(tmp_path).put(KEY, record(fill=1))
    (tmp_path / "notes.txt").write_text("mine")
    tmp_path.chmod(before)
    store = Store(tmp_path)
    assert store.problem and "other users may write into the folder" in store.problem
    assert mode(tmp_path) == before and len(caplog.records) == 1
    assert store.get(KEY, Field) is None, "it is not even read"
    assert not store.put(KEY, record()) and store.get(KEY, Field) is not None, "at hand"
    assert len(list(tmp_path.iterdir())) == 2
    tmp_path.chmod(0o700)
    assert store.put(KEYS[1], record()) and store.problem is None and not store.refused


@unix
def test_the_shared_temporary_folder_keeps_its_mode_even_if_empty(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    assert Store(tmp_path).refused
    assert mode(tmp_path) == 0o1777


@unix
def test_a_folder_with_other_things_that_others_may_only_read_is_used(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    tmp_path.chmod(0o755)
    store = Store(tmp_path)
    assert store.put(KEY, record()) and mode(tmp_path) == 0o755
    assert mode(tmp_path / f"{KEY}.result") == 0o600


SHARER = """
import sys
from pathlib import Path
from core.store.store import Store
from tests.store.test_folder import Field, record
from tests.store.test_store import KEYS
store = Store(Path(sys.argv[1]), max_bytes=60_000)
for turn in range(8):
    for n, key in enumerate(KEYS[:12]):
        found = store.get(key, Field)
        assert found is None or (found.result.values == record(9_000, n).result.values).all()
        assert store.put(key, record(9_000, n))
"""


def test_several_processes_share_a_folder(tmp_path: Path) -> None:
    processes = [in_a_process(SHARER, tmp_path) for _ in range(3)]
    for process in processes:
        _, errors = process.communicate(timeout=60)
        assert (process.returncode, errors) == (0, "")
    assert 0 < size_of(tmp_path) <= 60_000
    assert not list(tmp_path.glob(".*.tmp"))


def test_a_full_disk_is_said_once_and_the_result_stays_at_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    store = Store(tmp_path)

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/a/path")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        assert [store.put(key, record()) for key in KEYS] == [False] * len(KEYS)
    assert store.problem is not None and "No space left" in store.problem
    assert str(tmp_path) not in store.problem + caplog.text
    assert [r.levelno for r in caplog.records] == [logging.WARNING]
    assert list(tmp_path.iterdir()) == []
    assert store.get(KEYS[-1], Field) is not None
    assert store.get(KEYS[0], Field) is None, "only the newest few are kept in memory"
    assert store.put(KEY, record()) and store.problem is None


def test_a_folder_that_cannot_be_made_is_a_problem_and_no_error() -> None:
    store = Store(Path("/proc/no/such"))
    assert store.problem is not None
    assert store.get(KEY, Field) is None
    assert not store.put(KEY, record())


def test_a_file_in_the_folders_place_is_a_problem_and_no_error(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("a file")
    store = Store(tmp_path / "store")
    assert store.problem and not store.put(KEY, record())
    assert store.get(KEYS[1], Field) is None


def test_a_result_larger_than_the_whole_store_is_not_kept(tmp_path: Path) -> None:
    store = Store(tmp_path, max_bytes=5_000)
    assert store.put(KEYS[1], record())
    assert not store.put(KEY, record(6_000))
    assert Store(tmp_path).get(KEYS[1], Field) is not None, "and pushes out nothing"


@pytest.mark.parametrize("make", ["mkfifo", "mkdir", "symlink"])
def test_what_is_not_a_file_is_a_miss_and_does_not_block(tmp_path: Path, make: str) -> None:
    store, path = Store(tmp_path / "store"), tmp_path / "store" / f"{KEY}.result"
    if make == "symlink":
        path.symlink_to(tmp_path)
    else:
        getattr(os, make)(path)
    started = time.monotonic()
    assert store.get(KEY, Field) is None
    assert time.monotonic() - started < 20  # What blocks would wait for ever.


def test_a_read_only_store_writes_nothing(tmp_path: Path) -> None:
    Store(tmp_path).put(KEY, record())
    before = (tmp_path / f"{KEY}.result").stat()
    store = Store(tmp_path, read_only=True)
    assert store.get(KEY, Field) is not None
    assert not store.put(KEYS[1], record()) and store.problem is None
    assert (tmp_path / f"{KEY}.result").stat().st_mtime_ns == before.st_mtime_ns
    Store(tmp_path / "none", read_only=True)
    assert not (tmp_path / "none").exists()


class FieldConfig(Config):
    noise: float = ladder(0.0, 0.1, default=0.0)
    """Noise."""


EXPERIMENT = Experiment(
    slug="tests/field", title="Field", question="?", config=FieldConfig, view=View, result=Field,
    run=lambda config: iter(()), metrics=lambda result: {}, finding=lambda result: "",  # type: ignore[arg-type,return-value]
    figures=(), cost=lambda config: Cost(1, 1), smallest=FieldConfig(),
)  # fmt: skip


def test_own_results_are_found_before_the_shipped_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "SHIPPED", tmp_path / "shipped")
    monkeypatch.setenv("LAB_STORE", str(tmp_path / "own"))
    key = EXPERIMENT.key(FieldConfig())
    assert find(EXPERIMENT, FieldConfig()) is None
    Store(tmp_path / "shipped").put(key, record(3))
    found = find(EXPERIMENT, FieldConfig())
    assert isinstance(found, Found) and found.origin == "shipped"
    local_store().put(key, record(4))
    found = find(EXPERIMENT, FieldConfig())
    assert found and (found.origin, len(found.record.result.values)) == ("local", 4)
    assert find(EXPERIMENT, FieldConfig(noise=0.1)) is None
    assert not shipped_store().put(key, record())
    assert local_store() is local_store()


def test_without_a_setting_results_lie_in_the_users_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LAB_STORE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    stores.users_folder.cache_clear()
    assert local_store().put(KEY, record())
    (folder,) = tmp_path.iterdir()
    assert folder.stat().st_mode & 0o777 == 0o700
    stores.users_folder.cache_clear()

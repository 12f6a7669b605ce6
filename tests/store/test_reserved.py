"""What one process computes, another can tell; nothing is left over when the first is killed."""

import errno
import os
import subprocess
import sys
from contextlib import contextmanager

import pytest

from core.store import reserved
from core.store.reserved import Reserved
from core.store.store import Store

fcntl = pytest.importorskip("fcntl", reason="this system has no such locks")
KEYS = [f"{place:015x}{'0' * 49}" for place in (7, 8, 16**15 - 1)]
HOLDER = """
import pathlib, sys
from core.store.reserved import Reserved
with Reserved(pathlib.Path(sys.argv[1])) as held:
    print(all([held.take(key) for key in sys.argv[2:]]), flush=True)
    for line in sys.stdin:
        held.release(line.strip())
        print("released", flush=True)
"""


@contextmanager
def holding(folder, *keys):
    """Another process that has reserved keys."""
    command = [sys.executable, "-c", HOLDER, str(folder), *keys]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout.readline() == "True\n"
        yield process
        process.kill()


def test_what_another_process_reserves_is_taken_until_it_ends(tmp_path):
    with Reserved(tmp_path) as mine, holding(tmp_path, KEYS[0], KEYS[2]) as other:
        assert [mine.take(key) for key in KEYS] == [False, True, False]
        print(KEYS[2], file=other.stdin, flush=True)
        assert other.stdout.readline() == "released\n"
        assert [mine.take(key) for key in KEYS] == [False, True, True]
        other.kill()
        other.wait()
        assert all(mine.take(key) for key in KEYS)


def test_what_is_released_or_left_is_free_for_others(tmp_path):
    with Reserved(tmp_path) as mine:
        assert all(mine.take(key) for key in KEYS)
        mine.release(KEYS[1])
        with holding(tmp_path, KEYS[1]):
            assert not mine.take(KEYS[1])
    with holding(tmp_path, *KEYS):
        pass


def test_without_a_file_or_locks_every_key_is_free(tmp_path, monkeypatch):
    with Reserved(tmp_path / "nowhere") as mine:
        assert mine.take(KEYS[0])
        mine.release(KEYS[0])

    def no_locks(*_):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(reserved.fcntl, "lockf", no_locks)
    with Reserved(tmp_path) as mine:
        assert mine.take(KEYS[0])
        mine.release(KEYS[0])


def test_a_link_in_the_place_of_the_file_is_not_followed(tmp_path):
    (tmp_path / reserved.FILE).symlink_to(tmp_path / "elsewhere")
    with Reserved(tmp_path) as mine:
        assert mine.take(KEYS[0])
    assert not (tmp_path / "elsewhere").exists()


def test_a_store_that_holds_the_file_is_still_all_ours(tmp_path):
    with Reserved(tmp_path):
        tmp_path.chmod(0o755)
        Store(tmp_path)
    assert tmp_path.stat().st_mode & 0o777 == 0o700
    assert (tmp_path / reserved.FILE).stat().st_mode & 0o077 == 0

"""Uploads to a real server, through its own address for files, as a browser or a script sends them.

Fails when this Streamlit holds uploaded files in another way than `core.ui.upload_limits` knows.
"""

from __future__ import annotations

import re
import time
import urllib.request
import uuid
from collections.abc import Callable
from contextlib import ExitStack

import pytest

from benchmarks.server import ROOT, serving
from benchmarks.uploads import visitor
from core.ui.upload_ledger import MOST_OF_ALL, MOST_OF_ONE

TABLE = b"1,0,a\n" * 3_300_000


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("uploads")
    with serving(ROOT / "app.py", folder / "log.txt", folder / "store") as found:
        yield found


def held(server) -> int:
    """Bytes of uploaded files in memory, as the server itself counts them."""
    address = f"{server.url}/_stcore/metrics?families=cache_memory_bytes"
    with urllib.request.urlopen(address, timeout=60) as answer:
        text = answer.read().decode()
    found = re.findall(r'cache_type="UploadedFileManager".* (\d+)', text)
    assert len(found) <= 1, text
    return int(found[0]) if found else 0


def wait_until(holds: Callable[[], bool]) -> None:
    """The server notices a closed connection, and counts anew, a moment later."""
    for _ in range(100):
        if holds():
            return
        time.sleep(0.2)
    raise AssertionError("it never held")


@pytest.mark.timeout(600)
def test_a_flood_of_files_stays_within_the_bounds(server):
    with visitor(server) as one:
        assert [one.put(TABLE) for _ in range(3)] == [204] * 3
        wait_until(lambda: held(server) == len(TABLE) <= MOST_OF_ONE)
        with ExitStack() as stay:
            goes = visitor(server)
            there = [goes.__enter__(), *(stay.enter_context(visitor(server)) for _ in "bcd")]
            answers = [other.put(TABLE) for other in there]
            # Where the server hangs up before it has read the body, no answer is seen.
            assert answers[:3] == [204] * 3 and answers[3] in (503, 0)
            wait_until(lambda: held(server) == 4 * len(TABLE) <= MOST_OF_ALL)
            goes.__exit__(None, None, None)
            wait_until(lambda: there[3].put(TABLE) == 204)
            wait_until(lambda: held(server) == 4 * len(TABLE))
    log = server.log.read_text()
    assert "Traceback" not in log and "table.csv" not in log


@pytest.mark.timeout(600)
def test_forms_that_are_no_files_are_answered(server):
    with visitor(server) as one:
        path = f"/_stcore/upload_file/{one.session_id}/{uuid.uuid4()}"
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        assert one.send("PUT", path, b"a=1", kind) == 400
        assert one.put(b"y,p\n") == 204
    stranger = f"/_stcore/upload_file/{uuid.uuid4()}/{uuid.uuid4()}"
    assert one.send("PUT", stranger, b"", {"Content-Type": "multipart/form-data"}) == 400

"""Uploads to a real server, through its own address for files, as a browser or a script sends them.

Fails when this Streamlit holds uploaded files in another way than `core.ui.upload_limits` knows.
"""

from __future__ import annotations

import re
import urllib.request
import uuid
from contextlib import ExitStack

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetStates

from benchmarks.server import ROOT, serving
from benchmarks.uploads import visitor
from core.ui.upload_ledger import MOST_OF_ALL, MOST_OF_ONE
from tests.waiting import wait_until

TOY = ROOT / "tests" / "toys" / "upload.py"
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


def texts(socket, widgets: WidgetStates | None = None) -> tuple[str, list[str]]:
    """Run the page with these states: the name of its widget for files, and its plain texts."""
    asked = BackMsg()
    asked.rerun_script.query_string = ""
    if widgets is not None:
        asked.rerun_script.widget_states.CopyFrom(widgets)
    socket.send(asked.SerializeToString())
    widget, found = "", []
    while True:
        message = ForwardMsg()
        message.ParseFromString(socket.recv(timeout=120))
        if message.WhichOneof("type") == "script_finished":
            return widget, found
        element = message.delta.new_element
        if element.WhichOneof("type") == "file_uploader":
            widget = element.file_uploader.id
        if element.WhichOneof("type") == "text":
            found.append(element.text.body)


@pytest.mark.timeout(600)
def test_a_file_is_read_anew_in_every_run_until_it_is_let_go(tmp_path):
    with (
        serving(TOY, tmp_path / "log.txt", tmp_path / "store") as toy,
        visitor(toy) as one,
    ):
        widget, said = texts(one.socket)
        assert said == ["none"]
        name = str(uuid.uuid4())
        assert one.put(b"y,p\n", file_id=name) == 204
        states = WidgetStates()
        state = states.widgets.add()
        state.id = widget
        info = state.file_uploader_state_value.uploaded_file_info.add()
        info.file_id, info.name, info.size = name, "table.csv", 4
        for _ in range(3):
            assert texts(one.socket, states)[1] == ["4 bytes, closed True"]
        path = f"/_stcore/upload_file/{one.session_id}/{name}"
        assert one.send("DELETE", path, None, {}) == 204
        assert texts(one.socket, states)[1] == ["none"]

"""The server calls nobody and quotes nobody: a real one, watched from inside by a recorder."""

from __future__ import annotations

import inspect
import logging
import os
import re
import socket
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit import net_util
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.web.server import server_util
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from benchmarks.server import Server, serving
from core.ui import server as module
from tests.waiting import wait_until

ROOT = Path(__file__).resolve().parents[2]
RECORDER = ROOT / "tests" / "recorder"
HANDSHAKES = 15
WORDS = ("origin-of-a-visitor", "host-of-a-visitor", "cookie-of-a-visitor", "query-of-a-visitor",
         "file-of-a-visitor", "path-of-a-visitor", "agent-of-a-visitor")  # fmt: skip


def recorded(folder: Path) -> dict[str, str]:
    drops = {"RECORDER": str(folder / "attempts.txt"), "RECORDER_DROPS": "1"}
    return {**drops, "PYTHONPATH": str(RECORDER), "NO_PROXY": "*", "no_proxy": "*"}


def attempts(folder: Path) -> list[str]:
    file = folder / "attempts.txt"
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("server")


@pytest.fixture(scope="module")
def running(folder: Path) -> Iterator[Server]:
    """The app as README starts it, where every packet to another host is dropped."""
    options = readmes_options()
    with serving(
        ROOT / "app.py", folder / "log.txt", folder / "store", recorded(folder), options
    ) as found:
        yield found


def readmes_options() -> list[str]:
    return re.findall(r"streamlit run app\.py(.*)", (ROOT / "README.md").read_text())[0].split()


def port(of: Server) -> int:
    return int(of.url.rsplit(":", 1)[1])


def asked(of: Server, lines: list[str], body: bytes = b"") -> bytes:
    """Send a request as it stands; return the first line of the answer, if there is one."""
    with socket.create_connection(("127.0.0.1", port(of)), timeout=120) as link:
        link.sendall("\r\n".join([*lines, "", ""]).encode("latin-1") + body)
        link.shutdown(socket.SHUT_WR)
        return link.makefile("rb").readline()


def handshake(of: Server, origin: str, host: str | None = None) -> bytes:
    return asked(of, [
        "GET /_stcore/stream?query-of-a-visitor HTTP/1.1",
        f"Host: {host or f'127.0.0.1:{port(of)}'}", f"Origin: {origin}",
        "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", "User-Agent: agent-of-a-visitor",
        "Cookie: _streamlit_user=cookie-of-a-visitor; _streamlit_xsrf=cookie-of-a-visitor",
    ])  # fmt: skip


def load_page(of: Server) -> int:
    """Run the home page as a browser would; return the number of messages it was drawn with."""
    count, wanted = 0, BackMsg()
    wanted.rerun_script.query_string = ""
    address = f"ws://127.0.0.1:{port(of)}/_stcore/stream"
    with connect(address, origin=of.url, proxy=None, max_size=None) as link:  # type: ignore[arg-type]
        link.send(wanted.SerializeToString())
        while True:
            message, count = ForwardMsg(), count + 1
            message.ParseFromString(link.recv(timeout=120))  # type: ignore[arg-type]
            if message.WhichOneof("type") == "script_finished":
                return count


def test_the_recorder_notices_an_attempt(tmp_path: Path) -> None:
    code = "import socket; socket.create_connection(('example.org', 80), 0.1)"
    environment = {**os.environ, **recorded(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True)
    assert b"dropped" in done.stderr
    assert attempts(tmp_path) == ["resolve example.org", "socket.connect 192.0.2.1"]


def test_nothing_leaves_the_machine(running: Server, folder: Path) -> None:
    """Before the first page and after it: foreign handshakes are refused without a look-up."""
    for _ in range(2):
        found = {handshake(running, "http://foreign.example") for _ in range(HANDSHAKES)}
        assert found == {b"HTTP/1.1 403 Forbidden\r\n"}
        assert load_page(running) > 5
    assert attempts(folder) == []


@pytest.mark.skipif(sys.platform != "linux", reason="only there all of 127.0.0.0/8 is loopback")
def test_readmes_line_listens_on_one_address_of_this_machine(running: Server) -> None:
    """A server that listens on every address answers at 127.0.0.2 as well."""
    with socket.create_connection(("127.0.0.1", port(running)), timeout=60):
        pass
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", port(running)), timeout=60)


def test_the_log_quotes_no_visitor(running: Server) -> None:
    handshake(running, "http://origin-of-a-visitor.example")
    handshake(running, "http://origin-of-a-visitor.example", "host-of-a-visitor.example")
    handshake(running, "origin-of-a-visitor\x01\xff", "host-of-a-visitor:99999:@[")
    asked(
        running, ["GET /path-of-a-visitor?query-of-a-visitor HTTP/1.1", "Host: host-of-a-visitor"]
    )
    asked(running, ["PUT path-of-a-visitor HTTP/9.9", "host-of-a-visitor", "\x00"])
    form = b'--x\r\nContent-Disposition: form-data; name="file-of-a-visitor\r\n\r\n'
    asked(running, [
        "PUT /_stcore/upload_file/path-of-a-visitor/file-of-a-visitor HTTP/1.1",
        "Host: host-of-a-visitor", "Content-Type: multipart/form-data; boundary=file-of-a-visitor",
        "Cookie: _streamlit_xsrf=cookie-of-a-visitor", "X-Xsrftoken: cookie-of-a-visitor",
        f"Content-Length: {len(form)}",
    ], form)  # fmt: skip
    for frame in (b"file-of-a-visitor", "file-of-a-visitor"):
        address = f"ws://127.0.0.1:{port(running)}/_stcore/stream"
        with connect(address, proxy=None) as link, pytest.raises(ConnectionClosed):
            link.send(frame)
            while True:
                link.recv(timeout=60)
    # A refusal is told, by where it happened.
    wait_until(lambda: "starlette_websocket.py:" in running.log.read_text(encoding="utf-8"))
    said = running.log.read_text(encoding="utf-8")
    assert [word for word in WORDS if word in said] == []
    assert "Traceback" not in said


def test_streamlit_still_looks_addresses_up_where_we_stop_it() -> None:
    """If one of these fails, `core/ui/server.py` guards a door that has moved."""
    assert all(callable(getattr(net_util, name)) for name in module.LOOK_UPS)
    compared = inspect.getsource(server_util.is_url_from_allowed_origins)
    assert all(f"net_util.{name}," in compared for name in module.LOOK_UPS)
    streamlit = Path(net_util.__file__).parent
    asking = [
        path.relative_to(streamlit).as_posix()
        for path in streamlit.rglob("*.py")
        if re.search(r"\bnet_util\b|checkip", path.read_text(encoding="utf-8"))
    ]
    assert sorted(asking) == ["net_util.py", "web/bootstrap.py", "web/server/server_util.py"]


def test_the_start_looks_no_address_up(tmp_path: Path) -> None:
    """Not even with an address that everybody may reach, as in a container."""
    code = """
from streamlit.web import bootstrap
bootstrap.load_config_options({"server_headless": True, "server_address": "0.0.0.0"})
bootstrap._print_url(False)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={**os.environ, **recorded(tmp_path)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "http://localhost:8501" in done.stdout
    assert attempts(tmp_path) == []


@pytest.fixture
def guarded(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The log as the app has it, for one test."""
    before = logging.getLogRecordFactory()
    monkeypatch.setattr(warnings, "showwarning", module.warn_without_words)
    logging.setLogRecordFactory(module.without_words(logging.LogRecord))
    yield
    logging.setLogRecordFactory(before)


@pytest.mark.usefixtures("guarded")
def test_a_librarys_line_says_where_and_what_kind_and_ours_say_all(
    caplog: pytest.LogCaptureFixture,
) -> None:
    try:
        raise ValueError("secret")
    except ValueError:
        logging.getLogger("library.part").exception("secret %s", "secret")
    logging.getLogger("core.running.worker").error("%s failed", "overfitting/capacity")
    library, ours = (record.getMessage() for record in caplog.records)
    assert re.fullmatch(r"test_server\.py:\d+ test_a_librarys_\w+: ValueError", library)
    assert ours == "overfitting/capacity failed"
    assert "secret" not in caplog.text


@pytest.mark.usefixtures("guarded")
def test_a_librarys_warning_is_told_once_and_without_its_text(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        for column in ("secret one", "secret two"):
            warnings.warn(f"mixed types in {column}", UserWarning, stacklevel=1)
    (record,) = caplog.records
    assert re.fullmatch(r"UserWarning at test_server\.py:\d+", record.getMessage())
    assert "secret" not in caplog.text + capsys.readouterr().err

"""What uploads do to the server's memory: many large files over loopback, then everybody leaves.

python -m benchmarks.uploads [--sessions 1] [--files 60]
"""

from __future__ import annotations

import argparse
import http.client
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from benchmarks.server import ROOT, Server, serving

COOKIE = "_streamlit_xsrf"
SECONDS_AFTER = 90.0


@dataclass
class Visitor:
    """A connected session.

    Attributes:
        server: Where.
        session_id: As the server names it.
        token: Against forged requests.
        socket: Open while the visitor is there.
    """

    server: Server
    session_id: str
    token: str
    socket: ClientConnection

    def put(self, data: bytes, name: str = "table.csv", file_id: str | None = None) -> int:
        """Upload a file as the browser does; returns the status, 0 where the server hung up."""
        boundary = uuid.uuid4().hex
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            "Content-Type: text/csv\r\n\r\n"
        )
        body = head.encode() + data + f"\r\n--{boundary}--\r\n".encode()
        path = f"/_stcore/upload_file/{self.session_id}/{file_id or uuid.uuid4()}"
        kind = f"multipart/form-data; boundary={boundary}"
        return self.send("PUT", path, body, {"Content-Type": kind})

    def send(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> int:
        """Send a request with the session's token."""
        connection = http.client.HTTPConnection(self.server.url.split("//")[1], timeout=180)
        try:
            mine = {"Cookie": f"{COOKIE}={self.token}", "X-Xsrftoken": self.token}
            connection.request(method, path, body, {**mine, **headers})
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()


@contextmanager
def visitor(server: Server) -> Iterator[Visitor]:
    """Connect and wait until the server has run the page for this session."""
    connection = http.client.HTTPConnection(server.url.split("//")[1], timeout=60)
    connection.request("GET", "/_stcore/health")
    cookie = connection.getresponse().getheader("Set-Cookie") or ""
    connection.close()
    token = cookie.split(f"{COOKIE}=")[1].split(";")[0].strip('"')
    address = server.url.replace("http", "ws") + "/_stcore/stream"
    with connect(address, subprotocols=["streamlit"], max_size=None, open_timeout=60) as socket:
        asked = BackMsg()
        asked.rerun_script.query_string = ""
        socket.send(asked.SerializeToString())
        yield Visitor(server, _session(socket), token, socket)


def _session(socket: ClientConnection) -> str:
    """Read the session's name, to the end of the page."""
    found = ""
    while True:
        message = ForwardMsg()
        message.ParseFromString(_bytes(socket.recv(timeout=120)))
        kind = message.WhichOneof("type")
        if kind == "new_session":
            found = message.new_session.initialize.session_id
        if kind == "script_finished":
            return found


def _bytes(received: Any) -> bytes:
    return received if isinstance(received, bytes) else str(received).encode()


def megabytes(server: Server, field: str = "VmRSS") -> float:
    """Memory of the server's process, now (`VmRSS`) or at most so far (`VmHWM`), in MB."""
    for line in Path(f"/proc/{server.process.pid}/status").read_text().splitlines():
        if line.startswith(field):
            return int(line.split()[1]) * 1024 / 1e6
    raise ValueError(field)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=1)
    parser.add_argument("--files", type=int, default=60)
    parser.add_argument("--size", type=int, default=19_900_000)
    asked = parser.parse_args()
    data = b"1,0,a\n" * (asked.size // 6)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with serving(ROOT / "app.py", folder / "log.txt", folder / "store") as server:
            with ExitStack() as stay:
                there = [stay.enter_context(visitor(server)) for _ in range(asked.sessions)]
                time.sleep(15)  # the heavy imports of the first visit
                _flood(server, there, data, asked.files)
            for seconds in (15.0, SECONDS_AFTER):
                time.sleep(seconds)
                print(f"{seconds:.0f} s later, all left: {megabytes(server):.0f} MB", flush=True)


def _flood(server: Server, there: Sequence[Visitor], data: bytes, files: int) -> None:
    """Upload from all sessions at once."""
    print(f"before: {megabytes(server):.0f} MB", flush=True)
    started = time.perf_counter()
    with ThreadPoolExecutor(len(there)) as pool:
        found = Counter(pool.map(lambda n: there[n % len(there)].put(data), range(files)))
    seconds = time.perf_counter() - started
    print(f"{files} files in {seconds:.1f} s, answers {dict(found)}")
    most = megabytes(server, "VmHWM")
    print(f"after: {megabytes(server):.0f} MB, at most {most:.0f} MB", flush=True)


if __name__ == "__main__":
    main()

"""The real server with the rough challenge of `tests/toys`, and visitors who speak its protocol."""

from __future__ import annotations

import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from benchmarks.server import ROOT, Server, serving

APP = ROOT / "tests" / "toys" / "rough" / "app.py"
PATIENCE = 60.0
"""Seconds for what takes a few on an idle machine."""
WORDS = {"markdown": "body", "progress": "text", "alert": "body", "exception": "message"}
"""Of an element, by its kind."""


class Page:
    """An open page: what it has said, and how many charts and ends of scripts have come."""

    def __init__(self, socket: ClientConnection, query: str) -> None:
        self._socket, self.query = socket, query
        self.said: list[str] = []
        self.buttons: dict[str, str] = {}
        self.charts = self.ends = 0
        self.lost = False
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        try:
            for raw in self._socket:
                self._note(ForwardMsg.FromString(raw))  # type: ignore[arg-type]
        except ConnectionClosed:
            pass
        self.lost = True

    def _note(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "script_finished":
            # What was shown on the way to a page that is drawn anew at once is no end of it.
            self.ends += message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
        if kind != "delta" or message.delta.WhichOneof("type") != "new_element":
            return
        element = message.delta.new_element
        what = element.WhichOneof("type")
        self.charts += what == "vega_lite_chart"
        if what == "button":
            self.buttons[element.button.label] = element.button.id
        if what in WORDS:
            self.said.append(getattr(getattr(element, what), WORDS[what]))

    def ask(self, page: str = "", pressed: str = "") -> None:
        """Open a page, or press one of the buttons of the page that is open."""
        asked = BackMsg()
        asked.rerun_script.page_name = page
        asked.rerun_script.query_string = self.query
        if pressed:
            state = asked.rerun_script.widget_states.widgets.add()
            state.id, state.trigger_value = self.buttons[pressed], True
        self._socket.send(asked.SerializeToString())

    def says(self, words: str) -> bool:
        return any(words in one for one in list(self.said))

    def until(self, holds: Callable[[], object], seconds: float = PATIENCE) -> float:
        """Wait until something holds; return the seconds it took."""
        started = time.monotonic()
        while time.monotonic() < started + seconds:
            if holds():
                return time.monotonic() - started
            assert not self.lost, "the server closed the connection"
            time.sleep(0.02)
        raise AssertionError(f"it never held; the page said {list(dict.fromkeys(self.said))[-9:]}")


@contextmanager
def opened(server: Server, page: str = "", **settings: object) -> Iterator[Page]:
    """Open a page in a visit of its own.

    Args:
        server: Whose.
        page: Empty for the home page.
        settings: For the address: `heavy__number=3`.
    """
    named = [f"rough.{name.replace('__', '.')}={value}" for name, value in settings.items()]
    address = server.url.replace("http", "ws") + "/_stcore/stream"
    with connect(address, subprotocols=["streamlit"], max_size=None, open_timeout=60) as socket:  # type: ignore[list-item]
        found = Page(socket, "&".join(["guess=0", *named]))
        found.ask(page)
        yield found


@contextmanager
def rough(folder: Path, store: Path | None = None) -> Iterator[Server]:
    """A server, once its first visitor has seen the page."""
    folder.mkdir(exist_ok=True)
    with serving(APP, folder / "log.txt", store or folder / "store") as server:
        with opened(server) as first:
            first.until(lambda: first.ends)
        yield server


def health(server: Server) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=60) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()

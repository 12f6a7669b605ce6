"""Many visitors at once over loopback: how long each waits for a page's first element and figure.

python -m benchmarks.visitors [--visitors 25 50] [--rounds 4] [--json]

Each visitor speaks the browser's protocol from a thread. All open a page in the same moment; then
half of them go on to other pages, whose defaults are stored, and half move a slider of theirs,
which starts a run where the setting has none yet. Times are those of the clock from the request
to the message that carries it; what the client takes is in them. Quantiles over all requests.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from benchmarks.server import ROOT, Server, serving
from core import challenges

PATIENCE = 60.0
"""Seconds after which an answer counts as an error."""
PAUSE = 1.0
"""Between a visitor's requests, in seconds."""
ANSWERED = "guess=0"
"""In the address: figures without a guess first."""


@dataclass
class Answer:
    """When what came, in seconds after the request; None for what did not come.

    Attributes:
        kind: `opened` for a page, `moved` for a slider.
        element: The first element.
        figure: The first figure.
        whole: The end of the script, or of what the client waited for.
        failed: What went wrong.
    """

    kind: str
    element: float | None = None
    figure: float | None = None
    whole: float | None = None
    failed: str = ""


@dataclass
class Visitor:
    """Somebody with a page open.

    Attributes:
        socket: To the server.
        page: Slug of the page.
        sliders: Of the page: identifier, fragment and what its rungs are called.
    """

    socket: ClientConnection
    page: str = ""
    sliders: list[tuple[str, str, list[str]]] = field(default_factory=list)

    def open(self, page: str) -> Answer:
        """Go to a page."""
        self.page, self.sliders = page, []
        asked = BackMsg()
        asked.rerun_script.page_name = page
        asked.rerun_script.query_string = ANSWERED
        return self._answer("opened", asked)

    def move(self, which: int, rung: int) -> Answer:
        """Move a slider of the page."""
        name, fragment, rungs = self.sliders[which % len(self.sliders)]
        asked = BackMsg()
        script = asked.rerun_script
        script.page_name, script.fragment_id = self.page, fragment
        script.query_string = ANSWERED
        state = script.widget_states.widgets.add()
        state.id = name
        state.string_array_value.data.append(rungs[rung % len(rungs)])
        return self._answer("moved", asked)

    def _answer(self, kind: str, asked: BackMsg) -> Answer:
        answer, started = Answer(kind), time.perf_counter()
        self.socket.send(asked.SerializeToString())
        while time.perf_counter() - started < PATIENCE:
            try:
                raw = self.socket.recv(timeout=PATIENCE)
            except (TimeoutError, OSError, EOFError) as error:
                answer.failed = type(error).__name__
                return answer
            if self._note(answer, ForwardMsg.FromString(raw), time.perf_counter() - started):
                return answer
        answer.failed = "no end"
        return answer

    def _note(self, answer: Answer, message: Any, now: float) -> bool:
        """Take down what came; whether there is nothing to wait for."""
        kind = message.WhichOneof("type")
        if kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            element = message.delta.new_element
            what = element.WhichOneof("type")
            answer.element = now if answer.element is None else answer.element
            if what == "vega_lite_chart" and answer.figure is None:
                answer.figure = now
            if what == "slider" and len(element.slider.options) > 1 and not element.slider.disabled:
                rungs = list(element.slider.options)
                self.sliders.append((element.slider.id, message.delta.fragment_id, rungs))
            if what == "exception":
                answer.failed = element.exception.message
        if kind == "script_finished":
            answer.whole = now
        # A run goes on drawing for many seconds; its first figure is what was asked about.
        return kind == "script_finished" or (answer.kind == "moved" and answer.figure is not None)


@contextmanager
def arrived(server: Server) -> Iterator[Visitor]:
    """Connect, without asking for a page yet."""
    address = server.url.replace("http", "ws") + "/_stcore/stream"
    with connect(address, subprotocols=["streamlit"], max_size=None, open_timeout=60) as socket:
        yield Visitor(socket)


def visit(server: Server, number: int, rounds: int, ready: threading.Barrier) -> list[Answer]:
    """All that one visitor does."""
    pages = [one.slug for one in challenges.challenges()]
    with arrived(server) as who:
        ready.wait()
        answers = [who.open(pages[number % len(pages)])]
        for turn in range(1, rounds + 1):
            time.sleep(PAUSE)
            if number % 2 and who.sliders:
                answers.append(who.move(turn, number + turn))
            else:
                answers.append(who.open(pages[(number + turn) % len(pages)]))
        return answers


def crowd(server: Server, visitors: int, rounds: int) -> list[Answer]:
    """Everybody at once."""
    ready = threading.Barrier(visitors)
    with ThreadPoolExecutor(visitors) as pool:
        work = [pool.submit(visit, server, n, rounds, ready) for n in range(visitors)]
        return [answer for one in work for answer in one.result()]


@dataclass(frozen=True)
class Row:
    """A line of the table; times in seconds.

    Attributes:
        visitors: At once.
        kind: `opened` or `moved`.
        what: `element`, `figure` or `whole`.
        p50: Median.
        p95: 95th percentile.
        n: Answers behind it.
        failed: Answers of this kind that failed.
    """

    visitors: int
    kind: str
    what: str
    p50: float
    p95: float
    n: int
    failed: int


def rows(visitors: int, answers: Sequence[Answer]) -> Iterator[Row]:
    """The table of one crowd."""
    for kind in ("opened", "moved"):
        own = [one for one in answers if one.kind == kind]
        failed = sum(bool(one.failed) for one in own)
        for what in ("element", "figure", "whole"):
            times = [t for one in own if (t := getattr(one, what)) is not None]
            if times and not (kind == "moved" and what == "whole"):
                middle, late = np.quantile(times, [0.5, 0.95])
                yield Row(
                    visitors, kind, what, round(middle, 2), round(late, 2), len(times), failed
                )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visitors", type=int, nargs="+", default=[25, 50])
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    for visitors in asked.visitors:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            with serving(ROOT / "app.py", folder / "log.txt", folder / "store") as server:
                with arrived(server) as first:
                    first.open("")
                time.sleep(30)  # the heavy imports of the first visit, and the ledger's reading
                for row in rows(visitors, crowd(server, visitors, asked.rounds)):
                    told(row, asked.json)


def told(row: Row, as_json: bool) -> None:
    """Print a row."""
    own = asdict(row)
    print(json.dumps(own) if as_json else "  ".join(f"{v!s:>8}" for v in own.values()), flush=True)


if __name__ == "__main__":
    main()

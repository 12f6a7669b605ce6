"""Many visitors at once over loopback: how long each waits for a page's first element and figure.

python -m benchmarks.visitors [--visitors 25 50] [--rounds 4] [--training 4] [--json]

Each visitor speaks the browser's protocol from a thread. All open a page in the same moment; then
half of them go on to other pages, whose defaults are stored, and half move a slider of theirs,
which starts a run where the setting has none yet. Times are those of the clock from the request
to the message that carries it; what the client takes is in them. Quantiles over all requests, and
over those of the first moment alone. Then one reader goes through all pages while others train.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
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
TRAINED = ("privacy", "overfitting", "tuning", "data_quantity")
"""Pages on which runs go on while another one is read."""
PAUSE = 1.0
"""Between a visitor's requests, in seconds."""
ANSWERED = "guess=0"
"""In the address: figures without a guess first."""


@dataclass
class Answer:
    """When what came, in seconds after the request; None for what did not come.

    Attributes:
        kind: `first` for the page that all open at once, `opened` for a later one (in the table for
            both), `moved` for a slider, `read` for a page while others train, `trained` for a run
            that is followed.
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

    def open(self, page: str, kind: str = "opened") -> Answer:
        """Go to a page."""
        self.page, self.sliders = page, []
        asked = BackMsg()
        asked.rerun_script.page_name = page
        asked.rerun_script.query_string = ANSWERED
        return self._ask(kind, asked)

    def move(self, which: int, rung: int, kind: str = "moved") -> Answer:
        """Move a slider of the page."""
        name, fragment, rungs = self.sliders[which % len(self.sliders)]
        return self.put({name: rungs[rung % len(rungs)]}, kind, fragment)

    def put(self, rungs: Mapping[str, str], kind: str, fragment: str = "") -> Answer:
        """Put sliders at rungs, all others at their defaults."""
        asked = BackMsg()
        script = asked.rerun_script
        script.page_name, script.fragment_id = self.page, fragment
        script.query_string = ANSWERED
        for name, rung in rungs.items():
            state = script.widget_states.widgets.add()
            state.id = name
            state.string_array_value.data.append(rung)
        return self._ask(kind, asked)

    def _ask(self, kind: str, asked: BackMsg) -> Answer:
        answer, started = Answer(kind), time.perf_counter()
        self.socket.send(asked.SerializeToString())
        while time.perf_counter() - started < PATIENCE:
            try:
                raw = self.socket.recv(timeout=PATIENCE)
            except (OSError, EOFError) as error:  # Among them is that nothing came in time.
                answer.failed = type(error).__name__
                return answer
            if self._note(answer, ForwardMsg.FromString(raw), time.perf_counter() - started):
                return answer
        answer.failed = "" if kind == "trained" else "no end"  # A run may take as long as it likes.
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
        answers = [who.open(pages[number % len(pages)], "first")]
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


def train(server: Server, page: str, over: threading.Event) -> list[Answer]:
    """Move one slider after the other and follow each run to its end, until it is over."""
    with arrived(server) as who:
        answers, turn = [who.open(page)], 0
        while not over.is_set() and not answers[-1].failed:
            turn += 1
            answers.append(who.move(turn, turn // len(who.sliders), "trained"))
        return answers[1:]


def reader(server: Server, training: int) -> list[Answer]:
    """One goes through all pages, twice, while others train; a page's first time does not count."""
    pages, over = [one.slug for one in challenges.challenges()], threading.Event()
    with ThreadPoolExecutor(training) as pool, arrived(server) as who:
        work = [pool.submit(train, server, page, over) for page in TRAINED[:training]]
        try:
            time.sleep(PAUSE)
            answers = [who.open(page, kind) for kind in ("opened", "read") for page in pages]
        finally:
            over.set()
        trained = [answer for one in work for answer in one.result()]
        return [one for one in answers if one.kind == "read"] + trained


@dataclass(frozen=True)
class Row:
    """A line of the table; times in seconds.

    Attributes:
        visitors: At once.
        kind: As in `Answer`; `opened` for all pages.
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
    for kind in ("first", "opened", "moved", "read", "trained"):
        kinds = ("first", "opened") if kind == "opened" else (kind,)
        own = [one for one in answers if one.kind in kinds]
        failed = sum(bool(one.failed) for one in own)
        for what in ("element", "figure", "whole"):
            times = [t for one in own if (t := getattr(one, what)) is not None]
            said = {"moved": what != "whole", "trained": what == "whole"}.get(kind, True)
            if times and said:
                middle, late = np.quantile(times, [0.5, 0.95])
                yield Row(
                    visitors, kind, what, round(middle, 2), round(late, 2), len(times), failed
                )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visitors", type=int, nargs="+", default=[25, 50])
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--training", type=int, default=4)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    for visitors in asked.visitors:
        with fresh() as server:
            for row in rows(visitors, crowd(server, visitors, asked.rounds)):
                told(row, asked.json)
    if asked.training:
        with fresh() as server:
            for row in rows(1, reader(server, asked.training)):
                told(row, asked.json)


@contextmanager
def fresh() -> Iterator[Server]:
    """A server with nothing in its store, half a minute after its first visitor."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with serving(ROOT / "app.py", folder / "log.txt", folder / "store") as server:
            with arrived(server) as first:
                first.open("")
            time.sleep(30)  # the heavy imports of the first visit, and what is made ahead
            yield server


def told(row: Row, as_json: bool) -> None:
    """Print a row."""
    own = asdict(row)
    print(json.dumps(own) if as_json else "  ".join(f"{v!s:>8}" for v in own.values()), flush=True)


if __name__ == "__main__":
    main()

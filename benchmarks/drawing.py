"""What watching a run costs: the clock of every experiment's default run against its own work.

`python -m benchmarks.drawing [slug ...]` opens each experiment's page by the browser's protocol,
presses "Run live" and follows the run to its end. `clock` is from the press to the last message,
`work` the processor time of the run alone, as its record says it, `server` that of the whole
server meanwhile, `charts` how many were sent. The clock is to be at most 1.4 times the
work; on a busy machine both the clock and the ratio are larger. Linux only.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.server import ROOT, Server, serving
from benchmarks.visitors import ANSWERED, PATIENCE, Visitor, arrived
from core import challenges
from core.lab.experiment import Experiment
from core.store.store import Store

MOST = 1.4
SECONDS_TO_WARM = 20.0
"""After the first visitor, for the heavy imports and what is made ahead."""


class Follower(Visitor):
    """Somebody who presses "Run live" and counts the charts until the run has ended."""

    def follow(self, query: str) -> tuple[float, int]:
        """Open a page at these settings, press, and wait; seconds by the clock, and charts."""
        asked = BackMsg()
        asked.rerun_script.page_name, asked.rerun_script.query_string = self.page, query
        button, _ = self._until_end(asked)
        pressed = asked.rerun_script.widget_states.widgets.add()
        pressed.id, pressed.trigger_value = button, True
        started = time.perf_counter()
        _, charts = self._until_end(asked)
        return time.perf_counter() - started, charts

    def _until_end(self, asked: Any) -> tuple[str, int]:
        self.socket.send(asked.SerializeToString())
        button, charts = "", 0
        while True:
            message = ForwardMsg.FromString(self.socket.recv(timeout=10 * PATIENCE))
            if message.WhichOneof("type") == "script_finished":
                return button, charts
            if message.WhichOneof("type") == "delta":
                element = message.delta.new_element
                charts += element.WhichOneof("type") == "vega_lite_chart"
                if element.button.id and element.button.label.startswith("Run live"):
                    button = element.button.id


def rows(slugs: list[str], server: Server, folder: Path) -> Iterator[str]:
    """A line for each experiment."""
    for challenge in challenges.challenges():
        for name in challenge.experiments:
            found = challenges.experiment(challenge.slug, name)
            if not slugs or found.slug in slugs:
                yield _row(found, server, folder)


def _row(found: Experiment[Any, Any, Any], server: Server, folder: Path) -> str:
    page = found.slug.split("/")[0]
    query = "&".join((ANSWERED, urlencode({f"{page}.experiment": found.title})))
    with arrived(server) as visitor:
        follower = Follower(visitor.socket, page)
        before = _processor(server)
        clock, charts = follower.follow(query)
        used = _processor(server) - before
    record = Store(folder).get(found.key(found.config()), found.result)
    if record is None:
        return f"{found.slug:<34}  no result was kept"
    work = record.provenance.seconds
    told = f"{found.slug:<34}{clock:8.1f}{work:8.1f}{used:8.1f}{charts:6}{clock / work:8.2f}"
    return told if clock <= MOST * work else f"{told}  over {MOST}"


def _processor(server: Server) -> float:
    """Processor time of the server so far, in seconds."""
    text = Path(f"/proc/{server.process.pid}/stat").read_text(encoding="utf-8")
    user, system = text.rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("slugs", nargs="*")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with serving(ROOT / "app.py", folder / "log.txt", folder / "store") as server:
            with arrived(server) as first:
                first.open("")
            time.sleep(SECONDS_TO_WARM)
            print(f"{'':<34}{'clock':>8}{'work':>8}{'server':>8}{'charts':>6}{'ratio':>8}")
            for row in rows(asked.slugs, server, folder / "store"):
                print(row, flush=True)


if __name__ == "__main__":
    main()

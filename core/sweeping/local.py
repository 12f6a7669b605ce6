"""Orders carried out by worker processes of this machine, one at a time each.

A worker is this module run as a program: orders come as lines of JSON, answers go back as lines of
JSON. So it does not matter which program the parent is, nothing is unpickled, and the end of the
parent, however it comes, is the end of the worker's input.
"""

from __future__ import annotations

import base64
import dataclasses
import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from core.sweeping.orders import Answer, Order, carry_out

MOST_TRIES = 3
"""So often the process that carries an order out may end before the order is given up."""
ROOT = Path(__file__).resolve().parents[2]
Heard = queue.SimpleQueue["tuple[Worker, bytes]"]


class Worker:
    """A process that carries out one order after the other."""

    def __init__(self, heard: Heard) -> None:
        """Start the process; what it says is put into the queue, an empty line at its end."""
        self.order: Order | None = None
        self.process = subprocess.Popen(
            [sys.executable, "-m", __name__],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        self._listener = threading.Thread(target=self._listen, args=(heard,), daemon=True)
        self._listener.start()

    def _listen(self, heard: Heard) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            heard.put((self, line))
        heard.put((self, b""))

    def give(self, order: Order) -> None:
        """Hand it an order; that its process has ended is heard, not raised."""
        self.order = order
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps(dataclasses.asdict(order)).encode() + b"\n")
            self.process.stdin.flush()
        except OSError:
            self.process.kill()

    def end(self) -> None:
        """End the process, whatever it is doing."""
        self.process.kill()
        self.process.wait()
        self._listener.join()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                _close(pipe)


def _close(pipe: IO[bytes]) -> None:
    try:
        pipe.close()
    except OSError:  # What was still to be written to it has nobody to read it.
        return


def answers(orders: Sequence[Order], n_workers: int) -> Iterator[Answer]:
    """Carry out all orders, each once; one whose process is killed is given to another.

    Args:
        orders: In the order in which they are begun.
        n_workers: Processes at once, at least 1.

    Yields:
        As they come. Closing the generator ends all processes.
    """
    waiting, failures, heard = deque(orders), Counter[str](), Heard()
    workers: list[Worker] = []
    try:
        while waiting or any(one.order for one in workers):
            _hand_out(workers, waiting, n_workers, heard)
            worker, line = heard.get()
            asked, worker.order = worker.order, None
            if line:
                yield _read(line)
                continue
            workers.remove(worker)
            worker.end()
            if asked is None:
                continue
            failures[asked.key] += 1
            if failures[asked.key] < MOST_TRIES:
                waiting.append(asked)
            else:
                yield Answer(asked.key, problem=f"Its process ended {MOST_TRIES} times.")
    finally:
        for one in workers:
            one.end()


def _hand_out(
    workers: list[Worker], waiting: deque[Order], n_workers: int, heard: Heard
) -> None:  # fmt: skip
    """Give every idle worker an order; start workers while there are more orders than idle ones."""
    idle = [one for one in workers if one.order is None]
    while waiting and (idle or len(workers) < n_workers):
        if not idle:
            idle.append(Worker(heard))
            workers.append(idle[0])
        idle.pop().give(waiting.popleft())


def _read(line: bytes) -> Answer:
    said = json.loads(line)
    return Answer(said["key"], base64.b64decode(said["content"]), said["problem"])


def serve() -> None:
    """Carry out orders until no more come; the body of a worker process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # The parent decides what an interrupt means.
    out, sys.stdout = sys.stdout, sys.stderr  # Whatever a library prints is no answer.
    given: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(given,), daemon=True).start()
    while True:
        answer = carry_out(Order(**json.loads(given.get())))
        content = base64.b64encode(answer.content).decode()
        said = {"key": answer.key, "content": content, "problem": answer.problem}
        out.write(json.dumps(said) + "\n")
        out.flush()


def _receive(given: queue.SimpleQueue[str]) -> None:
    for line in sys.stdin:
        given.put(line)
    os._exit(0)  # Nobody is there to take an answer any more.


if __name__ == "__main__":
    serve()

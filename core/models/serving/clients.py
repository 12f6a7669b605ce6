"""The clients: they ask at given times, or each again once it is answered, and clock it all."""

from __future__ import annotations

import itertools
import select
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from core.lab.seeding import numpy_generator
from core.models.serving.wire import ANSWER, INPUTS, REQUEST, Incoming

BETWEEN_LOOKS = 4e-4
"""Mean seconds between two looks at how many requests are under way."""
NEAR = 1e-4
"""Scores that differ by less are the same, but for rounding."""
Due = Callable[[float, int, int], tuple[int, float | None]]
"""Seconds since the beginning, requests sent, answers that came -> how many are to be sent now, and
seconds until the next one; None if it takes an answer first."""


def again(clients: int, n: int) -> Due:
    """Closed loop: each client asks again as soon as it is answered, until `n` were asked."""
    return lambda now, sent, got: (min(clients - (sent - got), n - sent), None)


def at_times(times: np.ndarray) -> Due:
    """Open loop: requests come at these times, whatever has been answered.

    Args:
        times: Seconds from the beginning, ascending, `(n,)`.
    """

    def due(now: float, sent: int, got: int) -> tuple[int, float | None]:
        count = int(np.searchsorted(times, now, "right")) - sent
        following = sent + count
        return count, None if following == len(times) else float(times[following]) - now

    return due


@dataclass
class Seen:
    """What the clients clocked; times are seconds from the beginning, `(n,)` by number.

    Attributes:
        sent: When each request was handed over.
        begun: When the server turned to it.
        got: When its answer was there.
        order: Numbers in the order in which answers came.
        y: Scores, `(n, 10)`.
        looks: Moments that know nothing of the requests, and how many were under way, `(k, 2)`.
    """

    sent: np.ndarray
    begun: np.ndarray
    got: np.ndarray
    order: list[int] = field(default_factory=list)
    y: np.ndarray = field(default_factory=lambda: np.empty(0))
    looks: np.ndarray = field(default_factory=lambda: np.empty((0, 2)))

    @property
    def held(self) -> float:
        """Requests under way, in the mean over the time between looks; NaN without two of them.

        Between two looks it is taken to be half way between what they saw: where the system lets
        who looks wait, fewer looks stand for more time.
        """
        if len(self.looks) < 2:
            return float("nan")
        moments, counts = self.looks.T
        return float(np.trapezoid(counts, moments) / (moments[-1] - moments[0]))

    @property
    def overtaken(self) -> int:
        """Answers that came after that of a request sent later."""
        order = np.array(self.order)
        return int((order < np.maximum.accumulate(order)).sum()) if len(order) else 0

    @property
    def once(self) -> int:
        """Requests that were answered exactly once."""
        return int((np.bincount(self.order, minlength=len(self.sent)) == 1).sum())

    def right(self, truth: np.ndarray) -> int:
        """Requests whose answer is the network's own.

        Args:
            truth: Its scores for the inputs, which take turns, `(k, 10)`.
        """
        wanted = truth[np.arange(len(self.sent)) % len(truth)]
        return int((np.abs(self.y - wanted).max(1) <= NEAR * np.abs(truth).max()).sum())


class Watch:
    """Looks at a count at random moments, in a thread of its own; it knows no request."""

    def __init__(self, count: Callable[[], int], seed: int) -> None:
        """Begin to look."""
        self._count, self._stop = count, threading.Event()
        self._found: list[tuple[float, int]] = []
        gaps = numpy_generator(seed, "looks").exponential(BETWEEN_LOOKS, 4096)
        self._gaps = itertools.cycle(gaps.tolist())
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while not self._stop.is_set():
            self._found.append((time.perf_counter(), self._count()))
            time.sleep(next(self._gaps))

    def ended(self) -> np.ndarray:
        """Stop; returns when it looked before, and the counts it saw, `(k, 2)`."""
        found = len(self._found)
        self._stop.set()
        self._thread.join()
        return np.array(self._found[:found]).reshape(-1, 2)


def ask(wire: socket.socket, inputs: np.ndarray, n: int, due: Due, seed: int = 0) -> Seen:
    """Send `n` requests and take their answers.

    Nothing is reckoned before the last answer: it would keep clients from asking.

    Args:
        wire: The connection to the server.
        inputs: Of the requests, which take turns, `(k, 64)`.
        n: How many, at least 1.
        due: When, see `again` and `at_times`.
        seed: Of the moments of looking.

    Raises:
        ConnectionError: If the server ends.
    """
    requests = np.empty(n, REQUEST)
    requests["number"], requests["x"] = np.arange(n), inputs[np.arange(n) % len(inputs)]
    coming = Incoming(wire, ANSWER, n + 1)
    while not coming.count:
        coming.read()  # The server is ready.
    sent, got, began = 0, 0, time.perf_counter()
    asked, came = list[tuple[int, float]](), list[tuple[int, float]]()
    watch = Watch(lambda: sent - got, seed)
    while got < n:
        now = time.perf_counter() - began
        count, pause = due(now, sent, got)
        if count:
            asked.append((count, now))
            sent += count
            wire.sendall(requests[sent - count : sent].tobytes())
        elif select.select([wire], [], [], pause)[0]:
            count = len(coming.read())
            came.append((count, time.perf_counter() - began))
            got += count
    return _seen(coming.records[1:], began, _each(asked), _each(came), watch.ended())


def _each(counted: list[tuple[int, float]]) -> np.ndarray:
    """The time of each of the requests, of which some come together."""
    counts, times = zip(*counted, strict=True)
    return np.repeat(times, counts)


def _seen(
    answers: np.ndarray, began: float, sent: np.ndarray, came: np.ndarray, looks: np.ndarray
) -> Seen:
    """Put what was clocked in the order of the requests."""
    numbers, (begun, got) = answers["number"], np.full((2, len(sent)), np.nan)
    y = np.full((len(sent), answers["y"].shape[1]), np.nan)
    begun[numbers], got[numbers], y[numbers] = answers["begun"] - began, came, answers["y"]
    return Seen(sent, begun, got, numbers.tolist(), y, looks)


def drawn(seed: int, n: int) -> np.ndarray:
    """Inputs of requests, `(n, 64)`, uniform from 0 to 1."""
    return numpy_generator(seed, "asked").random((n, INPUTS), dtype=np.float32)

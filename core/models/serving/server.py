"""The server: one queue, one network, one thread, and an order in which requests are taken."""

from __future__ import annotations

import select
import socket
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from core.models.serving.wire import ANSWER, CLASSES, READY, REQUEST, Incoming

Answer = Callable[[np.ndarray], np.ndarray]
"""Inputs of a batch `(k, 64)` -> scores of every class `(k, 10)`."""


@dataclass
class Served:
    """What the server clocked in a session.

    Attributes:
        sizes: Of the batches, in order.
        seconds: That each took: from the answers before it, or from the request that woke the
            server, until its answers were handed over.
        worked: Seconds of processor time while the network answered,
        passed: and those that passed meanwhile.
    """

    sizes: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    worked: float = 0.0
    passed: float = 0.0


def session(
    wire: socket.socket, answer: Answer, n: int, most: int = 1, least: int = 1, newest: bool = False
) -> Served:  # fmt: skip
    """Answer `n` requests, and no more.

    Args:
        wire: The connection to the clients.
        answer: The network.
        n: Requests that come, at least 1.
        most: That are taken together at most.
        least: It waits for so many before it begins, while more are to come; at most `most`.
        newest: Whether the newest are taken first; else the oldest.

    Raises:
        ConnectionError: If the clients end.
    """
    coming, waiting, done = Incoming(wire, REQUEST, n), deque[int](), Served()
    take = waiting.pop if newest else waiting.popleft
    wire.sendall(np.array([(READY, 0, np.zeros(CLASSES))], ANSWER).tobytes())
    free = time.perf_counter()
    left = n
    while left:
        while coming.count < n:
            idle = len(waiting) < least
            if not select.select([wire], [], [], None if idle else 0)[0]:
                break
            free = time.perf_counter() if idle else free
            known = coming.count
            waiting.extend(range(known, known + len(coming.read())))
        picked = [take() for _ in range(min(most, len(waiting)))]
        _answered(wire, answer, coming.records[picked], done)
        now = time.perf_counter()
        done.sizes.append(len(picked))
        done.seconds.append(now - free)
        free, left = now, left - len(picked)
    return done


def _answered(wire: socket.socket, answer: Answer, batch: np.ndarray, done: Served) -> None:
    """Let the network answer a batch, and hand the answers over."""
    told = np.empty(len(batch), ANSWER)
    told["number"] = batch["number"]
    begun, worked = time.perf_counter(), time.thread_time()
    told["begun"] = begun
    told["y"] = answer(np.ascontiguousarray(batch["x"]))
    done.worked += time.thread_time() - worked
    done.passed += time.perf_counter() - begun
    wire.sendall(told.tobytes())

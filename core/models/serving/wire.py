"""What server and clients say to each other: records of fixed size on one connection.

All clients share the connection, as they do in HTTP/2, so requests come in the order in which they
were sent. Times are those of `time.perf_counter`, one clock for all processes of a machine.
"""

from __future__ import annotations

import socket

import numpy as np

INPUTS, CLASSES = 64, 10
REQUEST = np.dtype([("number", "<i8"), ("x", "<f4", INPUTS)])
"""Requests are numbered from 0 in the order in which they are sent."""
ANSWER = np.dtype([("number", "<i8"), ("begun", "<f8"), ("y", "<f4", CLASSES)])
"""`begun`: when the server turned to it; `y`: the network's scores."""
READY = -1
"""Number of the answer that nobody asked for: the server listens."""
HERE = "127.0.0.1"
TOKEN = 16
"""Bytes that the clients show first: nobody else on this machine is answered."""


class Incoming:
    """Records that come in, whole ones first; what is cut off stays until the rest is there.

    Attributes:
        records: Room for all that may come, `(n,)`; the first `count` are there.
    """

    def __init__(self, wire: socket.socket, kind: np.dtype, n: int) -> None:
        """Make room.

        Args:
            wire: Where they come from.
            kind: Of a record.
            n: As many as come at most.
        """
        self.records = np.zeros(n, kind)
        self._wire, self._size, self._filled = wire, kind.itemsize, 0
        self._room = self.records.view(np.uint8).reshape(-1).data

    @property
    def count(self) -> int:
        """Whole records that are there."""
        return self._filled // self._size

    def read(self) -> np.ndarray:
        """Wait for bytes, and return the records that they complete, `(k,)`, maybe none.

        Raises:
            ConnectionError: If the other side has ended.
        """
        known = self.count
        took = self._wire.recv_into(self._room[self._filled :])
        if not took:
            raise ConnectionError("the other side has ended")
        self._filled += took
        return self.records[known : self.count]

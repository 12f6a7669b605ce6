"""One of the two processes: `server` answers, `clients` ask. Run by itself, with which it is."""

from __future__ import annotations

import contextlib
import socket
import sys
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from core.lab.beside import packed, serve, unpacked
from core.models.serving import clients, server
from core.models.serving.wire import CLASSES, HERE, TOKEN

SECONDS_TO_MEET, SECONDS_TO_SHOW_IT = 40.0, 2.0
SERVER, CLIENTS = "server", "clients"
SMALL = 8
"""Units of a network that only wakes torch."""


class Server:
    """Listens on this machine's own address, and answers those who know the token."""

    def __init__(self) -> None:
        """Listen, on a port that the system picks."""
        self._listener = socket.create_server((HERE, 0))
        self._listener.settimeout(SECONDS_TO_MEET)
        self._wire: socket.socket | None = None
        self._network: tuple[tuple[int, int], server.Answer] | None = None
        self._token = b""

    def listen(self, token: str) -> dict[str, int]:
        """Say at which port it listens; who shows this token is answered."""
        self._token = bytes.fromhex(token)
        network(SMALL, 0)  # What torch does at its first product is no request's.
        return {"port": self._listener.getsockname()[1]}

    def serve(self, width: int, seed: int, **how: Any) -> dict[str, Any]:
        """Answer one session, see `server.session`; returns what it clocked."""
        if self._network is None or self._network[0] != (width, seed):
            self._network = (width, seed), network(width, seed)
        done = server.session(self._met(), self._network[1], **how)
        counts = {"largest": max(done.sizes), "worked": done.worked, "passed": done.passed}
        return {"seconds": packed(np.array(done.seconds)), "counts": counts}

    def _met(self) -> socket.socket:
        while self._wire is None:
            wire, _ = self._listener.accept()
            wire.settimeout(SECONDS_TO_SHOW_IT)
            shown = b""
            with contextlib.suppress(OSError):
                shown = wire.recv(TOKEN)
            if shown == self._token:
                wire.settimeout(None)
                self._wire = swift(wire)
            else:
                wire.close()
        return self._wire

    def close(self) -> None:
        """Listen no longer."""
        self._listener.close()
        if self._wire is not None:
            self._wire.close()


class Clients:
    """All clients; they share one connection."""

    def __init__(self) -> None:
        """They connect when they are first told to ask."""
        self._wire: socket.socket | None = None

    def ask(
        self, port: int, token: str, seed: int, n: int, truth: str,
        several: int = 0, times: str = "",
    ) -> dict[str, Any]:  # fmt: skip
        """Ask `n` times: each client again, or at given times.

        Args:
            port: Of the server.
            token: That it knows.
            seed: Of the inputs.
            n: Requests.
            truth: The network's own scores, packed.
            several: Clients of a closed loop; 0 for an open one.
            times: Of an open loop, packed.

        Returns:
            `sent`, `begun` and `got` of each request, packed; how many were under way in the mean
            (`held`); `counts` as `sessions.Session` has them.
        """
        if self._wire is None:
            self._wire = swift(socket.create_connection((HERE, port), SECONDS_TO_MEET))
            self._wire.settimeout(None)
            self._wire.sendall(bytes.fromhex(token))
        wanted = unpacked(truth).reshape(-1, CLASSES)
        due = clients.again(several, n) if several else clients.at_times(unpacked(times))
        seen = clients.ask(self._wire, clients.drawn(seed, len(wanted)), n, due, seed)
        told = {name: packed(getattr(seen, name)) for name in ("sent", "begun", "got")}
        counts = {"once": seen.once, "right": seen.right(wanted), "overtaken": seen.overtaken}
        return {**told, "held": seen.held, "counts": counts}


def network(width: int, seed: int) -> server.Answer:
    """The network of `core.models.answering`, on one thread, as arrays in and out."""
    import torch

    from core.models.answering import answers, layers, sizes

    torch.set_num_threads(1)
    own = layers(sizes(width), seed)

    def answer(x: np.ndarray) -> np.ndarray:
        found: np.ndarray = answers(own, torch.from_numpy(x)).numpy()
        return found

    answer(clients.drawn(seed, 1))
    return answer


def swift(wire: socket.socket) -> socket.socket:
    """Send at once what is handed over, however little it is."""
    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return wire


def main(which: str) -> None:
    """Be one of the two until no more orders come."""
    sys.setswitchinterval(1e-4)  # Who looks on in a thread of its own is not kept waiting.
    own: Server | Clients = Server() if which == SERVER else Clients()

    def carry_out(order: Mapping[str, Any]) -> Any:
        told = {name: value for name, value in order.items() if name != "do"}
        done: Callable[..., Any] = getattr(own, order["do"])
        return done(**told)

    serve(carry_out)


if __name__ == "__main__":
    main(sys.argv[1])

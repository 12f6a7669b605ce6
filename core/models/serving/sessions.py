"""Sessions of a real server and its clients, two processes beside the run that asks for them."""

from __future__ import annotations

import secrets
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.lab.beside import Company, Order, packed, unpacked

PROGRAM = "core.models.serving.program"
PARTS = 8
ARGUMENTS = (("server",), ("clients",))


@dataclass(frozen=True)
class Discipline:
    """How the server takes requests from its queue.

    Attributes:
        most: That are taken together at most.
        least: It waits for so many before it begins, while more are to come; at most `most`.
        newest_first: Whether the newest are taken first; else the oldest.
    """

    most: int = 1
    least: int = 1
    newest_first: bool = False


@dataclass(frozen=True)
class Session:
    """What was clocked; times are seconds from the beginning, `(n,)`, by request.

    Attributes:
        sent: When each was handed over,
        begun: when the server turned to it,
        got: and when its answer was there.
        held: Requests under way, in the mean over looks that know no times; NaN without a look.
        seconds: That each batch took the server, `(k,)`.
        counts: `once`, `right`, `overtaken`: requests that were answered once, as the network
            does, and after one that was sent later; `largest` batch; `worked` and `passed`, seconds
            of processor time and of time while the network answered.
    """

    sent: np.ndarray
    begun: np.ndarray
    got: np.ndarray
    held: float
    seconds: np.ndarray
    counts: Mapping[str, float]

    @property
    def rate(self) -> float:
        """Requests answered in a second."""
        return float(len(self.got) / self.got.max())

    @property
    def pace(self) -> float:
        """Likewise, in the middle one of `PARTS` parts.

        Others who use the machine stop single parts; in `rate` those count.
        """
        ends = np.sort(self.got)[np.linspace(0, len(self.got) - 1, PARTS + 1).astype(int)]
        return float((len(self.got) - 1) / PARTS / np.median(np.diff(ends)))

    @property
    def latencies(self) -> np.ndarray:
        """Seconds from handing over to answer, `(n,)`."""
        return self.got - self.sent

    @property
    def law(self) -> float:
        """Rate times mean latency: what Little (1961) says is under way."""
        return self.rate * float(self.latencies.mean())


class Loop:
    """A server and its clients; used as a context, at whose end both processes end.

    Attributes:
        company: Both processes, the server first.
    """

    def __init__(self, width: int) -> None:
        """Start nothing yet.

        Args:
            width: Of the network's hidden layers.
        """
        self.company, self._width = Company(PROGRAM, ARGUMENTS), width
        self._meeting: dict[str, Any] = {"token": secrets.token_hex(16)}

    def __enter__(self) -> Loop:
        """Start both.

        Raises:
            CannotRunError: If the system does not allow it.
        """
        self.company.__enter__()
        return self

    def __exit__(self, *problem: object) -> None:
        """End both, whatever they are doing."""
        self.company.__exit__()

    def opened(self) -> Generator[None, None, None]:
        """Wait until the server listens.

        Raises:
            CannotRunError: If it does not come to that.
        """
        (told,) = yield from self.company.asked([{"do": "listen", **self._meeting}])
        self._meeting["port"] = told["port"]

    def session(
        self, seed: int, truth: np.ndarray, n: int, how: Discipline, *,
        clients: int = 0, times: np.ndarray | None = None,
    ) -> Generator[None, None, Session]:  # fmt: skip
        """Let `n` requests be asked and answered.

        Args:
            seed: Of network and inputs.
            truth: The network's own scores for the inputs, which take turns, `(k, 10)`.
            n: Requests.
            how: In which order, and how many together.
            clients: Of a closed loop: each asks again as soon as it is answered;
            times: or when requests of an open loop come, in seconds, ascending, `(n,)`.

        Yields:
            While they work.

        Raises:
            CannotRunError: If one of them fails or ends.
        """
        took = {"most": how.most, "least": how.least, "newest": how.newest_first}
        serve: Order = {"do": "serve", "width": self._width, "seed": seed, "n": n, **took}
        ask: Order = {
            "do": "ask", "seed": seed, "n": n, "truth": packed(truth), "several": clients,
            "times": "" if times is None else packed(times), **self._meeting,
        }  # fmt: skip
        server, seen = yield from self.company.asked([serve, ask])
        sent, begun, got = (unpacked(seen[name]).astype(float) for name in ("sent", "begun", "got"))
        counts = {**seen["counts"], **server["counts"]}
        seconds = unpacked(server["seconds"]).astype(float)
        return Session(sent, begun, got, seen["held"], seconds, counts)

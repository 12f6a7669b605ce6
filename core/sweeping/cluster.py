"""Orders carried out by a dask.distributed cluster that somebody else has started.

Dask moves pickles: whoever can reach the scheduler can run code on the workers and in the process
that sweeps. Hence the command line alone is a client, never the web process, and mutual TLS is
asked for wherever the network is shared (docs/sweeps.md).
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass
from typing import Any

from core.lab.run import Snapshot
from core.sweeping.orders import Answer, Order, carry_out
from core.sweeping.versions import difference, versions

SECONDS_TO_CONNECT = 10.0
SECONDS_TO_JOIN = 30.0
SECONDS_BETWEEN_LOOKS = 1.0
SECONDS_AWAY = 5.0
"""So long the scheduler may be out of reach before the sweep ends."""
GONE = (OSError, CancelledError, asyncio.CancelledError)
"""What calls raise whose connection has just broken; the client may not have noticed yet."""
NEEDED = "this needs dask.distributed: pip install -r requirements-cluster.txt"


class ClusterError(Exception):
    """The cluster cannot be used, or no longer; one sentence."""


class StoppedError(Exception):
    """Raised inside a run on a worker when the sweep has been stopped."""


@dataclass(frozen=True)
class Address:
    """Where a scheduler listens, and the files of mutual TLS, all three or none.

    Attributes:
        url: As the scheduler prints it, `tcp://10.0.0.1:8786` or `tls://...`.
        ca: Certificate of the authority that signed all others.
        cert: This client's certificate.
        key: Its private key.
    """

    url: str
    ca: str | None = None
    cert: str | None = None
    key: str | None = None


def answers(orders: Sequence[Order], address: Address) -> Iterator[Answer]:
    """Carry out all orders on the cluster, each once.

    Yields:
        As they come. Closing the generator withdraws what waits and stops what runs.

    Raises:
        ClusterError: If the scheduler cannot be reached, has no workers, or is lost.
    """
    client = _connected(address)
    try:
        check(client)
        yield from _results(client, orders)
    except ClusterError:
        raise
    except (Exception, asyncio.CancelledError) as error:
        # Any call may be the one that finds nobody there, and each has its own way to say so.
        if not isinstance(error, GONE) and client.status == "running":
            raise
        raise ClusterError(f"the scheduler is gone ({type(error).__name__})") from error
    finally:
        with contextlib.suppress(Exception):  # It may be gone already.
            client.close(timeout=2)


def _connected(address: Address) -> Any:
    try:
        from distributed import Client
        from distributed.security import Security
    except ImportError:
        raise ClusterError(NEEDED) from None
    security = None
    if address.ca:
        security = Security(
            tls_ca_file=address.ca, tls_client_cert=address.cert, tls_client_key=address.key,
            require_encryption=True,
        )  # fmt: skip
    try:
        return Client(
            address.url, security=security, timeout=SECONDS_TO_CONNECT, set_as_default=False
        )
    except (OSError, TimeoutError, ValueError, TypeError) as error:
        reason = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
        raise ClusterError(f"no scheduler could be reached at {address.url} ({reason})") from error


def check(client: Any) -> None:
    """Refuse workers that run other code, before any work."""
    try:
        client.wait_for_workers(1, timeout=SECONDS_TO_JOIN)
    except TimeoutError:
        if client.status != "running":
            raise
        raise ClusterError("the scheduler has no workers; start one beside it first") from None
    for worker, theirs in client.run(_theirs, on_error="return").items():
        if isinstance(theirs, OSError):
            continue  # It went just now; one that comes later looks at each order itself.
        if isinstance(theirs, BaseException):
            raise ClusterError(f"the worker {worker} cannot import this project: start it there")
        other = difference(versions(), theirs)
        if other:
            raise ClusterError(f"the worker {worker} cannot be used: {other}")


def _theirs() -> dict[str, str]:
    """What a worker has installed."""
    return dict(versions())


def _results(client: Any, orders: Sequence[Order]) -> Iterator[Answer]:
    from distributed import Event, as_completed

    name = f"sweep-{secrets.token_hex(8)}"
    stopped = Event(name, client=client)
    futures = {
        client.submit(_work, one, name, key=f"{one.key[:16]}-{name}", pure=False): one
        for one in orders
    }
    done = as_completed(loop=client.loop)
    done.update(futures)
    try:
        while futures:
            for future in _ready(client, done):
                asked = futures.pop(future)
                yield _answer(future, asked)
                future.release()  # Or the cluster would keep the result.
    finally:
        if futures and client.status == "running":
            with contextlib.suppress(Exception):
                stopped.set()
                client.cancel(list(futures), force=True)


def _ready(client: Any, done: Any) -> list[Any]:
    """Wait for finished futures, for a look's time; notice when the scheduler is gone."""
    deadline = time.monotonic() + SECONDS_AWAY
    while client.status != "running":
        if time.monotonic() > deadline:
            raise ClusterError("the scheduler is gone")
        time.sleep(0.1)
    if done.is_empty():
        return []
    if not done.has_ready():
        time.sleep(0.05)
        return []
    return list(done.next_batch(block=False))


def _answer(future: Any, asked: Order) -> Answer:
    if future.status == "finished":
        answer: Answer = future.result()
        return answer
    if future.cancelled():
        raise ClusterError("the scheduler is gone")
    return Answer(asked.key, problem=f"The workers that ran it were lost ({future.exception()!r}).")


def _work(asked: Order, name: str) -> Answer:
    """Carry an order out on a worker, looking now and then whether the sweep was stopped."""
    from distributed import Event, get_client

    stopped, looked = Event(name, client=get_client()), time.monotonic()

    def look(_: Snapshot[Any]) -> None:
        nonlocal looked
        if time.monotonic() - looked > SECONDS_BETWEEN_LOOKS:
            looked = time.monotonic()
            if stopped.is_set():
                raise StoppedError

    try:
        return carry_out(asked, look)
    except StoppedError:
        return Answer(asked.key, problem="It was stopped.")

"""A fresh server of an app and Chromium to look at it, for the browser tests and benchmarks."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SECONDS_TO_START = 60.0


@dataclass
class Server:
    """A running server.

    Attributes:
        url: Its root, without a slash at the end.
        started: `time.perf_counter()` just before its process was started.
        log: What it has printed so far is in this file.
        process: Its process.
    """

    url: str
    started: float
    log: Path
    process: subprocess.Popen[bytes]


@contextmanager
def serving(
    app: Path,
    log: Path,
    store: Path,
    environment: Mapping[str, str] | None = None,
    options: Sequence[str] = ("--server.address=127.0.0.1",),
) -> Iterator[Server]:
    """Start `streamlit run app` on a free port with the project's settings; stop it at the end.

    Args:
        app: The script.
        log: File for what the server prints.
        store: Folder for the results it keeps.
        environment: Further variables of its environment.
        options: Further settings, as on the command line.

    Raises:
        RuntimeError: If it does not listen within a minute.
    """
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(app), "--server.headless=true"]
    command += [*options, f"--server.port={port}"]
    env = {**os.environ, "LAB_STORE": str(store), "OMP_NUM_THREADS": "1", **(environment or {})}
    started = time.perf_counter()
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=out, stderr=out)
    try:
        wait_for(port, process)
        yield Server(f"http://127.0.0.1:{port}", started, log, process)
    finally:
        process.terminate()
        process.wait(timeout=20)


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until somebody listens.

    Raises:
        RuntimeError: If the process ends, or a minute passes.
    """
    end = time.perf_counter() + SECONDS_TO_START
    while time.perf_counter() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.01)
        else:
            return
    raise RuntimeError("the server did not start")

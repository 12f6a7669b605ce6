"""A real scheduler and real workers on this machine's own address, for tests and benchmarks."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.server import ROOT, free_port, wait_for

DASK = [sys.executable, "-m", "dask"]


class Cluster:
    """A scheduler and its workers. Used as a context: whatever it started is killed at its end.

    Attributes:
        url: Where the scheduler listens.
        scheduler: Its process.
        workers: Their processes, in the order in which they were started.
    """

    def __init__(self, folder: Path, tls: Sequence[str] = ()) -> None:
        """Start the scheduler.

        Args:
            folder: For what they print and the workers' files.
            tls: Flags of mutual TLS, see `certificates`.
        """
        self.port = free_port()
        self.tls = tls
        self.url = f"{'tls' if tls else 'tcp'}://127.0.0.1:{self.port}"
        self.folder = folder
        self.scheduler = self.start_scheduler()
        self.workers: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_: object) -> None:
        for process in [*self.workers, self.scheduler]:
            process.kill()
            process.wait()

    def start_scheduler(self) -> subprocess.Popen[bytes]:
        """Start a scheduler, and wait until it listens; it is not made the cluster's own."""
        words = ["scheduler", "--host", "127.0.0.1", "--port", str(self.port), "--no-dashboard"]
        process = self.start(*words, *self.tls)
        wait_for(self.port, process)
        return process

    def add_worker(self) -> subprocess.Popen[bytes]:
        """One worker with one thread, as docs/sweeps.md starts it, but without a nurse."""
        words = ["worker", self.url, "--nthreads", "1", "--no-dashboard", "--host", "127.0.0.1"]
        space = ["--no-nanny", "--local-directory", str(self.folder)]
        self.workers.append(self.start(*words, *space, *self.tls))
        return self.workers[-1]

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        """Start dask's own command line."""
        env = {**os.environ, "OMP_NUM_THREADS": "1"}
        with (self.folder / "dask.log").open("ab") as log:
            return subprocess.Popen([*DASK, *words], cwd=ROOT, stdout=log, stderr=log, env=env)


def certificates(folder: Path) -> list[str]:
    """An authority and one certificate that it signed; the flags of scheduler and workers."""
    steps = [
        "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority -keyout ca.key -out ca.pem",
        "req -newkey rsa:2048 -nodes -subj /CN=node -keyout node.key -out node.csr",
        "x509 -req -in node.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out node.pem",
    ]
    for step in steps:
        command = ["openssl", *step.split()]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
    files = {"ca-file": "ca.pem", "cert": "node.pem", "key": "node.key"}
    return [w for name, file in files.items() for w in (f"--tls-{name}", str(folder / file))]

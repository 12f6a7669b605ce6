"""nginx on a free port with the configuration that docs/deploying.md hands out."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.server import ROOT, free_port, wait_for

CONFIGURATION = ROOT / "docs" / "challenges-lab.nginx.conf"
NAME = "lab.example.org"
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


@dataclass
class Proxy:
    """A running proxy: what it says it is called, and where it really listens."""

    url: str
    port: int
    log: Path


def certificate(folder: Path) -> None:
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", f"/CN={NAME}", "-keyout", "lab.key", "-out", "lab.pem"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def configured(folder: Path, backend: str, secure: int, plain: int) -> str:
    """The handed-out text with ports and files of this machine, inside what Debian wraps it in."""
    said = CONFIGURATION.read_text(encoding="utf-8")
    said = said.replace("127.0.0.1:8501", backend.removeprefix("http://"))
    said = said.replace("/etc/ssl/", f"{folder}/").replace("/var/log/nginx/", f"{folder}/")
    said = said.replace("listen 443", f"listen 127.0.0.1:{secure}")
    said = said.replace("listen 80", f"listen 127.0.0.1:{plain}")
    assert not re.search(r"^[^#\n]*[ /](etc|var)/", said, re.MULTILINE)
    paths = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in TEMPORARY)
    head = f"daemon off;\npid {folder}/pid;\nerror_log {folder}/error.log;\nevents {{}}\n"
    return f"{head}http {{\n{paths}{said}}}\n"


@contextmanager
def proxying(nginx: str, folder: Path, backend: str) -> Iterator[Proxy]:
    """Start nginx before a server; stop it at the end."""
    secure, plain = free_port(), free_port()
    certificate(folder)
    file = folder / "nginx.conf"
    file.write_text(configured(folder, backend, secure, plain), encoding="utf-8")
    command = [nginx, "-p", str(folder), "-c", str(file)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        wait_for(secure, process)
        yield Proxy(f"https://{NAME}", secure, folder / "lab.log")
    finally:
        process.terminate()
        process.wait(timeout=20)


def found() -> str | None:
    return shutil.which("nginx", path="/usr/local/sbin:/usr/sbin:/usr/local/bin:/usr/bin")

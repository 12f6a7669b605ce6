"""Put on a child's PYTHONPATH: notes every attempt to reach another host or to look one up.

`RECORDER` names the file for the notes. With `RECORDER_DROPS=1` every name has an address and
every connection waits its whole time-out, as where a firewall drops the packets.
"""

import os
import socket
import sys
import time
from pathlib import Path

LOOPBACK = {"127.0.0.1", "::1", "localhost", None}
WATCHED = {"socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo",
           "socket.gethostbyname", "socket.gethostbyaddr"}  # fmt: skip
DROPS = os.environ.get("RECORDER_DROPS") == "1"


def note(words):
    with Path(os.environ["RECORDER"]).open("a", encoding="utf-8") as file:
        file.write(f"{words}\n")


def hook(event, arguments):
    if event not in WATCHED:
        return
    if event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        host = arguments[0]
    else:
        host = arguments[1][0] if isinstance(arguments[1], tuple) else None
    if isinstance(host, bytes):
        host = host.decode("latin-1")
    if host in LOOPBACK:
        return
    note(f"{event} {host}")
    if DROPS and arguments[0].type == socket.SOCK_STREAM:
        time.sleep(arguments[0].gettimeout() or 60)
        raise TimeoutError("the packets were dropped")


def answer(host, port, *rest, **more):
    if host in LOOPBACK:
        return resolve(host, port, *rest, **more)
    note(f"resolve {host}")
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", int(port)))]


if "RECORDER" in os.environ:
    resolve = socket.getaddrinfo
    if DROPS:
        socket.getaddrinfo = answer
    sys.addaudithook(hook)

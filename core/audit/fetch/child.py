"""`python -m core.audit.fetch.child adult`: download, decide, print the decisions.

A process of its own, so that scikit-learn and the whole table never enter the app's memory. How
it ends tells why: an exit code of `core.audit.fetch.tables`.
"""

from __future__ import annotations

import contextlib
import http.client
import signal
import sys
import urllib.error
from collections.abc import Callable
from typing import Any

from core.audit.fetch import adult
from core.audit.fetch.tables import MOST_BYTES, MOST_SECONDS, Ending

MOST_MEMORY = 4_000_000_000
"""Bytes of address space: whatever is sent, this process does not take the machine with it."""


def main(fetch: Callable[..., Any] | None = None) -> Ending:
    """Download Adult and print the decisions about it.

    Args:
        fetch: Stands in for scikit-learn's `fetch_openml` in tests.
    """
    bounded()
    try:
        body = adult.decisions(_columns(fetch or _openml()))
    except (adult.UnexpectedError, MemoryError, KeyError, AttributeError):
        return Ending.UNEXPECTED
    except urllib.error.HTTPError:
        return Ending.NOT_OFFERED
    except (TimeoutError, http.client.HTTPException):
        return Ending.TOO_SLOW
    except OSError:  # URLError among them: no route, no name, refused, cut off.
        return Ending.NO_NETWORK
    except ValueError:  # OpenML's own errors, and a checksum that is wrong.
        return Ending.NOT_OFFERED
    if len(body) > MOST_BYTES:
        return Ending.UNEXPECTED
    sys.stdout.buffer.write(body)
    sys.stdout.buffer.flush()
    return Ending.DONE


def bounded() -> None:
    """Bound memory and time where the system lets a process bound itself."""
    if sys.platform == "win32":
        return
    import resource

    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    # If the app is gone, nobody else ends this process.
    signal.alarm(int(MOST_SECONDS) + 5)


def _openml() -> Callable[..., Any]:
    from sklearn.datasets import fetch_openml

    found: Callable[..., Any] = fetch_openml
    return found


def _columns(fetch: Callable[..., Any]) -> dict[str, list[object]]:
    bunch = fetch(data_id=adult.OPENML_ID, as_frame=True, parser="pandas", cache=False,
                  n_retries=1, delay=0.5)  # fmt: skip
    return {str(name): bunch.frame[name].tolist() for name in bunch.frame.columns}


if __name__ == "__main__":
    raise SystemExit(main())

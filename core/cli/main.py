"""From the command line to an answer on standard output; all else goes to standard error."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import math
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any, TextIO

from core.cli import interrupts
from core.cli.arguments import parse
from core.lab.run import CannotRunError
from core.running.threads import use_one_thread

FAILED, INTERRUPTED, PIPE_CLOSED = 1, 130, 141
"""Exit codes; the last two are 128 and the number of the signal, as shells have it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: The words after the program's name; those of this process when None.

    Returns:
        The exit code: 0, 1 when a file cannot be read or written, or a run is not possible here or
        failed in a sweep, 130 when interrupted, 141 when nobody reads the answer.

    Raises:
        SystemExit: With code 2 on a bad command line, 0 after `--help`.
    """
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(message)s")
    interrupts.listen()
    try:
        return _answer(sys.argv[1:] if arguments is None else list(arguments), sys.stdout)
    except KeyboardInterrupt:
        print("Stopped; finished results are kept, the unfinished one is not.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Python flushes standard output once more at exit; give it somewhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except CannotRunError as error:
        print(error, file=sys.stderr)
        return FAILED
    except OSError as error:
        print(f"That did not work: {error}.", file=sys.stderr)
        return FAILED


def _answer(arguments: Sequence[str], stream: TextIO) -> int:
    use_one_thread()
    parsed = parse(arguments)
    # Whatever a library prints must not end up between the lines of the answer.
    with contextlib.redirect_stdout(sys.stderr):
        from core.cli.commands import COMMANDS

        plain, words = COMMANDS[parsed.command](parsed)
    if parsed.json:
        words = json.dumps(_finite(plain), indent=2, allow_nan=False)
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="replace")  # A terminal may not know every sign.
    print(words, file=stream, flush=True)
    return FAILED if isinstance(plain, Mapping) and plain.get("failed") else 0


def _finite(value: Any) -> Any:
    """Replace what JSON cannot spell (nan, infinities) by null."""
    if isinstance(value, Mapping):
        return {key: _finite(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value

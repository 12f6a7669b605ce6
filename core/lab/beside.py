"""Programs that a run or a sweep starts beside itself: orders and answers are lines of JSON.

Such a program is a module of this project, run by itself. So it does not matter which program the
run belongs to, nothing is unpickled, and the end of the run, however it comes, is the end of the
program's input, at which it ends itself.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from core.lab.run import CannotRunError

ROOT = Path(__file__).resolve().parents[2]
PAUSE = 0.02
"""Seconds that are waited for an answer before other runs get their turn."""
SECONDS_GIVEN = 60.0
"""A program that says nothing for so long is not waited for."""
Order = Mapping[str, Any]
Lines = queue.SimpleQueue[bytes]


def cores() -> int:
    """Return the number of processor cores this process may use, at least 1."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Program:
    """A process of one program, and a thread that hears what it says.

    Attributes:
        process: The process.
    """

    def __init__(
        self, command: Sequence[str], hear: Callable[[bytes], object], *,
        env: Mapping[str, str] | None = None, errors: int | None = subprocess.DEVNULL,
    ) -> None:  # fmt: skip
        """Start it.

        Args:
            command: Dotted name of a module that calls `serve` when it is run, and its arguments.
            hear: Called in another thread with each line it says, and an empty one at its end.
            env: Set in its environment.
            errors: Where its standard error goes, as `subprocess` has it; None: where ours goes.

        Raises:
            OSError: If the system does not let it start.
        """
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            [sys.executable, "-m", *command], cwd=ROOT, stdin=pipe, stdout=pipe, stderr=errors,
            env={**os.environ, "PYTHONPATH": str(ROOT), **(env or {})},
        )  # fmt: skip
        self._listener = threading.Thread(target=self._listen, args=(hear,), daemon=True)
        self._listener.start()

    def _listen(self, hear: Callable[[bytes], object]) -> None:
        assert self.process.stdout is not None
        with self.process.stdout:
            for line in self.process.stdout:
                hear(line)
        hear(b"")

    def tell(self, order: Order) -> None:
        """Give it an order; that it has ended is heard from its empty line, not raised."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps(order).encode() + b"\n")
            self.process.stdin.flush()
        except OSError:
            self.process.kill()

    def end(self) -> None:
        """End it, whatever it is doing."""
        self.process.kill()
        self.process.wait()
        self._listener.join()
        if self.process.stdin is not None:
            with contextlib.suppress(OSError):  # What was still to be written has no reader.
                self.process.stdin.close()


class Company:
    """Processes of one program. Used as a context: whatever it started is ended at its end.

    Attributes:
        programs: Those started, in the order of their arguments, and what each has said.
    """

    def __init__(
        self, module: str, arguments: Sequence[Sequence[str]], env: Mapping[str, str] | None = None
    ) -> None:
        """Name the program; nothing is started yet.

        Args:
            module: Dotted name of a module that calls `serve` when it is run.
            arguments: On the command line of each process.
            env: Set in the environment of each.
        """
        self._commands = [[module, *own] for own in arguments]
        self._env = env
        self.programs: list[tuple[Program, Lines]] = []

    def __enter__(self) -> Company:
        """Start the processes.

        Raises:
            CannotRunError: If the system does not allow it.
        """
        try:
            for command in self._commands:
                lines = Lines()
                self.programs.append((Program(command, lines.put, env=self._env), lines))
        except OSError as error:
            self.__exit__()
            raise CannotRunError(
                "This run needs processes of its own, and the system does not let it start any "
                f"({type(error).__name__}); try again later, or run it on another computer."
            ) from error
        return self

    def __exit__(self, *problem: object) -> None:
        """End every process, whatever it is doing."""
        for program, _ in self.programs:
            program.process.kill()
        for program, _ in self.programs:
            program.end()

    def asked(self, orders: Sequence[Order], first: int = 0) -> Generator[None, None, list[Any]]:
        """Give some processes an order each, and wait for their answers, in that order.

        Args:
            orders: As many as there are processes that are asked.
            first: Place of the first of them; the others follow.

        Yields:
            While they work, about every `PAUSE` seconds.

        Raises:
            CannotRunError: If one fails, ends, or says nothing for `SECONDS_GIVEN`.
        """
        asked = self.programs[first : first + len(orders)]
        for (program, _), order in zip(asked, orders, strict=True):
            program.tell(order)
        answers = []
        for _, lines in asked:
            until = time.monotonic() + SECONDS_GIVEN
            while True:
                yield
                try:
                    line = lines.get(timeout=PAUSE)
                    break
                except queue.Empty:
                    if time.monotonic() > until:
                        raise CannotRunError(_lost("has said nothing for a minute")) from None
            if not line:
                lines.put(line)  # Whoever asks it again hears again that it has ended.
            answers.append(_read(line))
        return answers


def _read(line: bytes) -> Any:
    if not line:
        raise CannotRunError(_lost("has ended"))
    said = json.loads(line)
    if "problem" in said:
        raise CannotRunError(_lost(f"failed ({said['problem']})"))
    return said["answer"]


def _lost(how: str) -> str:
    return f"A process that this run started {how}; you can try again, or choose a smaller run."


def serve(carry_out: Callable[[Any], Any], leave: Callable[[], object] = lambda: None) -> None:
    """Carry out orders until no more come; the body of a program.

    Args:
        carry_out: Order -> answer, both as JSON has them. What it raises is told by its type's
            name alone, and the next order is heard.
        leave: Called when no more orders come, in another thread, in whatever is being done.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # The parent decides what an interrupt means.
    out, sys.stdout = sys.stdout, sys.stderr  # Whatever a library prints is no answer.
    given: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(given, leave), daemon=True).start()
    while True:
        order = json.loads(given.get())
        try:
            said = {"answer": carry_out(order)}
        except Exception as error:  # noqa: BLE001  The run is told, whatever it is.
            said = {"problem": type(error).__name__}
        out.write(json.dumps(said) + "\n")
        out.flush()


def _receive(given: queue.SimpleQueue[str], leave: Callable[[], object]) -> None:
    try:
        for line in sys.stdin:
            given.put(line)
        leave()
    finally:
        os._exit(0)  # Nobody is there to take an answer any more.


def packed(numbers: np.ndarray) -> str:
    """32-bit numbers as text, for an order or an answer."""
    return base64.b64encode(np.ascontiguousarray(numbers, dtype="<f4").tobytes()).decode()


def unpacked(text: str) -> np.ndarray:
    """Numbers that were packed, `(n,)`."""
    return np.frombuffer(base64.b64decode(text), dtype="<f4")

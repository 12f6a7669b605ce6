"""An interrupt that comes while Python finalises an object is not lost."""

from __future__ import annotations

import signal

import pytest

from core.cli import interrupts
from core.cli.progress import Progress
from core.lab.run import Snapshot


class Finalised:
    def __del__(self) -> None:
        signal.raise_signal(signal.SIGINT)


@pytest.fixture(autouse=True)
def listening():
    before = signal.getsignal(signal.SIGINT)
    interrupts.listen()
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_the_next_snapshot_obeys_an_interrupt_that_was_dropped(capsys):
    import sys

    progress = Progress("toy", sys.stderr)
    progress(Snapshot(0, 2))
    thing = Finalised()
    del thing
    with pytest.raises(KeyboardInterrupt):
        progress(Snapshot(1, 2))


def test_an_interrupt_is_obeyed_at_once_and_once_per_command():
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    interrupts.listen()
    interrupts.obey()

"""What the first visitors would have to wait for is made before they ask, while nobody is waiting.

Each challenge's first page, then what the home page's cards say, then every claim of the ledger: in
pieces of some tenths of a second, each of which waits until no page is being made.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from core import challenges
from core.lab.experiment import Experiment
from core.running import warming
from core.store import store

Anything = Experiment[Any, Any, Any]
log = logging.getLogger(__name__)
AFTER_START = 3.0
"""Seconds until the first look: the server's start, and its first page, come first."""
QUIET = 1.0
"""Seconds without a page that is being made, before each piece,"""
LONGEST = 20.0
"""but no longer than this: somebody is always there on a busy server."""
BETWEEN = 0.2
"""Seconds from one piece to the next, and from one look to the next."""


def begin() -> None:
    """Start in the background."""
    threading.Thread(target=_begin, name="ahead", daemon=True).start()


def _begin() -> None:
    time.sleep(AFTER_START)
    from core.ui import turns  # Imported here: the server listens by now.

    make(pieces(), turns.pages.quiet)


def make(
    work: Iterable[Callable[[], object]],
    quiet: Callable[[], float],
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Do one piece after the other, each when it is quiet; one that fails is left to its page.

    Args:
        work: The pieces.
        quiet: Seconds since a page was made; 0 while one is.
        sleep: Waits.
    """
    for piece in work:
        for _ in range(round(LONGEST / BETWEEN)):
            sleep(BETWEEN)
            if quiet() >= QUIET:
                break
        try:
            piece()
        except Exception as error:  # noqa: BLE001 - its page will say what is wrong
            log.error("nothing was made ahead of its page: %s", type(error).__name__)
        warming.settle()  # The experiments' modules: now, while no visitor's objects are about.


def pieces() -> Iterator[Callable[[], object]]:
    """What is made, in the order of how many will ask for it."""
    from core.ui import cards, every_claim  # Tables and charts take their time to import.

    found = challenges.challenges()
    for challenge in found:
        yield partial(first, challenge.slug)
    for challenge in found:
        yield partial(cards.measured, challenge)
    for challenge in found:
        for name in challenge.experiments:
            yield partial(_claims, every_claim.read, challenge.slug, name)


def _claims(read: Callable[[Anything], object], slug: str, name: str) -> None:
    read(challenges.experiment(slug, name))


def first(slug: str) -> None:
    """Make what a challenge's page shows at first: its first experiment, as it is stored."""
    from core.running import watching
    from core.ui import figures, page, shelves

    named = [challenges.experiment(slug, name) for name in challenges.challenge(slug).experiments]
    experiment = named[0]  # The others are named beside it.
    config, view = experiment.config(), experiment.view()
    figure = experiment.figures[0]
    figures.specification(figure.chart, view, bool(figure.picks))
    watching.expected_seconds(experiment, config)
    found = store.find(experiment, config)
    if found is not None:
        figures.finished(figure, found.record, view)
        shelves.metrics(experiment, found.record)
        page.found_in(experiment, found.record)

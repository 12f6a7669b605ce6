"""How long a training step of one network takes, by itself: no stack shares the calls with it."""

from __future__ import annotations

import time
from collections.abc import Generator

from core.engine.job import Job
from core.lab.timing import quickest

STEPS, WARM = 32, 4
"""Steps that are timed, after some that are not."""
PIECES = 4
"""In which they are timed, with a pause in between."""


def step_seconds(job: Job) -> Generator[None, None, float]:
    """Processor seconds of one training step.

    Args:
        job: The network; it is trained for a few steps and thrown away.

    Yields:
        After a few milliseconds of work.

    Returns:
        Of the quickest piece, over 0.
    """
    from core.engine.trainer import denormals_flushed, trainers_for

    (trainer,) = trainers_for([job], keep_best=False)
    took = []
    for piece in range(-1, PIECES):
        with denormals_flushed():
            start = time.thread_time()
            for _ in range(WARM if piece < 0 else STEPS // PIECES):
                trainer.step()
            took.append((time.thread_time() - start) * PIECES / STEPS)
        yield
    return quickest(took[1:])

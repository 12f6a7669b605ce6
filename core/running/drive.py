"""One run being driven: step by step, measured, and left clean whatever the experiment does."""

from __future__ import annotations

import contextvars
import datetime
import logging
import os
import time
from typing import Any, Generic

import core
from core.lab.experiment import ConfigT, Experiment, ViewT
from core.lab.run import ResultT, Snapshot
from core.running import machine, threads
from core.store.store import Provenance, Record

log = logging.getLogger(__name__)
SECONDS_BETWEEN_SAMPLES = 0.005


def _processor_seconds() -> float:
    """What this thread has spent, and all processes that were started here and have ended."""
    spent = os.times()
    return time.thread_time() + spent.children_user + spent.children_system


class Drive(Generic[ConfigT, ViewT, ResultT]):
    """Advances the generator of one run and measures what it costs.

    Belongs to the thread that makes it: that thread's processor time is what is measured, and that
    of the processes that the run starts and ends.
    """

    def __init__(self, experiment: Experiment[ConfigT, ViewT, ResultT], config: ConfigT) -> None:
        """Prepare a run; nothing is computed yet."""
        threads.use_one_thread()
        self._experiment, self._config = experiment, config
        self._run = experiment.run(config)
        # What a run sets for its context (numpy's error handling) must not reach the next run.
        self._context = contextvars.copy_context()
        self._returned: Any = None
        self._seconds = 0.0
        self._peak, self._next_sample = 0, 0.0

    def advance(self) -> Snapshot[ResultT] | None:
        """Work up to the next snapshot; None when the run has ended.

        Raises:
            Exception: Whatever the experiment raises.
            RuntimeError: If it pauses inside `torch.inference_mode()`, which cannot be undone
                for the runs that come in between.
        """
        started = _processor_seconds()
        try:
            return self._context.run(next, self._run)
        except StopIteration as end:
            self._returned = end.value
            return None
        finally:
            self._seconds += _processor_seconds() - started
            self._sample()
            self._restore_modes()

    def record(self) -> Record[ResultT]:
        """Return the record of a run that has ended.

        Raises:
            TypeError: If the run returned something else than the experiment's result class.
        """
        self._next_sample = 0.0
        self._sample()
        if not isinstance(self._returned, self._experiment.result):
            raise TypeError(f"run must return {self._experiment.result.__name__}")
        provenance = Provenance(
            machine=machine.description(),
            date=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            seconds=self._seconds,
            flops=float(self._experiment.cost(self._config).flops),
            peak_memory_bytes=self._peak,
            torch=machine.torch_version(),
            app=core.__version__,
        )
        settings = self._config.model_dump(mode="json")
        slug, version = self._experiment.slug, self._experiment.version
        return Record(self._returned, provenance, settings, slug, version)

    def close(self) -> None:
        """End the run early and free what it holds."""
        try:
            self._context.run(self._run.close)
        finally:
            self._restore_modes()

    def _sample(self) -> None:
        now = time.monotonic()
        if now >= self._next_sample:
            self._peak = max(self._peak, machine.resident_bytes())
            self._next_sample = now + SECONDS_BETWEEN_SAMPLES

    def _restore_modes(self) -> None:
        """Put back torch's modes of this thread, which the next run would inherit."""
        torch = threads.loaded_torch()
        if torch is None:
            return
        if not torch.is_grad_enabled():
            torch.set_grad_enabled(True)
            log.warning("%s paused with gradients switched off", self._experiment.slug)
        if torch.is_inference_mode_enabled():
            raise RuntimeError("a run must not pause inside torch.inference_mode()")

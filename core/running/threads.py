"""The one place where numbers of threads are set: one thread per run, on every machine.

The networks here are small: a second thread gains nothing on them, takes the core that serves
the pages, and on a busy machine waits for its partner most of the time.
"""

from __future__ import annotations

import os
import sys
from types import ModuleType

SETTINGS = {
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    # A waiting thread sleeps instead of spinning on a core that somebody else needs.
    "OMP_WAIT_POLICY": "PASSIVE",
}


def use_one_thread() -> None:
    """Give numerical work one thread. Cheap, may be called again, never imports torch.

    Call it before torch is imported: the environment is read when its libraries are loaded.
    Called again once torch is there, it also sets torch's own count for the calling thread.
    """
    os.environ.update(SETTINGS)
    torch = loaded_torch()
    if torch is not None and torch.get_num_threads() != 1:
        torch.set_num_threads(1)


def loaded_torch() -> ModuleType | None:
    """Return torch if some part of the app has imported it completely, else None."""
    torch = sys.modules.get("torch")
    # While another thread is importing torch, the module is there but half empty.
    return torch if torch is not None and hasattr(torch, "compile") else None

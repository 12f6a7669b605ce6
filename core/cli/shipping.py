"""The default results that come with the app: what a first visitor sees on a cold host."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from core.lab.experiment import Experiment
from core.lab.run import Snapshot
from core.running import watching
from core.store.store import KEY, SHIPPED, Store

AnyExperiment = Experiment[Any, Any, Any]


def rebuild(experiment: AnyExperiment, show: Callable[[Snapshot[Any]], object]) -> dict[str, Any]:
    """Run an experiment's defaults anew and keep the result in `assets/results`.

    Args:
        experiment: Whose defaults.
        show: Called with every snapshot.

    Returns:
        `challenge`, `experiment`, `version`, `seconds` and the file's `bytes`.

    Raises:
        OSError: If the folder cannot be written.
    """
    config = experiment.config()
    key = experiment.key(config)
    record = watching.run_here(experiment, config, show)
    store = Store(SHIPPED)
    if not store.put(key, record):
        raise OSError(store.problem or f"{SHIPPED} cannot be written")
    path = next(SHIPPED.glob(f"{key}.*"))
    # Stores are for their owner only; these files are for whoever runs the app.
    SHIPPED.chmod(0o755)
    path.chmod(0o644)
    challenge, _, name = experiment.slug.partition("/")
    return {
        "challenge": challenge,
        "experiment": name,
        "version": experiment.version,
        "seconds": record.provenance.seconds,
        "bytes": path.stat().st_size,
    }


def drop_others(experiments: Collection[AnyExperiment]) -> int:
    """Remove the defaults of older versions and of experiments that are gone.

    Returns:
        How many files were removed.
    """
    wanted = {one.key(one.config()) for one in experiments}
    results = [path for path in SHIPPED.iterdir() if KEY.fullmatch(path.stem)]
    stale = [path for path in results if path.stem not in wanted]
    for path in stale:
        path.unlink()
    return len(stale)

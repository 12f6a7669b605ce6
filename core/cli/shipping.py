"""The results that come with the app: what a first visitor sees on a cold host.

They are those of the defaults, and of all settings that a claim is about.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from core.lab.experiment import Experiment
from core.lab.run import Snapshot
from core.lab.settings import Config
from core.running import watching
from core.store import ledger
from core.store.store import KEY, SHIPPED, Store

AnyExperiment = Experiment[Any, Any, Any]


def rebuild(
    experiment: AnyExperiment, config: Config, show: Callable[[Snapshot[Any]], object]
) -> dict[str, Any]:
    """Run one config of an experiment anew and keep the result in `assets/results`.

    Args:
        experiment: Whose config.
        config: One of `ledger.shipped`.
        show: Called with every snapshot.

    Returns:
        `challenge`, `experiment`, `version`, `settings` (those that are not the default's),
        `seconds` and the file's `bytes`.

    Raises:
        OSError: If the folder cannot be written.
    """
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
    usual = experiment.config().model_dump(mode="json")
    settings = config.model_dump(mode="json")
    return {
        "challenge": challenge,
        "experiment": name,
        "version": experiment.version,
        "settings": {name: value for name, value in settings.items() if value != usual[name]},
        "seconds": record.provenance.seconds,
        "bytes": path.stat().st_size,
    }


def drop_others(experiments: Collection[AnyExperiment]) -> int:
    """Remove results of older versions, of gone experiments, and of what no claim is about.

    Returns:
        How many files were removed.
    """
    wanted = {key for one in experiments for key in ledger.shipped(one)}
    results = [path for path in SHIPPED.iterdir() if KEY.fullmatch(path.stem)]
    stale = [path for path in results if path.stem not in wanted]
    for path in stale:
        path.unlink()
    return len(stale)

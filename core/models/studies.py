"""Studies in Optuna's own journal file: written, opened again and gone on with, by several at once.

A door to Optuna, like `searching`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.models.searching import LOOKS, Rungs, quiet, ranges_of

if TYPE_CHECKING:
    from optuna import Study

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""When the first trial of a written study begins."""


def journal(
    study: Study, name: str, about: Mapping[str, Any], settings: Mapping[str, Sequence[float]]
) -> str:
    """Write a study as Optuna's journal file has it, so that others can open it and go on.

    Nothing in it tells where or when it was made: worker and dates are made up, a second for each
    part of a training, so that the same search gives the same file.

    Args:
        study: Its trials are written, one after the other.
        name: Of the study in the file.
        about: What else there is to know of it.
        settings: Knob -> its setting on each rung; knobs that are not named have none.

    Returns:
        The file's text, one JSON object a line.
    """
    import optuna
    from optuna.storages import JournalStorage

    kept, written = _Lines(), EPOCH
    storage: Any = JournalStorage(kept)  # type: ignore[arg-type]
    with quiet():
        number = storage.create_new_study([study.direction], name)
    for key, value in about.items():
        storage.set_study_user_attr(number, key, value)
    for trial in study.get_trials(deepcopy=False):
        rungs = {knob: rung for knob, rung in trial.params.items() if knob in settings}
        begun, written = written, written + timedelta(seconds=trial.last_step or 0)
        copy = optuna.trial.FrozenTrial(
            number=0, trial_id=-1, state=trial.state, value=trial.value, values=None,
            datetime_start=begun, datetime_complete=written, params=trial.params,
            distributions=trial.distributions, system_attrs={},
            user_attrs={knob: settings[knob][rung] for knob, rung in rungs.items()},
            intermediate_values=trial.intermediate_values,
        )  # fmt: skip
        storage.create_new_trial(number, copy)
    lines = ({**log, "worker_id": name} for log in kept.logs)
    return "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines)


class _Lines:
    """Optuna's backend of a journal, in memory."""

    def __init__(self) -> None:
        self.logs: list[dict[str, Any]] = []

    def append_logs(self, logs: Iterable[dict[str, Any]]) -> None:
        """Add to the end; Optuna changes none of it later."""
        self.logs.extend(logs)

    def read_logs(self, log_number_from: int) -> list[dict[str, Any]]:
        """All from one on."""
        return self.logs[log_number_from:]


def resumed(path: str, name: str) -> Study:
    """Open a study in a journal file, to go on with it by TPE; others may do so at the same time.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is no journal, or holds no such study.
    """
    import optuna
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend

    if not Path(path).is_file():  # Optuna would make one.
        raise FileNotFoundError(path)
    try:
        storage = JournalStorage(JournalFileBackend(path))
        # No seed: workers that begin at the same moment are to ask different things.
        return optuna.load_study(
            study_name=name, storage=storage, sampler=optuna.samplers.TPESampler()
        )
    except (KeyError, TypeError, ValueError, AttributeError, AssertionError) as error:
        raise ValueError(f"no journal with a study named {name}") from error


def one_more(
    study: Study, space: Rungs, answer: Callable[[Rungs], Sequence[float]]
) -> tuple[int, float]:
    """Add one whole training to a study.

    Args:
        study: To go on with.
        space: As in `search`.
        answer: As in `search`.

    Returns:
        Number of the trial, and its score.
    """
    trial = study.ask(ranges_of(space))
    scores = answer(trial.params)
    for look in LOOKS:
        trial.report(float(scores[look - 1]), look)
    study.tell(trial, float(scores[-1]))
    return trial.number, float(scores[-1])

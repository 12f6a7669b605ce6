"""Goes on with a downloaded study: `python -m core.challenges.tuning.race.worker race.log`.

Several workers may go on with the same file at the same time.
"""

from __future__ import annotations

import argparse
import sys
from typing import Any

from core.challenges.tuning.race.config import KNOBS, STUDY, RaceConfig
from core.challenges.tuning.race.run import job, split
from core.engine.training import fit
from core.lab.run import complete
from core.models import searching, studies


def trained(config: RaceConfig, seed: int, rungs: searching.Rungs) -> list[float]:
    """Train one setting; its accuracy on the examples that pick after each part of it."""
    settings = {knob: KNOBS[knob][rung] for knob, rung in rungs.items() if knob in KNOBS}
    one = job(split(config, seed)[0], seed, settings)
    every = config.steps // searching.WHOLE
    fitted = complete(fit([one], steps=config.steps, evaluate_every=every))
    return [float(score) for score in fitted.curve("validation", "accuracy")[1:, 0]]


def work(path: str, trials: int) -> None:
    """Add trials to the study in a journal file, and say what each gave.

    Raises:
        OSError: If there is no such file.
        ValueError: If it holds no study of the race.
    """
    study = studies.resumed(path, STUDY)
    about: Any = study.user_attrs
    if not {"settings", "seed"} <= set(about):
        raise ValueError("the study does not say what it trains")
    config = RaceConfig(**about["settings"])
    for _ in range(trials):
        number, score = studies.one_more(
            study, config.space, lambda rungs: trained(config, int(about["seed"]), rungs)
        )
        sys.stdout.write(f"trial {number}: {score:.1%}\n")
        sys.stdout.flush()


def main() -> int:
    """Read the command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m core.challenges.tuning.race.worker")
    parser.add_argument("journal", help="the journal file that the page gave")
    parser.add_argument("--trials", type=int, default=5, choices=range(1, 1001), metavar="N",
                        help="how many trainings to add, 1 to 1000 (default: 5)")  # fmt: skip
    given = parser.parse_args()
    try:
        work(given.journal, given.trials)
    except FileNotFoundError:
        parser.error(f"there is no file {given.journal!r}")
    except ValueError as error:
        parser.error(f"{given.journal!r} cannot be gone on with: {error}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

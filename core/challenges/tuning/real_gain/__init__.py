"""Is the gain real? The winner of many trials, where it was picked and on fresh examples."""

from core.challenges.tuning.real_gain.claims import CLAIMS
from core.challenges.tuning.real_gain.config import (
    ARMS,
    CONFIGS,
    FRESH,
    NESTED,
    PICKED,
    SECOND,
    SEEDS,
    RealGainConfig,
    RealGainResult,
)
from core.challenges.tuning.real_gain.figures import FIGURES
from core.challenges.tuning.real_gain.run import TRAINING
from core.data.by_name import DRAWN_ANEW
from core.lab.experiment import Answer, Experiment, Guess, Prompt
from core.lab.intervals import Estimate
from core.lab.settings import View
from core.lab.wording import with_interval
from core.metrics.verdicts import by_verdict

NAMES = {PICKED: "apparent", SECOND: "second_set", NESTED: "nested", FRESH: "real"}
SHORT = {SEEDS: "seeds", CONFIGS: "settings"}


def metrics(result: RealGainResult) -> dict[str, Estimate]:
    """Headline numbers: the winner's advantage by every measure, in both arms."""
    gains = {
        f"{name}_gain_of_{SHORT[arm]}": result.gain(arm, measure).estimate
        for arm in ARMS
        for measure, name in NAMES.items()
    }
    return {**gains, "flattery_of_seeds": result.flattery(SEEDS).estimate}


def finding(result: RealGainResult) -> str:
    """Say how far the winner seems ahead, how far it is, and what would have told."""
    found = metrics(result)
    flattered = by_verdict(
        found["flattery_of_seeds"],
        differs="so it was flattered by {}",
        unclear="whether it was flattered is unclear: {}",
    )
    return (
        f"Of {result.n_trials} networks that differ in their seed only, the one picked on "
        f"{result.n_validation} validation examples is ahead of an average one by "
        f"{with_interval(found['apparent_gain_of_seeds'])} there and by "
        f"{with_interval(found['real_gain_of_seeds'])} on fresh examples, {flattered}. With as "
        f"many settings it is {with_interval(found['apparent_gain_of_settings'])} there and "
        f"{with_interval(found['real_gain_of_settings'])} on fresh examples; a second validation "
        f"set says {with_interval(found['second_set_gain_of_settings'])}."
    )


EXPERIMENT = Experiment(
    title="Is the gain real?",
    question="The best of many trials: how much of its lead is luck?",
    config=RealGainConfig,
    view=View,
    result=RealGainResult,
    run=TRAINING.run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=TRAINING.cost,
    smallest=RealGainConfig(repetitions=5, trials=8, n_validation=25, n_train=50, steps=50),
    claims=CLAIMS,
    varies="training examples, which held-out examples pick and which are fresh, initial weights, "
    f"order of examples, settings tried. {DRAWN_ANEW}",
    guess=Guess(
        "Many networks are trained that differ in nothing but the seed. The one that gets most of "
        "50 validation examples right is kept. How much of its lead there is left on fresh "
        "examples?",
        lambda r: r.lost(SEEDS),
        (Answer("At least half of it", low=0.0), Answer("Less than half of it", high=0.0)),
    ),
    prompts=(
        Prompt("Pick on more examples", {"n_validation": 200},
               "How much less is the winner flattered?"),
        Prompt("Search a wider range", {"spread": 30.0},
               "Bad settings lie far apart: how much of the lead is real now?"),
        Prompt("Try far more often", {"trials": 64}, "Which of the two lines goes on rising?"),
    ),
)  # fmt: skip

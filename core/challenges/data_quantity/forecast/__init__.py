"""Forecast: what a learning curve on few examples says about four times as many, checked."""

from core.challenges.data_quantity.forecast.claims import CLAIMS
from core.challenges.data_quantity.forecast.config import (
    NOTHING,
    OFFSET,
    ForecastConfig,
    ForecastResult,
    ForecastView,
)
from core.challenges.data_quantity.forecast.figures import FIGURES
from core.challenges.data_quantity.forecast.run import cost, run
from core.lab.experiment import Answer, Experiment, Guess, Prompt
from core.lab.intervals import Estimate
from core.lab.wording import number, with_interval
from core.metrics.verdicts import by_verdict


def metrics(result: ForecastResult) -> dict[str, Estimate]:
    """Headline numbers: errors known, forecast and measured, and how often the band held."""
    return {
        "error_known": result.error(result.largest).estimate,
        "error_forecast": result.forecast().estimate,
        "error_measured": result.error(result.target).estimate,
        "coverage_of_the_band": result.coverage(),
        "distance_of_the_forecast": abs(result.missed_by()).estimate,
        "distance_if_nothing_changed": abs(result.missed_by(NOTHING)).estimate,
    }


def finding(result: ForecastResult) -> str:
    """Say what was forecast, what came, and whether the law was worth fitting."""
    m = metrics(result)
    held = int(result.scored()["inside"].sum())
    nearer = (abs(result.missed_by(OFFSET)) - abs(result.missed_by(NOTHING))).estimate
    by = number(100 * abs(nearer.mean))
    told = by_verdict(
        nearer,
        differs=f"by {by} points {'nearer' if nearer.mean < 0 else 'further'} on average than",
        unclear="not clearly nearer than",
    )
    return (
        f"{result.largest:,} examples leave {number(m['error_known'].mean, 'share')} of new ones "
        f"wrong. For {result.target:,} the laws forecast {with_interval(m['error_forecast'])}; "
        f"measured afterwards: {with_interval(m['error_measured'])}. The 95% band held what was "
        f"measured for {held} of {m['coverage_of_the_band'].n} forecasters; the forecasts lie "
        f"{told} the guess that nothing changes."
    )


LEFT = Guess[ForecastResult](
    "Four times as many examples: how many of the errors are left?",
    lambda r: r.left(),
    (
        Answer("A quarter or fewer", high=0.25),
        Answer("More, up to two thirds", 0.25, 0.667),
        Answer("More than two thirds", low=0.667),
    ),
)

EXPERIMENT = Experiment(
    title="Forecast, then check",
    question="Can a small pilot tell what four times the data will give?",
    config=ForecastConfig,
    view=ForecastView,
    result=ForecastResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    smallest=ForecastConfig(repetitions=5, curves=3, known=50, model="linear"),
    claims=CLAIMS,
    guess=LEFT,
    varies="the pool of examples and its split, which examples each learning curve takes, initial "
    "weights and the order of examples; on MNIST-1D all seeds share one held-out set",
    prompts=(
        Prompt("Make it fail", {"dataset": "mnist1d"},
               "Signals whose curve falls ever faster: a narrow band around a wrong number."),
        Prompt("Hide the pattern", {"dataset": "parity", "known": 100},
               "Learning sets in suddenly: what came before says nothing about it."),
        Prompt("Let classes overlap", {"dataset": "two_moons", "known": 200},
               "Some errors stay however much data there is: a law without an offset misses that."),
    ),
)  # fmt: skip

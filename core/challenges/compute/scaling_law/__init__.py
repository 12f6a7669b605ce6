"""Scaling law: what small networks say about a larger one, and which size a budget deserves."""

from core.challenges.compute.scaling_law.claims import CLAIMS
from core.challenges.compute.scaling_law.config import (
    FITTED,
    GIVEN,
    LIBRARY,
    NOTHING,
    ScalingConfig,
    ScalingResult,
    ScalingView,
)
from core.challenges.compute.scaling_law.figures import FIGURES
from core.challenges.compute.scaling_law.run import cost, run
from core.data import library_text
from core.lab.experiment import Answer, Experiment, Guess, Prompt
from core.lab.intervals import Estimate
from core.lab.scores import NotMeasuredError
from core.lab.wording import number, with_interval
from core.metrics.verdicts import by_verdict


def metrics(result: ScalingResult) -> dict[str, Estimate]:
    """Headline numbers: losses known, forecast and measured, and how the best size grows."""
    return {
        "entropy": result.entropy().estimate,
        "loss_known": result.loss(result.largest).estimate,
        "loss_forecast": result.forecast().estimate,
        "loss_measured": result.loss(result.target).estimate,
        "distance_of_the_forecast": abs(result.missed_by()).estimate,
        "distance_with_the_true_floor": abs(result.missed_by(GIVEN)).estimate,
        "distance_if_nothing_changed": abs(result.missed_by(NOTHING)).estimate,
        "avoidable_loss_left": result.left().estimate,
    }


def finding(result: ScalingResult) -> str:
    """Say what was forecast, what came, and how the best size grows with the budget."""
    m = metrics(result)
    nearer = (abs(result.missed_by(FITTED)) - abs(result.missed_by(NOTHING))).estimate
    told = by_verdict(
        nearer,
        differs=f"by {number(abs(nearer.mean))} nats {'nearer' if nearer.mean < 0 else 'further'} "
        "on average than",
        unclear="not clearly nearer than",
    )
    text = (
        f"Networks of {result.largest} hidden units leave {number(m['loss_known'].mean)} nats a "
        f"sign, where {number(m['entropy'].mean)} cannot be avoided. For {result.target} units the "
        f"laws forecast {with_interval(m['loss_forecast'])}; measured afterwards: "
        f"{with_interval(m['loss_measured'])}. The forecasts lie {told} the guess that nothing "
        f"changes."
    )
    if result.text:
        text = f"In the standard library of {result.text}: {text[0].lower()}{text[1:]}"
    try:
        power = with_interval(result.exponent().defined)
    except NotMeasuredError:
        return text
    return f"{text} The size that a budget deserves grows with the operations to the power {power}."


LEFT = Guess[ScalingResult](
    "Part of the loss no network can avoid. Of the rest: how much is left when a network is "
    "replaced by one four times as wide, trained on as much text?",
    lambda r: r.left(),
    (
        Answer("A quarter or less", high=0.25),
        Answer("More than a quarter, less than three quarters", 0.25, 0.75),
        Answer("Three quarters or more", low=0.75),
    ),
)

EXPERIMENT = Experiment(
    title="Scaling law",
    question="Can small networks tell what a larger one will be worth?",
    config=ScalingConfig,
    view=ScalingView,
    result=ScalingResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    smallest=ScalingConfig(largest=16, steps=250, draws=2),
    claims=CLAIMS,
    guess=LEFT,
    beyond=lambda config: library_text.digest() if config.language == LIBRARY else "",
    varies="the language (of the standard library: the half of its modules), its texts and initial "
    "weights; the loss is exact, over all texts of the language",
    prompts=(
        Prompt("Make all rules equally strong", {"decay": 0.0},
               "No network can learn the few that matter first: does the law still hold?"),
        Prompt("Stop the training early", {"steps": 250},
               "With little text, what are larger networks worth?"),
        Prompt("Read Python's own library", {"language": "standard library"},
               "Text that people wrote: does it obey a law as well?"),
    ),
)  # fmt: skip

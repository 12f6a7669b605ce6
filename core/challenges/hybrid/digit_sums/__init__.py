"""Digit sums: an encoder learns digits that nobody labelled, since the addition is built in."""

from core.challenges.hybrid.digit_sums.claims import CLAIMS
from core.challenges.hybrid.digit_sums.config import (
    ARMS,
    FEW,
    HYBRID,
    LABELLED,
    ONE,
    TOLD,
    DigitSumsConfig,
    DigitSumsResult,
    DigitSumsView,
)
from core.challenges.hybrid.digit_sums.figures import FIGURES
from core.challenges.hybrid.digit_sums.run import cost, run
from core.lab.experiment import Answer, Experiment, Guess, Prompt
from core.lab.intervals import Estimate
from core.lab.wording import with_interval
from core.metrics.verdicts import side


def metrics(result: DigitSumsResult) -> dict[str, Estimate]:
    """Right answers of every arm, digits named rightly, and longer sums."""
    found = {f"answers_{arm.replace(' ', '_')}": result.known(arm) for arm in ARMS}
    names = {
        f"names_{arm.replace(' ', '_')}": result.names(arm).estimate for arm in (HYBRID, LABELLED)
    }
    return {**found, **names, "two_digit_sums": result.longer(HYBRID).estimate}


def finding(result: DigitSumsResult) -> str:
    """Say what it answers, what it calls the digits, and whether the one follows from the other."""
    ahead = (result.answers(HYBRID) - result.answers(ONE)).estimate
    than = side(ahead.low, ahead.high, "fewer than", "not clearly more or fewer than", "more than")
    own, one = (with_interval(result.known(arm)) for arm in (HYBRID, ONE))
    names, longer = (
        with_interval(found.estimate) for found in (result.names(), result.longer(HYBRID))
    )
    labels = f" and {result.labelled} single digits" if result.labelled else ""
    by_itself = "" if result.labelled else ", and was never told one"
    apart = (result.answers(HYBRID) - result.names()).estimate
    wrong = (
        " It is right about pairs more often than about single digits: it has found something else "
        "that fits what it is told."
    )
    return (
        f"Told {TOLD[result.told]} of {FEW} pairs{labels}, a network with the arithmetic built in "
        f"gets {own} of new pairs right, {than} one network for both pictures, {one}. It names "
        f"{names} of single digits{by_itself}. Of sums of two-digit numbers it gets {longer} right."
        f"{wrong if apart.low > 0 else ''}"
    )


EXPERIMENT = Experiment(
    title="Digit sums",
    question="Can it learn digits that nobody labels?",
    config=DigitSumsConfig,
    view=DigitSumsView,
    result=DigitSumsResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    smallest=DigitSumsConfig(steps=60),
    claims=CLAIMS,
    varies="pictures, pairs, their order and initial weights; the arms of a seed share them, and a "
    "smaller set is the beginning of a larger one. Digits are split anew from the same 1,797",
    prompts=(
        Prompt("Tell only the last digit", {"told": "last_digit"},
               "Look at what it calls the digits."),
        Prompt("Rescue it with ten labels", {"told": "last_digit", "labelled": 10},
               "One picture of each digit, and everything else as before."),
        Prompt("Tell only even or odd", {"told": "even_or_odd"},
               "Nearly always right: does it know digits?"),
    ),
    guess=Guess(
        f"A network is told the sums of {FEW} pairs of pictures, and addition is built in. No "
        "single digit is ever labelled. How many new single digits will it name rightly?",
        lambda result: result.names(),
        (
            Answer("About one in ten, as by guessing", high=0.2),
            Answer("About half", low=0.2, high=0.8),
            Answer("More than four in five", low=0.8),
        ),
    ),
)  # fmt: skip

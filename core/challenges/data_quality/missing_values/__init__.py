"""Missing and wrong values: what holes and wrong units cost, and what is done about them."""

from core.challenges.data_quality.missing_values.claims import CLAIMS
from core.challenges.data_quality.missing_values.config import (
    ARMS,
    USUAL,
    USUAL_ROWS,
    MissingValuesConfig,
    MissingValuesResult,
    MissingValuesView,
)
from core.challenges.data_quality.missing_values.figures import FIGURES
from core.challenges.data_quality.missing_values.run import cost, run
from core.data.unit_errors import PUT_RIGHT
from core.lab.experiment import Experiment, Prompt
from core.lab.guess import Answer, Guess
from core.lab.intervals import Estimate
from core.lab.scores import PerSeed
from core.lab.wording import with_interval
from core.metrics.verdicts import by_verdict
from core.models.imputing import INDICATOR, ITERATIVE, MEAN

WRONG_UNIT = f"The radius in a wrong unit in {USUAL_ROWS:.0%} of the rows of a whole table"


def metrics(result: MissingValuesResult) -> dict[str, Estimate]:
    """Headline numbers, where 60% of the values are missing."""
    gains = {
        f"gain_{arm.replace(',', '').replace(' ', '_')}": result.gain(arm).estimate
        for arm in ARMS[1:]
    }
    return {
        "accuracy_of_whole_tables": result.accuracy(share=0.0).estimate,
        "accuracy_with_means": result.accuracy().estimate,
        **gains,
        "error_of_means": result.error(MEAN).estimate,
        "error_iterative": result.error(ITERATIVE).estimate,
        "cost_of_a_wrong_unit": result.cost_of_units().estimate,
        "gain_of_putting_units_right": result.unit_gain(PUT_RIGHT).estimate,
        "wrong_units_noticed": result.alarms(),
    }


def finding(result: MissingValuesResult) -> str:
    """Say what holes and a wrong unit cost, and what treating them changes."""
    whole, holes = (result.accuracy(share=share).estimate for share in (0.0, USUAL))
    return (
        f"With whole tables {with_interval(whole)} of new samples are told right; with "
        f"{USUAL:.0%} of the values missing and the mean in their place {with_interval(holes)}. "
        f"{_change(result.gain(INDICATOR), 'Marking what is missing')}; "
        f"{_change(result.gain(ITERATIVE), 'guessing it from the other columns')}. "
        f"{_change(result.cost_of_units(), WRONG_UNIT)}; "
        f"{with_interval(result.alarms())} of such values are noticed by their size. "
        f"{_change(result.unit_gain(PUT_RIGHT), 'Putting right what is noticed')}."
    )  # fmt: skip


def _change(found: PerSeed, what: str) -> str:
    return by_verdict(
        found.estimate, differs=f"{what} changes accuracy by {{}}",
        unclear=f"{what} does not clearly change accuracy: {{}}",
    )  # fmt: skip


EXPERIMENT = Experiment(
    title="Missing values",
    question="What should stand where a value is missing, or in the wrong unit?",
    config=MissingValuesConfig,
    view=MissingValuesView,
    result=MissingValuesResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    smallest=MissingValuesConfig(repetitions=5, width=8, steps=100),
    claims=CLAIMS,
    varies="the split of the cells (of the same 569 samples, so that tests overlap), which values "
    "are missing or wrong, initial weights and order of examples",
    guess=Guess(
        question="Large values tend to be missing, 60% of each column. The network is also told "
        "which values are missing, beside the mean in their place. What does that do to its "
        "accuracy?",
        measure=lambda result: result.gain(INDICATOR),
        answers=(
            Answer("It falls, or stays within a point", high=0.01),
            Answer("It rises by 1 to 5 points", low=0.01, high=0.05),
            Answer("It rises by more than 5 points", low=0.05),
        ),
    ),
    prompts=(
        Prompt("Lose them by a coin", {"mechanism": "completely_at_random"},
               "What is missing says nothing: is marking it still worth the columns?"),
        Prompt("Let one column decide", {"mechanism": "at_random"},
               "Another column decides what is missing: does marking it still help?"),
        Prompt("Mix pounds with kilograms", {"factor": 2.2},
               "The wrong values look like right ones: are they still noticed?"),
    ),
)  # fmt: skip

"""Data hunger: the network against learners that are none, on the same training sets."""

from core.challenges.data_quantity.data_hunger.claims import CLAIMS
from core.challenges.data_quantity.data_hunger.config import (
    NETWORK,
    PLAIN,
    DataHungerConfig,
    DataHungerResult,
    DataHungerView,
)
from core.challenges.data_quantity.data_hunger.figures import FIGURES
from core.challenges.data_quantity.data_hunger.run import cost, run
from core.lab.experiment import Answer, Experiment, Guess, Prompt
from core.lab.intervals import Estimate
from core.lab.wording import listed, with_interval
from core.metrics.families import one_of
from core.metrics.verdicts import side
from core.models.classical import BOOSTING
from core.models.classical import LEARNERS as OTHERS


def metrics(result: DataHungerResult) -> dict[str, Estimate]:
    """Headline numbers: accuracy of every learner at both ends of the learning curve."""
    names = {learner: learner.replace(" ", "_") for learner in (NETWORK, *OTHERS)}
    found = {
        f"accuracy_{name}_{end}": result.accuracy(learner, result.shown, size).estimate
        for learner, name in names.items()
        for end, size in (("few", result.smallest), ("many", result.largest))
    }
    return {**found, "boosting_minus_network": result.lead(BOOSTING, PLAIN).estimate}


def _against_network(result: DataHungerResult, size: int) -> str:
    """Who is ahead of the network, and who behind it, by intervals that hold for all of them."""
    told: dict[str, list[str]] = {"ahead": [], "behind": [], "not clearly apart": []}
    for learner in OTHERS:
        lead = one_of(result.lead(learner, result.shown, size).estimate, len(OTHERS))
        told[side(lead.low, lead.high, "behind", "not clearly apart", "ahead")].append(learner)
    parts = [f"{word}: {listed(names)}" for word, names in told.items() if names]
    return "; ".join(parts)


def finding(result: DataHungerResult) -> str:
    """Compare the network with every other learner, with few examples and with many."""
    few, many = (
        with_interval(result.accuracy(NETWORK, result.shown, size).estimate)
        for size in (result.smallest, result.largest)
    )
    return (
        f"With {result.smallest:,} examples the network gets {few} of new ones right; of the other "
        f"learners, {_against_network(result, result.smallest)}. With {result.largest:,} it gets "
        f"{many}; {_against_network(result, result.largest)}."
    )


TURNED = Guess[DataHungerResult](
    "Turn the table, so that every column mixes all: what happens to gradient boosting, compared "
    "with the network?",
    lambda r: r.change(BOOSTING, "rotated") - r.change(NETWORK, "rotated"),
    (
        Answer("It loses more than the network", high=0.0),
        Answer("It loses less, or gains more", low=0.0),
    ),
)

EXPERIMENT = Experiment(
    title="Who needs how much",
    question="Does a network need more data than other learners?",
    config=DataHungerConfig,
    view=DataHungerView,
    result=DataHungerResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    smallest=DataHungerConfig(largest=400, width=32),
    claims=CLAIMS,
    guess=TURNED,
    varies="the table's target, rows, noise columns and rotation (digits: the split), initial "
    "weights, order of examples and draws of the learners; all learners share the examples",
    prompts=(
        Prompt("Turn the table", {"task": "rotated"}, "Every column becomes a mixture of all."),
        Prompt("Drown it in noise", {"task": "noise columns", "noise_columns": 60},
               "Sixty columns that say nothing beside the four that do."),
        Prompt("Try pictures", {"dataset": "digits"}, "Handwritten digits instead of a table."),
    ),
)  # fmt: skip

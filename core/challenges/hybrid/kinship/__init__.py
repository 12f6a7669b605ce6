"""Kinship: chains of family relations, longer than those trained, and rules that are typed in."""

from core.challenges.hybrid.kinship.claims import CLAIMS
from core.challenges.hybrid.kinship.config import (
    ARMS,
    LONG,
    TYPED,
    KinshipConfig,
    KinshipResult,
    KinshipView,
)
from core.challenges.hybrid.kinship.figures import FIGURES
from core.challenges.hybrid.kinship.run import cost, run
from core.lab.experiment import Answer, Experiment, Guess, Prompt
from core.lab.intervals import Estimate
from core.lab.wording import how_many, with_interval
from core.metrics.verdicts import by_verdict
from core.models.chain_plans import RECURRENT, RULES, TRANSFORMER


def metrics(result: KinshipResult) -> dict[str, Estimate]:
    """Longest chains of every arm, and the rules found."""
    found = {f"long_chains_{arm.replace(' ', '_')}": result.known(arm) for arm in ARMS}
    return {**found, "rules_found": result.found()}


def finding(result: KinshipResult) -> str:
    """Say what becomes of longer chains, and of rules that nobody trained."""
    told = [with_interval(result.known(arm)) for arm in (RECURRENT, TRANSFORMER, RULES)]
    known = with_interval(result.found())
    return (
        f"Trained on chains of up to {result.longest} relations, a recurrent network gets "
        f"{told[0]} of chains of {LONG} right, a transformer {told[1]}. A learned table of rules, "
        f"applied from the left, gets {told[2]}; of the rules in training it has {known} right."
        f"{_typed(result)}"
    )


def _typed(result: KinshipResult) -> str:
    """What typing the withheld rules in changes."""
    if not result.withheld:
        return ""
    change = (result.without(TYPED) - result.without(RULES)).estimate
    makes = by_verdict(
        change, differs="a change of {}", unclear="no clear change ({})", undefined="no change"
    )
    rules = how_many(result.withheld, "withheld rule")
    wrongly = ", each with a wrong result," if result.typed_in == "wrong" else ""
    return f" Typing in the {rules}{wrongly} makes {makes} on chains that need them."


EXPERIMENT = Experiment(
    title="Kinship",
    question="Who is my parent’s sibling’s child’s parent?",
    config=KinshipConfig,
    view=KinshipView,
    result=KinshipResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    smallest=KinshipConfig(steps=100),
    claims=CLAIMS,
    varies="rules withheld, chains and initial weights; the arms of a seed share rules and chains",
    prompts=(
        Prompt("Train on longer chains", {"longest": 6},
               "Does the recurrent network need rules then?"),
        Prompt("Type in wrong rules", {"typed_in": "wrong"},
               "What is typed in is believed, whatever it is."),
        Prompt("Show pairs only", {"longest": 2},
               "Every rule is seen as it is: what can be made of them?"),
    ),
    guess=Guess(
        "A transformer learns chains of two and three family relations until it makes no mistakes. "
        f"Of chains of {LONG}, made of the same rules, how many will it get right?",
        lambda result: result.at(TRANSFORMER),
        (
            Answer("Nearly all", low=0.9),
            Answer("Most, but not nearly all", low=0.65, high=0.9),
            Answer("About half, or fewer", high=0.65),
        ),
    ),
)  # fmt: skip

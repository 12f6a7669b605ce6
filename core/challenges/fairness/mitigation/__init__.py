"""Mitigation: remedies before, in and after training, and what each costs in accuracy."""

import pandas as pd

from core.challenges.fairness.gap_words import MARGIN, NEAR
from core.challenges.fairness.mitigation.claims import CLAIMS
from core.challenges.fairness.mitigation.config import (
    AIMING,
    BASELINE,
    EITHER,
    GAINS,
    ODDS,
    PENALTY,
    MitigationConfig,
    MitigationResult,
    MitigationView,
)
from core.challenges.fairness.mitigation.figures import FIGURES
from core.challenges.fairness.mitigation.run import cost, run
from core.lab.experiment import Answer, Experiment, Guess, Prompt
from core.lab.intervals import Estimate
from core.lab.wording import hedged, with_interval
from core.metrics.families import one_of
from core.metrics.verdicts import by_verdict, rivals

KEPT = 0.01
"""Changes of accuracy up to a point count as none."""


def metrics(result: MitigationResult) -> dict[str, Estimate]:
    """Headline numbers: the network without a remedy, and what the remedies change."""
    return {
        "accuracy_without_remedy": result.values(BASELINE).estimate,
        "selection_gap_without_remedy": result.values(BASELINE, "selection_rate").defined,
        **{name: result.change(remedy).estimate for name, remedy in GAINS.items()},
    }


def finding(result: MitigationResult) -> str:
    """Say what the remedies that share an aim leave of the gap, and what they cost or gain."""
    name = EITHER if result.constraint == "equalized odds" else "selection_rate"
    start = result.values(BASELINE, name).defined
    apart = by_verdict(
        start, NEAR, equal=f"are within {MARGIN} of each other ({{}})", differs="differ by {}",
        unclear="do not clearly differ ({})",
        undefined="cannot be compared: they are not defined in both groups",
    )  # fmt: skip
    either = f"the larger gap of the two error rates is {with_interval(start)}"
    said = either if name == EITHER else f"the selection rates {apart}"
    best, others = _least(result, name)
    if not best:
        return f"Without a remedy {said}. With the remedies tried a group is without these rates."
    closed = with_interval(one_of(result.values(best, name).defined, len(AIMING)))
    changes = (result.change(best, labels).estimate for labels in ("true", "recorded"))
    true, record = (one_of(change, len(AIMING)) for change in changes)
    same = "" if record == true else f"; by the record it would seem to {_priced(record, '')}"
    return (
        f"Without a remedy {said}. Of the four remedies set to {result.constraint}, “{best}” "
        f"leaves least{' on average' if others else ''} at full strength"
        f"{hedged(others, 'not clearly less than')}, {closed}, and {_priced(true, 's')} "
        f"by the true labels{same} (intervals that hold for all {len(AIMING)} at once)."
    )


def _least(result: MitigationResult, name: str) -> tuple[str, list[str]]:
    """The remedy of one aim that leaves least of the gap, and those not clearly behind it."""
    left = {remedy: result.size(remedy, name).defined for remedy in AIMING}
    rows = [(f"“{remedy}”", one.mean, one.low, one.high) for remedy, one in left.items() if one.n]
    table = pd.DataFrame(rows, columns=["remedy", "mean", "low", "high"])
    if table.empty:
        return "", []
    place = table["mean"].idxmin()
    return str(table.loc[place, "remedy"]).strip("“”"), rivals(table, place, "remedy")


def _priced(found: Estimate, ending: str) -> str:
    """Continue "it ..." with a change of accuracy."""
    return by_verdict(
        found, KEPT, equal=f"keep{ending} its accuracy within {100 * KEPT:g} point ({{}})",
        differs=f"{'gain' if found.mean > 0 else 'lose'}{ending} {{}}",
        unclear=f"change{ending} its accuracy by no clear amount ({{}})",
    )  # fmt: skip


EXPERIMENT = Experiment(
    title="Mitigation",
    question="Which remedy closes the gap, and what does it cost?",
    config=MitigationConfig,
    view=MitigationView,
    result=MitigationResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    smallest=MitigationConfig(repetitions=5, n_train=500),
    claims=CLAIMS,
    varies="applicants for training and validation, initial weights and order; all remedies of a "
    "seed get the same applicants",
    guess=Guess(
        "The record is biased against a group. A penalty makes loans equal. What does that do to "
        "accuracy, judged by who would truly repay?",
        lambda r: r.change(PENALTY),
        (Answer("It falls", high=0.0), Answer("It rises", low=0.0)),
    ),
    prompts=(
        Prompt("Let the groups really differ", {"label_bias": 0.0, "base_rate_gap": 0.8},
               "What does equal selection cost then?"),
        Prompt("Ask for equal error rates", ODDS, "Equalized odds: see what lots do."),
        Prompt("Hide the group", {"sees_group": False}, "Does it help not to look?"),
    ),
    version=4,
)  # fmt: skip

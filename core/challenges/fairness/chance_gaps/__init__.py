"""Chance: how wide a gap is without any cause, how to tell, and gaps that hide at crossings."""

from core.challenges.fairness.chance_gaps.claims import CLAIMS
from core.challenges.fairness.chance_gaps.config import (
    ChanceGapsConfig,
    ChanceGapsResult,
    ChanceGapsView,
)
from core.challenges.fairness.chance_gaps.figures import FIGURES
from core.challenges.fairness.chance_gaps.run import cost, run
from core.lab.experiment import Experiment, Guess, Prompt
from core.lab.intervals import Estimate
from core.lab.wording import with_interval


def metrics(result: ChanceGapsResult) -> dict[str, Estimate]:
    """Headline numbers: wide gaps and alarms without a true gap, and the hidden one."""
    return {
        "gaps_over_10_points_by_chance_at_100": result.audited(100, "wide"),
        "gaps_over_10_points_by_chance_at_5000": result.audited(5000, "wide"),
        "false_alarms_of_the_shuffle_test": result.false_alarms(),
        "true_gaps_found_at_1000": result.audited(1000, "alarm", "true gap"),
        "widest_gap_by_one_attribute": result.hidden(crossed=False).estimate,
        "widest_gap_at_the_crossing": result.hidden(crossed=True).estimate,
    }


def finding(result: ChanceGapsResult) -> str:
    """Say how often chance makes a wide gap, and what hides at the crossing."""
    found = metrics(result)
    return (
        f"With no true gap, {with_interval(found['gaps_over_10_points_by_chance_at_100'])} of "
        f"audits of 100 people see true positive rates more than 10 points apart, and "
        f"{with_interval(found['gaps_over_10_points_by_chance_at_5000'])} of audits of 5,000. The "
        f"network's selection rates differ by {with_interval(found['widest_gap_by_one_attribute'])}"
        f" between the values of an attribute, the wider of two, and by at most "
        f"{with_interval(found['widest_gap_at_the_crossing'])} between groups where they cross."
    )


EXPERIMENT = Experiment(
    title="Is this gap noise?",
    question="Two groups differ in the audit. Is that a finding or chance?",
    config=ChanceGapsConfig,
    view=ChanceGapsView,
    result=ChanceGapsResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    smallest=ChanceGapsConfig(repetitions=5),
    claims=CLAIMS,
    varies="applicants, initial weights and order of the network, and every audit",
    guess=Guess(
        "Two groups are treated alike. In how many audits of 200 people does one seem to fare "
        "worse by more than 10 points?",
        lambda r: r.audited(200, "wide"), scale=(0.0, 1.0, 0.05),
    ),
    prompts=(
        Prompt("Make the minority smaller", {"minority_share": 0.05}, "What does chance do then?"),
        Prompt("Make the true gap wide", {"true_gap": 0.3}, "How many must be audited to see it?"),
    ),
    version=2,
)  # fmt: skip

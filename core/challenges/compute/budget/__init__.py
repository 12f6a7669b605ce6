"""A budget of operations: which network, how much data, and how long, for the best accuracy."""

from core.challenges.compute.budget.claims import CLAIMS, early_share, short_step
from core.challenges.compute.budget.config import (
    BUDGETS,
    DEPTHS,
    EXAMPLES,
    WIDTHS,
    BudgetConfig,
    BudgetResult,
    BudgetView,
)
from core.challenges.compute.budget.figures import FIGURES
from core.challenges.compute.budget.run import cost, run
from core.lab.experiment import Answer, Experiment, Guess, Prompt
from core.lab.intervals import POINTS, SHARE, Estimate
from core.lab.wording import number
from core.metrics.verdicts import by_verdict

SMALL, LARGE = BUDGETS[1], BUDGETS[5]
"""Ten million operations, and a billion."""
ALL = EXAMPLES[-1]
LEAST, MOST = (WIDTHS[0], DEPTHS[0]), (WIDTHS[-1], DEPTHS[-1])
"""Width and depth of the networks with the fewest and with the most operations."""
CLOCKED = frozenset({"largest_step_in_seconds", "bfloat16_step_in_seconds"})


def metrics(result: BudgetResult) -> dict[str, Estimate]:
    """What some networks make of two budgets, and how early most of the accuracy is there."""
    narrow, wide = ({"width": width, "depth": 1, "examples": ALL} for width in WIDTHS[::2])
    deep = {**wide, "depth": 3}
    return {
        "narrow_on_ten_million": result.test(SMALL, **narrow).estimate,
        "narrow_on_a_billion": result.test(LARGE, **narrow).estimate,
        "wide_and_deep_on_a_billion": result.test(LARGE, **deep).estimate,
        "wide_with_few_examples": result.test(LARGE, **{**wide, "examples": EXAMPLES[0]}).estimate,
        "share_needed": early_share(result).estimate,
        "largest_step_in_seconds": largest_step(result),
        "bfloat16_step_in_seconds": short_step(result),
    }


def largest_step(result: BudgetResult) -> Estimate:
    """How many times as long a step of the largest network takes as one of the smallest."""
    return result.step_seconds(*MOST).ratio_to(result.step_seconds(*LEAST))


def finding(result: BudgetResult) -> str:
    """Say what a hundredfold budget buys, how the choice changes, and what the last points cost."""
    small, large = (number(result.test(budget).mean, SHARE) for budget in (SMALL, LARGE))
    more = (result.test(LARGE) - result.test(SMALL)).estimate
    bought = by_verdict(
        more, differs=f"a change of {number(more.mean, POINTS)}", unclear="no clear change"
    )
    powers = [number(result.growth(of).mean) for of in ("parameters", "seen")]
    return (
        f"With ten million operations the network that validation chooses gets {small} of fresh "
        f"examples right, with a hundred times as many {large}: {bought}. Its parameters go with "
        f"the budget to the power {powers[0]}, the examples that it sees to the power {powers[1]}. "
        f"After {number(early_share(result).mean, SHARE)} of its operations the usual training has "
        f"four fifths of the accuracy that it gets to. Operations are not seconds: "
        f"with eight times the units in three times the layers a step took "
        f"{number(largest_step(result).mean)} times as long, in bfloat16 "
        f"{number(short_step(result).mean)} times as long."
    )


GUESS = Guess[BudgetResult](
    "A network is trained for 1,000 steps. At some moment it has four fifths of the best accuracy "
    "that it ever gets. Which share of all operations is spent by then?",
    early_share,
    (
        Answer("Nearly all: more than three quarters", low=0.75),
        Answer("Between half and three quarters", low=0.5, high=0.75),
        Answer("Less than half", high=0.5),
    ),
)

EXPERIMENT = Experiment(
    title="Best under a budget",
    question="Which network makes the most of a number of operations?",
    config=BudgetConfig,
    view=BudgetView,
    result=BudgetResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    smallest=BudgetConfig(steps=100),
    claims=CLAIMS,
    guess=GUESS,
    version=2,
    clocked=CLOCKED,
    varies="training examples, initial weights and order; all seeds share one held-out set, of "
    "which one half chooses and the other is reported; steps are timed once for each seed",
    prompts=(
        Prompt("Spend a billion on depth", {"budget": "1 billion", "depth": 3},
               "Three hidden layers instead of one: does the budget bring them far enough?"),
        Prompt("Pay in seconds", {"budget": "0.03 seconds", "width": 8, "depth": 1},
               "A narrow network has few operations. Does it have as little time?"),
        Prompt("Give it wrong labels", {"label_noise": 0.2},
               "Does the best choice still grow with the budget?"),
    ),
)  # fmt: skip

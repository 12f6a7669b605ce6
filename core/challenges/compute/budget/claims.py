"""What the literature says about spending a budget, and how a run speaks to it."""

from __future__ import annotations

from core.challenges.compute.budget.config import BUDGETS, END, BudgetResult
from core.lab.claims import Claim, claim
from core.lab.scores import PerSeed

LONG = {"steps": 1000}
HOFFMANN = "Hoffmann et al. 2022, abstract"


def early_share(result: BudgetResult) -> PerSeed:
    """Share of its operations after which the usual training has four fifths of its accuracy."""
    return result.times(END).map(lambda times: 1 / times, "share")


CLAIMS: tuple[Claim[BudgetResult], ...] = (
    claim(
        "more_parameters",
        "The larger the budget of operations, the larger the best network.",
        HOFFMANN, lambda r: r.growth("parameters"), above=0, read=True, settings=LONG,
    ),
    claim(
        "more_examples_seen",
        "The larger the budget of operations, the more examples the best training sees.",
        HOFFMANN, lambda r: r.growth("seen"), above=0, read=True, settings=LONG,
    ),
    claim(
        "chosen_is_flattered",
        "The best choice is less accurate on fresh examples than on those it was chosen by.",
        "Cawley & Talbot 2010, section 4", lambda r: r.optimism(BUDGETS[3]), above=0,
    ),
    claim(
        "the_last_fifth_costs_most",
        "The last fifth of a training's accuracy takes more than half of its operations.",
        ("Prechelt 1998, abstract", "in words: a little better takes several times as long"),
        early_share, below=0.5, read=True, settings=LONG,
        reason="half, set before the numbers were seen",
    ),
    claim(
        "small_batches_save_operations",
        "With batches four times as large, at the same learning rate, it takes more operations to "
        "get as far.",
        "McCandlish et al. 2018, section 2", lambda r: r.times("batch × 4").defined, above=1,
        settings=LONG, reason="at 1 it takes as many",
    ),
    claim(
        "learning_rate_decides",
        "With a learning rate three times lower it takes more operations to get as far.",
        "Goodfellow, Bengio & Courville 2016, section 11.4",
        lambda r: r.times("learning rate / 3").defined, above=1, settings=LONG,
        reason="at 1 it takes as many",
    ),
)  # fmt: skip

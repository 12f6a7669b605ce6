"""What the literature says about spending a budget, and how a run speaks to it."""

from __future__ import annotations

from core.challenges.compute.budget.config import (
    BATCH,
    BUDGETS,
    END,
    MIDDLE,
    SHORT,
    USUAL,
    WIDTHS,
    BudgetResult,
    operations,
)
from core.lab.claims import Claim, claim
from core.lab.intervals import Estimate
from core.lab.scores import PerSeed

LONG = {"steps": 1000}
HOFFMANN = "Hoffmann et al. 2022, abstract"


def early_share(result: BudgetResult) -> PerSeed:
    """Share of its operations after which the usual training has four fifths of its accuracy."""
    return result.multiple(END).map(lambda times: 1 / times, "share")


def time_over_operations(result: BudgetResult) -> Estimate:
    """How much of the growth of a step's operations its time shares, from narrowest to widest."""
    narrow, wide = ((width, 1) for width in WIDTHS[::2])
    counted = operations(*wide, BATCH) / operations(*narrow, BATCH)
    return (result.step_seconds(*wide) / counted).ratio_to(result.step_seconds(*narrow))


def short_step(result: BudgetResult) -> Estimate:
    """How many times as long a step takes in bfloat16 as in float32."""
    middle = MIDDLE["width"], MIDDLE["depth"]
    return result.step_seconds(*middle, SHORT).ratio_to(result.step_seconds(*middle))


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
        "McCandlish et al. 2018, section 2", lambda r: r.multiple("batch × 4").defined, above=1,
        settings=LONG, reason="at 1 it takes as many",
    ),
    claim(
        "learning_rate_decides",
        "With a learning rate three times lower it takes more operations to get as far.",
        "Goodfellow, Bengio & Courville 2016, section 11.4",
        lambda r: r.multiple("learning rate / 3").defined, above=1, settings=LONG,
        reason="at 1 it takes as many",
    ),
    claim(
        "operations_are_not_seconds",
        "From 8 units to 64 in a layer, the time of a step grows less than half as much as its "
        "operations.",
        ("Dehghani et al. 2021, abstract", "in words: costs of different kinds can contradict"),
        time_over_operations, below=0.5, read=True, reason="half, set before the numbers were seen",
    ),
    claim(
        "bfloat16_is_as_accurate",
        "Trained as long in bfloat16, with weights kept in float32, the network is as accurate, or "
        "at most two points worse.",
        ("Kalamkar et al. 2019, abstract", "in words: the same results in as many iterations"),
        lambda r: r.last(SHORT) - r.last(USUAL), above=-0.02, read=True, settings=LONG,
        reason="two points, set before the numbers were seen",
    ),
    claim(
        "bfloat16_saves_time",
        "A step of training takes less time in bfloat16 than in float32.",
        "Micikevicius et al. 2018, section 1", short_step, below=1, reason="at 1 it takes as long",
    ),
)  # fmt: skip

"""Training cost: what four networks cost to train, told before and measured after."""

from core.challenges.compute.training_cost.claims import CLAIMS
from core.challenges.compute.training_cost.config import (
    COUNT,
    NAMES,
    PILOT,
    CostConfig,
    CostResult,
    CostView,
)
from core.challenges.compute.training_cost.figures import FIGURES
from core.challenges.compute.training_cost.run import cost, run
from core.lab.experiment import Answer, Experiment, Guess, Prompt
from core.lab.intervals import Estimate
from core.lab.wording import listed, number, with_interval


def certain(value: float, unit: str) -> Estimate:
    """A number that is counted, not sampled."""
    return Estimate(value, value, value, 1, "counted: the same for every seed", unit)


def metrics(result: CostResult) -> dict[str, Estimate]:
    """What a step costs by count, and what the training took."""
    found = {}
    for name in NAMES:
        found[f"operations_{name}"] = certain(result.products(name) / 1e6, "million")
        found[f"memory_{name}"] = certain(result.bytes(name) / 1e6, "MB")
    for name in NAMES:
        found[f"seconds_{name}"] = result.seconds(name).estimate
        found[f"off_by_operations_{name}"] = result.off(name, COUNT).estimate
        found[f"off_by_ten_steps_{name}"] = result.off(name, PILOT).estimate
    return found


CLOCKED = frozenset(
    f"{what}_{name}"
    for what in ("seconds", "off_by_operations", "off_by_ten_steps")
    for name in NAMES
)


def finding(result: CostResult) -> str:
    """Say what was taken, and how right both forecasts were."""
    m = metrics(result)
    took = [f"{NAMES[name]} {with_interval(m[f'seconds_{name}'])}" for name in NAMES]
    off = [
        f"{number(m[f'off_by_operations_{name}'].mean)} and "
        f"{number(m[f'off_by_ten_steps_{name}'].mean)} ({NAMES[name]})"
        for name in NAMES
    ]
    return (
        f"{result.steps} steps took, in seconds of one core: {listed(took)}. That is, times as "
        f"long as operations and as ten steps had promised: {listed(off)}. {beside(result)}"
    )


def beside(result: CostResult) -> str:
    """Say what trained beside the processor, and how near both came."""
    if not result.accelerators:
        return "The machine that ran this has no accelerator."
    told = [f"{number(result.losses_apart(unit))} nats on {unit}" for unit in result.accelerators]
    return (
        "From the same weights and batches an accelerator came to the same losses as the "
        f"processor, but for at most {listed(told)}."
    )


EXPERIMENT = Experiment(
    title="Training cost",
    question="Can what a training costs be told before it starts?",
    config=CostConfig,
    view=CostView,
    result=CostResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    smallest=CostConfig(width=16, batch=8, steps=10),
    claims=CLAIMS,
    guess=Guess(
        "Of each network the operations are known, and how fast this machine multiplies matrices. "
        "How long does a recurrent network (GRU) take, against what that promises?",
        lambda r: r.off("gru", COUNT),
        (
            Answer("As long as promised, or up to twice", high=2.0),
            Answer("Two to four times as long", 2.0, 4.0),
            Answer("More than four times as long", low=4.0),
        ),
    ),
    clocked=CLOCKED,
    varies="initial weights, the signals and their order, and whatever else the machine does; "
    "operations and memory are counted and do not vary",
    prompts=(
        Prompt("Make all networks wider", {"width": 128},
               "Larger products: does the forecast from operations come nearer?"),
        Prompt("Feed them more at a time", {"batch": 64},
               "What does an operation take then, and what happens to the memory?"),
        Prompt("Make everything small", {"width": 16, "batch": 8},
               "Hardly an operation is left: what takes the time?"),
    ),
)  # fmt: skip

"""Making it fit: bits, weights, units and ranks taken away, and what a network keeps."""

from collections.abc import Callable
from contextlib import suppress

from core.challenges.hardware.fitting.claims import CLAIMS
from core.challenges.hardware.fitting.config import (
    ACCURACY,
    ARMS,
    BITS,
    FULL,
    MARGIN,
    WEIGHTS,
    WORST,
    FittingConfig,
    FittingResult,
    FittingView,
)
from core.challenges.hardware.fitting.figures import FIGURES
from core.challenges.hardware.fitting.run import cost, run
from core.lab.experiment import Answer, Experiment, Guess, Prompt
from core.lab.intervals import Estimate
from core.lab.scores import NotMeasuredError
from core.lab.wording import listed, number, with_interval
from core.metrics.verdicts import by_verdict

BATCH, WIDE, NARROW = 1, 1024, 64
STATIC = "static int8"
CLOCKED = frozenset({"int8_speed_wide", "int8_speed_narrow", "static_int8_speed"})


def metrics(result: FittingResult) -> dict[str, Estimate]:
    """Accuracy of the full network, and what each form changes at the size of 4 bits a weight."""
    found = {"full_accuracy": result.score(FULL, 32).estimate}
    for arm in ARMS:
        found[f"{arm.replace(' ', '_')}_at_4_bits"] = result.change(arm, 4).estimate
    found["fewer_bits_at_2_bits"] = result.change(BITS, 2).estimate
    found["pruned_weights_worst_class"] = result.change(WEIGHTS, 4, WORST).estimate
    more: dict[str, Callable[[], Estimate]] = {
        "static_int8_change": lambda: result.computed(STATIC).estimate,
        "static_int8_worst_class": lambda: result.computed(STATIC, WORST).estimate,
        "static_int8_speed": lambda: result.whole_speed(STATIC, BATCH),
        "int8_speed_wide": lambda: result.speed("int8", WIDE, BATCH),
        "int8_speed_narrow": lambda: result.speed("int8", NARROW, BATCH),
    }
    for name, read in more.items():
        with suppress(NotMeasuredError):
            found[name] = read()
    return found


def finding(result: FittingResult) -> str:
    """Say what 4 bits a weight cost, and what pruning to the same size does."""
    ratio = number(result.times_smaller(4), "times")
    kept = by_verdict(
        result.change(BITS, 4).estimate, MARGIN,
        differs="its accuracy changes by {}", unclear="its accuracy may have changed ({})",
        equal="it is as accurate within a point ({})",
    )  # fmt: skip
    pruned = by_verdict(
        result.change(WEIGHTS, 4).estimate, MARGIN,
        differs="changes it by {}", unclear="may change it ({})",
        equal="changes it by less than a point ({})",
    )  # fmt: skip
    full = with_interval(result.score(FULL, 32, ACCURACY).estimate)
    return (
        f"The full network gets {full} of new examples right. With 4 bits a weight it is {ratio} "
        f"smaller and {kept}; pruning its weights to the same size {pruned}. {beside(result)}"
    )


def beside(result: FittingResult) -> str:
    """Say what answered beside the processor."""
    if result.accelerators:
        return f"It answers on {listed(result.accelerators)} as well, as below."
    return "The machine that ran this has no accelerator."


GUESS = Guess[FittingResult](
    "A trained network stores each weight in 32 bits. Now a weight may only be plus, minus or "
    "nothing, times a scale: 2 bits. After a little mending, how much accuracy is gone?",
    lambda r: r.change(BITS, 2),
    (
        Answer("More than 10 points", high=-0.10),
        Answer("3 to 10 points", low=-0.10, high=-0.03),
        Answer("Less than 3 points", low=-0.03),
    ),
)

EXPERIMENT = Experiment(
    title="Making it fit",
    question="What can a network do without?",
    config=FittingConfig,
    view=FittingView,
    result=FittingResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    smallest=FittingConfig(repetitions=5, width=32, steps=100, repair=0),
    claims=CLAIMS,
    guess=GUESS,
    version=2,
    clocked=CLOCKED,
    varies="the split of the data, initial weights and the order of examples; within a seed all "
    "forms but the small networks start from the same trained network; times are repeated on the "
    "same layers",
    prompts=(
        Prompt("Do not mend it", {"repair": 0}, "Which forms need mending, and which do not?"),
        Prompt("Leave it 50 images", {"images": 50}, "Labels against the full network's answers."),
        Prompt("Give it more to lose", {"width": 128}, "Does a wider network lose less?"),
    ),
)

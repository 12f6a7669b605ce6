"""Roofline: what this machine can do at most, and how near layers come to it."""

from core.challenges.hardware.roofline.claims import CLAIMS
from core.challenges.hardware.roofline.config import (
    BRAIN,
    BUSY,
    FLOAT,
    WHOLE,
    RooflineConfig,
    RooflineResult,
    RooflineView,
    intensity,
)
from core.challenges.hardware.roofline.figures import FIGURES
from core.challenges.hardware.roofline.run import cost, run
from core.lab.experiment import Answer, Experiment, Guess, Prompt
from core.lab.intervals import SHARE, Estimate
from core.lab.scores import NotMeasuredError, PerSeed
from core.lab.wording import number, with_interval
from core.models.layer_work import CONVOLUTION, LINEAR, RELU

SPEEDS = {f"{numbers}_in_float32": numbers for numbers in (BRAIN, WHOLE)}
CLOCKED = frozenset(
    {"peak_float32", "memory_speed", "bend_of_the_roof", "linear_alone", "linear_in_batch",
     "share_of_a_core", *SPEEDS}
)  # fmt: skip


def counted(result: RooflineResult, layer: str, batch: int) -> Estimate:
    """Operations a byte of a layer in float32, which are the same for every seed."""
    seeds = result.peak().seeds
    return PerSeed.of(seeds, [intensity(layer, result.width, batch)] * len(seeds)).estimate


def metrics(result: RooflineResult) -> dict[str, Estimate]:
    """Operations a byte, counted; and the limits of this machine, timed."""
    most, peak = result.most, result.peak()
    found = {
        "operations_a_byte_linear_alone": counted(result, LINEAR, 1),
        "operations_a_byte_linear_in_batch": counted(result, LINEAR, most),
        "operations_a_byte_convolution": counted(result, CONVOLUTION, 1),
        "operations_a_byte_relu": counted(result, RELU, 1),
        "peak_float32": peak.geometric,
        "memory_speed": result.memory().geometric,
        "bend_of_the_roof": result.ridge().geometric,
        "linear_alone": result.of_peak(LINEAR, 1).estimate,
        "linear_in_batch": result.of_peak(LINEAR, most).estimate,
        "share_of_a_core": PerSeed.of(peak.seeds, [result.share] * len(peak.seeds), SHARE).estimate,
    }
    for name, numbers in SPEEDS.items():
        try:
            found[name] = result.speed(numbers)
        except NotMeasuredError:
            continue
    return found


def finding(result: RooflineResult) -> str:
    """Say where the roof bends, how near a linear layer comes to it, and what bfloat16 does."""
    m = metrics(result)
    told = (
        f"One thread multiplies matrices at {with_interval(m['peak_float32'])} in {FLOAT}, and "
        f"moves {with_interval(m['memory_speed'])} to and from main memory: it takes "
        f"{number(m['bend_of_the_roof'].mean)} operations a byte to keep it busy. A linear layer "
        f"makes {number(m['operations_a_byte_linear_alone'].mean)} with one example and reaches "
        f"{number(m['linear_alone'].mean, SHARE)} of the peak; with {result.most} examples it "
        f"makes {number(m['operations_a_byte_linear_in_batch'].mean)} and reaches "
        f"{number(m['linear_in_batch'].mean, SHARE)}."
    )
    if f"{BRAIN}_in_float32" in m:
        told += f" Products in bfloat16 are {with_interval(m[f'{BRAIN}_in_float32'])} as fast."
    if result.share < BUSY:
        got = number(m["share_of_a_core"].mean, SHARE)
        told += f" The machine was busy: what was timed had a core for {got} of the time."
    return f"{told} {result.alone}".strip()


GUESS = Guess[RooflineResult](
    "Bfloat16 keeps a number in half the bytes of float32. Matrices are multiplied in both, on the "
    "machine that ran this. How fast is bfloat16?",
    lambda r: r.speed(BRAIN),
    (
        Answer("About twice as fast, or faster still", low=1.5),
        Answer("As fast, give or take a third", low=0.67, high=1.5),
        Answer("Slower", high=0.67),
    ),
)

EXPERIMENT = Experiment(
    title="Roofline",
    question="What can this machine do at most, and how near do layers come?",
    config=RooflineConfig,
    view=RooflineView,
    result=RooflineResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    smallest=RooflineConfig(width=128, most=16, second_thread=False),
    claims=CLAIMS,
    guess=GUESS,
    clocked=CLOCKED,
    varies="inputs, weights and the moment of timing; the machine is the same, and operations and "
    "bytes are counted, the same for all seeds",
    prompts=(
        Prompt("Use half the bytes", {"numbers": "bfloat16"},
               "Layers move right, since they move fewer bytes. Do they move up?"),
        Prompt("Make every layer small", {"width": 128},
               "Less to compute in each call: what does a call itself cost?"),
        Prompt("Keep the batches small", {"most": 16},
               "How much of the peak is out of reach without large batches?"),
    ),
)  # fmt: skip

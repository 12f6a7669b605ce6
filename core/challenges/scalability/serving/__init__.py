"""Serving: latency and throughput of a network that answers requests, and what batches buy."""

from core.challenges.scalability.serving.claims import CLAIMS
from core.challenges.scalability.serving.config import (
    BUSY,
    DYNAMIC,
    HALF,
    NEWEST,
    SINGLE,
    ServingConfig,
    ServingResult,
    ServingView,
)
from core.challenges.scalability.serving.figures import FIGURES
from core.challenges.scalability.serving.run import cost, run
from core.lab.experiment import Answer, Experiment, Guess, Prompt
from core.lab.intervals import Estimate
from core.lab.wording import number, with_interval

CLOCKED = frozenset(
    {"p99_one_at_a_time_busy", "p99_dynamic_batches_busy", "throughput_of_largest_batch_in_singles"}
)


def metrics(result: ServingResult) -> dict[str, Estimate]:
    """Headline numbers: of the ideal server, of Little's law, and three that are times."""
    largest, single = result.per_second(result.largest), result.per_second(1)
    return {
        "ideal_wait_half_busy": result.wait(HALF).estimate,
        "ideal_wait_busy": result.wait(BUSY).estimate,
        "ideal_p99_oldest_first_busy": result.order(SINGLE, "p99").estimate,
        "ideal_p99_newest_first_busy": result.order(NEWEST, "p99").estimate,
        "p99_one_at_a_time_busy": result.at(BUSY, SINGLE).geometric,
        "p99_dynamic_batches_busy": result.at(BUSY, DYNAMIC).geometric,
        "throughput_of_largest_batch_in_singles": largest.ratio_to(single),
    }


def finding(result: ServingResult) -> str:
    """Say what load did to waits, and what batches do about it."""
    m = metrics(result)
    half, busy = (with_interval(m[f"ideal_wait_{name}"]) for name in ("half_busy", "busy"))
    single, dynamic = (
        number(m[f"p99_{name}_busy"].mean, "ms") for name in ("one_at_a_time", "dynamic_batches")
    )
    more = with_interval(m["throughput_of_largest_batch_in_singles"])
    return (
        f"With ideal servers, requests wait {half} service times when these are {HALF}% busy and "
        f"{busy} when they are {BUSY}% busy. With the times measured here, 99 of 100 answers at "
        f"{BUSY}% come within {single} one at a time, and within {dynamic} when all that wait, up "
        f"to {result.largest}, are taken together. Batches of {result.largest} answer {more} as "
        "many requests in a second as single ones."
    )


EXPERIMENT = Experiment(
    title="Serving",
    question="How long do answers take as a server fills up?",
    config=ServingConfig,
    view=ServingView,
    result=ServingResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    smallest=ServingConfig(repetitions=5, width=128, most=4, requests=500),
    claims=CLAIMS,
    clocked=CLOCKED,
    varies="the timing of the network, when requests come, and which of the measured times each "
    "takes; the machine is the same",
    guess=Guess(
        "A server is busy half of the time. More requests come, until it is busy 90% of the time. "
        "How many times as long does a request then wait for its turn, on average?",
        lambda r: r.longer(),
        (
            Answer("About twice as long (at most 3 times)", high=3.0),
            Answer("Between 3 and 6 times as long", 3.0, 6.0),
            Answer("More than 6 times as long", low=6.0),
        ),
    ),
    prompts=(
        Prompt("Let requests come evenly", {"arrivals": "regular"},
               "The same load without chance: who waits now?"),
        Prompt("Send them in bursts", {"arrivals": "bursts"},
               "Eight at once: even a server that is hardly busy lets some wait."),
        Prompt("Open more servers", {"servers": 4},
               "As much load for each of four, but one queue: do requests wait a quarter as long?"),
    ),
)  # fmt: skip

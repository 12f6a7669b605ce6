"""Serving: a real server that answers requests, what batches buy, and what simulations say."""

from core.challenges.scalability.serving.claims import CLAIMS
from core.challenges.scalability.serving.config import (
    ALONE_TIMES,
    BUSY,
    DYNAMIC,
    HALF,
    LARGEST,
    LOOP_TIMES,
    MANY,
    NEWEST,
    ONCE,
    OPEN,
    OVERTAKEN,
    RIGHT,
    SINGLE,
    ServingConfig,
    ServingResult,
    ServingView,
)
from core.challenges.scalability.serving.figures import FIGURES
from core.challenges.scalability.serving.run import cost, run
from core.lab.experiment import Answer, Experiment, Guess, Prompt
from core.lab.intervals import SHARE, Estimate
from core.lab.scores import per_seed
from core.lab.wording import number, with_interval

CLOCKED = frozenset(
    {"p99_one_at_a_time_busy", "p99_dynamic_batches_busy", "batches_answer", "counted_over_law",
     "loop_times_say", "network_times_say", "processor_at_work"}
)  # fmt: skip
WORKING = 0.9
"""Below this share of its computing time, the server had to wait for a processor."""


def metrics(result: ServingResult) -> dict[str, Estimate]:
    """Headline numbers: what holds whatever the clock says, the ideal server, and times."""
    half, single = result.at(HALF, SINGLE, "p50"), result.at(BUSY, SINGLE)
    says = {
        times: result.at(HALF, SINGLE, "p50", times).ratio_to(half)
        for times in (LOOP_TIMES, ALONE_TIMES)
    }
    return {
        "answered_once": result.of(ONCE, SHARE).of_cases(result.asked),
        "answered_as_the_network": result.of(RIGHT, SHARE).of_cases(result.asked),
        "overtaken_oldest_first": result.of(OVERTAKEN, "answers").estimate,
        "largest_batch": result.of(LARGEST, "requests").estimate,
        "ideal_wait_half_busy": result.wait(HALF).estimate,
        "ideal_wait_busy": result.wait(BUSY).estimate,
        "ideal_p99_oldest_first_busy": result.order(SINGLE, "p99").estimate,
        "ideal_p99_newest_first_busy": result.order(NEWEST, "p99").estimate,
        "batches_answer": result.per_second(MANY, DYNAMIC).ratio_to(
            result.per_second(MANY, SINGLE)
        ),
        "p99_one_at_a_time_busy": single.geometric,
        "p99_dynamic_batches_busy": result.at(BUSY, DYNAMIC).geometric,
        "counted_over_law": result.counted(OPEN).estimate,
        "loop_times_say": says[LOOP_TIMES],
        "network_times_say": says[ALONE_TIMES],
        "processor_at_work": per_seed(result.worked.assign(of=0), SHARE, of=0).estimate,
    }


def finding(result: ServingResult) -> str:
    """Say what batches buy, whether the law holds, and what simulations are worth."""
    m = metrics(result)
    single, dynamic = (
        number(m[f"p99_{name}_busy"].mean, "ms") for name in ("one_at_a_time", "dynamic_batches")
    )
    loop, alone = (with_interval(m[f"{name}_times_say"]) for name in ("loop", "network"))
    told = (
        f"Asked by {MANY} clients, a real server answers {with_interval(m['batches_answer'])} as "
        f"many requests in a second in dynamic batches as one at a time. At {BUSY}% load, 99 of "
        f"100 answers come within {single} one at a time, within {dynamic} in dynamic batches. "
        "Requests counted under way are "
        f"{with_interval(m['counted_over_law'])} rate × time (Little's law). At half load a "
        f"simulation says {loop} the measured median with times of the whole loop, {alone} with "
        "those of the network alone."
    )
    worked = m["processor_at_work"].mean
    if worked < WORKING:
        told += (
            " The machine was busy: while the network answered, a processor worked for it only "
            f"{number(worked, SHARE)} of the time."
        )
    return told


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
    smallest=ServingConfig(width=128, most=4, requests=500),
    claims=CLAIMS,
    clocked=CLOCKED,
    version=2,
    varies="the network's weights, requests, when they come, and the moment of timing; the machine "
    "is the same",
    guess=Guess(
        "A server answers 32 clients one request at a time. Then it takes all that wait together, "
        "up to 32, and lets its network answer them at once. How many times as many answers does "
        "it give in a second?",
        lambda r: r.per_second(MANY, DYNAMIC).ratio_to(r.per_second(MANY, SINGLE)),
        (
            Answer("Hardly more: the work is the same (at most twice)", high=2.0),
            Answer("Several times as many (2 to 24 times)", 2.0, 24.0),
            Answer("Nearly 32 times as many (more than 24 times)", low=24.0),
        ),
    ),
    prompts=(
        Prompt("Send them in bursts", {"arrivals": "bursts"},
               "Eight at once: who waits now, even where the server is hardly busy?"),
        Prompt("Make the network small", {"width": 128},
               "Less to compute: what of an answer's time is the network, and what the loop?"),
        Prompt("Allow batches of four", {"most": 4},
               "How much of what batches buy is left, and what does it do to the tail?"),
    ),
)  # fmt: skip

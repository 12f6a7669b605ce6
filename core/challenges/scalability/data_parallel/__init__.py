"""Data-parallel training: what more processes buy, measured here and modelled beyond."""

from core.challenges.scalability.data_parallel.claims import CLAIMS
from core.challenges.scalability.data_parallel.config import (
    GRADIENT,
    LARGER,
    MESSAGES,
    ONE,
    SAME,
    TWO,
    WEIGHTS,
    DataParallelConfig,
    DataParallelResult,
    DataParallelView,
)
from core.challenges.scalability.data_parallel.figures import FIGURES
from core.challenges.scalability.data_parallel.run import cost, run
from core.lab.experiment import Answer, Experiment, Guess, Prompt
from core.lab.intervals import Estimate
from core.lab.scores import per_seed
from core.lab.wording import number, with_interval

CLOCKED = frozenset(
    {
        "times_as_fast_same_batch", "times_as_fast_larger_batch", "waiting_same_batch",
        "waiting_larger_batch", "small_message", "processor_at_work",
    }
)  # fmt: skip
BUSY = 0.9
"""Below this share of their computing time, processes had to wait for a processor."""


def metrics(result: DataParallelResult) -> dict[str, Estimate]:
    """Headline numbers of two processes: whether they train the same, and how fast."""
    same, larger = result.faster(SAME), result.faster(LARGER)
    return {
        "times_as_fast_same_batch": same.geometric,
        "times_as_fast_larger_batch": larger.geometric,
        "waiting_same_batch": result.waiting(SAME).estimate,
        "waiting_larger_batch": result.waiting(LARGER).estimate,
        "distance_of_gradients": result.distance(GRADIENT).estimate,
        "distance_of_weights": result.distance(WEIGHTS).estimate,
        "right_one_process": result.right(ONE).estimate,
        "right_two_processes": result.right(TWO).estimate,
        "summed_each_step": per_seed(result.shared.assign(of=0), "bytes", of=0).estimate,
        "small_message": result.message(MESSAGES[0]).map(lambda s: 1000 * s, "ms").geometric,
        "processor_at_work": per_seed(result.worked.assign(of=0), "share", of=0).estimate,
    }


def finding(result: DataParallelResult) -> str:
    """Say whether it is the same training, how fast it is, and whether the machine was busy."""
    m = metrics(result)
    same, larger = (with_interval(m[f"times_as_fast_{name}_batch"]) for name in ("same", "larger"))
    told = (
        f"The first gradient of two processes is off that of one by "
        f"{number(m['distance_of_gradients'].mean)} of its size. Sharing a batch of "
        f"{result.batch} out, two processes are {same} times as fast as one; with "
        f"a batch each, {larger} times as fast as one process with both. They hand "
        f"{number(m['summed_each_step'].mean, 'bytes')} over in each step."
    )
    worked = m["processor_at_work"].mean
    if worked < BUSY:
        told += (
            " The machine was busy: while they computed, a processor worked for them only "
            f"{number(worked, 'share')} of the time."
        )
    return told


EXPERIMENT = Experiment(
    title="Data-parallel training",
    question="Are two processes twice as fast?",
    config=DataParallelConfig,
    view=DataParallelView,
    result=DataParallelResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    smallest=DataParallelConfig(width=64, batch=32),
    claims=CLAIMS,
    clocked=CLOCKED,
    varies="the split of the digits, initial weights, batches and the moment of timing; the "
    "machine is the same",
    guess=Guess(
        "Two processes, each on a core of its own, share the 64 examples of every step of a small "
        "network. How many times as fast is training?",
        lambda r: r.faster(SAME).geometric,
        (
            Answer("Nearly twice (more than 1.6 times)", low=1.6),
            Answer("A little faster (1.1 to 1.6 times)", 1.1, 1.6),
            Answer("Not faster (less than 1.1 times)", high=1.1),
        ),
    ),
    prompts=(
        Prompt("Give it a large batch", {"batch": 512}, "More to compute between two sums."),
        Prompt("Make it wide", {"width": 512, "batch": 256},
               "More to compute, and more to sum: which grows faster?"),
        Prompt("Let the batch grow", {"scaling": "weak"},
               "Each process takes a whole batch: what does the model say of 1,024?"),
    ),
)  # fmt: skip

"""Larger than memory: the same training from a file, read piece by piece under a limit."""

from core.challenges.scalability.streaming.claims import CLAIMS
from core.challenges.scalability.streaming.config import (
    BUFFERS,
    MIDDLE,
    SHUFFLED,
    STREAMED,
    WHOLE,
    StreamingConfig,
    StreamingResult,
)
from core.challenges.scalability.streaming.figures import FIGURES
from core.challenges.scalability.streaming.run import cost, run
from core.lab.experiment import Answer, Experiment, Guess, Prompt
from core.lab.intervals import Estimate, exact_interval
from core.lab.scores import NotMeasuredError, PerSeed
from core.lab.settings import View
from core.lab.wording import number, with_interval

CLOCKED = frozenset({"streaming_as_fast", "grown_streamed", "grown_in_memory"})
SIXTEENTH = BUFFERS[MIDDLE]


def metrics(result: StreamingResult) -> dict[str, Estimate]:
    """Headline numbers: what the order costs, and what streaming takes."""
    found = {
        "right_shuffled": result.right(SHUFFLED).estimate,
        "right_in_file_order": result.right(STREAMED).estimate,
        "bytes_apart": PerSeed.of(result.apart["seed"], result.apart["value"]).estimate,
        "fits_under_the_limit": exact_interval(result.fits["value"]),
        "streaming_as_fast": result.slower(),
        "grown_streamed": result.memory_of(STREAMED).estimate,
        "grown_in_memory": result.memory_of(WHOLE).estimate,
    }
    for part, arm in BUFFERS.items():
        try:
            found[f"right_with_buffer_of_a_{part}th"] = result.right(arm).estimate
        except NotMeasuredError:
            continue
    return found


def finding(result: StreamingResult) -> str:
    """Say what fits, whether it is the same training, and what the order costs."""
    m = metrics(result)
    fits, apart = m["fits_under_the_limit"].mean, m["bytes_apart"].mean
    held = {0.0: "does not fit into", 1.0: "fits into"}.get(fits, "fits only sometimes into")
    limit = f"{result.memory} MB" + (
        "" if result.limited else ", which this system does not enforce"
    )
    same = "is the same, byte for byte" if not apart else f"differs in {number(apart)} bytes"
    return (
        f"A file of {number(result.size, 'MB')} {held} {limit}. Streamed, training {same}, and "
        f"{with_interval(m['streaming_as_fast'])} times as fast as in memory. In the file's order "
        f"{with_interval(m['right_in_file_order'])} of new digits are answered rightly, with all "
        f"rows shuffled {with_interval(m['right_shuffled'])}."
    )


EXPERIMENT = Experiment(
    title="Larger than memory",
    question="Can a network train on more data than there is memory?",
    config=StreamingConfig,
    view=View,
    result=StreamingResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    smallest=StreamingConfig(rows=65_536),
    claims=CLAIMS,
    clocked=CLOCKED,
    varies="the split of the digits, which of them are in the file, their noise, initial weights "
    "and the moment of timing",
    guess=Guess(
        "A file holds digits sorted by class. It is read through a buffer of a sixteenth of "
        "them, from which the next ones are drawn at random. Against rows shuffled all together, "
        "how many new digits does the network get right?",
        lambda r: r.lost(SIXTEENTH),
        (
            Answer("About as many (at most 5 points fewer)", low=-0.05),
            Answer("5 to 30 points fewer", -0.3, -0.05),
            Answer("More than 30 points fewer", high=-0.3),
        ),
    ),
    prompts=(
        Prompt("Mix the file first", {"layout": "mixed"}, "Is shuffling still worth anything?"),
        Prompt("Give it more memory", {"memory": 28}, "Does it fit now? Is it any faster?"),
        Prompt("Read another format", {"form": "arrow"}, "What does decoding cost?"),
    ),
)  # fmt: skip

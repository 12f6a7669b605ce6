"""Memory: recurrent networks, the cells that keep, and attention, by how long they must hold on."""

from core.challenges.history.memory.claims import CLAIMS
from core.challenges.history.memory.config import MARGIN, TEST, MemoryConfig, MemoryResult
from core.challenges.history.memory.figures import FIGURES, OTHERS
from core.challenges.history.memory.run import cost, run
from core.lab.experiment import Answer, Experiment, Guess, Prompt
from core.lab.intervals import Estimate
from core.lab.settings import View
from core.lab.wording import with_interval
from core.metrics.families import one_of
from core.metrics.verdicts import by_verdict
from core.models.recall_plans import ARMS, LONG, OPEN, PLAIN


def metrics(result: MemoryResult) -> dict[str, Estimate]:
    """Accuracy at the longest delay, and powers of ten that gradients lose on the way to it."""
    longest = result.longest
    names = {arm: arm.lower().replace(",", "").replace(" ", "_") for arm in ARMS}
    found = {f"accuracy_{n}": result.accuracy(a, longest).of_cases(TEST) for a, n in names.items()}
    lost = {f"powers_of_ten_lost_{n}": result.lost(a, longest).estimate for a, n in names.items()}
    return {**found, **lost}


def finding(result: MemoryResult) -> str:
    """Say what the way back costs, and how every other network does against an LSTM."""
    longest = result.longest
    told = [
        f"{arm}: " + by_verdict(
            one_of(result.gain(arm, LONG, longest).estimate, len(OTHERS)), MARGIN,
            differs="{}", unclear="no clear difference, {}", equal="about equal, {}",
        )
        for arm in OTHERS
    ]  # fmt: skip
    return (
        f"In a plain RNN the gradient at a symbol read {longest} steps ago differs from that at "
        f"the last step by {with_interval(result.lost(PLAIN, longest).estimate)}, in an LSTM by "
        f"{with_interval(result.lost(LONG, longest).estimate)}. After training the LSTM names "
        f"{with_interval(result.accuracy(LONG, longest).of_cases(TEST))} of new symbols rightly; "
        f"half of them is guessing. Against it, on the same sequences: {'; '.join(told)}."
    )


EXPERIMENT = Experiment(
    title="Memory",
    question="How long can a network remember, and what lets it?",
    config=MemoryConfig,
    view=View,
    result=MemoryResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    smallest=MemoryConfig(longest=8, steps=25, learning_rate=0.03, repetitions=5),
    claims=CLAIMS,
    varies="initial weights, and all sequences",
    guess=Guess(
        "The LSTM of 1997 had no forget gate: its cells kept all they held. The LSTM in today's "
        "libraries has one. Both must name a symbol that they read 40 steps ago, after the same "
        "short training. What does the gate change?",
        lambda r: r.gain(LONG, OPEN, 40),
        (
            Answer("More symbols are named rightly", low=0.05),
            Answer("About as many", -0.05, 0.05),
            Answer("Fewer are", high=-0.05),
        ),
    ),
    prompts=(
        Prompt("Remember for 80 steps", {"longest": 80}, "Who is left?"),
        Prompt("Drown the symbol in noise", {"noise": 1.0},
               "What is kept is noise as well. Who can tell it from the symbol?"),
        Prompt("Stop after half the training", {"steps": 100}, "Who learns it first?"),
    ),
)  # fmt: skip

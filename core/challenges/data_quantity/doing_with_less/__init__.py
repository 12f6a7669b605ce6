"""Doing with less: what augmentation, transfer, pseudo-labels and asking are worth in labels."""

from core.challenges.data_quantity.doing_with_less.claims import CLAIMS
from core.challenges.data_quantity.doing_with_less.config import (
    ARMS,
    PLAIN,
    DoingWithLessConfig,
    DoingWithLessResult,
    DoingWithLessView,
)
from core.challenges.data_quantity.doing_with_less.figures import (
    FIGURES,
    HELPS,
    HURTS,
    UNCLEAR,
    times,
    worths,
)
from core.challenges.data_quantity.doing_with_less.run import cost, run
from core.lab.experiment import Answer, Experiment, Guess, Prompt
from core.lab.intervals import Estimate
from core.lab.wording import listed, with_interval


def metrics(result: DoingWithLessResult) -> dict[str, Estimate]:
    """Headline numbers: accuracy without a remedy, and what each adds."""
    found = {"accuracy_of_random_labels": result.accuracy(PLAIN).estimate}
    for arm in ARMS:
        name = arm.replace(": ", "_").replace(" ", "_").replace("-", "_")
        found[f"gain_{name}"] = result.gain(arm).estimate
    return found


def finding(result: DoingWithLessResult) -> str:
    """Say what each remedy is worth in labels."""
    table = worths(result, DoingWithLessView())
    told = []
    words = {
        HELPS: "worth clearly more labels than they cost",
        UNCLEAR: "not clearly worth more or fewer",
        HURTS: "worth clearly fewer",
    }
    for judged, said in words.items():
        rows = table[table["verdict"] == judged]
        named = [times(row) for row in rows.itertuples()]
        if named:
            told.append(f"{said}: {listed(named)}")
    return (
        f"With {result.labels} random labels and nothing else a network gets "
        f"{with_interval(result.accuracy(PLAIN).estimate)} of new examples right. With as many "
        f"labels, {'; '.join(told)}."
    )


RELATED = Guess[DoingWithLessResult](
    "The network first learns the digits 0 to 4 from hundreds of labels. Does that help it to "
    "learn 5 to 9 from a few?",
    lambda r: r.gain("fine-tuning"),
    (Answer("It helps", low=0.0), Answer("It hurts", high=0.0)),
)

EXPERIMENT = Experiment(
    title="Doing with less",
    question="What is one remedy worth in labels?",
    config=DoingWithLessConfig,
    view=DoingWithLessView,
    result=DoingWithLessResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    smallest=DoingWithLessConfig(repetitions=5, width=32, steps=150, related=100),
    claims=CLAIMS,
    guess=RELATED,
    varies="the split of the 1,797 digits (on MNIST-1D: which signals are trained on), which "
    "labels there are, initial weights and order; within a seed all arms share the first labels",
    prompts=(
        Prompt("Switch to signals", {"dataset": "mnist1d"},
               "On MNIST-1D other remedies work than on pictures."),
        Prompt("Trust it more", {"confidence": 0.5}, "Pseudo-labels it is hardly sure of."),
        Prompt("Ask for more", {"labels": 160}, "More labels, and more chances to choose them."),
    ),
)  # fmt: skip

"""Data efficiency: few labels, and what practice, unlabelled pictures or a constraint add."""

from core.challenges.hybrid.data_efficiency.claims import CLAIMS
from core.challenges.hybrid.data_efficiency.config import (
    ARMS,
    NEAREST,
    PLAIN,
    PROTOTYPES,
    DataEfficiencyConfig,
    DataEfficiencyResult,
    DataEfficiencyView,
)
from core.challenges.hybrid.data_efficiency.figures import FIGURES, against_means, judged
from core.challenges.hybrid.data_efficiency.run import cost, run
from core.lab.experiment import Answer, Experiment, Guess, Prompt
from core.lab.intervals import Estimate
from core.lab.wording import with_interval


def metrics(result: DataEfficiencyResult) -> dict[str, Estimate]:
    """Accuracy of every arm with one label per class, and with twenty."""
    return {
        f"{arm.replace(' ', '_').replace('-', '_')}_with_{told}": result.known(arm, n)
        for n, told in ((1, "one_label"), (20, "twenty_labels"))
        for arm in ARMS
    }


def finding(result: DataEfficiencyResult) -> str:
    """Say what one label per class gives, and which method beats class means there."""
    nearest, plain = (with_interval(result.known(arm)) for arm in (NEAREST, PLAIN))
    return (
        f"With 1 label for each of five new classes, answering with the nearest class mean of the "
        f"pixels gets {nearest} right, a plain network {plain}. Against class means there: "
        f"{judged(against_means(result, DataEfficiencyView(labels=1)))}."
    )


EXPERIMENT = Experiment(
    title="Data efficiency",
    question="How much can be learned from one label each?",
    config=DataEfficiencyConfig,
    view=DataEfficiencyView,
    result=DataEfficiencyResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    smallest=DataEfficiencyConfig(repetitions=5, steps=50),
    claims=CLAIMS,
    varies="which classes are new, all pictures, the order of labels and initial weights; the arms "
    "of a seed share labels, and fewer labels are the first of more. Digits are split anew from "
    "the same 1,797",
    prompts=(
        Prompt("Let it practise on letters", {"pictures": "letters"},
               "A hundred other classes instead of five: who is ahead with one label each?"),
        Prompt("Take the other letters away", {"pictures": "letters", "others": 5},
               "The same new letters, and five others to practise on."),
        Prompt("Turn the pictures instead", {"pretext": "rotation"},
               "Not every task that makes its own labels teaches what is needed."),
    ),
    guess=Guess(
        "A prototypical network practises on five digits how to tell new ones apart by one example "
        "each. Then it gets one example of each of the five other digits. Against comparing the "
        "bare pixels with that example, how will it do?",
        lambda result: result.gain(PROTOTYPES),
        (
            Answer("Clearly better: more than 5 points", low=0.05),
            Answer("About the same", low=-0.05, high=0.05),
            Answer("Clearly worse: more than 5 points", high=-0.05),
        ),
    ),
)  # fmt: skip

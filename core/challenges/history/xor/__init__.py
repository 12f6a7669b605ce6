"""XOR: what a perceptron learns, what it never will, and how often hidden units do."""

from core.challenges.history.xor.claims import CLAIMS
from core.challenges.history.xor.config import ACTIVATIONS, WIDTHS, XorConfig, XorResult
from core.challenges.history.xor.figures import FIGURES
from core.challenges.history.xor.run import cost, run
from core.lab.experiment import Experiment, Guess, Prompt
from core.lab.intervals import Estimate
from core.lab.settings import View
from core.lab.wording import listed, with_interval


def metrics(result: XorResult) -> dict[str, Estimate]:
    """Headline numbers: what hidden units bring, and what the perceptron learns without."""
    found = {
        f"solved_{width}_{name.lower()}": result.share(name, width).of_cases(result.starts)
        for width in (2, 8) for name in ACTIVATIONS
    }  # fmt: skip
    more = {"functions_learned": result.learned(), "of_novikoffs_bound": result.nearest_to_bound()}
    return {**found, **{name: values.estimate for name, values in more.items()}}


def finding(result: XorResult) -> str:
    """Say how often two hidden units are enough, and how often the most that were tried."""
    told = []
    for width in (2, WIDTHS[-1]):
        shares = [result.share(name, width).of_cases(result.starts) for name in ACTIVATIONS]
        pairs = zip(shares, ACTIVATIONS, strict=True)
        told.append(listed([f"{with_interval(share)} with {name}" for share, name in pairs]))
    return (
        f"Of networks with two hidden units training brings {told[0]} to a solution of "
        f"{result.task}; with {WIDTHS[-1]} units {told[1]}. A perceptron, which has none, learns "
        f"{with_interval(result.learned().estimate)} of the sixteen functions of two bits."
    )


EXPERIMENT = Experiment(
    title="XOR",
    question="What can a single neuron not learn, and how often do hidden units learn it?",
    config=XorConfig,
    view=View,
    result=XorResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    smallest=XorConfig(starts=10, steps=150, n_cases=20),
    claims=CLAIMS,
    version=2,
    varies="initial weights, cases to part and their order; the bits and what is asked of them "
    "stay the same",
    guess=Guess(
        "Two hidden ReLU units are enough to tell whether exactly one of two bits is set. From how "
        "many of all random starts does training find such weights?",
        lambda r: r.share("ReLU", 2), scale=(0.0, 1.0, 0.05),
    ),
    prompts=(
        Prompt("Ask for the parity of three bits", {"task": "parity"},
               "How many hidden units does it take now?"),
        Prompt("Take smaller steps", {"learning_rate": 0.02, "steps": 600},
               "Are fewer starts stuck, or more?"),
        Prompt("Give the perceptron fifty inputs", {"n_features": 50},
               "Does the theorem's bound move?"),
    ),
)  # fmt: skip

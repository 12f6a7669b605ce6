"""The trade-off matrix: one model carried through all challenges, with every remedy."""

from contextlib import suppress

from core.challenges.strategies.trade_offs.claims import CLAIMS
from core.challenges.strategies.trade_offs.config import (
    MEASURES,
    PLAIN,
    TradeOffsConfig,
    TradeOffsResult,
    TradeOffsView,
)
from core.challenges.strategies.trade_offs.figures import FIGURES, summary
from core.challenges.strategies.trade_offs.run import cost, run
from core.lab.experiment import Answer, Experiment, Guess, Prompt
from core.lab.intervals import Estimate
from core.lab.scores import NotMeasuredError

CHANGES = (
    ("weight decay", "gap"), ("adversarial training", "attacked"), ("augmentation", "shifted"),
    ("private gradients", "leak"), ("label cleaning", "accuracy"), ("ensemble", "calibration"),
    ("weight decay", "group gap"), ("group reweighting", "worst group"),
    ("weight decay", "stability"), ("ensemble", "latency"), ("low precision", "latency"),
)  # fmt: skip


def metrics(result: TradeOffsResult) -> dict[str, Estimate]:
    """Headline numbers: what the plain network reaches, and the changes of `CHANGES`."""
    found = {}
    for measure in ("accuracy", "gap", "attacked", "leak"):
        with suppress(NotMeasuredError):
            found[f"{measure}_plain"] = result.value(PLAIN, measure).estimate
    for remedy, measure in CHANGES:
        with suppress(NotMeasuredError):
            found[name_of(remedy, measure)] = result.change(remedy, measure).estimate
    return found


def name_of(remedy: str, measure: str) -> str:
    """Name of the metric of one cell."""
    return f"{measure}_change_by_{remedy}".replace(" ", "_")


EXPERIMENT = Experiment(
    title="Trade-offs",
    question="What does each remedy do to everything else?",
    config=TradeOffsConfig,
    view=TradeOffsView,
    result=TradeOffsResult,
    run=run,
    metrics=metrics,
    finding=summary,
    figures=FIGURES,
    cost=cost,
    smallest=TradeOffsConfig(repetitions=5, n_train=100, steps=100),
    claims=CLAIMS,
    clocked=frozenset(name_of(*cell) for cell in CHANGES if MEASURES[cell[1]].timed),
    version=2,
    varies="which digits are learned from and which are new (splits of one set of 1,797, which "
    "overlap), wrong labels, initial weights, order and all draws of the training; all remedies of "
    "a seed begin with the same weights",
    guess=Guess(
        "A network learns from attacked pictures, so that attacks on it succeed less often. What "
        "becomes of an outsider's chance to tell which pictures it learned from?",
        lambda r: r.change("adversarial training", "leak"),
        (
            Answer("It gives more away", low=0.01),
            Answer("It gives less away", high=-0.01),
            Answer("Hardly any change", -0.01, 0.01),
        ),
    ),
    prompts=(
        Prompt("Take the wrong labels out", {"label_noise": 0.0},
               "Which remedies were only good against them?"),
        Prompt("Combine all with weight decay", {"partner": "weight decay"},
               "What does group reweighting do now that it did not do alone?"),
        Prompt("Overdo every remedy", {"strength": "strong"}, "Which columns turn first?"),
    ),
)  # fmt: skip

"""Random labels: the same network, once with true labels and once with meaningless ones."""

from core.challenges.overfitting.random_labels.claims import CLAIMS
from core.challenges.overfitting.random_labels.config import (
    PLAIN,
    RandomLabelsConfig,
    RandomLabelsResult,
    RandomLabelsView,
)
from core.challenges.overfitting.random_labels.figures import FIGURES
from core.challenges.overfitting.random_labels.run import cost, run
from core.data.by_name import DRAWN_ANEW
from core.lab.experiment import Experiment, Guess, Prompt
from core.lab.intervals import SHARE, Estimate
from core.lab.wording import number, with_interval

REGULARISERS = ("weight decay", "dropout", "augmentation")


def metrics(result: RandomLabelsResult) -> dict[str, Estimate]:
    """Headline numbers; epochs only where no network was given up."""
    found = {}
    for share, word in ((0.0, "true"), (1.0, "random")):
        found[f"training_accuracy_{word}_labels"] = result.learned(share)
        found[f"validation_accuracy_{word}_labels"] = result.at(share, "validation").estimate
        if result.networks(share)["fitted"].all():
            found[f"epochs_to_fit_{word}_labels"] = result.at(share, "epochs").estimate
    ratio = result.slowdown()
    if ratio:
        found["epochs_random_over_true"] = ratio
    for arm in REGULARISERS:
        if len(result.networks(1.0, arm)):
            name = f"training_accuracy_random_labels_{arm.replace(' ', '_')}"
            found[name] = result.learned(1.0, arm)
    return found


def finding(result: RandomLabelsResult) -> str:
    """Say what random labels did, from the numbers."""
    true, random = (with_interval(result.at(s, "validation").estimate) for s in (0.0, 1.0))
    return (
        f"{_fitting(result)} Of new examples, {true} are then right after true "
        f"labels and {random} after random ones; chance is "
        f"{number(result.chance, SHARE)}. {_prevention(result)}"
    )


def _fitting(result: RandomLabelsResult) -> str:
    ratio = result.slowdown()
    if ratio is None:
        parts = [_reached(result, share) for share in (0.0, 1.0)]
        return f"Within {result.budget} epochs, {' and '.join(parts)}."
    true, random = (number(result.at(share, "epochs").mean, "epochs") for share in (0.0, 1.0))
    return (
        f"The same network gets every training label right, whether true (after {true}) or random "
        f"(after {random}): {with_interval(ratio)} as long."
    )


def _reached(result: RandomLabelsResult, share: float) -> str:
    here = result.networks(share)
    kind = "random" if share else "true"
    text = f"{int(here['fitted'].sum())} of {len(here)} networks learn all their {kind} labels"
    if here["fitted"].all():
        return text
    return f"{text} (on average {number(float(here['train'].mean()), SHARE)} of them)"


def _prevention(result: RandomLabelsResult) -> str:
    arms = result.fits[(result.fits["share"] == 1.0) & (result.fits["arm"] != PLAIN)]
    if arms.empty:
        return "No regulariser was tried on random labels."
    no, yes = [], []
    for arm, part in arms.groupby("arm", sort=False):
        if part["fitted"].all():
            no.append(str(arm))
        else:
            yes.append(f"{arm} ({number(float(part['train'].mean()), SHARE)} learned)")
    parts = [f"learned completely all the same with {' and with '.join(no)}"] if no else []
    parts += [f"not learned completely with {' and with '.join(yes)}"] if yes else []
    return f"Random labels are {'; '.join(parts)}."


EXPERIMENT = Experiment(
    title="Random labels",
    question="Can the network learn labels that mean nothing?",
    config=RandomLabelsConfig,
    view=RandomLabelsView,
    result=RandomLabelsResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    smallest=RandomLabelsConfig(repetitions=5, n_train=64, width=8, epochs=25),
    claims=CLAIMS,
    version=2,
    varies=f"training examples, random labels, initial weights, draws of the training. "
    f"{DRAWN_ANEW}",
    guess=Guess(
        "All labels are drawn by lot. How many of them does the network learn?",
        lambda r: r.learned(1.0), scale=(0.0, 1.0, 0.05),
    ),
    prompts=(
        Prompt("Forbid learning by heart",
               {"weight_decay": 3.0, "dropout": 0.5, "augmentation": True},
               "Strong regularisers: are random labels still learned completely?"),
        Prompt("Make the network narrow", {"width": 8},
               "Eight units in a layer: is there room for the true labels, and for random ones?"),
        Prompt("Make the task hard", {"dataset": "mnist1d"},
               "Hard signals: are true labels still learned sooner?"),
    ),
)  # fmt: skip

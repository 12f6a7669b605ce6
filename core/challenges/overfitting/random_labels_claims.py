"""What the random-labels experiment found: headline numbers, a sentence, and claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.challenges.overfitting.random_labels_stages import PLAIN
from core.lab.claims import Claim
from core.lab.intervals import POINTS, SHARE, Estimate, paired_difference, t_interval
from core.lab.wording import number, with_interval

if TYPE_CHECKING:
    import pandas as pd

    from core.challenges.overfitting.random_labels import RandomLabelsResult as Result

ARMS = ("weight decay", "dropout", "augmentation")
CLOSE = 0.05
"""Validation this near to chance counts as chance: single seeds scatter by one or two points."""


def networks(result: Result, share: float, arm: str = PLAIN) -> pd.DataFrame:
    """The networks of one arm at one share of random labels, by seed; no rows if not trained."""
    f = result.fits
    return f[(f["share"] == share) & f["arm"].str.startswith(arm)].sort_values("seed")


def slowdown(result: Result, share: float = 1.0, against: float = 0.0) -> Estimate | None:
    """Epochs to fit at one share of random labels over those at another, paired by seed.

    Returns:
        The geometric mean of the seeds' ratios; None if a network was given up, since the
        ratio would then be too small.
    """
    more, less = networks(result, share), networks(result, against)
    if less.empty or not (less["fitted"].all() and more["fitted"].all()):
        return None
    logs = np.log(more["epochs"].to_numpy()) - np.log(less["epochs"].to_numpy())
    found = t_interval(logs)
    mean, low, high = (float(np.exp(value)) for value in (found.mean, found.low, found.high))
    kind = "95% t interval of the paired log ratio over seeds"
    return Estimate(mean, low, high, found.n, kind, "times")


def score(result: Result, split: str, share: float, arm: str = PLAIN) -> Estimate | None:
    """Accuracy at the moment of fitting, or at the end of the longest training."""
    values = networks(result, share, arm)[split]
    return None if values.empty else t_interval(values, SHARE)


def _above_chance(result: Result, share: float) -> Estimate:
    values = networks(result, share)["validation"]
    return t_interval(values - result.chance, POINTS)


def _partly_random(result: Result) -> Estimate:
    some, nothing = (networks(result, share)["validation"] for share in (0.4, 0.0))
    return paired_difference(some, nothing, POINTS)


def _hinders_noise_more(result: Result) -> Estimate:
    """What dropout costs in random labels learned, minus what it costs on new examples."""
    learned = networks(result, 1.0)["train"], networks(result, 1.0, "dropout")["train"]
    right = networks(result, 0.0)["validation"], networks(result, 0.0, "dropout")["validation"]
    lost_noise, lost_real = (
        plain.to_numpy() - regularised.to_numpy() for plain, regularised in (learned, right)
    )
    return paired_difference(lost_noise, lost_real, POINTS)


def metrics(result: Result) -> dict[str, Estimate]:
    """Headline numbers; epochs only where no network was given up."""
    found = {}
    for share, word in ((0.0, "true"), (1.0, "random")):
        here = networks(result, share)
        found[f"training_accuracy_{word}_labels"] = t_interval(here["train"], SHARE)
        found[f"validation_accuracy_{word}_labels"] = t_interval(here["validation"], SHARE)
        if here["fitted"].all():
            found[f"epochs_to_fit_{word}_labels"] = t_interval(here["epochs"], "epochs")
    ratio = slowdown(result)
    if ratio:
        found["epochs_random_over_true"] = ratio
    for arm in ARMS:
        learned = score(result, "train", 1.0, arm)
        if learned:
            found[f"training_accuracy_random_labels_{arm.replace(' ', '_')}"] = learned
    return found


def finding(result: Result) -> str:
    """Say what random labels did, from the numbers."""
    true, random = (t_interval(networks(result, s)["validation"], SHARE) for s in (0.0, 1.0))
    return (
        f"{_fitting(result)} Of new examples, {with_interval(true)} are then right after true "
        f"labels and {with_interval(random)} after random ones; chance is "
        f"{number(result.chance, SHARE)}. {_prevention(result)}"
    )


def _fitting(result: Result) -> str:
    ratio = slowdown(result)
    if ratio is None:
        parts = [_reached(result, share) for share in (0.0, 1.0)]
        return f"Within {result.budget} epochs, {' and '.join(parts)}."
    true, random = (float(networks(result, share)["epochs"].mean()) for share in (0.0, 1.0))
    return (
        f"The same network gets every training label right, whether true (after "
        f"{number(true, 'epochs')}) or random (after {number(random, 'epochs')}): "
        f"{with_interval(ratio)} as long."
    )


def _reached(result: Result, share: float) -> str:
    here = networks(result, share)
    kind = "random" if share else "true"
    text = f"{int(here['fitted'].sum())} of {len(here)} networks learn all their {kind} labels"
    if here["fitted"].all():
        return text
    return f"{text} (on average {number(float(here['train'].mean()), SHARE)} of them)"


def _prevention(result: Result) -> str:
    arms = result.fits[(result.fits["share"] == 1.0) & (result.fits["arm"] != PLAIN)]
    if arms.empty:
        return "No regulariser was tried on random labels."
    no, yes = [], []
    for arm, part in arms.groupby("arm", sort=False):
        if part["fitted"].all():
            no.append(str(arm))
        else:
            yes.append(f"{arm} ({number(float(part['train'].mean()), SHARE)} learned)")
    parts = []
    if no:
        parts.append(f"learned completely all the same with {' and with '.join(no)}")
    if yes:
        parts.append(f"not learned completely with {' and with '.join(yes)}")
    return f"Random labels are {'; '.join(parts)}."


CLAIMS: tuple[Claim[Result], ...] = (
    Claim(
        name="random_labels_are_fitted",
        sentence="The network learns labels that mean nothing: more than 99% of them.",
        source="Zhang et al. 2017, Table 1",
        published="CIFAR-10: 100.0% (MLP 3x512), 99.34% (MLP 1x512)",
        measure=lambda r: score(r, "train", 1.0),
        direction="above",
        threshold=0.99,
    ),
    Claim(
        name="validation_at_chance",
        sentence="What it then says about new examples is a guess: less than 5 points above "
        "chance.",
        source="Zhang et al. 2017, Table 1",
        published="CIFAR-10 test accuracy 10.48% (MLP 3x512), chance 10%",
        measure=lambda r: _above_chance(r, 1.0),
        direction="below",
        threshold=CLOSE,
    ),
    Claim(
        name="random_takes_longer",
        sentence="Random labels take longer to learn than true ones.",
        source="Zhang et al. 2017, Figure 1b",
        published="a curve that rises with the share of random labels",
        measure=slowdown,
        direction="above",
        threshold=1.0,
    ),
    Claim(
        name="slower_with_every_share",
        sentence="The slowdown grows with the share of random labels: all random takes longer "
        "than 20% random.",
        source="Zhang et al. 2017, Figure 1b",
        published="a curve that rises with the share of random labels",
        measure=lambda r: slowdown(r, 1.0, 0.2),
        direction="above",
        threshold=1.0,
    ),
    Claim(
        name="only_a_small_factor",
        sentence="The slowdown is a small factor: less than 10.",
        source="Zhang et al. 2017, section 1",
        published="in words only: a small constant factor",
        measure=slowdown,
        direction="below",
        threshold=10.0,
    ),
    Claim(
        name="no_slowdown_where_true_labels_are_hard",
        sentence="On signals that this network hardly understands, the slowdown all but "
        "vanishes: random labels take less than 1.5 times as long.",
        source="Zhang et al. 2017, section 1",
        published="in words only: a small constant factor",
        measure=slowdown,
        direction="below",
        threshold=1.5,
        settings={"dataset": "mnist1d"},
    ),
    Claim(
        name="partly_random_validates_worse",
        sentence="The more labels are random, the worse on new examples: 40% random labels "
        "validate worse than true ones.",
        source="Zhang et al. 2017, Figure 1c",
        published="test error rises with the share, to 90% at 100%",
        measure=_partly_random,
        direction="below",
        threshold=0.0,
    ),
    Claim(
        name="not_necessary",
        sentence="Regularisers are not needed to generalise: trained on true labels without "
        "any, the network beats chance on new examples by more than 10 points.",
        source="Zhang et al. 2017, Table 1",
        published="CIFAR-10: 52.39% without, 53.35% with weight decay (MLP 3x512)",
        measure=lambda r: _above_chance(r, 0.0),
        direction="above",
        threshold=0.1,
    ),
    Claim(
        name="weight_decay_not_sufficient",
        sentence="Weight decay of 0.1 does not prevent it: more than 99% of the random labels "
        "are learned.",
        source="Zhang et al. 2017, section 3",
        published="in words: MLPs still fit random labels perfectly",
        measure=lambda r: score(r, "train", 1.0, "weight decay"),
        direction="above",
        threshold=0.99,
        settings={"weight_decay": 0.1},
    ),
    Claim(
        name="dropout_not_sufficient",
        sentence="Dropout of 0.2 does not prevent it: more than 99% of the random labels are "
        "learned.",
        source="Zhang et al. 2017, section 3",
        published="in words: still fits extremely well, with dropout and weight decay (ImageNet)",
        measure=lambda r: score(r, "train", 1.0, "dropout"),
        direction="above",
        threshold=0.99,
        settings={"dropout": 0.2},
    ),
    Claim(
        name="strong_dropout_hinders_noise_more",
        sentence="Strong dropout costs more of the random labels learned than of the new "
        "examples right after true labels.",
        source="Arpit et al. 2017, abstract",
        published="in words: degrades training on noise, not generalization on real data",
        measure=_hinders_noise_more,
        direction="above",
        threshold=0.0,
        settings={"dropout": 0.5, "n_train": 256},
    ),
)

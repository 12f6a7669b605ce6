"""What the literature says about random labels, and how a result speaks to it."""

from core.challenges.overfitting.random_labels.config import RandomLabelsResult
from core.lab.claims import Claim, claim
from core.lab.intervals import POINTS
from core.lab.scores import PerSeed

CLOSE, WHY_CLOSE = 0.05, "three standard errors, 1.7 points each, of guessing 300 examples"
"""Validation this near to chance counts as chance."""
FITTED, WHY_FITTED = 0.9934, "the 99.34% of the paper's smaller network, without a regulariser"
TABLE_1, WORDS = "Zhang et al. 2017, Table 1", "Zhang et al. 2017, section 3"
RISING = "Zhang et al. 2017, Figure 1b", "a curve that rises with the share of random labels"
FACTOR = "Zhang et al. 2017, section 1", "in words only: a small constant factor"


def _above_chance(result: RandomLabelsResult, share: float) -> PerSeed:
    return result.at(share, "validation").map(lambda right: right - result.chance, POINTS)


def _hinders_noise_more(result: RandomLabelsResult) -> PerSeed:
    """What dropout costs in random labels learned, minus what it costs on new examples."""
    noise, real = (1.0, "train"), (0.0, "validation")
    lost = [result.at(*one) - result.at(*one, "dropout") for one in (noise, real)]
    return lost[0] - lost[1]


AS_FAST = "once as long is no slowdown"
CLAIMS: tuple[Claim[RandomLabelsResult], ...] = (
    claim(
        "random_labels_are_fitted",
        "The network learns labels that mean nothing: more than 99.34% of them.",
        (TABLE_1, "CIFAR-10: 100.0% (MLP 3x512), 99.34% (MLP 1x512)"),
        lambda r: r.learned(1.0), above=FITTED,
    ),
    claim(
        "validation_at_chance",
        "What it then says about new examples is a guess: less than 5 points above chance.",
        (TABLE_1, "CIFAR-10 test accuracy 10.48% (MLP 3x512), chance 10%"),
        lambda r: _above_chance(r, 1.0), below=CLOSE, reason=WHY_CLOSE,
    ),
    claim(
        "random_takes_longer",
        "Random labels take longer to learn than true ones.",
        RISING, lambda r: r.slowdown(), above=1, reason=AS_FAST,
    ),
    claim(
        "slower_with_every_share",
        "The slowdown grows with the share of random labels: all random takes longer than 20% "
        "random.",
        RISING, lambda r: r.slowdown(1.0, 0.2), above=1, reason=AS_FAST,
    ),
    claim(
        "only_a_small_factor",
        "The slowdown is a small factor: less than 10.",
        FACTOR, lambda r: r.slowdown(), below=10,
        reason="the paper gives no number; ten is where the next order of magnitude begins",
    ),
    claim(
        "partly_random_validates_worse",
        "The more labels are random, the worse on new examples: 40% random labels validate worse "
        "than true ones.",
        ("Zhang et al. 2017, Figure 1c", "test error rises with the share, to 90% at 100%"),
        lambda r: r.at(0.4, "validation") - r.at(0.0, "validation"), below=0,
    ),
    claim(
        "not_necessary",
        "Regularisers are not needed to generalise: trained on true labels without any, the "
        "network is right on more new examples than guessing would be.",
        (TABLE_1, "CIFAR-10: 52.39% without, 53.35% with weight decay (MLP 3x512)"),
        lambda r: _above_chance(r, 0.0), above=0,
    ),
    claim(
        "weight_decay_not_sufficient",
        "Weight decay of 0.1 does not prevent it: more than 99.34% of the random labels are "
        "learned.",
        (WORDS, "in words: MLPs still fit random labels perfectly"),
        lambda r: r.learned(1.0, "weight decay"), above=FITTED, settings={"weight_decay": 0.1},
        reason=WHY_FITTED,
    ),
    claim(
        "dropout_not_sufficient",
        "Dropout of 0.2 does not prevent it: more than 99.34% of the random labels are learned.",
        (WORDS, "in words: still fits extremely well, with dropout and weight decay (ImageNet)"),
        lambda r: r.learned(1.0, "dropout"), above=FITTED, settings={"dropout": 0.2},
        reason=WHY_FITTED,
    ),
    claim(
        "strong_dropout_hinders_noise_more",
        "Strong dropout costs more of the random labels learned than of the new examples right "
        "after true labels.",
        ("Arpit et al. 2017, abstract",
         "in words: when tuned, it degrades training on noise, not generalization on real data"),
        _hinders_noise_more, above=0, settings={"dropout": 0.5, "n_train": 256}, read=True,
    ),
)  # fmt: skip

"""What the literature says about remedies and their side effects."""

from collections.abc import Mapping

from core.challenges.strategies.trade_offs.config import NOTHING, TradeOffsResult
from core.lab.claims import Claim, claim
from core.lab.scores import PerSeed
from core.lab.settings import Value


def _with_decay(result: TradeOffsResult) -> PerSeed:
    """What weights add for the worse group where weight decay keeps the training set unlearned."""
    both, decay = (
        result.value(name, "worst group") for name in ("group reweighting", "weight decay")
    )
    return both - decay


AGAINST, PRIVATE = "adversarial training", "private gradients"
WEIGHTED = "Byrd & Lipton 2019, abstract"
ALONE: Mapping[str, Value] = {"partner": NOTHING}
"""With a second remedy a row holds the effect of both."""
FEW = 0.03
POINTS_OF_CHANCE = "three points are the sampling error of 299 pictures"
CLAIMS: tuple[Claim[TradeOffsResult], ...] = (
    claim(
        "withstands",
        "Training on attacked pictures raises the accuracy under attack.",
        "Madry et al. 2018, section 4",
        lambda r: r.change(AGAINST, "attacked"),
        above=0,
        settings=ALONE,
    ),
    claim(
        "robust_costs_accuracy",
        "Training on attacked pictures costs accuracy on clean ones.",
        "Tsipras et al. 2019, section 2",
        lambda r: r.change(AGAINST, "accuracy"),
        below=0,
        settings=ALONE,
    ),
    claim(
        "robust_leaks",
        "Training on attacked pictures gives more of the training set away.",
        "Song et al. 2019, section 5",
        lambda r: r.change(AGAINST, "leak"),
        above=0,
        settings=ALONE,
    ),
    claim(
        "ensemble_calibrates",
        "The mean answer of several networks is better calibrated.",
        "Lakshminarayanan et al. 2017, section 3",
        lambda r: r.change("ensemble", "calibration"),
        below=0,
        settings=ALONE,
    ),
    claim(
        "gap_and_leak",
        "A remedy that closes the gap also closes the leak: weight decay.",
        "Yeom et al. 2018, section 3",
        lambda r: r.change("weight decay", "leak"),
        below=0,
        settings=ALONE,
    ),
    claim(
        "private_costs",
        "Clipped gradients with noise cost accuracy.",
        "Abadi et al. 2016, section 5",
        lambda r: r.change(PRIVATE, "accuracy"),
        below=0,
        settings=ALONE,
    ),
    claim(
        "private_unequal",
        "They widen the gap between the usual pictures and the rare ones.",
        "Bagdasaryan et al. 2019, abstract",
        lambda r: r.change(PRIVATE, "group gap"),
        above=0,
        settings=ALONE,
        read=True,
    ),
    claim(
        "pruned_unequal",
        "Pruning widens the gap between the usual pictures and the rare ones.",
        "Hooker et al. 2020, abstract",
        lambda r: r.change("pruning", "group gap"),
        above=0,
        settings=ALONE,
        read=True,
    ),
    claim(
        "weights_alone_do_little",
        "Where a network learns everything by heart, counting rare pictures for more changes the "
        "accuracy on the worse group by less than 3 points.",
        (WEIGHTED, "in words: the effect diminishes where the training set is separated"),
        lambda r: abs(r.change("group reweighting", "worst group").estimate),
        below=FEW,
        settings={**ALONE, "steps": 600},
        read=True,
        reason=POINTS_OF_CHANCE,
    ),
    claim(
        "weights_with_decay_help",
        "With weight decay beside it, counting them for more raises the accuracy on the worse "
        "group.",
        (WEIGHTED, "in words: L2 regularization restores some of the effect"),
        _with_decay,
        above=0,
        settings={"partner": "weight decay", "steps": 600},
        read=True,
    ),
    claim(
        "decay_steadies",
        "Weight decay makes explanations more stable: noise on the picture moves them less.",
        ("Dombrowski et al. 2022, abstract", "in words, and against manipulation, not noise"),
        lambda r: r.change("weight decay", "stability"),
        above=0,
        settings=ALONE,
        read=True,
    ),
    claim(
        "attacks_steady",
        "So does training on attacked pictures.",
        (
            "Chalasani et al. 2020, abstract",
            "a proof for networks without a hidden layer, and other maps",
        ),
        lambda r: r.change(AGAINST, "stability"),
        above=0,
        settings=ALONE,
        read=True,
    ),
    claim(
        "decay_calibrates",
        "Weight decay makes the calibration error smaller.",
        "Guo et al. 2017, section 3",
        lambda r: r.change("weight decay", "calibration"),
        below=0,
        settings=ALONE,
    ),
)

"""What the literature says about remedies and their side effects."""

from core.challenges.strategies.trade_offs.config import TradeOffsResult
from core.lab.claims import Claim, claim
from core.lab.scores import PerSeed


def _beyond_mean(result: TradeOffsResult, remedy: str) -> PerSeed:
    """What the digit that is read worst loses beyond the mean accuracy."""
    return result.change(remedy, "worst digit") - result.change(remedy, "accuracy")


AGAINST, PRIVATE = "adversarial training", "private gradients"
CLAIMS: tuple[Claim[TradeOffsResult], ...] = (
    claim(
        "withstands",
        "Training on attacked pictures raises the accuracy under attack.",
        "Madry et al. 2018, section 4",
        lambda r: r.change(AGAINST, "attacked"),
        above=0,
    ),
    claim(
        "robust_costs_accuracy",
        "Training on attacked pictures costs accuracy on clean ones.",
        "Tsipras et al. 2019, section 2",
        lambda r: r.change(AGAINST, "accuracy"),
        below=0,
    ),
    claim(
        "robust_leaks",
        "Training on attacked pictures gives more of the training set away.",
        "Song et al. 2019, section 5",
        lambda r: r.change(AGAINST, "leak"),
        above=0,
    ),
    claim(
        "ensemble_calibrates",
        "The mean answer of several networks is better calibrated.",
        "Lakshminarayanan et al. 2017, section 3",
        lambda r: r.change("ensemble", "calibration"),
        below=0,
    ),
    claim(
        "gap_and_leak",
        "A remedy that closes the gap also closes the leak: weight decay.",
        "Yeom et al. 2018, section 3",
        lambda r: r.change("weight decay", "leak"),
        below=0,
    ),
    claim(
        "private_costs",
        "Clipped gradients with noise cost accuracy.",
        "Abadi et al. 2016, section 5",
        lambda r: r.change(PRIVATE, "accuracy"),
        below=0,
    ),
    claim(
        "private_unequal",
        "They cost the digit that is read worst more than the mean.",
        "Bagdasaryan et al. 2019, section 4",
        lambda r: _beyond_mean(r, PRIVATE),
        below=0,
    ),
    claim(
        "pruned_unequal",
        "Pruning costs the digit that is read worst more than the mean.",
        "Hooker et al. 2019, section 3",
        lambda r: _beyond_mean(r, "pruning"),
        below=0,
    ),
    claim(
        "decay_calibrates",
        "Weight decay makes the calibration error smaller.",
        "Guo et al. 2017, section 3",
        lambda r: r.change("weight decay", "calibration"),
        below=0,
    ),
)

"""What the literature says about capacity, and where our result says it."""

from core.challenges.overfitting.capacity.config import MIDDLE, CapacityResult
from core.lab.claims import Claim, claim

GOODFELLOW = "Goodfellow et al. 2016, Figure 5.3", "no number, a curve"
NEYSHABUR = (
    "Neyshabur et al. 2015, Figure 1",
    "test error falls with width past the interpolation point",
)
CLAIMS: tuple[Claim[CapacityResult], ...] = (
    claim(
        "underfitting",
        "A network that is too small cannot even fit its training examples: width 1 "
        "gets fewer of them right than width 128.",
        GOODFELLOW, lambda r: r.accuracy(1, "train") - r.accuracy(128, "train"), below=0,
    ),
    claim(
        "underfitting_on_new_data",
        "The too small network is also worse on new data: width 1 validates worse than width 8.",
        GOODFELLOW, lambda r: r.accuracy(1) - r.accuracy(MIDDLE), below=0,
    ),
    claim(
        "gap_grows",
        "The gap between training and validation accuracy grows with capacity, from "
        "width 8 to width 128.",
        GOODFELLOW, lambda r: r.gap_at(128) - r.gap_at(MIDDLE), above=0,
    ),
    claim(
        "overfitting",
        "Past the right size, more capacity hurts: with few and noisy examples width "
        "128 validates worse than width 8.",
        GOODFELLOW, lambda r: r.accuracy(128) - r.accuracy(MIDDLE), below=0,
    ),
    claim(
        "wider_is_better_on_clean_digits",
        "On clean images the curve does not turn up: width 128 validates better than "
        "width 16, although both fit the training set.",
        NEYSHABUR,
        lambda r: r.accuracy(128) - r.accuracy(16), above=0,
        settings={"dataset": "digits", "n_train": 400, "label_noise": 0.0},
    ),
)  # fmt: skip

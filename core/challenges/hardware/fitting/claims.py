"""What the literature says about smaller networks, and how a run speaks to it."""

from __future__ import annotations

from core.challenges.hardware.fitting.config import (
    BITS,
    MARGIN,
    SMALL,
    TAUGHT,
    UNITS,
    WEIGHTS,
    WORST,
    FittingResult,
)
from core.lab.claims import Claim, claim

KRISHNAMOORTHI = "Krishnamoorthi 2018, abstract"
HINTON = "Hinton et al. 2015, section 6"
ONE_POINT = "one point of accuracy, set before the numbers were seen"

CLAIMS: tuple[Claim[FittingResult], ...] = (
    claim(
        "eight_bits_are_enough",
        "With 8 bits a weight the network stays within 2 points of its accuracy, without mending.",
        (KRISHNAMOORTHI, "within 2% of floating point, 8 bits per channel after training"),
        lambda r: r.change(BITS, 8), above=-0.02, settings={"repair": 0}, read=True,
    ),
    claim(
        "eight_bits_all_through",
        "Computed in static int8, weights and activations in 8 bits, the network stays within 2 "
        "points of its accuracy, without mending.",
        (KRISHNAMOORTHI, "within 2% of floating point, activations in 8 bits per layer too"),
        lambda r: r.computed("static int8"), above=-0.02, read=True,
    ),
    claim(
        "bits_beat_pruning",
        "At the size of 4 bits a weight, fewer bits keep more accuracy than fewer weights.",
        ("Kuzmin et al. 2023, abstract", "in most cases quantization outperforms pruning"),
        lambda r: r.score(BITS, 4) - r.score(WEIGHTS, 4), above=0, read=True,
    ),
    claim(
        "a_ninth_of_the_weights",
        "Cut to the size of 4 bits a weight (about a ninth of its weights) and mended for 300 "
        "steps, the network loses less than a point.",
        ("Han et al. 2015, abstract", "9 times fewer parameters without loss of accuracy"),
        lambda r: r.change(WEIGHTS, 4), above=-MARGIN, settings={"repair": 300},
        reason=ONE_POINT, read=True,
    ),
    claim(
        "some_classes_pay",
        "Pruned to the size of 4 bits a weight, the network loses more on its worst class than "
        "over all classes.",
        ("Hooker et al. 2019, abstract", "accuracy hides how differently classes are affected"),
        lambda r: r.change(WEIGHTS, 4, WORST) - r.change(WEIGHTS, 4), below=0, read=True,
    ),
    claim(
        "small_from_the_start",
        "Trained as long, a network that is small from the start is as good as one that was pruned "
        "to that size, or at most a point worse.",
        ("Liu et al. 2019, abstract", "fine-tuning is comparable to or worse than a new start"),
        lambda r: r.score(SMALL, 4) - r.score(UNITS, 4), above=-MARGIN, settings={"repair": 300},
        reason=ONE_POINT, read=True,
    ),
    claim(
        "answers_teach_with_few_images",
        "Where 50 examples are left, a small network learns more from the full network's answers "
        "than from the labels.",
        (HINTON, "with 3% of the data, soft targets 57.0%, hard targets 44.5% of frames right"),
        lambda r: r.score(TAUGHT, 4) - r.score(SMALL, 4), above=0, settings={"images": 50},
    ),
    claim(
        "answers_teach_with_all_images",
        "Where 1,000 examples are left, a small network learns more from the full network's "
        "answers than from the labels.",
        HINTON, lambda r: r.score(TAUGHT, 4) - r.score(SMALL, 4), above=0,
        settings={"images": 1000, "dataset": "digits"},
    ),
    claim(
        "int8_is_faster_when_wide",
        "On a processor, a layer of 1,024 units computed in 8 bits answers one example sooner "
        "than in float32.",
        (KRISHNAMOORTHI, "2 to 3 times as fast on CPUs"),
        lambda r: r.speed("int8", 1024, 1), above=1,
        reason="at 1 neither is faster", read=True,
    ),
)  # fmt: skip

"""What the literature says about detecting novel inputs, and how a run speaks to it."""

from core.challenges.generalization.novel_classes.config import NEAR, NovelClassesResult
from core.lab.claims import Claim, claim
from core.metrics.novelty_scores import DISAGREEMENT, ENERGY, GAUSS, NEIGHBOURS, SOFTMAX

HENDRYCKS = "Hendrycks & Gimpel 2017, abstract"
COIN = "a coin toss has an area of one half"
CLAIMS: tuple[Claim[NovelClassesResult], ...] = (
    claim(
        "confidence_tells_something",
        "Known digits get a larger confidence than digits never seen: max softmax tells them apart "
        "better than a coin.",
        (HENDRYCKS, "in words: correctly classified examples tend to have greater maximum softmax "
         "probabilities than out-of-distribution examples"),
        lambda r: r.at(SOFTMAX, NEAR), above=0.5, reason=COIN, read=True,
    ),
    claim(
        "baseline_can_be_surpassed_by_energy",
        "The energy of the logits notices pictures that are no digits better than max softmax.",
        ("Liu et al. 2020, abstract",
         "in words: energy scores better distinguish in- and out-of-distribution samples"),
        lambda r: r.far(ENERGY) - r.far(SOFTMAX), above=0, read=True,
    ),
    claim(
        "energy_near",
        "The energy of the logits notices digits never seen better than max softmax.",
        ("Liu et al. 2020, abstract",
         "in words: energy scores better distinguish in- and out-of-distribution samples"),
        lambda r: r.gain(ENERGY, NEAR), above=0, read=True,
    ),
    claim(
        "mahalanobis_far",
        "The Mahalanobis distance of the features notices pictures that are no digits better than "
        "max softmax.",
        ("Lee et al. 2018, abstract",
         "in words: softmax gives highly overconfident answers even for such abnormal samples"),
        lambda r: r.far(GAUSS) - r.far(SOFTMAX), above=0, read=True,
    ),
    claim(
        "neighbours_far",
        "The distance to the nearest neighbours among the features notices pictures that are no "
        "digits better than the Mahalanobis distance.",
        ("Sun et al. 2022, abstract",
         "on ImageNet-1k 24.77 points fewer missed at 95% than a Mahalanobis baseline"),
        lambda r: r.far(NEIGHBOURS) - r.far(GAUSS), above=0, read=True,
    ),
    claim(
        "ensembles_disagree_about_the_unknown",
        "Members of an ensemble disagree more about digits never seen than about known ones.",
        ("Lakshminarayanan et al. 2017, abstract",
         "in words: expresses higher uncertainty on out-of-distribution examples"),
        lambda r: r.at(DISAGREEMENT, NEAR), above=0.5, reason=COIN, read=True,
    ),
    claim(
        "near_is_harder_than_far",
        "Digits never seen are harder to notice than pictures that are no digits, by the distance "
        "to the nearest neighbours.",
        ("Winkens et al. 2020, abstract",
         "in words: near classes are a particularly challenging setting"),
        lambda r: r.far(NEIGHBOURS) - r.at(NEIGHBOURS, NEAR), above=0, read=True,
    ),
)  # fmt: skip

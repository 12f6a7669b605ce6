"""What the literature says about learning from few labels, and how a result speaks to it."""

from __future__ import annotations

from collections.abc import Mapping

from core.challenges.hybrid.data_efficiency.config import (
    CONSTRAINED,
    LOGISTIC,
    PLAIN,
    PROTOTYPES,
    SELF,
    DataEfficiencyResult,
)
from core.lab.claims import OWN_CONTROL, Claim, claim
from core.lab.settings import Value

SNELL = "Snell et al. 2017, abstract", "in words: a simpler inductive bias, good with few labels"
XU = "Xu et al. 2018, abstract", "in words: it guides the learner in semi-supervised classification"
CHEN = "Chen et al. 2020, abstract", "in words: linear classifiers on its features do well"
GIDARIS = "Gidaris et al. 2018, abstract", "in words: a very powerful signal for learning features"
DIGITS: Mapping[str, Value] = {"pictures": "digits"}
LETTERS: Mapping[str, Value] = {"pictures": "letters", "others": 100}

CLAIMS: tuple[Claim[DataEfficiencyResult], ...] = (
    claim(
        "practice_on_many_classes",
        "After practice on a hundred other letters, a prototypical network that sees one of each "
        "new letter is more accurate than a plain network.",
        SNELL, lambda r: r.gain(PROTOTYPES, over=PLAIN), above=0, settings=LETTERS, read=True,
    ),
    claim(
        "and_beats_class_means",
        "It is also more accurate than class means of pixels.",
        OWN_CONTROL, lambda r: r.gain(PROTOTYPES), above=0, settings=LETTERS,
    ),
    claim(
        "practice_on_five_classes",
        "After practice on five other digits it is more accurate with one label of each new digit "
        "than a plain network.",
        SNELL, lambda r: r.gain(PROTOTYPES, over=PLAIN), above=0, settings=DIGITS, read=True,
    ),
    claim(
        "class_means_are_hard_to_beat",
        "With one label of each digit a plain network is not more accurate than class means: it is "
        "less.",
        OWN_CONTROL, lambda r: r.gain(PLAIN), below=0, settings=DIGITS,
    ),
    claim(
        "networks_pass_with_labels",
        "With 20 labels of each digit it is more accurate than class means.",
        OWN_CONTROL, lambda r: r.gain(PLAIN, 20), above=0, settings=DIGITS,
    ),
    claim(
        "constraint_helps",
        "With five labels of each digit, asking for exactly one class on pictures without labels "
        "makes a network more accurate.",
        XU, lambda r: r.gain(CONSTRAINED, 5, over=PLAIN), above=0, settings=DIGITS, read=True,
    ),
    claim(
        "constraint_needs_some_labels",
        "With one label of each digit it makes the network less accurate: it is sure too early.",
        OWN_CONTROL, lambda r: r.gain(CONSTRAINED, over=PLAIN), below=0, settings=DIGITS,
    ),
    claim(
        "contrast_beats_pixels",
        "With one label of each digit, logistic regression is more accurate on contrastive "
        "features than on pixels.",
        CHEN, lambda r: r.gain(SELF, over=LOGISTIC), above=0,
        settings={**DIGITS, "pretext": "contrastive"}, read=True,
    ),
    claim(
        "rotation_beats_pixels",
        "And on features that were learned by telling quarter turns apart.",
        GIDARIS, lambda r: r.gain(SELF, over=LOGISTIC), above=0,
        settings={**DIGITS, "pretext": "rotation"}, read=True,
    ),
)  # fmt: skip

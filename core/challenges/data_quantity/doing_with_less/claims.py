"""What the literature says about learning from few labels, and how a run speaks to it."""

from __future__ import annotations

from core.challenges.data_quantity.doing_with_less.config import (
    AUGMENTED,
    ENTROPY,
    FINE_TUNED,
    MARGIN,
    PROBE,
    PROTOTYPES,
    PSEUDO,
    DoingWithLessResult,
)
from core.lab.claims import Claim, claim

DIGITS = {"dataset": "digits"}
SIGNALS = {"dataset": "mnist1d"}
YOSINSKI = "Yosinski et al. 2014, abstract"
BOOST = YOSINSKI, "in words: transferred features boost generalization, also after fine-tuning"
SETTLES = "Settles 2009, section 1"

CLAIMS: tuple[Claim[DoingWithLessResult], ...] = (
    claim(
        "margin_saves_labels",
        "A network that chooses its examples needs fewer labels: asking by margin is more accurate "
        "with 160 labels than random ones.",
        SETTLES, lambda r: r.gain(MARGIN, 160), above=0, settings=DIGITS,
    ),
    claim(
        "entropy_saves_labels",
        "Asking by entropy is more accurate with 160 labels than random ones.",
        SETTLES, lambda r: r.gain(ENTROPY, 160), above=0, settings=DIGITS,
    ),
    claim(
        "asking_starts_cold",
        "With 20 labels asking by margin is already more accurate than random labels.",
        SETTLES, lambda r: r.gain(MARGIN, 20), above=0, settings=DIGITS,
    ),
    claim(
        "pseudo_labels_help",
        "Pseudo-labels raise the accuracy with 40 labels.",
        ("Lee 2013, abstract", "in words: it favours a low-density separation between classes"),
        lambda r: r.gain(PSEUDO, 40), above=0, settings=DIGITS,
    ),
    claim(
        "prototypes_help_with_very_few",
        "With 20 labels the class whose mean is nearest is a better answer than the network's.",
        ("Snell et al. 2017, abstract", "in words: a simpler inductive bias is beneficial"),
        lambda r: r.gain(PROTOTYPES, 20), above=0, settings=DIGITS, read=True,
    ),
    claim(
        "fine_tuning_helps_digits",
        "What was learned on the digits 0 to 4 helps with 5 to 9: fine-tuning is more accurate "
        "with 40 labels than starting anew.",
        BOOST, lambda r: r.gain(FINE_TUNED, 40), above=0, settings=DIGITS, read=True,
    ),
    claim(
        "fine_tuning_helps_signals",
        "On the signals of MNIST-1D fine-tuning is more accurate with 40 labels than a new start.",
        BOOST, lambda r: r.gain(FINE_TUNED, 40), above=0, settings=SIGNALS, read=True,
    ),
    claim(
        "probe_helps_signals",
        "On the signals even a linear probe of the related network's features is more accurate "
        "with 40 labels than starting anew.",
        BOOST, lambda r: r.gain(PROBE, 40), above=0, settings=SIGNALS, read=True,
    ),
    claim(
        "augmentation_helps_signals",
        "Rolling and scaling the signals raises the accuracy with 160 labels.",
        "Goodfellow et al. 2016, section 7.4", lambda r: r.gain(AUGMENTED, 160), above=0,
        settings=SIGNALS,
    ),
)  # fmt: skip

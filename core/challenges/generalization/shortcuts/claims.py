"""What the literature says about shortcuts and remedies, and how a result speaks to it."""

from __future__ import annotations

from core.challenges.generalization.shortcuts.config import (
    ADDED,
    ALIGNMENTS,
    DECAY,
    EQUAL,
    LAST,
    OFTEN,
    OFTEN_DECAY,
    PLAIN,
    RANDOM,
    ShortcutsResult,
)
from core.lab.claims import OWN_CONTROL, Claim, claim

SAGAWA = "Sagawa et al. 2020, abstract"
IDRISSI = (
    "Idrissi et al. 2022, abstract",
    "in words: balancing groups reaches state-of-the-art worst-group accuracy",
)
KIRICHENKO = "Kirichenko et al. 2023, abstract"
PLANTED = {"alignment": 0.98, "brightness": 1.0}
CLAIMS: tuple[Claim[ShortcutsResult], ...] = (
    claim(
        "the_shortcut_is_taken",
        "A shortcut works on pictures like those learned from and fails to carry over: with the "
        "cue of the other class the network is right less often than with no cue.",
        ("Geirhos et al. 2020, abstract",
         "in words: rules that perform well on benchmarks and fail to transfer"),
        lambda r: r.at("wrong") - r.at("none"), below=0, settings=PLANTED, read=True,
    ),
    claim(
        "the_average_hides_it",
        "Accuracy on new pictures like the training pictures hides it: the worst group is less "
        "often right than the average picture.",
        (SAGAWA, "in words: accurate on average, yet failing on atypical groups"),
        lambda r: r.at("worst") - r.usual(), below=0, settings=PLANTED, read=True,
    ),
    claim(
        "worse_the_more_reliable",
        "The more reliable the cue, the worse off the worst group: right in 99 of 100 against 80 "
        "of 100 training pictures.",
        OWN_CONTROL,
        lambda r: r.at("worst", alignment=ALIGNMENTS[-1]) - r.at("worst", alignment=ALIGNMENTS[1]),
        below=0, settings={"brightness": 1.0},
    ),
    claim(
        "drawing_rare_groups_more_often_helps",
        "Drawing the pictures of rare groups more often raises the accuracy of the worst group.",
        IDRISSI, lambda r: r.gain(OFTEN), above=0, settings=PLANTED, read=True,
    ),
    claim(
        "equal_groups_help",
        "Leaving pictures out until all groups are equally large raises it.",
        IDRISSI, lambda r: r.gain(EQUAL), above=0, settings=PLANTED, read=True,
    ),
    claim(
        "reweighting_needs_regularization",
        "Drawing rare groups more often helps the worst group more together with strong weight "
        "decay.",
        (SAGAWA, "with group DRO, in words: increased regularization gives substantially more"),
        lambda r: r.gain(OFTEN_DECAY, against=OFTEN), above=0, settings=PLANTED, read=True,
    ),
    claim(
        "the_last_layer_is_enough",
        "The network has learned the digits too: retraining its last layer on 200 pictures with a "
        "cue that says nothing raises the accuracy of the worst group.",
        (KIRICHENKO, "in words: core features are still learned"),
        lambda r: r.gain(LAST), above=0, settings=PLANTED, read=True,
    ),
    claim(
        "the_last_layer_matches_reweighting",
        "Retraining the last layer does better than training the whole network with rare groups "
        "drawn more often.",
        (KIRICHENKO, "in words: it can match or outperform other approaches"),
        lambda r: r.gain(LAST, against=OFTEN), above=0, settings=PLANTED, read=True,
    ),
    claim(
        "the_last_layer_matches_the_same_pictures_in_training",
        "Retraining the last layer on the 200 balanced pictures does better than learning from "
        "them with all others.",
        (KIRICHENKO, "in words: it can match or outperform other approaches"),
        lambda r: r.gain(LAST, against=ADDED), above=0, settings=PLANTED, read=True,
    ),
    claim(
        "randomising_the_cue_helps",
        "A cue put on at random while training is not learned: the worst group gains.",
        OWN_CONTROL, lambda r: r.gain(RANDOM), above=0, settings=PLANTED,
    ),
    claim(
        "weight_decay_does_not_help",
        "A remedy against overfitting is none against a shortcut: weight decay alone lowers the "
        "accuracy of the worst group.",
        OWN_CONTROL, lambda r: r.gain(DECAY, against=PLAIN), below=0, settings=PLANTED,
    ),
)  # fmt: skip

"""What the literature says about shortcuts and physics, and how a result speaks to it."""

from __future__ import annotations

from collections.abc import Mapping

from core.challenges.hybrid.common_sense.config import (
    AGREES,
    BROKEN,
    LAW,
    NETWORK,
    TOLD,
    CommonSenseResult,
)
from core.lab.claims import OWN_CONTROL, Claim, claim
from core.lab.intervals import POINTS
from core.lab.settings import Value

GEIRHOS = (
    "Geirhos et al. 2020, abstract",
    "in words: shortcuts do well on standard tests and fail in other conditions",
)
TRUE: Mapping[str, Value] = {"law": "true"}
LEAN: Mapping[str, Value] = {"shortcut": "lean", "law": "true"}
FEW = 0.01

CLAIMS: tuple[Claim[CommonSenseResult], ...] = (
    claim(
        "the_ordinary_test_praises",
        "Where the shortcut is right as in training, the network is right about more than nine of "
        "ten new towers.",
        GEIRHOS, lambda r: r.right(NETWORK, split=AGREES), above=0.9, read=True,
        reason="nine of ten: what one would call learned",
    ),
    claim(
        "the_other_test_exposes",
        "Where the shortcut is wrong, it is right about fewer towers than a coin.",
        GEIRHOS, lambda r: r.right(NETWORK).map(lambda values: values - 0.5, POINTS), below=0,
        read=True,
    ),
    claim(
        "one_in_a_hundred_is_not_enough",
        "With one training tower in a hundred against the shortcut it is still worse than a coin.",
        OWN_CONTROL,
        lambda r: r.right(NETWORK, FEW).map(lambda values: values - 0.5, POINTS), below=0,
    ),
    claim(
        "breaking_the_shortcut_helps",
        "Where the shortcut says nothing in training, the network is right about more of these "
        "towers.",
        OWN_CONTROL, lambda r: r.right(NETWORK, BROKEN) - r.right(NETWORK), above=0,
    ),
    claim(
        "the_law_does_not_take_it",
        "A law whose threshold was learned from the same towers is right about more of them.",
        OWN_CONTROL, lambda r: r.right(LAW) - r.right(NETWORK), above=0, settings=TRUE,
    ),
    claim(
        "being_told_is_not_using",
        "A network that is given the law’s numbers beside the blocks is right about fewer than the "
        "law alone.",
        OWN_CONTROL, lambda r: r.right(TOLD) - r.right(LAW), below=0, settings=TRUE,
    ),
    claim(
        "being_told_helps",
        "But about more than the network that was not given them.",
        OWN_CONTROL, lambda r: r.right(TOLD) - r.right(NETWORK), above=0, settings=LEAN,
    ),
    claim(
        "the_law_against_broken_shortcut",
        "The law learned beside the shortcut is right about more of them than a network that "
        "learned where the shortcut says nothing.",
        OWN_CONTROL, lambda r: r.right(LAW) - r.right(NETWORK, BROKEN), above=0, settings=TRUE,
    ),
)  # fmt: skip

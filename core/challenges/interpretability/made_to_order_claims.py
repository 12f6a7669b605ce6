"""What the literature says about pictures made to order, and where our result says it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from core.lab.claims import Claim
from core.lab.intervals import POINTS, SHARE, Estimate, paired_difference, t_interval

if TYPE_CHECKING:
    import numpy as np

    from core.challenges.interpretability.made_to_order_board import MadeToOrderResult

    Measure = Callable[[MadeToOrderResult], Estimate]


def measured(result: MadeToOrderResult, arm: str, measure: str) -> np.ndarray:
    """One measure of one arm's counterfactuals, one number a seed."""
    rows = result.measures
    return rows[(rows["arm"] == arm) & (rows["measure"] == measure)]["value"].to_numpy()


def favoured(result: MadeToOrderResult, kind: str, measure: str) -> np.ndarray:
    """One measure of one kind of favourite, one number a seed."""
    rows = result.favourites
    return rows[(rows["kind"] == kind) & (rows["measure"] == measure)]["value"].to_numpy()


def gain_by_hardening(result: MadeToOrderResult) -> Estimate:
    """How much more often the nearest real picture is of the new class."""
    return paired_difference(
        measured(result, "hardened", "nearest"), measured(result, "standard", "nearest"), POINTS
    )


def gain_at_equal_length(result: MadeToOrderResult) -> Estimate:
    """The same between changes of the third of the lengths, for both kinds of network."""
    rows = result.lengths[result.lengths["measure"] == "nearest"]
    rows = rows[rows["length"] == sorted(rows["length"].unique())[2]]
    hardened, standard = (rows[rows["arm"] == a]["value"] for a in ("hardened", "standard"))
    return paired_difference(hardened, standard, POINTS)


def _closer(way: str) -> Measure:
    """How much nearer to real pictures a regulariser brings a standard network's favourites."""
    return lambda result: paired_difference(
        favoured(result, f"standard_{way}", "distance"),
        favoured(result, "standard_none", "distance"),
    )


WACHTER = "Wachter, Mittelstadt & Russell 2018, Counterfactual Explanations Without Opening the"
TSIPRAS = "Tsipras et al. 2019, Robustness May Be at Odds with Accuracy"
NGUYEN = "Nguyen, Yosinski & Clune 2015, Deep Neural Networks are Easily Fooled"
SIMONYAN = "Simonyan, Vedaldi & Zisserman 2014, Deep Inside Convolutional Networks"
HARDENED = {"hardening": "adversarial"}

CLAIMS: tuple[Claim[MadeToOrderResult], ...] = (
    Claim(
        name="shorter_than_to_a_real_picture",
        sentence="The smallest change that makes a standard network give another class is less "
        "than half as long as the way to the nearest real picture of that class.",
        source=f"{WACHTER} Black Box (that such changes are small)",
        published="no number for this setting",
        measure=lambda r: t_interval(
            measured(r, "standard", "length") / measured(r, "real", "length")
        ),
        direction="below",
        threshold=0.5,
    ),
    Claim(
        name="mistakes_are_shared",
        sentence="Other networks of the same kind agree with a counterfactual far more often than "
        "with a random change that is at least as long: what fools one fools others.",
        source="Szegedy et al. 2014, Intriguing Properties of Neural Networks",
        published="no number for this setting",
        measure=lambda r: paired_difference(
            measured(r, "standard", "others_standard"),
            measured(r, "random", "others_standard"),
            POINTS,
        ),
        direction="above",
        threshold=0.1,
    ),
    Claim(
        name="hardened_ones_look_real",
        sentence="A counterfactual made for a network trained against attacks is more often "
        "nearest to a real picture of the new class than one made for a standard network.",
        source=f"{TSIPRAS} (shown there in pictures)",
        published="no number",
        measure=gain_by_hardening,
        direction="above",
        threshold=0.0,
        settings=HARDENED,
    ),
    Claim(
        name="not_only_by_going_further",
        sentence="Between changes of equal length, too, those made for a network trained against "
        "attacks are more often nearest to a real picture of the new class.",
        source=f"{TSIPRAS} (shown there in pictures)",
        published="no number",
        measure=gain_at_equal_length,
        direction="above",
        threshold=0.0,
        settings=HARDENED,
    ),
    Claim(
        name="sure_of_nothing",
        sentence="A network can be more than 95% sure of a picture it likes best, without a "
        "regulariser, though that is nothing like a real one.",
        source=f"{NGUYEN}, abstract",
        published="99.99% confidence, with images unrecognisable to people (ImageNet)",
        measure=lambda r: t_interval(favoured(r, "standard_none", "own"), SHARE),
        direction="above",
        threshold=0.95,
    ),
    Claim(
        name="far_from_real",
        sentence="Such a picture is more than twice as far from real pictures of its class as a "
        "real one is.",
        source=NGUYEN,
        published="no number",
        measure=lambda r: t_interval(favoured(r, "standard_none", "distance")),
        direction="above",
        threshold=2.0,
    ),
    Claim(
        name="l2_brings_it_closer",
        sentence="With an L2 regulariser it is closer to real pictures.",
        source=f"{SIMONYAN}, section 2 (the regulariser)",
        published="no number",
        measure=_closer("L2"),
        direction="below",
        threshold=0.0,
    ),
    Claim(
        name="smoothness_brings_it_closer",
        sentence="With a penalty on differences of neighbouring pixels it is closer to real "
        "pictures.",
        source="Mahendran & Vedaldi 2015, Understanding Deep Image Representations by Inverting "
        "Them (total variation, for another kind of picture made to order)",
        published="no number",
        measure=_closer("smooth"),
        direction="below",
        threshold=0.0,
    ),
)

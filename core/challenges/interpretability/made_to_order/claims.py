"""What the literature says about pictures made to order, and where our result says it."""

from core.challenges.interpretability.made_to_order.config import MadeToOrderResult
from core.lab.claims import Claim, claim
from core.lab.scores import PerSeed

UNCOMPARED = "no number for this setting"
TSIPRAS = (
    "Tsipras et al. 2019, Robustness May Be at Odds with Accuracy (shown there in pictures)",
    "no number",
)
NGUYEN = "Nguyen, Yosinski & Clune 2015, Deep Neural Networks are Easily Fooled"
HARDENED = {"hardening": "adversarial"}


def _closer(result: MadeToOrderResult, way: str) -> PerSeed:
    """How much nearer to real pictures a regulariser brings a standard network's favourites."""
    tied = result.favourite(f"standard_{way}", "distance")
    return tied - result.favourite("standard_none", "distance")


CLAIMS: tuple[Claim[MadeToOrderResult], ...] = (
    claim(
        "shorter_than_to_a_real_picture",
        "The smallest change that makes a standard network give another class is shorter than "
        "the way to the nearest real picture of that class.",
        ("Wachter, Mittelstadt & Russell 2018, Counterfactual Explanations Without Opening the "
         "Black Box (that such changes are small)", UNCOMPARED),
        lambda r: r.change("standard", "length") - r.change("real", "length"), below=0,
    ),
    claim(
        "mistakes_are_shared",
        "Other networks of the same kind agree with a counterfactual more often than "
        "with a random change that is at least as long: what fools one fools others.",
        ("Szegedy et al. 2014, Intriguing Properties of Neural Networks", UNCOMPARED),
        lambda r: r.change("standard", "others_standard") - r.change("random", "others_standard"),
        above=0,
    ),
    claim(
        "hardened_ones_look_real",
        "A counterfactual made for a network trained against attacks is more often "
        "nearest to a real picture of the new class than one made for a standard network.",
        TSIPRAS, MadeToOrderResult.gain, above=0, settings=HARDENED,
    ),
    claim(
        "not_only_by_going_further",
        "Between changes of equal length, too, those made for a network trained against "
        "attacks are more often nearest to a real picture of the new class.",
        TSIPRAS, MadeToOrderResult.gain_at_equal_length, above=0, settings=HARDENED,
    ),
    claim(
        "sure_of_nothing",
        "A network is surer of the picture it likes best, without a regulariser, than of a real "
        "picture of the class.",
        (f"{NGUYEN}, abstract",
         "99.99% confidence, with images unrecognisable to people (ImageNet)"),
        lambda r: r.favourite("standard_none", "own") - r.favourite("real", "own"), above=0,
        read=True,
    ),
    claim(
        "far_from_real",
        "Such a picture is further from real pictures of its class than a real one is.",
        (NGUYEN, "no number"), lambda r: r.favourite("standard_none", "distance"), above=1,
        reason="1 is the distance of a real picture",
    ),
    claim(
        "l2_brings_it_closer",
        "With an L2 regulariser it is closer to real pictures.",
        ("Simonyan, Vedaldi & Zisserman 2014, Deep Inside Convolutional Networks, section 2 "
         "(the regulariser)", "no number"),
        lambda r: _closer(r, "L2"), below=0,
    ),
    claim(
        "smoothness_brings_it_closer",
        "With a penalty on differences of neighbouring pixels it is closer to real pictures.",
        ("Mahendran & Vedaldi 2015, Understanding Deep Image Representations by Inverting "
         "Them (total variation, for another kind of picture made to order)", "no number"),
        lambda r: _closer(r, "smooth"), below=0,
    ),
)  # fmt: skip

"""What the literature says about extrapolation, and how a result speaks to it."""

from __future__ import annotations

from core.challenges.generalization.extrapolation import config as arms
from core.challenges.generalization.extrapolation.config import ExtrapolationResult
from core.lab.claims import OWN_CONTROL, Claim, claim
from core.lab.scores import PerSeed

XU = "Xu et al. 2021, abstract"
ZIYIN = "Ziyin, Hartwig & Ueda 2020, abstract"
SINE = {"law": "sine"}


def _against(result: ExtrapolationResult, arm: str, place: str = arms.OUTSIDE) -> PerSeed:
    return result.error(arm, place).log_ratio_to(result.error(arms.RELU, place))


CLAIMS: tuple[Claim[ExtrapolationResult], ...] = (
    claim(
        "a_line_far_out",
        "A thousand times as far out as its examples a ReLU network is a straight line: its second "
        "difference is nothing but rounding.",
        (XU, "in words: they quickly converge to linear functions along any direction"),
        lambda r: r.beyond("bend"), below=1e-6, read=True,
        reason="rounding is near 1e-12 in numbers of this size",
    ),
    claim(
        "nearly_a_line_at_once",
        "From the edge of its examples to three times as far out it is nearly straight already: "
        "R² of a line is above 0.99.",
        ("Xu et al. 2021, section 3.1", "always greater than 0.99 outside the training range"),
        lambda r: r.beyond("straightness"), above=0.99, read=True,
    ),
    claim(
        "it_fails_outside",
        "A ReLU network that fits a wave where its examples lie is further off outside.",
        (XU, "in words: ReLU networks do not extrapolate most nonlinear functions"),
        lambda r: r.error().log_ratio_to(r.error(place=arms.INSIDE)), above=0,
        settings=SINE, read=True,
    ),
    claim(
        "a_line_is_extrapolated",
        "A straight line it can extrapolate: from 2.5 to 3 it is off by less than a tenth.",
        (XU, "in words: they can provably learn a linear function from diverse data"),
        lambda r: r.error(), below=0.275, settings={"law": "line"}, read=True,
        reason="a tenth of the numbers asked for, which are 2.75 on average",
    ),
    claim(
        "tanh_levels_off",
        "A tanh network levels off: far out its curve is less steep than that of a ReLU network.",
        ("Ziyin, Hartwig & Ueda 2020, theorem 2", "in words: it tends to a constant"),
        lambda r: r.beyond("slope", arms.TANH) - r.beyond("slope"), below=0,
    ),
    claim(
        "more_data_inside_is_no_remedy",
        "Ten times the examples within the same range do not halve the error outside.",
        OWN_CONTROL, lambda r: _against(r, arms.MORE), above=-0.693, settings=SINE,
        reason="the logarithm of a half; less would hardly be called a remedy",
    ),
    claim(
        "a_wider_range_moves_the_edge",
        "Examples over twice the range lower the error where they now lie.",
        OWN_CONTROL, lambda r: _against(r, arms.WIDER, arms.PLACES[2]), below=0, settings=SINE,
    ),
    claim(
        "periodic_units_help_with_a_wave",
        "Units that repeat themselves (x + sin² x) are nearer to a wave outside than ReLU.",
        (ZIYIN, "in words: the desired inductive bias to learn a periodic function"),
        lambda r: _against(r, arms.PERIODIC), below=0, settings=SINE, read=True,
    ),
    claim(
        "knowing_the_law_helps",
        "Fitting the factors of a law whose form is known is nearer to it outside than ReLU.",
        OWN_CONTROL, lambda r: _against(r, arms.LAW), below=0,
    ),
    claim(
        "confidence_tends_to_one",
        "A thousand times as far out as its data the mean confidence of a ReLU classifier is "
        "above 99%.",
        ("Hein et al. 2019, abstract", "in words: almost always high confidence far away"),
        lambda r: r.sure(), above=0.99, read=True,
        reason="high confidence has no number there; in their theorem the limit is 100%",
    ),
)  # fmt: skip

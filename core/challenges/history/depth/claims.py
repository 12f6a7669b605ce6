"""What the literature says about depth, and how a run speaks to it."""

from collections.abc import Mapping

from core.challenges.history.depth.config import BASELINE, HE, NORM, RESIDUAL, DepthResult
from core.lab.claims import Claim, claim
from core.lab.settings import Value

RECTIFIERS = "He et al. 2015, Delving Deep into Rectifiers, abstract"
RESIDUALS = "He et al. 2015, Deep Residual Learning, abstract"
DEEP: Mapping[str, Value] = {"deepest": 20}


def _rescues(name: str, arm: str, sentence: str, source: tuple[str, str]) -> Claim[DepthResult]:
    """Claim that a change of the network raises the accuracy at 20 layers."""
    return claim(
        name, sentence, source, lambda r: r.gain(arm, 20), above=0, settings=DEEP, read=True
    )


CLAIMS: tuple[Claim[DepthResult], ...] = (
    claim(
        "gradients_vanish",
        "On their way through 20 layers of sigmoid units gradients shrink: the first layer gets a "
        "smaller one than the last.",
        "Hochreiter 1991, chapter 3", lambda r: r.lost(BASELINE, 20), below=0, settings=DEEP,
    ),
    claim(
        "they_vanish_exponentially",
        "They shrink exponentially: twice the layers lose more than one and a half times as many "
        "powers of ten.",
        "Hochreiter 1991, chapter 3", lambda r: r.lost(BASELINE, 20) - 1.5 * r.lost(BASELINE, 10),
        below=0, settings=DEEP,
        reason="a loss that is exponential in depth doubles its powers of ten; the layers next to "
        "pixels and answers differ from those between, so less is asked for",
    ),
    claim(
        "sigmoids_are_unsuited",
        "Sigmoid units are unsuited for deep networks with random initial weights: 20 layers get "
        "fewer digits right than two.",
        ("Glorot & Bengio 2010, abstract", "in words: unsuited"),
        lambda r: r.accuracy(BASELINE, 20) - r.accuracy(BASELINE, 2), below=0, settings=DEEP,
        read=True,
    ),
    _rescues(
        "he_weights", HE,
        "ReLU units with weights scaled for them make deep networks trainable: 20 layers get more "
        "digits right than with sigmoid units.",
        (RECTIFIERS, "in words: train extremely deep rectified models"),
    ),
    _rescues(
        "batch_norm", NORM,
        "Batch norm makes networks of saturating units trainable: with it, 20 layers of sigmoid "
        "units get more digits right.",
        ("Ioffe & Szegedy 2015, abstract", "in words: else notoriously hard to train"),
    ),
    _rescues(
        "residual", RESIDUAL,
        "Residual connections make deep networks easier to train: with them, 20 layers of sigmoid "
        "units get more digits right.",
        (RESIDUALS, "in words: easier to optimize"),
    ),
    claim(
        "depth_helps_with_residuals",
        "Residual networks gain accuracy from depth: with residual connections 20 layers get more "
        "digits right than two.",
        (RESIDUALS, "in words: gain accuracy from increased depth"),
        lambda r: r.accuracy(RESIDUAL, 20) - r.accuracy(RESIDUAL, 2), above=0, settings=DEEP,
        read=True,
    ),
)  # fmt: skip

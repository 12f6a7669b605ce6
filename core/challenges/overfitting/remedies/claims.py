"""What the literature says about the remedies, and how a run speaks to it."""

from __future__ import annotations

from collections.abc import Mapping

from core.challenges.overfitting.remedies.config import RemediesResult
from core.lab.claims import Claim, claim
from core.lab.settings import Value

MOONS: Mapping[str, Value] = {"dataset": "two_moons"}
SIGNALS: Mapping[str, Value] = {
    "dataset": "mnist1d", "n_train": 500, "label_noise": 0.0, "width": 64, "steps": 1200,
}  # fmt: skip
IMAGES: Mapping[str, Value] = {"dataset": "digits", "n_train": 100, "label_noise": 0.0}
GOODFELLOW = "Goodfellow et al. 2016, section 7.4"
KROGH = "Krogh & Hertz 1991, abstract"
NOISE = KROGH, "in words: if its size is right, improves generalization quite a lot"
PRECHELT = "Prechelt 1998, section 1"


def _helps(
    remedy: str, sentence: str, source: str | tuple[str, str], settings: Mapping[str, Value],
    metric: str = "accuracy", read: bool = False,
) -> Claim[RemediesResult]:  # fmt: skip
    """Claim that a remedy at its medium strength beats no remedy on validation examples."""
    return claim(
        f"{remedy}_{metric}_{settings['dataset']}".replace(" ", "_"), sentence, source,
        lambda r: r.gain(remedy, metric=metric), above=0, settings=settings, read=read,
    )  # fmt: skip


CLAIMS: tuple[Claim[RemediesResult], ...] = (
    _helps(
        "more data",
        "The surest remedy is more data: four times as many examples of the two moons raise the "
        "validation accuracy.",
        GOODFELLOW, MOONS,
    ),
    _helps(
        "weight decay",
        "Weight decay suppresses some of the harm of wrong labels: it raises the validation "
        "accuracy on noisy moons.",
        NOISE, MOONS, read=True,
    ),
    claim(
        "weight_decay_has_a_right_size",
        "Weight decay helps if its size is chosen right: decay 1 validates better than decay 3.",
        NOISE,
        lambda r: r.final("weight decay", "medium") - r.final("weight decay", "strong"),
        above=0, settings=MOONS, read=True,
    ),
    _helps(
        "augmentation",
        "Noise on the inputs while training smooths what the network learns, like a penalty: it "
        "raises the validation accuracy on noisy moons.",
        "Bishop 1995, abstract", MOONS,
    ),
    _helps(
        "dropout",
        "Dropout reduces overfitting: switching off half of the hidden units at random raises the "
        "validation accuracy on noisy moons.",
        "Srivastava et al. 2014, abstract", MOONS,
    ),
    _helps(
        "early stopping",
        "Stopping when the validation loss turns up gives a better network on noisy moons.",
        PRECHELT, MOONS, read=True,
    ),
    _helps(
        "label smoothing",
        "Label smoothing of 0.1 raises the validation accuracy on noisy moons.",
        ("Szegedy et al. 2016, section 7", "+0.2 points on ImageNet"), MOONS,
    ),
    _helps(
        "label smoothing",
        "Label smoothing keeps the network from being over-confident: its validation loss falls.",
        "Müller et al. 2019, abstract", MOONS, "loss",
    ),
    _helps(
        "batch norm",
        "Batch norm also acts as a regularizer: it raises the validation accuracy on noisy moons.",
        ("Ioffe & Szegedy 2015, abstract", "in some cases it makes dropout unnecessary"), MOONS,
    ),
    _helps(
        "augmentation",
        "Random changes that keep the class act like new data: rolling and scaling the "
        "signals of MNIST-1D raises the validation accuracy.",
        GOODFELLOW, SIGNALS,
    ),
    claim(
        "augmentation_worth_more_than_twice_the_data",
        "On MNIST-1D the augmentation raises validation accuracy more than doubling the data does.",
        GOODFELLOW, lambda r: r.final("augmentation", "medium") - r.final("more data", "weak"),
        above=0, settings=SIGNALS,
    ),
    _helps(
        "early stopping",
        "Stopping when the validation loss turns up gives higher accuracy on MNIST-1D too.",
        PRECHELT, SIGNALS, read=True,
    ),
    _helps(
        "more data",
        "Four times as many examples of clean digits raise the validation accuracy.",
        GOODFELLOW, IMAGES,
    ),
    _helps(
        "weight decay",
        "Weight decay raises the validation accuracy on clean digits too.",
        (KROGH, "in words: it suppresses components of the weights that are irrelevant"),
        IMAGES, read=True,
    ),
)  # fmt: skip

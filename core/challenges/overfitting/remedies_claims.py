"""What the literature says about the remedies, and how a run speaks to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from core.challenges.overfitting.tables.remedies import final, gain
from core.lab.claims import Claim
from core.lab.intervals import POINTS, Estimate, paired_difference
from core.lab.settings import Value

if TYPE_CHECKING:
    from core.challenges.overfitting.remedies import RemediesResult

    RemediesClaim = Claim[RemediesResult]

MOONS: Mapping[str, Value] = {"dataset": "two_moons"}
SIGNALS: Mapping[str, Value] = {
    "dataset": "mnist1d", "n_train": 500, "label_noise": 0.0, "width": 64, "steps": 1200,
}  # fmt: skip
IMAGES: Mapping[str, Value] = {"dataset": "digits", "n_train": 100, "label_noise": 0.0}


def against(
    remedy: str, level: str, other: str, other_level: str
) -> Callable[[RemediesResult], Estimate | None]:
    """Measure how much more validation accuracy one arm has than another, paired by seed."""

    def measure(result: RemediesResult) -> Estimate | None:
        ours = final(result, "validation", "accuracy", remedy, level)
        theirs = final(result, "validation", "accuracy", other, other_level)
        if not len(ours) or not len(theirs):
            return None
        return paired_difference(ours, theirs, POINTS)

    return measure


def _helps(
    remedy: str,
    sentence: str,
    source: str,
    settings: Mapping[str, Value],
    *,
    published: str = "",
    metric: str = "accuracy",
) -> RemediesClaim:
    """Claim that a remedy at its medium strength beats no remedy on validation examples."""
    name = f"{remedy}_{metric}_{settings['dataset']}".replace(" ", "_")
    return Claim(
        name=name,
        sentence=sentence,
        source=source,
        published=published,
        measure=lambda result: gain(result, remedy, "medium", metric),
        direction="above",
        threshold=0.0,
        settings=settings,
    )


CLAIMS = (
    _helps(
        "more data",
        "The surest remedy is more data: four times as many examples of the two moons raise the "
        "validation accuracy.",
        "Goodfellow et al. 2016, section 7.4",
        MOONS,
    ),
    _helps(
        "weight decay",
        "Weight decay suppresses some of the harm of wrong labels: it raises the validation "
        "accuracy on noisy moons.",
        "Krogh & Hertz 1991, abstract",
        MOONS,
    ),
    Claim(
        name="weight_decay_has_a_right_size",
        sentence="Weight decay helps if its size is chosen right: decay 1 validates better than "
        "decay 3.",
        source="Krogh & Hertz 1991, abstract",
        published="",
        measure=against("weight decay", "medium", "weight decay", "strong"),
        direction="above",
        threshold=0.0,
        settings=MOONS,
    ),
    _helps(
        "augmentation",
        "Noise on the inputs while training smooths what the network learns, like a penalty: it "
        "raises the validation accuracy on noisy moons.",
        "Bishop 1995, abstract",
        MOONS,
    ),
    _helps(
        "dropout",
        "Dropout reduces overfitting: switching off half of the hidden units at random raises the "
        "validation accuracy on noisy moons.",
        "Srivastava et al. 2014, abstract",
        MOONS,
    ),
    _helps(
        "early stopping",
        "Stopping when the validation loss turns up gives a better network on noisy moons.",
        "Prechelt 1998, section 1",
        MOONS,
    ),
    _helps(
        "label smoothing",
        "Label smoothing of 0.1 raises the validation accuracy on noisy moons.",
        "Szegedy et al. 2016, section 7",
        MOONS,
        published="+0.2 points on ImageNet",
    ),
    _helps(
        "label smoothing",
        "Label smoothing keeps the network from being over-confident: its validation loss falls.",
        "Müller et al. 2019, abstract",
        MOONS,
        metric="loss",
    ),
    _helps(
        "batch norm",
        "Batch norm also acts as a regularizer: it raises the validation accuracy on noisy moons.",
        "Ioffe & Szegedy 2015, abstract",
        MOONS,
        published="in some cases it makes dropout unnecessary",
    ),
    _helps(
        "augmentation",
        "Random changes that keep the class act like new data: rolling and scaling the "
        "signals of MNIST-1D raises the validation accuracy.",
        "Goodfellow et al. 2016, section 7.4",
        SIGNALS,
    ),
    Claim(
        name="augmentation_worth_more_than_twice_the_data",
        sentence="On MNIST-1D the augmentation raises validation accuracy more than doubling the "
        "data does.",
        source="Goodfellow et al. 2016, section 7.4",
        published="",
        measure=against("augmentation", "medium", "more data", "weak"),
        direction="above",
        threshold=0.0,
        settings=SIGNALS,
    ),
    _helps(
        "early stopping",
        "Stopping when the validation loss turns up gives higher accuracy on MNIST-1D too.",
        "Prechelt 1998, section 1",
        SIGNALS,
    ),
    _helps(
        "more data",
        "Four times as many examples of clean digits raise the validation accuracy.",
        "Goodfellow et al. 2016, section 7.4",
        IMAGES,
    ),
    _helps(
        "weight decay",
        "Weight decay raises the validation accuracy on clean digits too.",
        "Krogh & Hertz 1991, abstract",
        IMAGES,
    ),
)

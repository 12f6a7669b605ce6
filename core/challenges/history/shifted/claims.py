"""What the literature says about shifts, shuffling and the sceptical years."""

from collections.abc import Callable, Mapping

from core.challenges.history.shifted.config import (
    CENTRED,
    CNN,
    FARTHEST,
    MARGIN,
    MLP,
    SHUFFLED,
    SVM,
    WIDE_MARGIN,
    ShiftedResult,
)
from core.lab.claims import Claim, claim
from core.lab.scores import PerSeed
from core.lab.settings import Value

USUAL: Mapping[str, Value] = {"n_train": 600, "passes": 8, "penalty": 10.0}
LENET = "LeCun et al. 1998, section II.A"
RANDOMIZED = "Ivan 2019, abstract"
CLOSE = "two points are twice the sampling error of 597 test digits, nearly all of them right"


def _ahead(
    name: str,
    sentence: str,
    source: str | tuple[str, str],
    measure: Callable[[ShiftedResult], PerSeed],
    read: bool = False,
) -> Claim[ShiftedResult]:
    """Claim that a measure is over zero in a run with the usual training."""
    return claim(name, sentence, source, measure, above=0, settings=USUAL, read=read)


CLAIMS: tuple[Claim[ShiftedResult], ...] = (
    _ahead(
        "mlp_has_no_shifts",
        "A fully connected network has no built-in invariance to shifts: moved by four pixels, "
        "fewer digits are right.",
        LENET, lambda r: r.accuracy(MLP) - r.accuracy(MLP, FARTHEST),
    ),
    _ahead(
        "convolution_bears_shifts",
        "A convolutional network that pools bears shifts it was never trained on: at four pixels "
        "it gets more digits right than the MLP.",
        LENET, lambda r: r.accuracy(CNN, FARTHEST) - r.accuracy(MLP, FARTHEST),
    ),
    _ahead(
        "svm_has_no_shifts",
        "Invariances have to be put into an SVM: at four pixels one with plain Gaussian kernels "
        "gets fewer digits right than the CNN.",
        ("Chapelle & Schölkopf 2001, abstract", "in words: the kernel should incorporate them"),
        lambda r: r.accuracy(CNN, FARTHEST) - r.accuracy(SVM, FARTHEST), read=True,
    ),
    _ahead(
        "examples_teach_shifts",
        "Moved examples teach what is not built in: an MLP trained on digits anywhere gets more "
        "right, in the mean over all shifts.",
        LENET, lambda r: r.anywhere(MLP) - r.anywhere(MLP, CENTRED),
    ),
    _ahead(
        "constraints_help_to_generalize",
        "Knowledge of the task in the architecture greatly enhances generalization: trained on as "
        "many digits anywhere, the CNN gets more right than the MLP.",
        ("LeCun et al. 1989, abstract", "in words: greatly enhanced by constraints"),
        lambda r: r.anywhere(CNN) - r.anywhere(MLP), read=True,
    ),
    claim(
        "svm_does_as_well",
        "Support vector machines do as well as networks on digits: in the middle of the canvas the "
        "SVM is at most two points behind the MLP.",
        "Cortes & Vapnik 1995, section on digit recognition",
        lambda r: r.accuracy(SVM) - r.accuracy(MLP), above=-MARGIN, settings=USUAL, reason=CLOSE,
    ),
    _ahead(
        "convolution_lives_by_neighbours",
        "Convolution lives by which pixels are neighbours: with shuffled pixels the CNN gets "
        "fewer digits right.",
        (RANDOMIZED, "in words: performs poorly"), lambda r: -r.shuffling(CNN), read=True,
    ),
    _ahead(
        "the_advantage_is_the_arrangement",
        "The CNN is ahead by the arrangement of the pixels alone: with shuffled pixels the MLP "
        "gets more digits right.",
        (RANDOMIZED, "in words: in contrast to a multilayer perceptron"),
        lambda r: r.anywhere(MLP, SHUFFLED) - r.anywhere(CNN, SHUFFLED), read=True,
    ),
    claim(
        "mlp_does_not_mind",
        "The MLP does not mind: with shuffled pixels it gets as many digits right, to four points.",
        (RANDOMIZED, "in words: should not be affected"),
        lambda r: abs(r.shuffling(MLP).estimate), below=WIDE_MARGIN, settings=USUAL,
        reason="four points are twice the sampling error of 597 test digits, half of them right",
        read=True,
    ),
)  # fmt: skip

"""What the authors of MNIST-1D report, and how a run speaks to it."""

from collections.abc import Callable, Mapping

from core.challenges.history.mnist1d.config import (
    AS_IS,
    KINDS,
    MARGIN,
    PUBLISHED,
    SHUFFLED,
    Mnist1dResult,
)
from core.lab.claims import Claim, claim
from core.lab.scores import PerSeed
from core.lab.settings import Value

TABLE = "Greydanus & Kobak 2024, README of the data set, table"
FULL: Mapping[str, Value] = {"n_train": 4000, "steps": 800, "rate": 1.0}
CLOSE = "three points are twice the sampling error of 1000 test signals"


def _ahead(
    name: str, sentence: str, told: str, measure: Callable[[Mnist1dResult], PerSeed]
) -> Claim[Mnist1dResult]:
    """Claim that one entry of the table is above another."""
    return claim(name, sentence, (TABLE, told), measure, above=0, settings=FULL, read=True)


def _as_published(kind: str) -> Claim[Mnist1dResult]:
    """Claim that a network gets within three points of the published number."""
    told = f"{100 * PUBLISHED[KINDS[kind], AS_IS]:.0f}%"
    return claim(
        f"as_published_{kind}",
        f"Trained anew, the {KINDS[kind]} network is within three points of the published {told}.",
        (TABLE, told), lambda r: abs(r.from_published(kind).estimate), below=MARGIN,
        settings=FULL, read=True, reason=CLOSE,
    )  # fmt: skip


CLAIMS: tuple[Claim[Mnist1dResult], ...] = (
    _ahead(
        "hidden_layers_help", "Hidden layers help: the MLP gets more signals right than logistic "
        "regression.", "68% against 32%", lambda r: r.accuracy("mlp") - r.accuracy("logistic"),
    ),
    _ahead(
        "convolution_helps", "Convolution helps: the CNN gets more signals right than the MLP.",
        "94% against 68%", lambda r: r.accuracy("cnn") - r.accuracy("mlp"),
    ),
    _ahead(
        "recurrence_helps", "Reading in order helps: the GRU gets more signals right than the MLP.",
        "91% against 68%", lambda r: r.accuracy("gru") - r.accuracy("mlp"),
    ),
    _ahead(
        "the_advantage_is_the_order", "The CNN lives by the order of the samples: where they are "
        "shuffled, the MLP gets more signals right.", "68% against 56%",
        lambda r: r.accuracy("mlp", SHUFFLED) - r.accuracy("cnn", SHUFFLED),
    ),
    claim(
        "mlp_does_not_mind", "The MLP does not mind: shuffled or not, it gets as many signals "
        "right, to three points.", (TABLE, "68% and 68%"),
        lambda r: abs(r.shuffling("mlp").estimate), below=MARGIN, settings=FULL, read=True,
        reason=CLOSE,
    ),
    *(_as_published(kind) for kind in KINDS),
)  # fmt: skip

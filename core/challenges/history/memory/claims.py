"""What the literature says about memory, and how a run speaks to it."""

from collections.abc import Callable, Mapping

from core.challenges.history.memory.config import MemoryResult
from core.lab.claims import Claim, claim
from core.lab.scores import PerSeed
from core.lab.settings import Value
from core.models.recall_plans import ATTENTION, BIASED, GATED, IDENTITY, LONG, OPEN, PLAIN

FORTY: Mapping[str, Value] = {"longest": 40}
TRAINED: Mapping[str, Value] = {**FORTY, "noise": 0.2, "steps": 200, "learning_rate": 0.01}
DIFFICULT = "Bengio, Simard & Frasconi 1994, abstract"
CHUNG = "Chung et al. 2014, abstract"


def _ahead(
    name: str,
    sentence: str,
    source: str | tuple[str, str],
    measure: Callable[[MemoryResult], PerSeed],
    read: bool = True,
) -> Claim[MemoryResult]:
    """Claim that a measure is over zero in a run with the usual delays."""
    return claim(name, sentence, source, measure, above=0, settings=TRAINED, read=read)


CLAIMS: tuple[Claim[MemoryResult], ...] = (
    claim(
        "gradients_vanish_through_time",
        "In a plain RNN what was read 40 steps ago gets a smaller gradient than what is read last.",
        "Hochreiter 1991, chapter 3", lambda r: r.lost(PLAIN, 40), below=0, settings=FORTY,
    ),
    claim(
        "they_vanish_exponentially_in_time",
        "They vanish exponentially: twice the delay loses more than one and a half times as many "
        "powers of ten.",
        "Hochreiter 1991, chapter 3", lambda r: r.lost(PLAIN, 40) - 1.5 * r.lost(PLAIN, 20),
        below=0, settings=FORTY,
        reason="a loss that is exponential in the delay doubles its powers of ten; the steps at "
        "both ends differ from those between, so less is asked for",
    ),
    _ahead(
        "longer_is_harder",
        "Gradient descent finds it harder to learn what spans longer: plain RNNs name fewer "
        "symbols rightly after 40 steps than after 10.",
        (DIFFICULT, "in words: increasingly difficult as the duration increases"),
        lambda r: r.accuracy(PLAIN, 10) - r.accuracy(PLAIN, 40),
    ),
    _ahead(
        "constant_error_carousels",
        "Cells that keep all they hold bridge longer gaps than plain RNNs: the LSTM of 1997 names "
        "more symbols rightly after 40 steps.",
        ("Hochreiter & Schmidhuber 1997, abstract", "in words: in excess of 1000 steps"),
        lambda r: r.gain(OPEN, PLAIN, 40),
    ),
    _ahead(
        "identity_start",
        "A plain RNN of rectifiers that starts with the identity learns long gaps: it names more "
        "symbols rightly after 40 steps than one that starts at random.",
        "Le, Jaitly & Hinton 2015, abstract", lambda r: r.gain(IDENTITY, PLAIN, 40),
    ),
    _ahead(
        "gates_beat_tanh",
        "Gated units are better than plain ones: GRUs name more symbols rightly after 20 steps "
        "than plain RNNs.",
        (CHUNG, "in words: indeed better than tanh units"), lambda r: r.gain(GATED, PLAIN, 20),
    ),
    _ahead(
        "forget_bias",
        "An LSTM needs a large bias of its forget gate to learn long gaps: with 4 it names more "
        "symbols rightly after 40 steps than with 1.",
        "Jozefowicz, Zaremba & Sutskever 2015, section on initialization",
        lambda r: r.gain(BIASED, LONG, 40), read=False,
    ),
    claim(
        "attention_has_short_paths",
        "Attention reaches every step at once: the gradient at the symbol is within a factor of "
        "ten of that at the last step.",
        ("Vaswani et al. 2017, Table 1", "in words: paths of constant length"),
        lambda r: abs(r.lost(ATTENTION, 40).estimate), below=1.0, settings=FORTY,
        reason="one power of ten; a path of 40 steps loses many",
    ),
)  # fmt: skip

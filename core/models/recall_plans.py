"""Units that read a sequence and answer at its end: their names, and what they cost; no PyTorch."""

from __future__ import annotations

from collections.abc import Mapping

PLAIN, IDENTITY, GATED = "RNN", "RNN, identity start", "GRU"
LONG, BIASED, OPEN = "LSTM", "LSTM, forget bias 4", "LSTM of 1997"
ATTENTION = "attention"
ALWAYS = 20.0
"""Bias of a gate that never closes: its sigmoid is 1 in single precision."""
FORGET_BIASES = {LONG: 1.0, BIASED: 4.0, OPEN: ALWAYS}
"""What forget gates begin with; the cell of 1997 had none, so that it kept everything."""
STACKS: Mapping[str, tuple[str, ...]] = {
    PLAIN: (PLAIN,), IDENTITY: (IDENTITY,), GATED: (GATED,), LONG: (LONG, BIASED, OPEN),
    ATTENTION: (ATTENTION,),
}  # fmt: skip
"""By kind of units, the arms that are trained side by side."""
ARMS = tuple(arm for arms in STACKS.values() for arm in arms)
PARTS = {PLAIN: 1, IDENTITY: 1, GATED: 3, LONG: 4, ATTENTION: 1}
"""Sums that a unit makes at every step: one, and one for each gate."""
INPUTS = 2
"""Numbers at each step: the symbol or noise, and whether it is the symbol."""


def answer_flops(kind: str, length: int, width: int) -> float:
    """Operations of the matrix products of one answer.

    Args:
        kind: One of `STACKS`.
        length: Steps that are read.
        width: Units side by side.
    """
    wide = PARTS[kind] * width
    if kind == ATTENTION:
        # One query, the last step's; keys and values of all.
        return 2.0 * (length * width * (INPUTS + 2 * width + 2) + width**2 + width)
    return 2.0 * (length * wide * (INPUTS + width) + width)


def training_flops(kind: str, length: int, width: int) -> float:
    """Likewise of one sequence in training: nothing asks what the inputs should have been."""
    into = 2.0 * length * INPUTS * PARTS[kind] * width
    return 3 * answer_flops(kind, length, width) - into

"""Gated recurrent units for a stack of networks (Cho et al. 2014)."""

from __future__ import annotations

import torch
from torch import Tensor


def last_state(inputs: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """Read sequences and return the state at their end, as `torch.nn.GRU` computes it.

    Args:
        inputs: What each step feeds the reset gate, the update gate and the candidate, biases
            included: `(K, B, length, 3 * units)`.
        weight: From the state to the same three, `(K, units, 3 * units)`,
        bias: and its bias, `(K, 1, 3 * units)`.

    Returns:
        `(K, B, units)`.
    """
    state = torch.zeros(*inputs.shape[:2], weight.shape[1])
    for told in inputs.unbind(2):
        fed, own = told.chunk(3, 2), torch.baddbmm(bias, state, weight).chunk(3, 2)
        reset, keep = (fed[0] + own[0]).sigmoid(), (fed[1] + own[1]).sigmoid()
        state = keep * state + (1 - keep) * (fed[2] + reset * own[2]).tanh()
    return state

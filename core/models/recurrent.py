"""Recurrent units for a stack of networks: gated ones (Cho et al. 2014), and plain ones."""

from __future__ import annotations

from typing import Any

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


class PlainStates(torch.autograd.Function):
    """States of plain units after each step, `(T, K, H, B)`, with their gradient written out.

    Arguments are the inputs `(T, K, I, B)`; the weights from state and inputs, in this order, to
    the units, `(K, H, H + I)`; and whether units rectify (ReLU) or squash (tanh). The first state
    is zero. A bias is the weight of an input that is always one.
    """

    @staticmethod
    def forward(ctx: Any, inputs: Tensor, weights: Tensor, rectified: bool) -> Tensor:
        """Go through the steps."""
        size = weights.shape[1]
        known = with_room(inputs, size)
        for now, after in zip(known[:-1], known[1:, :, :size], strict=True):
            sums = torch.bmm(weights, now)
            torch.clamp_min(sums, 0, out=after) if rectified else torch.tanh(sums, out=after)
        ctx.rectified = rectified
        ctx.save_for_backward(known, weights)
        return known[1:, :, :size]

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, Tensor, None]:
        """Go back through the steps."""
        known, weights = ctx.saved_tensors
        size, turned = weights.shape[1], weights.mT.contiguous()
        told, learned = torch.empty_like(known[:-1]), torch.zeros_like(weights)
        over = torch.zeros_like(known[0, :, :size])
        for here, now, after, back in reversed(
            [*zip(grads[0], known[:-1], known[1:, :, :size], told, strict=True)]
        ):
            slope = (after > 0).to(after.dtype) if ctx.rectified else 1 - after.square()
            own = slope.mul_(here + over)
            torch.baddbmm(learned, own, now.mT, out=learned)
            over = torch.bmm(turned, own, out=back)[:, :size]
        return told[:, :, size:], learned, None


def with_room(inputs: Tensor, size: int) -> Tensor:
    """Inputs `(T, K, I, B)` below zeros for as many states, and one more step: for the last."""
    steps, units, own, batch = inputs.shape
    known = inputs.new_zeros(steps + 1, units, size + own, batch)
    known[:-1, :, size:] = inputs
    return known

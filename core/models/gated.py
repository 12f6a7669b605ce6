"""Gated recurrent units (Cho et al. 2014), many side by side, with their gradient written out.

Autograd would follow every operation of every step; here what does not hang on the step before is
computed for all steps at once. Examples lie along the last axis, so that a gate is one piece of
memory.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor


class States(torch.autograd.Function):
    """States of the units after each step, `(T, K, H, B)`, beginning with zeros.

    Arguments are what the inputs say, `(T, K, 3 * H, B)`, in the order of `torch.nn.GRU`: reset,
    keep and new; the weights from state to state `(K, 3 * H, H)`; their biases `(K, 3 * H, 1)`.
    """

    @staticmethod
    def forward(ctx: Any, seen: Tensor, back: Tensor, bias: Tensor) -> Tensor:
        """Go through the steps, and keep what the way back needs."""
        steps, units, wide, batch = seen.shape
        size = wide // 3
        states = seen.new_zeros(steps + 1, units, size, batch)
        said, gates = torch.empty_like(seen), seen.new_empty(steps, units, 2 * size, batch)
        new = seen.new_empty(steps, units, size, batch)
        for heard, own, gate, fresh, before, after in zip(
            seen, said, gates, new, states[:-1], states[1:], strict=True
        ):
            torch.baddbmm(bias, back, before, out=own)
            torch.add(heard[:, : 2 * size], own[:, : 2 * size], out=gate).sigmoid_()
            torch.addcmul(heard[:, 2 * size :], gate[:, :size], own[:, 2 * size :], out=fresh)
            torch.lerp(fresh.tanh_(), before, gate[:, size:], out=after)
        ctx.save_for_backward(states, gates, new, said, back)
        return states[1:]

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Go back through the steps; what is multiplied at each is made for all at once."""
        states, gates, new, said, back = ctx.saved_tensors
        size = new.shape[2]
        reset, keep = gates.split(size, 2)
        to_new = (1 - keep) * (1 - new.square())
        to_reset = said[:, :, 2 * size :] * reset * (1 - reset)
        to_keep = (states[:-1] - new) * keep * (1 - keep)
        # Of the sums inside the gates: as the states before enter them, and as the inputs do.
        own, inner, over = torch.empty_like(said), torch.empty_like(new), torch.zeros_like(new[0])
        turned, told = back.transpose(1, 2).contiguous(), grads[0].contiguous()
        for step in reversed(range(len(new))):
            here, into = told[step] + over, own[step]
            torch.mul(here, to_new[step], out=inner[step])
            torch.mul(inner[step], to_reset[step], out=into[:, :size])
            torch.mul(here, to_keep[step], out=into[:, size : 2 * size])
            torch.mul(inner[step], reset[step], out=into[:, 2 * size :])
            over = torch.baddbmm(here.mul_(keep[step]), turned, into)
        flat, before = (
            part.transpose(0, 1).transpose(1, 2).flatten(2) for part in (own, states[:-1])
        )
        heard = torch.cat([own[:, :, : 2 * size], inner], 2)
        return heard, flat @ before.transpose(1, 2), own.sum((0, 3)).unsqueeze(2)

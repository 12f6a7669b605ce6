"""Gated recurrent units (Cho et al. 2014) and long short-term memory, many side by side.

Their gradient is written out: autograd would follow every operation of every step. Examples lie
along the last axis, so that a gate is one piece of memory.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from core.models.recurrent import with_room


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


class LongStates(torch.autograd.Function):
    """Outputs of memory cells after each step, `(T, K, H, B)`; cells begin empty.

    Arguments are the inputs `(T, K, I, B)`, and the weights from outputs and inputs, in this
    order, to new content, input gate, forget gate (Gers et al. 2000) and output gate, in this
    order: `(K, 4 * H, H + I)`. A bias is the weight of an input that is always one.
    """

    @staticmethod
    def forward(ctx: Any, inputs: Tensor, weights: Tensor) -> Tensor:
        """Go through the steps, and keep what the way back needs."""
        size, (steps, units, _, batch) = weights.shape[1] // 4, inputs.shape
        known, cells = with_room(inputs, size), inputs.new_zeros(steps + 1, units, size, batch)
        parts, shown = (inputs.new_empty(steps, units, wide, batch) for wide in (4 * size, size))
        gates = parts[:, :, size:]
        for now, said, before, after, part, gate, tell, new, enter, keep, out in zip(
            known[:-1], known[1:, :, :size], cells[:-1], cells[1:], parts, gates, shown,
            *parts.split(size, 2), strict=True,
        ):  # fmt: skip
            torch.bmm(weights, now, out=part)
            new.tanh_()
            gate.sigmoid_()
            torch.mul(keep, before, out=after).addcmul_(enter, new)
            torch.mul(out, torch.tanh(after, out=tell), out=said)
        ctx.save_for_backward(known, cells, parts, shown, weights)
        return known[1:, :, :size]

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, Tensor]:
        """Go back through the steps."""
        known, cells, parts, shown, weights = ctx.saved_tensors
        size, turned = shown.shape[2], weights.mT.contiguous()
        told, learned = torch.empty_like(known[:-1]), torch.zeros_like(weights)
        own, slopes = torch.empty_like(parts[0]), torch.empty_like(parts[0, :, size:])
        to_new, to_enter, to_keep, to_out = own.split(size, 1)
        of_enter, of_keep, of_out = slopes.split(size, 1)
        over, held = torch.zeros_like(cells[0]), torch.zeros_like(cells[0])
        for heard, now, before, tell, gate, back, new, enter, keep, out in reversed(
            [*zip(grads[0], known[:-1], cells[:-1], shown, parts[:, :, size:], told,
                  *parts.split(size, 2), strict=True)]
        ):  # fmt: skip
            here = heard + over
            torch.addcmul(gate, gate, gate, value=-1, out=slopes)
            held.addcmul_(here * out, 1 - tell.square())
            torch.mul(held * enter, 1 - new.square(), out=to_new)
            torch.mul(held * new, of_enter, out=to_enter)
            torch.mul(held * before, of_keep, out=to_keep)
            torch.mul(here * tell, of_out, out=to_out)
            held.mul_(keep)
            torch.baddbmm(learned, own, now.mT, out=learned)
            over = torch.bmm(turned, own, out=back)[:, :size]
        return told[:, :, size:], learned

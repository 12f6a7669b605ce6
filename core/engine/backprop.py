"""One training pass of a stack: forward and backward written out, into buffers kept between steps.

Activations are `(K, units + 1, batch)` with a last row of ones, so that biases and their
gradients come out of the same matrix products as the weights. In bfloat16 all of these are short
copies; the loss at the top, and the gradients that the optimizer reads, have 32 bits.
"""

from __future__ import annotations

import torch

from core.engine.job import Precision
from core.engine.losses import Losses
from core.engine.stack import EPSILON, Blocks, Shape, Stack

RUNNING_MOMENTUM = 0.1
"""Share of the newest batch in batch norm's running statistics, as in torch.nn.BatchNorm1d."""
FEW_INPUTS = 16
"""Up to here inputs are copied into the layout of activations: products of thin transposed
matrices are slow, by more than the copy costs."""
_relu_backward = torch.ops.aten.threshold_backward.grad_input
_norm_backward = torch.ops.aten.native_batch_norm_backward.default


class Room:
    """What a training step writes and the next one overwrites; stacks in turn can share it.

    Attributes:
        batch: Inputs, a one and the target of each example, `(K, batch, n_features + 1 + targets)`.
        gradients: Of the weights, 32 bits.
        found: The same in the kind that products have.
        active: Per hidden layer its activations and a last row of ones, `(K, width + 1, batch)`.
        errors: Per hidden layer the loss's derivative by its activations, `(K, width, batch)`.
        top: The outputs, `(K, outputs, batch)`.
    """

    def __init__(self, shape: Shape, count: int, batch_size: int, precision: Precision) -> None:
        """Allocate it for `count` models."""
        kind = torch.float32 if precision == "float32" else torch.bfloat16
        width = shape.n_features + 1
        self.batch = torch.empty(count, batch_size, width + shape.n_outputs)
        self.gradients = Blocks(shape, count)
        short = kind != torch.float32
        self.found = Blocks(shape, count, kind) if short else self.gradients
        copied = short or width <= FEW_INPUTS
        self.copy = torch.empty(count, width, batch_size, dtype=kind) if copied else None
        self.active = [torch.ones(count, h + 1, batch_size, dtype=kind) for h in shape.hidden]
        self.errors = [torch.empty(count, h, batch_size, dtype=kind) for h in shape.hidden]
        self.top = torch.empty(count, shape.n_outputs, batch_size, dtype=kind)
        self.logits = self.top.float()
        self.output_errors = torch.empty_like(self.logits)


class Backprop:
    """Computes the gradients of a stack's mean training losses.

    Attributes:
        batch: Rows of the current step, see `Room`.
        gradients: Filled by `run`.
        masks: Per hidden layer what dropout multiplies activations with, `(K, width, batch)`.
        losses: Of the models, where they are not all plain cross-entropy.
    """

    def __init__(
        self,
        stack: Stack,
        batch_size: int,
        smoothing: torch.Tensor | None,
        room: Room | None = None,
    ) -> None:
        """Lay out the buffers.

        Args:
            stack: The models.
            batch_size: Examples per step.
            smoothing: Label smoothing per model `(K, 1, 1)`, or None for none at all.
            room: For as many models of the same shape; a new one by default.
        """
        shape, count, precision = stack.shape, len(stack.jobs), stack.jobs[0].precision
        room = room or Room(shape, count, batch_size, precision)
        self.stack, self._smoothing, self._scale = stack, smoothing, 1 / batch_size
        self._short = precision != "float32"
        self.batch, self.gradients, self._found = room.batch, room.gradients, room.found
        self._weights = Blocks(shape, count, torch.bfloat16) if self._short else stack.weights
        width = shape.n_features + 1
        self._inputs, self._target = self.batch[:, :, :width].mT, self.batch[:, :, width:].mT
        self._copy, self._ones_added, self._errors = room.copy, room.active, room.errors
        self._active = [a[:, :-1] for a in self._ones_added]
        self._top, self._logits, self._output_errors = room.top, room.logits, room.output_errors
        self._transposed = [w.mT for w in self._weights.layers]
        self._without_bias = [w[:, :-1] for w in self._weights.layers]
        self._saved: list[tuple[torch.Tensor, ...]] = [()] * len(shape.hidden)
        self.masks: list[torch.Tensor] = []
        self.losses: Losses | None = None

    def run(self) -> None:
        """Turn `batch` into `gradients`."""
        if self._short:
            self._weights.flat.copy_(self.stack.weights.flat)
        self._forward()
        self._output_error()
        self._backward()
        if self._short:
            self.gradients.flat.copy_(self._found.flat)

    def _forward(self) -> None:
        below = self._inputs if self._copy is None else self._copy.copy_(self._inputs)
        for layer, active in enumerate(self._active):
            z = torch.bmm(self._transposed[layer], below, out=self._errors[layer])
            if self.stack.shape.batch_norm:
                z = self._normalised(layer, z)
            torch.clamp_min(z, 0, out=active)
            if self.masks:
                active.mul_(self.masks[layer])
            below = self._ones_added[layer]
        torch.bmm(self._transposed[-1], below, out=self._top)
        if self._short:
            self._logits.copy_(self._top)

    def _output_error(self) -> None:
        # For any number of classes: probability minus target, over the batch size.
        target = self._target
        if self._smoothing is not None:
            classes = max(2, self.stack.shape.n_outputs)
            target.mul_(1 - self._smoothing).add_(self._smoothing / classes)
        if self.losses is not None:
            self.losses.shift(self._logits)
        if self.stack.shape.n_outputs == 1:
            torch.sigmoid(self._logits, out=self._output_errors)
        else:
            torch.softmax(self._logits, 1, out=self._output_errors)
        losses = self.losses
        weights = None if losses is None else losses.weights(self._output_errors, target)
        self._output_errors.sub_(target).mul_(self._scale)
        if weights is not None:
            self._output_errors.mul_(weights)

    def _backward(self) -> None:
        error = self._top.copy_(self._output_errors) if self._short else self._output_errors
        for layer in range(len(self._active), 0, -1):
            below = self._ones_added[layer - 1]
            torch.bmm(below, error.mT, out=self._found.layers[layer])
            self._drop_bias(layer)
            error = self._error_below(layer, error)
        inputs = self._inputs if self._copy is None else self._copy
        torch.bmm(inputs, error.mT, out=self._found.layers[0])
        self._drop_bias(0)

    def _error_below(self, layer: int, error: torch.Tensor) -> torch.Tensor:
        below, active = self._errors[layer - 1], self._active[layer - 1]
        weights = self._without_bias[layer]
        if error.shape[1] == 1:
            torch.mul(weights, error, out=below)
        else:
            torch.bmm(weights, error, out=below)
        if self.masks:
            below.mul_(self.masks[layer - 1])
        _relu_backward(below, active, 0, grad_input=below)
        return self._before_norm(layer - 1, below) if self.stack.shape.batch_norm else below

    def _drop_bias(self, layer: int) -> None:
        if self.stack.shape.batch_norm and layer < len(self._active):
            self.gradients.layers[layer][:, -1].zero_()

    def _normalised(self, layer: int, z: torch.Tensor) -> torch.Tensor:
        # One channel per model and unit: statistics never mix models.
        scale, shift = (block.flatten() for block in self.stack.weights.norms[layer])
        mean, variance = self.stack.running[layer]
        z = z.view(1, -1, z.shape[-1]).clone()
        out, *saved = torch.native_batch_norm(
            z, scale, shift, mean, variance, True, RUNNING_MOMENTUM, EPSILON
        )
        self._saved[layer] = (z, *saved)
        return out.view_as(self._errors[layer])

    def _before_norm(self, layer: int, error: torch.Tensor) -> torch.Tensor:
        scale, _ = self.stack.weights.norms[layer]
        z, mean, inverse = self._saved[layer]
        below, d_scale, d_shift = _norm_backward(
            error.view_as(z), z, scale.flatten(), *self.stack.running[layer],
            mean, inverse, True, EPSILON, [True, True, True],
        )  # fmt: skip
        for gradient, found in zip(self.gradients.norms[layer], (d_scale, d_shift), strict=True):
            gradient.copy_(found.view_as(gradient))
        before: torch.Tensor = below.view_as(error)
        return before

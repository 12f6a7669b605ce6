"""A convolutional network for digits on a canvas that pools over all of it."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from core.lab.seeding import torch_generator
from core.models.shape_cnn import Convolution, Head

CHANNELS = (8, 24)


class CanvasCNN(nn.Module):
    """Two convolutions, each seeing every pixel, and of each channel the largest value anywhere.

    Between them it halves the canvas: what is moved by two pixels away from the border finds the
    same values elsewhere, what is moved by one does not quite. ReLU comes after pooling, which
    gives the same and costs less.
    """

    def __init__(self, n_classes: int, *, seed: int) -> None:
        """Draw the weights, as `nn.Conv2d` and `nn.Linear` do by default.

        Args:
            n_classes: Outputs.
            seed: Of the run.
        """
        super().__init__()
        first, second = CHANNELS
        self.conv1 = Convolution(1, first, kernel_size=3, padding=1)
        self.conv2 = Convolution(first, second, kernel_size=3, padding=1)
        self.head = Head(second, n_classes)
        with torch.no_grad():
            for name, layer in self.named_children():
                generator = torch_generator(seed, "canvas weights", name)
                weight, bias = layer.parameters()
                bound = weight[0].numel() ** -0.5
                for part in (weight, bias):
                    part.uniform_(-bound, bound, generator=generator)

    def forward(self, images: Tensor) -> Tensor:
        """Logits `(n, n_classes)` of pictures `(n, 1, side, side)`."""
        found = functional.max_pool2d(self.conv1(images), 2).relu()
        sums = self.conv2(found)
        return self.head(functional.max_pool2d(sums, sums.shape[2]).flatten(1).relu())

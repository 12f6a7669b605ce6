"""A small convolutional network whose every part the explanation methods can look into."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from core.lab.seeding import torch_generator

CHANNELS = (8, 16, 32)


class Convolution(nn.Conv2d):
    """Draws nothing: torch would use its global generator, which another thread may be using.

    The network that it belongs to draws its weights.
    """

    def reset_parameters(self) -> None:
        """Leave the weights to `ShapeCNN.randomise`."""


class Head(nn.Linear):
    """Draws nothing either."""

    def reset_parameters(self) -> None:
        """Leave the weights to `ShapeCNN.randomise`."""


class ShapeCNN(nn.Module):
    """Three convolutions, the largest value of each channel, and a linear layer.

    Every activation is an `nn.ReLU` of its own: explanation methods that replace the gradient of
    an activation find it by its module, and fail silently or loudly on functions and on modules
    that are used twice.

    Attributes:
        side: Pixels on a side of the pictures it takes: 8, or a multiple of 28.
        layers: Names of the layers with weights, from the input to the output.
    """

    layers = ("conv1", "conv2", "conv3", "head")

    def __init__(self, n_classes: int, *, side: int, seed: int) -> None:
        """Draw the weights, as `nn.Conv2d` and `nn.Linear` do by default.

        Args:
            n_classes: Outputs.
            side: Of the pictures; a large picture is halved twice, one of 8 pixels is not.
            seed: Of the run.
        """
        super().__init__()
        self.side, self.n_classes, large = side, n_classes, side > 8
        first, second, third = CHANNELS if large else (16, 32, 32)
        kernel, stride, padding = (5, 2, 2) if large else (3, 1, 0)
        self.conv1 = Convolution(1, first, kernel, stride, padding)
        self.relu1 = nn.ReLU()
        self.conv2 = Convolution(first, second, kernel_size=3, padding=1)
        self.relu2 = nn.ReLU()
        self.halve = nn.MaxPool2d(2)
        self.conv3 = Convolution(second, third, kernel_size=3, padding=1)
        self.relu3 = nn.ReLU()
        self.largest = nn.MaxPool2d(side // 4) if large else nn.Identity()
        self.head = Head(third * (1 if large else 9), n_classes)
        for layer in self.layers:
            self.randomise(layer, seed)

    def randomise(self, layer: str, seed: int) -> None:
        """Draw one layer's weights anew; the same seed gives the same weights."""
        module = getattr(self, layer)
        generator = torch_generator(seed, "weights", layer)
        bound = module.weight[0].numel() ** -0.5
        with torch.no_grad():
            module.weight.uniform_(-bound, bound, generator=generator)
            module.bias.uniform_(-bound, bound, generator=generator)

    def forward(self, images: Tensor) -> Tensor:
        """Logits `(n, n_classes)` of pictures `(n, 1, side, side)`."""
        found = self.relu2(self.conv2(self.relu1(self.conv1(images))))
        found = self.relu3(self.conv3(self.halve(found)))
        return self.head(self.largest(found).flatten(1))

    def resized(self, side: int) -> ShapeCNN:
        """Return a network of the same weights for pictures of another size (multiples of 28)."""
        other = ShapeCNN(self.n_classes, side=side, seed=0)
        other.load_state_dict(self.state_dict())
        return other.train(False)

"""Training, asking and keeping one `ShapeCNN`; torch is imported when the first one is trained."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from core.data.picture_sets import Pictures
from core.lab.run import Cost
from core.lab.seeding import numpy_generator

if TYPE_CHECKING:
    from torch import Tensor, nn

    from core.models.shape_cnn import ShapeCNN

Change = Callable[["ShapeCNN", "Tensor", "Tensor"], "Tensor"]
"""Network so far, pictures, labels -> the pictures it learns from in their place."""
NetT = TypeVar("NetT", bound="nn.Module")
BATCH = 64
PEAK_RATE = {28: 0.01, 16: 0.02, 8: 0.01}
"""Largest learning rate of Adam, by the pictures' side; it rises and falls linearly."""
WARM_SHARE = 0.25
LAYERS = {
    28: ((14, 25, 8), (14, 72, 16), (7, 144, 32), (1, 32, 5)),
    16: ((16, 9, 8), (8, 72, 24), (1, 24, 10)),
    8: ((6, 9, 16), (6, 144, 32), (3, 288, 32), (1, 288, 10)),
}
"""Of `ShapeCNN`, and of `CanvasCNN` at 16, by the pictures' side: places on a side, inputs and
outputs of each layer."""
SECONDS = {28: 8e-5, 16: 4e-5, 8: 4e-5}
"""Of training on one picture once, by its side."""
CHUNK = 256
"""Pictures evaluated at once."""


def steps_of(n_train: int, epochs: int) -> int:
    """How many batches `train` takes."""
    return epochs * max(1, n_train // BATCH)


def forward_flops(side: int) -> float:
    """Operations of the answer to one picture of 28, 16 or 8 pixels on a side."""
    return sum(_layer_flops(side))


def _layer_flops(side: int) -> list[float]:
    return [2.0 * places**2 * inputs * outputs for places, inputs, outputs in LAYERS[side]]


def expected_cost(side: int, trained: float, passes: float, seconds: float) -> Cost:
    """Expected cost of training networks and of asking them.

    Args:
        side: Of the pictures, a key of `LAYERS`.
        trained: Pictures trained on, each as often as it is.
        passes: How often a picture goes through a network besides; a way back counts as one.
        seconds: Of everything but training.
    """
    forward = forward_flops(side)
    # Nothing asks what the pixels should have been.
    training = 3 * forward - _layer_flops(side)[0]
    return Cost(training * trained + forward * passes, SECONDS[side] * trained + seconds)


def train(
    data: Pictures,
    seed: int,
    epochs: int,
    change: Change | None = None,
    look: Callable[[int, ShapeCNN], None] | None = None,
) -> Generator[int, None, ShapeCNN]:
    """Train one network; yields the number of batches taken, after each of them.

    Args:
        data: Its training pictures are used, shuffled anew in each epoch.
        seed: Of the initial weights and the order.
        epochs: Passes over the training pictures.
        change: What is done to the pictures of a batch before each step; nothing when None.
        look: Called before each batch with the number of batches taken and the network so far,
            which it must leave as it is.

    Returns:
        The network, in evaluation mode.
    """
    from core.models.shape_cnn import ShapeCNN

    net = ShapeCNN(data.n_classes, side=data.side, seed=seed)
    return (yield from fitted(net, data, seed, epochs, change, look))


def fitted(
    net: NetT,
    data: Pictures,
    seed: int,
    epochs: int,
    change: Callable[[NetT, Tensor, Tensor], Tensor] | None = None,
    look: Callable[[int, NetT], None] | None = None,
) -> Generator[int, None, NetT]:
    """Train a network as `train` does, whatever its layers are."""
    import torch

    from core.engine.adam import Adam

    # Torch's convolutions and pooling of few channels are a quarter faster in this layout.
    net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    x, y = torch.from_numpy(data.x_train), torch.from_numpy(data.y_train)
    total = steps_of(len(y), epochs)
    peak = PEAK_RATE[data.side]
    update = Adam(list(net.parameters()))
    for step, rows in enumerate(_batches(len(y), epochs, seed)):
        if look is not None:
            look(step, net)
        done = (step + 1) / total
        seen = x[rows] if change is None else change(net, x[rows], y[rows])
        torch.nn.functional.cross_entropy(net(seen), y[rows]).backward()
        update.step(peak * min(done / WARM_SHARE, (1.01 - done) / (1 - WARM_SHARE)))
        yield step + 1
    net.to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
    return net.train(False).requires_grad_(False)


def _batches(n: int, epochs: int, seed: int) -> Generator[np.ndarray, None, None]:
    for epoch in range(epochs):
        order = numpy_generator(seed, "order", epoch).permutation(n)
        for i in range(max(1, n // BATCH)):
            yield order[i * BATCH : (i + 1) * BATCH]


def probabilities(net: ShapeCNN, images: np.ndarray) -> np.ndarray:
    """Class probabilities `(n, n_classes)` of pictures `(n, 1, side, side)`."""
    import torch

    return torch.from_numpy(logits(net, images)).softmax(1).numpy()


def logits(net: nn.Module, images: np.ndarray) -> np.ndarray:
    """Numbers before the softmax, `(n, n_classes)`, of pictures `(n, 1, side, side)`."""
    import torch

    parts = (torch.from_numpy(images[i : i + CHUNK]) for i in range(0, len(images), CHUNK))
    with torch.no_grad():
        return np.concatenate([net(part).numpy() for part in parts])


def stacked(nets: Sequence[ShapeCNN]) -> Callable[[Tensor], Tensor]:
    """Ask each network about its own row: `(K, B, d)` -> logits `(K, B, n_classes)`."""
    import torch

    side = nets[0].side

    def logits(x: Tensor) -> Tensor:
        rows = [net(row.view(-1, 1, side, side)) for net, row in zip(nets, x, strict=True)]
        return torch.stack(rows)

    return logits


def accuracy(net: ShapeCNN, images: np.ndarray, labels: np.ndarray) -> float:
    """Share of pictures classified correctly."""
    return float((probabilities(net, images).argmax(1) == labels).mean())


def weights_of(net: ShapeCNN) -> np.ndarray:
    """All parameters one after the other, float32: what `with_weights` reads."""
    return np.concatenate([p.detach().numpy().ravel() for p in net.parameters()])


def with_weights(n_classes: int, side: int, weights: np.ndarray) -> ShapeCNN:
    """Rebuild a network, in evaluation mode.

    Raises:
        ValueError: If the weights are not as many as such a network has.
    """
    import torch

    from core.models.shape_cnn import ShapeCNN

    net = ShapeCNN(n_classes, side=side, seed=0).train(False).requires_grad_(False)
    parameters = list(net.parameters())
    if sum(p.numel() for p in parameters) != len(weights):
        raise ValueError("these weights belong to another network")
    parts = torch.from_numpy(weights.copy()).split([p.numel() for p in parameters])
    for own, part in zip(parameters, parts, strict=True):
        own.copy_(part.view_as(own))
    return net


def features(net: ShapeCNN, images: np.ndarray) -> np.ndarray:
    """What the last layer reads of pictures `(n, 1, side, side)`: `(n, d)`."""
    read: list[np.ndarray] = []
    hook = net.head.register_forward_pre_hook(lambda _, inputs: read.append(inputs[0].numpy()))
    try:
        probabilities(net, images)
    finally:
        hook.remove()
    return np.concatenate(read)

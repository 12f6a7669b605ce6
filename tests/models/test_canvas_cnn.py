"""The network for canvases: what it says is counted by hand, and what moving a digit changes."""

from __future__ import annotations

import numpy as np
import torch

from core.models import shape_networks
from core.models.canvas_cnn import CanvasCNN


def convolved(images: np.ndarray, layer: torch.nn.Module) -> np.ndarray:
    """What a convolution says, place by place: weights times the pixels under them."""
    weights, bias = layer.weight.numpy(), layer.bias.numpy()
    wide = np.pad(images, ((0, 0), (0, 0), (1, 1), (1, 1)))
    places = range(images.shape[-1])
    found = [
        [np.tensordot(wide[:, :, i : i + 3, j : j + 3], weights, ((1, 2, 3), (1, 2, 3)))
         for j in places]
        for i in places
    ]  # fmt: skip
    answers: np.ndarray = np.moveaxis(np.array(found), (0, 1), (2, 3)) + bias[:, None, None]
    return answers


def test_its_answers_are_those_counted_by_hand():
    net = CanvasCNN(10, seed=0).train(False).requires_grad_(False)
    images = np.random.default_rng(0).random((3, 1, 16, 16)).astype(np.float32)
    first = np.maximum(convolved(images, net.conv1), 0)
    second = np.maximum(convolved(first.reshape(3, 8, 8, 2, 8, 2).max((3, 5)), net.conv2), 0)
    wanted = second.max((2, 3)) @ net.head.weight.numpy().T + net.head.bias.numpy()
    np.testing.assert_allclose(shape_networks.logits(net, images), wanted, atol=1e-5)


def test_two_pixels_away_from_the_border_change_nothing_and_one_does():
    net = CanvasCNN(10, seed=1).train(False).requires_grad_(False)
    canvas = np.zeros((1, 1, 32, 32), dtype=np.float32)
    canvas[..., 12:20, 12:20] = np.random.default_rng(0).random((8, 8))
    own, two, one = (
        shape_networks.logits(net, np.roll(canvas, by, axis=(2, 3))) for by in (0, 2, 1)
    )
    np.testing.assert_allclose(own, two, atol=1e-6)
    assert abs(own - one).max() > 1e-3


def test_weights_depend_on_the_seed_and_leave_torchs_generator_alone():
    before = torch.get_rng_state()
    one, same, other = (CanvasCNN(10, seed=seed) for seed in (0, 0, 1))
    assert torch.equal(before, torch.get_rng_state())
    assert torch.equal(one.conv2.weight, same.conv2.weight)
    assert not torch.equal(one.conv2.weight, other.conv2.weight)
    assert one.conv2.weight.abs().max() <= 72**-0.5 and one.head.bias.abs().max() <= 24**-0.5

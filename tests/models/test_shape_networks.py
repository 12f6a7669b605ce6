"""The networks of the page: what they are expected to cost, and what they answer."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.data.canvas import load_canvas_digits
from core.data.picture_sets import SIDES, draw
from core.lab.run import complete
from core.models import shape_networks as networks
from core.models.canvas_cnn import CanvasCNN
from core.models.shape_cnn import ShapeCNN
from tests.operations import Operations


@pytest.mark.parametrize("name", [*SIDES, "canvas"])
def test_training_and_asking_cost_what_torch_counts(name: str) -> None:
    trained, asked = Operations(), Operations()
    if name == "canvas":
        data = load_canvas_digits(128, seed=0).pictures()
        work = networks.fitted(CanvasCNN(10, seed=0), data, 0, epochs=2)
    else:
        data = complete(draw(name, 128, 4, 0))  # type: ignore[arg-type]
        work = networks.train(data, 0, epochs=2)
    with trained:
        net = complete(work)
    with asked:
        networks.logits(net, data.x_validation)
    n = len(data.x_validation)
    assert networks.expected_cost(data.side, 256, 0, 0.0).flops == pytest.approx(trained.total)
    assert networks.expected_cost(data.side, 0, n, 0.0).flops == pytest.approx(asked.total)


def test_answers_in_chunks_are_those_at_once() -> None:
    net = ShapeCNN(5, side=28, seed=0).train(False).requires_grad_(False)
    images = np.random.default_rng(0).random((networks.CHUNK + 5, 1, 28, 28)).astype(np.float32)
    whole = net(torch.from_numpy(images))
    np.testing.assert_allclose(networks.logits(net, images), whole.numpy(), atol=1e-6)
    np.testing.assert_allclose(
        networks.probabilities(net, images), whole.softmax(1).numpy(), atol=1e-6
    )


def test_a_stack_asks_each_network_about_its_own_row() -> None:
    nets = [ShapeCNN(5, side=28, seed=seed).train(False).requires_grad_(False) for seed in (0, 1)]
    x = torch.rand(2, 3, 784, generator=torch.Generator().manual_seed(0))
    found = networks.stacked(nets)(x)
    for own, net, row in zip(found, nets, x, strict=True):
        torch.testing.assert_close(own, net(row.view(3, 1, 28, 28)))
    assert not torch.allclose(found[0], nets[1](x[0].view(3, 1, 28, 28)))

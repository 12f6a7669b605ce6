"""The maps against captum's own, against exact answers, and their draws against the seed."""

from __future__ import annotations

import subprocess
import sys
import warnings

import numpy as np
import pytest
import torch
from torch import nn

from core import attributions
from core.attributions import COVERING, GRADIENTS, METHODS, covering, explain
from core.lab.run import complete
from core.models.shape_cnn import ShapeCNN
from tests.operations import Operations

SIDE = 8
SIGNED = [m for m in METHODS if m not in ("Saliency", "SmoothGrad", "Guided Backprop", "Grad-CAM")]


class Linear(nn.Module):
    """Logits that are linear in the pixels: every pixel's share is its value times its weight."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = torch.randn(3, SIDE * SIDE, generator=torch.Generator().manual_seed(0))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.flatten(1) @ self.weight.T


@pytest.fixture(scope="module")
def net() -> ShapeCNN:
    return ShapeCNN(4, side=28, seed=3).eval().requires_grad_(False)


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    return np.random.default_rng(0).random((3, 1, 28, 28)).astype(np.float32)


TARGETS = np.array([0, 3, 1])


def maps(method: str, net: nn.Module, images: np.ndarray, seed: int = 5) -> np.ndarray:
    return complete(explain(method, net, images, TARGETS[: len(images)] % 3, seed=seed))


EXACT = ("Input x Gradient", "Integrated Gradients", "Feature Ablation", "Shapley sampling",
         "KernelSHAP")  # fmt: skip


@pytest.mark.parametrize("method", EXACT)
def test_a_linear_model_is_explained_exactly(method: str) -> None:
    linear = Linear()
    x = np.random.default_rng(1).random((2, 1, SIDE, SIDE)).astype(np.float32)
    exact = x[:, 0] * linear.weight.numpy()[TARGETS[:2] % 3].reshape(2, SIDE, SIDE)
    np.testing.assert_allclose(maps(method, linear, x), exact, atol=1e-4)


def test_methods_that_sample_come_near_on_a_linear_model() -> None:
    linear = Linear()
    x = np.random.default_rng(1).random((2, 1, SIDE, SIDE)).astype(np.float32)
    exact = x[:, 0] * linear.weight.numpy()[TARGETS[:2] % 3].reshape(2, SIDE, SIDE)
    for method, least in (("GradientSHAP", 0.9), ("LIME", 0.9)):
        found = maps(method, linear, x)
        assert np.corrcoef(found.ravel(), exact.ravel())[0, 1] > least, method


def test_integrated_gradients_add_up(net: ShapeCNN, images: np.ndarray) -> None:
    x = torch.from_numpy(images)
    gained = (net(x) - net(torch.zeros_like(x)))[range(3), TARGETS % 3].numpy()
    summed = maps("Integrated Gradients", net, images).sum((1, 2))
    np.testing.assert_allclose(summed, gained, atol=0.02 * np.abs(gained).max())
    # Its rule for the largest of a window is exact up to how two windows' winners are matched.
    deep = maps("DeepLift", net, images).sum((1, 2))
    np.testing.assert_allclose(deep, gained, atol=0.05 * np.abs(gained).max())


@pytest.mark.filterwarnings("ignore:Setting")
def test_captum_called_directly_says_the_same(net: ShapeCNN, images: np.ndarray) -> None:
    import captum.attr as attr

    x, y = torch.tensor(images, requires_grad=True), torch.tensor(TARGETS % 3)
    patches = torch.from_numpy(covering.patch_mask(28))[None, None]
    direct = {
        "Saliency": attr.Saliency(net).attribute(x, target=y),
        "Input x Gradient": attr.InputXGradient(net).attribute(x, target=y),
        "Integrated Gradients": attr.IntegratedGradients(net).attribute(x, target=y, n_steps=32),
        "DeepLift": attr.DeepLift(net).attribute(x, target=y),
        "Guided Backprop": attr.GuidedBackprop(net).attribute(x, target=y),
        "Occlusion": attr.Occlusion(net).attribute(
            x, target=y, sliding_window_shapes=(1, 4, 4), strides=(1, 2, 2)
        ),
        "Feature Ablation": attr.FeatureAblation(net).attribute(
            x, target=y, feature_mask=patches
        ),
    }  # fmt: skip
    for method, theirs in direct.items():
        ours = maps(method, net, images)
        np.testing.assert_allclose(ours, theirs.detach().numpy()[:, 0], atol=1e-5, err_msg=method)


class OurRidge:
    """Our regression in the place where captum calls scikit-learn's."""

    def fit(self, loader: torch.utils.data.DataLoader, **kwargs: object) -> None:
        self.weights = covering.linear_weights(*loader.dataset.tensors, ridge=covering.RIDGE)

    def representation(self) -> torch.Tensor:
        return self.weights[None]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("side", [28, 8])
@pytest.mark.parametrize("method", ["Shapley sampling", "KernelSHAP", "LIME"])
def test_covering_methods_are_captums_on_the_same_draws(method: str, side: int) -> None:
    """KernelSHAP with captum's own regression, which is scikit-learn's."""
    import captum.attr as attr

    net = ShapeCNN(4, side=side, seed=3).eval().requires_grad_(False)
    image = np.random.default_rng(1).random((1, 1, side, side)).astype(np.float32)
    options = {"target": 2, "feature_mask": torch.from_numpy(covering.patch_mask(side))[None, None]}
    with attributions.borrowed_generators(5, method, 0):
        if method == "Shapley sampling":
            way, options["n_samples"] = attr.ShapleyValueSampling(net), covering.PERMUTATIONS
        else:
            way = attr.KernelShap(net) if method == "KernelSHAP" else attr.Lime(net, OurRidge())
            options["n_samples"] = options["perturbations_per_eval"] = covering.SURROGATE_SAMPLES
        theirs = way.attribute(torch.from_numpy(image), **options).numpy()[0]
    ours = complete(explain(method, net, image, np.array([2]), seed=5))
    error = 0.02 * np.abs(theirs).max() if method == "KernelSHAP" else 1e-5
    np.testing.assert_allclose(ours, theirs, atol=error)


def test_ridge_regression_by_hand() -> None:
    x = torch.tensor([[0.0], [1.0], [2.0]])
    y, weight = torch.tensor([1.0, 3.0, 5.0]), torch.ones(3)
    assert covering.linear_weights(x, y, weight, ridge=0.0).item() == pytest.approx(2.0)
    assert covering.linear_weights(x, y, weight, ridge=2.0).item() == pytest.approx(4 / (2 + 2))


@pytest.mark.parametrize("method", [*METHODS, "Random map"])
def test_draws_come_from_the_seed_alone(method: str, net: ShapeCNN, images: np.ndarray) -> None:
    before = torch.get_rng_state(), np.random.get_state()[1].copy()
    first = maps(method, net, images[:2])
    assert torch.equal(torch.get_rng_state(), before[0])
    np.testing.assert_array_equal(np.random.get_state()[1], before[1])
    torch.rand(3)
    np.testing.assert_array_equal(maps(method, net, images[:2]), first)
    random = method in ("SmoothGrad", "GradientSHAP", *COVERING[2:], "Random map")
    assert np.array_equal(maps(method, net, images[:2], seed=6), first) != random


def test_two_threads_do_not_share_their_draws(images: np.ndarray) -> None:
    """The trainer's thread and a visitor's own explain at the same time, and build networks."""
    from concurrent.futures import ThreadPoolExecutor

    def explained(seed: int) -> np.ndarray:
        own = ShapeCNN(4, side=28, seed=3).eval().requires_grad_(False)
        return np.stack([maps(m, own, images[:1], seed) for m in ("GradientSHAP", "KernelSHAP")])

    alone = [explained(seed) for seed in range(8)]
    with ThreadPoolExecutor(4) as pool:
        np.testing.assert_array_equal(list(pool.map(explained, range(8))), alone)


def test_no_warning_escapes_and_hooks_are_gone(net: ShapeCNN, images: np.ndarray) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for method in (*GRADIENTS, "Guided Backprop", "Grad-CAM"):
            maps(method, net, images)
    hooks = [m for m in net.modules() if m._forward_hooks or m._backward_hooks]
    assert hooks == []


def test_guided_backprop_is_not_the_plain_gradient(net: ShapeCNN, images: np.ndarray) -> None:
    """It would be, silently, if an activation were a function in place of a module."""
    guided = maps("Guided Backprop", net, images)
    assert np.corrcoef(np.abs(guided).ravel(), maps("Saliency", net, images).ravel())[0, 1] < 0.99


def test_patches_tile_the_picture() -> None:
    mask = covering.patch_mask(28)
    assert np.bincount(mask.ravel()).tolist() == [16] * 49
    assert len(np.unique(covering.patch_mask(8))) == 64
    assert len(np.unique(covering.patch_mask(56))) == 49


@pytest.mark.parametrize("side", [28, 8])
@pytest.mark.parametrize("method", METHODS)
def test_passes_are_what_torch_counts(method: str, side: int) -> None:
    net = ShapeCNN(4, side=side, seed=3).eval().requires_grad_(False)
    picture = np.random.default_rng(0).random((1, 1, side, side)).astype(np.float32)
    once, asked = Operations(), Operations()
    with once:
        net(torch.from_numpy(picture))
    with asked:
        attributions.explain_now(method, net, picture, TARGETS[1:2] % 4, seed=0)
    # Grad-CAM goes back through the last layer; KernelSHAP and LIME fit a linear model.
    assert attributions.passes(method, side) == pytest.approx(asked.total / once.total, rel=0.03)


def test_controls_never_ask_the_network() -> None:
    assert [attributions.passes(control, 28) for control in attributions.CONTROLS] == [0, 0]


FRESH = """
import sys, torch
from torch import nn
from core.attributions import _deep_lift
net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(18, 3))
x, y = torch.rand(4, 1, 8, 8), torch.tensor([0, 1, 2, 0])
ours, before = _deep_lift(net, x, y), "sympy" in sys.modules
from captum.attr import DeepLift
from captum.attr._core import deep_lift
deep_lift.SUPPORTED_NON_LINEAR[nn.MaxPool2d] = deep_lift.maxpool2d
print(before, torch.equal(ours, DeepLift(net).attribute(x, target=y)), bool(ours.abs().sum() > 0))
"""


def test_deep_lift_is_captums_and_needs_no_algebra_system() -> None:
    """It would stay in memory for good: 35 MB."""
    done = subprocess.run([sys.executable, "-c", FRESH], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True", "True"]

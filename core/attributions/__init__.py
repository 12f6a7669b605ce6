"""Explaining one decision of a network: how much each pixel speaks for a class.

With core.attributions.trials the only door to captum, which is imported when the first map is made.
Captum draws from the global generators; here they are set for each call by the run's seed, and put
back.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from core.attributions import covering, front
from core.lab.run import complete
from core.lab.seeding import derived_seed

if TYPE_CHECKING:
    from torch import Tensor, nn

front.put_off()
GRADIENTS = (
    "Saliency",
    "Input x Gradient",
    "SmoothGrad",
    "Integrated Gradients",
    "GradientSHAP",
    "DeepLift",
)
INSIDE = ("Guided Backprop", "Grad-CAM")
COVERING = ("Occlusion", "Feature Ablation", "Shapley sampling", "KernelSHAP", "LIME")
METHODS = GRADIENTS + INSIDE + COVERING
CONTROLS = ("Brightness", "Random map")
"""Maps that never look at the network."""

IG_STEPS = 32
IG_AT_ONCE = 128
"""Pictures on the way from black that are in memory at once."""
SMOOTH_SAMPLES, SMOOTH_STD = 16, 0.15
SHAP_SAMPLES, SHAP_STD = 16, 0.1
_PASSES = {
    "Saliency": 2, "Input x Gradient": 2, "SmoothGrad": 2 * SMOOTH_SAMPLES,
    "Integrated Gradients": 2 * IG_STEPS, "GradientSHAP": 2 * SHAP_SAMPLES, "DeepLift": 4,
    "Guided Backprop": 2, "Grad-CAM": 1,
}  # fmt: skip
CHUNK = 16
"""Pictures explained at once by the methods that batch over pictures."""


def explain(
    method: str, net: nn.Module, images: np.ndarray, targets: np.ndarray, *, seed: int
) -> Generator[int, None, np.ndarray]:
    """Make one map per picture; yields the number of pictures done, often.

    The score explained is the logit of the target; what is "not there" is black.

    Args:
        method: One of `METHODS` or `CONTROLS`.
        net: Takes `(n, 1, h, w)`; activations are modules, each used once; has a layer `relu3`.
        images: `(n, 1, h, w)` float32 in [0, 1], h and w equal.
        targets: Class explained of each picture, `(n,)` int64.
        seed: Of everything drawn at random.

    Returns:
        `(n, h, w)` float32 in the method's own unit: positive speaks for the target.

    Raises:
        KeyError: If there is no such method.
    """
    import torch

    maker = _MAKERS[method]
    _hush()
    one_by_one = method in COVERING
    maps: list[np.ndarray] = []
    for start in range(0, len(images), 1 if one_by_one else CHUNK):
        rows = slice(start, start + (1 if one_by_one else CHUNK))
        x, y = torch.tensor(images[rows]), torch.tensor(targets[rows])
        with borrowed_generators(seed, method, start):
            found = maker(net, x.requires_grad_(), y)
        maps.append(found.detach().float().numpy().reshape(len(x), *images.shape[2:]))
        yield start + len(x)
    return np.concatenate(maps) if maps else np.zeros((0, *images.shape[2:]), np.float32)


def explain_now(
    method: str, net: nn.Module, images: np.ndarray, targets: np.ndarray, *, seed: int
) -> np.ndarray:
    """`explain` without a pause: for a few pictures, and outside runs."""
    return complete(explain(method, net, images, targets, seed=seed))


def passes(method: str, side: int) -> int:
    """How often one map sends its picture through the network; a way back counts as one, too.

    Args:
        method: One of `METHODS` or `CONTROLS`.
        side: Pixels on a side of the picture.
    """
    if method not in COVERING:
        return _PASSES.get(method, 0)
    n = covering.n_patches(side)
    asked = {
        "Occlusion": _windows(side) ** 2,
        "Feature Ablation": n,
        "Shapley sampling": covering.PERMUTATIONS * n,
    }
    return 1 + asked.get(method, covering.SURROGATE_SAMPLES)


_one_at_a_time = threading.Lock()


@contextmanager
def borrowed_generators(seed: int, *purpose: str | int) -> Iterator[None]:
    """Set torch's and numpy's global generators for one call, and put them back behind it.

    One thread at a time: runs explain in the trainer's thread, visitors' pictures in their own.
    """
    import torch

    drawn = derived_seed(seed, "attributions", *purpose)
    with _one_at_a_time, torch.random.fork_rng(devices=[]):
        before = np.random.get_state()
        # `torch.manual_seed` would also leave a note, with a stack trace, for each other device.
        torch.default_generator.manual_seed(drawn)
        np.random.seed(drawn % 2**32)
        try:
            yield
        finally:
            np.random.set_state(before)


def _hush() -> None:
    """Captum warns about the hooks it sets, each time; it removes them itself."""
    for text in ("Setting forward, backward hooks", "Setting backward hooks on ReLU"):
        warnings.filterwarnings("ignore", message=text, category=UserWarning)


def _saliency(net: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    from captum.attr import Saliency

    return Saliency(net).attribute(x, target=y)


def _input_x_gradient(net: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    from captum.attr import InputXGradient

    return InputXGradient(net).attribute(x, target=y)


def _smooth_grad(net: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    """Mean gradient at noisy copies, without its sign (Smilkov et al. 2017)."""
    from captum.attr import NoiseTunnel, Saliency

    mean = NoiseTunnel(Saliency(net)).attribute(
        x, target=y, nt_samples=SMOOTH_SAMPLES, stdevs=SMOOTH_STD, abs=False
    )
    return mean.abs()


def _integrated_gradients(net: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    from captum.attr import IntegratedGradients

    return IntegratedGradients(net).attribute(
        x, target=y, n_steps=IG_STEPS, internal_batch_size=IG_AT_ONCE
    )


def _gradient_shap(net: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    """Gradients between the picture and nearly black ones."""
    import torch
    from captum.attr import GradientShap

    black = (SHAP_STD * torch.randn(SHAP_SAMPLES, *x.shape[1:])).clamp(0, 1)
    return GradientShap(net).attribute(
        x, baselines=black, target=y, n_samples=SHAP_SAMPLES, stdevs=SHAP_STD / 2
    )


def _deep_lift(net: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    from captum.attr import DeepLift

    from core.attributions import pooling

    pooling.teach_deep_lift()
    return DeepLift(net).attribute(x, target=y)


def _guided_backprop(net: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    from captum.attr import GuidedBackprop

    return GuidedBackprop(net).attribute(x, target=y)


def _grad_cam(net: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    """Coarse map of the last convolution, brought to the picture's size."""
    from captum.attr import LayerAttribution, LayerGradCam

    coarse = LayerGradCam(net, net.relu3).attribute(x, target=y, relu_attributions=True)
    return LayerAttribution.interpolate(coarse, x.shape[2:], interpolate_mode="bilinear")


def _occlusion(net: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    """Cover a window that moves by half its width."""
    from captum.attr import Occlusion

    width = _window(x.shape[-1])
    moves = (x.shape[-1] // (width // 2)) ** 2
    return Occlusion(net).attribute(
        x,
        target=y,
        sliding_window_shapes=(1, width, width),
        strides=(1, width // 2, width // 2),
        perturbations_per_eval=moves,
    )


def _window(side: int) -> int:
    return max(2, side // covering.PATCHES)


def _windows(side: int) -> int:
    """Places of the window along a side: the last one may stand out."""
    width = _window(side)
    return 1 + -(-(side - width) // (width // 2))


def _brightness(net: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    return x.abs()


def _random_map(net: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    import torch

    return torch.rand(x.shape)


_MAKERS: dict[str, Callable[[nn.Module, Tensor, Tensor], Tensor]] = {
    "Saliency": _saliency,
    "Input x Gradient": _input_x_gradient,
    "SmoothGrad": _smooth_grad,
    "Integrated Gradients": _integrated_gradients,
    "GradientSHAP": _gradient_shap,
    "DeepLift": _deep_lift,
    "Guided Backprop": _guided_backprop,
    "Grad-CAM": _grad_cam,
    "Occlusion": _occlusion,
    "Feature Ablation": covering.feature_ablation,
    "Shapley sampling": covering.shapley_sampling,
    "KernelSHAP": covering.kernel_shap,
    "LIME": covering.lime,
    "Brightness": _brightness,
    "Random map": _random_map,
}

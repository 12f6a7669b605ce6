"""Explaining one answer about a row of a table: what each column contributed.

The sibling of `core.attributions`, which does the same for pictures; captum is imported here and
there only, when the first answer is explained. Its draws are set by the run's seed in the same way.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.attributions import borrowed_generators
from core.attributions.covering import RIDGE, linear_weights

if TYPE_CHECKING:
    from torch import Tensor, nn

METHODS = (
    "Saliency",
    "Input x Gradient",
    "Integrated Gradients",
    "DeepLift",
    "GradientSHAP",
    "Feature Ablation",
    "Shapley sampling",
    "KernelSHAP",
    "LIME",
)
CONTROL = "Shuffled"
"""The numbers of Input x Gradient, handed to columns at random: right sizes, wrong places."""
ROW_BY_ROW = ("KernelSHAP", "LIME")
"""Methods that fit a linear model for each row: about 4 ms each."""
IG_STEPS = 32
SHAP_SAMPLES = 32
PERMUTATIONS = 16
SURROGATE_SAMPLES = 64
_PASSES = {
    "Saliency": 2, "Input x Gradient": 2, "Integrated Gradients": 2 * IG_STEPS, "DeepLift": 4,
    "GradientSHAP": 2 * SHAP_SAMPLES, "KernelSHAP": SURROGATE_SAMPLES, "LIME": SURROGATE_SAMPLES,
    CONTROL: 2,
}  # fmt: skip


@dataclass(frozen=True)
class _Question:
    """What a method is asked: the network, rows `(n, d)`, and rows to compare with `(m, d)`."""

    net: nn.Module
    x: Tensor
    background: Tensor


def explain_rows(
    method: str, net: nn.Module, x: np.ndarray, background: np.ndarray, *, seed: int
) -> Generator[int, None, np.ndarray]:
    """Say what each column contributed to the first output; yields the rows done, often.

    A column that is "not there" has the value 0: columns are expected to have mean 0.

    Args:
        method: One of `METHODS` or `CONTROL`.
        net: Takes `(n, d)` and gives `(n, outputs)`; activations are modules, each used once.
        x: Rows to explain, `(n, d)` float32.
        background: Rows of the same kind, `(m, d)` float32; GradientSHAP compares with these.
        seed: Of everything drawn at random.

    Returns:
        `(n, d)` float32 in units of the output, signed; Saliency is the size of the gradient.

    Raises:
        KeyError: If there is no such method.
    """
    import torch

    maker = _MAKERS[method]
    warnings.filterwarnings("ignore", message="Setting forward, backward", category=UserWarning)
    size = 1 if method in ROW_BY_ROW else max(1, len(x))
    others = torch.tensor(background)
    parts = [np.zeros((0, x.shape[1]), np.float32)]
    for start in range(0, len(x), size):
        rows = torch.tensor(x[start : start + size], requires_grad=True)
        with borrowed_generators(seed, "rows", method, start):
            found = maker(_Question(net, rows, others))
        parts.append(found.detach().float().numpy())
        yield start + len(rows)
    return np.concatenate(parts)


def passes(method: str, n_features: int) -> int:
    """How often one row goes through the network; a way back counts as one, too.

    Args:
        method: One of `METHODS` or `CONTROL`; nothing else asks the network here: 0.
        n_features: Columns of the row.
    """
    asked = {
        "Feature Ablation": 1 + n_features,
        "Shapley sampling": 1 + PERMUTATIONS * n_features,
    }
    return (_PASSES | asked).get(method, 0)


def _sum_of(net: nn.Module) -> Callable[[Tensor], Tensor]:
    """The first outputs of all rows added up: its gradient has each row's own in its place.

    Captum asks for the gradient of every output by itself, and spends most of its time on that.
    """
    return lambda x: net(x)[:, 0].sum().reshape(1)


def _saliency(ask: _Question) -> Tensor:
    from captum.attr import Saliency

    return Saliency(_sum_of(ask.net)).attribute(ask.x)


def _input_x_gradient(ask: _Question) -> Tensor:
    from captum.attr import InputXGradient

    return InputXGradient(_sum_of(ask.net)).attribute(ask.x)


def _integrated_gradients(ask: _Question) -> Tensor:
    from captum.attr import IntegratedGradients

    return IntegratedGradients(_sum_of(ask.net)).attribute(ask.x, n_steps=IG_STEPS)


def _deep_lift(ask: _Question) -> Tensor:
    from captum.attr import DeepLift

    return DeepLift(ask.net).attribute(ask.x, target=0)


def _gradient_shap(ask: _Question) -> Tensor:
    """Gradients between the row and other rows, drawn at random."""
    from captum.attr import GradientShap

    shap = GradientShap(_sum_of(ask.net))
    return shap.attribute(ask.x, baselines=ask.background, n_samples=SHAP_SAMPLES)


def _feature_ablation(ask: _Question) -> Tensor:
    from captum.attr import FeatureAblation

    ablation = FeatureAblation(ask.net)
    return ablation.attribute(ask.x, target=0, perturbations_per_eval=ask.x.shape[1])


def _shapley_sampling(ask: _Question) -> Tensor:
    from captum.attr import ShapleyValueSampling

    return ShapleyValueSampling(ask.net).attribute(
        ask.x, target=0, n_samples=PERMUTATIONS, perturbations_per_eval=ask.x.shape[1]
    )


def _kernel_shap(ask: _Question) -> Tensor:
    from captum.attr import KernelShap

    shap = KernelShap(ask.net)
    shap.interpretable_model = LinearSurrogate(ridge=0.0)
    n = SURROGATE_SAMPLES
    return shap.attribute(ask.x, target=0, n_samples=n, perturbations_per_eval=n)


def _lime(ask: _Question) -> Tensor:
    from captum.attr import Lime

    lime, n = Lime(ask.net, interpretable_model=LinearSurrogate(ridge=RIDGE)), SURROGATE_SAMPLES
    return lime.attribute(ask.x, target=0, n_samples=n, perturbations_per_eval=n)


def _shuffled(ask: _Question) -> Tensor:
    import torch

    found = _input_x_gradient(ask)
    return found.gather(1, torch.rand(found.shape).argsort(1))


class LinearSurrogate:
    """Weighted ridge regression for captum's LIME and KernelSHAP, without scikit-learn."""

    def __init__(self, ridge: float) -> None:
        """Take the penalty on the squared weights; 0 gives the shortest least-squares solution."""
        self.ridge = ridge

    def fit(self, loader: Any, **kwargs: object) -> None:
        """Fit the samples `(x, y, weight)` of a loader over one `TensorDataset`."""
        x, y, weight = loader.dataset.tensors
        self.weights = linear_weights(x, y.flatten(), weight, ridge=self.ridge)

    def representation(self) -> Tensor:
        """Weights of the features, `(1, n_features)`."""
        return self.weights[None]


_MAKERS: dict[str, Callable[[_Question], Tensor]] = {
    "Saliency": _saliency,
    "Input x Gradient": _input_x_gradient,
    "Integrated Gradients": _integrated_gradients,
    "DeepLift": _deep_lift,
    "GradientSHAP": _gradient_shap,
    "Feature Ablation": _feature_ablation,
    "Shapley sampling": _shapley_sampling,
    "KernelSHAP": _kernel_shap,
    "LIME": _lime,
    CONTROL: _shuffled,
}

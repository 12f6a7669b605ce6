"""Operations of the small network for pictures and of the methods that explain it."""

from __future__ import annotations

from core import attributions
from core.attributions import covering

UNITS = {"conv1": 8 * 14**2, "conv2": 16 * 14**2, "conv3": 32 * 7**2}
"""Activations of `ShapeCNN` for one picture of 28x28, by layer."""
INPUTS = {"conv1": 5**2, "conv2": 3**2 * 8, "conv3": 3**2 * 16}
"""What each of them adds up."""
FORWARD_BY_LAYER = {layer: 2.0 * units * INPUTS[layer] for layer, units in UNITS.items()}
FORWARD = sum(FORWARD_BY_LAYER.values())
"""Operations of one such picture; those of the head do not count."""
TRAINING = 3 * FORWARD
"""Of a picture in training: forward, weight gradients, and errors."""
PASSES = {
    "Saliency": 2,
    "Input x Gradient": 2,
    "SmoothGrad": 2 * attributions.SMOOTH_SAMPLES,
    "Integrated Gradients": 2 * attributions.IG_STEPS,
    "GradientSHAP": 2 * attributions.SHAP_SAMPLES,
    "DeepLift": 4,
    "Guided Backprop": 2,
    "Grad-CAM": 1,
    "Occlusion": (2 * covering.PATCHES - 1) ** 2,
    "Feature Ablation": covering.PATCHES**2,
    "Shapley sampling": covering.PERMUTATIONS * covering.PATCHES**2,
    "KernelSHAP": covering.SURROGATE_SAMPLES,
    "LIME": covering.SURROGATE_SAMPLES,
    **dict.fromkeys(attributions.CONTROLS, 0),
}
"""How often a map of one picture goes through the network, forwards or backwards."""

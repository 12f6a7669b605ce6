"""DeepLift's rule for max pooling: captum's own, with an inverse that needs no algebra system.

Captum undoes the pooling with `torch.nn.functional.max_unpool2d`, which checks sizes that may be
symbols and imports SymPy for it: 35 MB, for good. The operation underneath is the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor, nn


def teach_deep_lift() -> None:
    """Give captum's DeepLift this rule for `nn.MaxPool2d`; as often as you like."""
    from captum.attr._core import deep_lift
    from torch import nn
    from torch.nn import functional

    def rule(module: nn.Module, *tensors: Tensor, eps: float = 1e-10) -> Tensor:
        found: Tensor = deep_lift.maxpool(
            module, functional.max_pool2d, _unpooled, *tensors, eps=eps
        )
        return found

    deep_lift.SUPPORTED_NON_LINEAR[nn.MaxPool2d] = rule


def _unpooled(
    pooled: Tensor, places: Tensor, kernel: Any, stride: Any, padding: Any, shape: Sequence[int]
) -> Tensor:
    """Every number back where it was the largest, zeros elsewhere, `shape`.

    Args:
        pooled: `(n, channels, height, width)`.
        places: Where they were, as max pooling tells it.
        kernel: Not needed where the shape is known, nor are stride and padding.
        stride: See there.
        padding: See there.
        shape: Of what was pooled.
    """
    import torch

    return torch.ops.aten.max_unpool2d(pooled, places, list(shape[-2:]))

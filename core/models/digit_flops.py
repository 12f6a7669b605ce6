"""What an answer of a digit network costs; without torch, for those who only forecast."""

from __future__ import annotations

from collections.abc import Mapping

FLOPS: Mapping[str, float] = {
    "cnn": 100_864.0, "other_cnn": 344_704.0, "pooled_cnn": 295_552.0, "mlp": 34_048.0,
    "linear": 1_280.0,
}  # fmt: skip
"""Operations for the logits of one image, by network: `DigitNets.flops`, which needs torch."""

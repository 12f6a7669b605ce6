"""What torch carries out: its own count of operations, call by call."""

from __future__ import annotations

from typing import Any

from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry


class Operations(TorchDispatchMode):
    """Counts floating-point operations while it is entered; it may be entered again.

    `FlopCounterMode` itself follows modules too, and refuses what captum asks of autograd.

    Attributes:
        total: Operations so far, of matrix products and convolutions.
        numbers: How many numbers were written so far, by whatever is more than another view.
    """

    total = 0
    numbers = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        out = func(*args, **(kwargs or {}))
        if not func.is_view:
            made = out if isinstance(out, (tuple, list)) else [out]
            self.numbers += sum(part.numel() for part in made if hasattr(part, "numel"))
        count = flop_registry.get(func._overloadpacket)
        if count is not None:
            self.total += count(*args, **(kwargs or {}), out_val=out)
        return out

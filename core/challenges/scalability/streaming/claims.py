"""What is known of training from files, and how a run speaks to it."""

from __future__ import annotations

import numpy as np

from core.challenges.scalability.streaming.config import (
    BUFFERS,
    PARTS,
    SHUFFLED,
    STREAMED,
    WHOLE,
    StreamingResult,
)
from core.lab.claims import OWN_CONTROL, Claim, claim
from core.lab.scores import PerSeed

CORGI = "Xu et al. 2022, section 3"
SMALLEST, LARGEST = BUFFERS[PARTS[0]], BUFFERS[PARTS[-1]]


def smaller(result: StreamingResult) -> PerSeed:
    """Logarithm of what streaming takes over what the whole file takes."""
    least = 0.1  # Megabytes; the system counts in pages.
    streamed, whole = (
        result.memory_of(arm).map(lambda mb: np.log(np.maximum(mb, least)))
        for arm in (STREAMED, WHOLE)
    )
    return streamed - whole


CLAIMS: tuple[Claim[StreamingResult], ...] = (
    claim(
        "same_to_the_byte",
        "Streaming ends with the weights of training in memory, byte for byte.",
        OWN_CONTROL, lambda r: PerSeed.of(r.apart["seed"], r.apart["value"]), below=1,
        reason="less than a single byte",
    ),
    claim(
        "streaming_takes_less",
        "Streaming grows the process by less than putting the file into memory does.",
        OWN_CONTROL, smaller, below=0,
    ),
    claim(
        "file_order_costs",
        "On rows sorted by class, training in the file's order gets fewer new digits right than "
        "training on shuffled rows.",
        CORGI, lambda r: r.lost(STREAMED), below=0, settings={"layout": "by_class"},
    ),
    claim(
        "a_small_buffer_is_not_enough",
        "On rows sorted by class, shuffling in a buffer of one row in 256 still costs accuracy.",
        CORGI, lambda r: r.lost(SMALLEST), below=0, settings={"layout": "by_class"},
    ),
    claim(
        "larger_buffers_help",
        "On rows sorted by class, a buffer of a quarter of the rows costs less than a 256th.",
        CORGI, lambda r: r.right(LARGEST) - r.right(SMALLEST), above=0,
        settings={"layout": "by_class", "memory": 12},
    ),
    claim(
        "mixed_rows_need_no_shuffle",
        "On rows that are mixed already, the file's order costs less than two points.",
        OWN_CONTROL, lambda r: abs((r.right(STREAMED) - r.right(SHUFFLED)).estimate), below=0.02,
        settings={"layout": "mixed"}, reason="what a few hundred new digits can tell",
    ),
)  # fmt: skip
